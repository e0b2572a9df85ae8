"""A file is written in a version of the language that this release does not read, or in none.

Wrong::

    # file: extra.svcflow.yaml
    svcflow: 2
    scenarios: request
    start: 2026-11-02
    cases: {}

Right::

    # file: extra.svcflow.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases: {}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.sources import version_of
from svcflow.definitions.survey import Survey

CODE = "SVC005"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every file of another version than 1."""
    for source in survey.sources:
        if not source.kind or source.root is None:
            continue
        version = version_of(source)
        if version is None:
            key = source.root.entries[0][0]
            yield Remark("the file does not say its version; begin it with 'svcflow: 1'", source.at(key.span))
        elif version.value != 1 or isinstance(version.value, bool):
            yield Remark(f"svcflow: {version.text[:20]}; this release reads 1", source.at(version.span))
