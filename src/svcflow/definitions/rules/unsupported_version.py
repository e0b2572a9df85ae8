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
from svcflow.definitions.schema import DEFINITION_KINDS
from svcflow.definitions.sources import is_supported, version_of
from svcflow.definitions.survey import Survey

CODE = "SVC005"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every file of another version than 1."""
    for source in survey.sources:
        if source.kind not in DEFINITION_KINDS or source.root is None:
            continue
        version = version_of(source)
        if version is None:
            key = source.root.entries[0][0]
            yield Remark("the file does not say its version; begin it with 'svcflow: 1'", source.at(key.span))
        elif not is_supported(version):
            shown = version.text[:20] if version.plain else f'"{version.text[:20]}"'
            yield Remark(f"svcflow: {shown}; this release reads 1", source.at(version.span))
