"""A file does not say what it defines.

After ``svcflow: 1`` comes the key that tells the kind of the file: ``process``, ``organisation``, ``scenarios``,
``allow`` or ``whatif``.

Wrong::

    # file: extra.svcflow.yaml
    svcflow: 1
    proces: extra

Right::

    # file: extra.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases: {}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.schema import DEFINITION_KINDS
from svcflow.definitions.sources import version_of
from svcflow.definitions.survey import Survey
from svcflow.documents import Mapping, Span
from svcflow.guards import suggest

CODE = "SVC004"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every file of no kind."""
    for source in survey.sources:
        root = source.document.root
        if source.kind or any(fault.kind != "duplicate" for fault in source.document.faults):
            continue
        kinds = ", ".join(DEFINITION_KINDS)
        if root is None:
            yield Remark(
                f"the file is empty; it begins with 'svcflow: 1' and one of {kinds}", source.at(Span(1, 1, 1, 2))
            )
        elif not isinstance(root, Mapping) or not root.entries:
            yield Remark(
                f"this is no mapping; a definition begins with 'svcflow: 1' and one of {kinds}", source.at(root.span)
            )
        else:
            key = next((key for key, _ in root.entries if key.text != "svcflow"), root.entries[0][0])
            near = suggest(key.text, DEFINITION_KINDS) if version_of(source) else ""
            yield Remark(f"'{key.text[:60]}' tells no kind: neither of {kinds}{near}", source.at(key.span))
