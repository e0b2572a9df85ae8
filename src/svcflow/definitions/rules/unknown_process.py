"""A process is named that the workspace does not have.

Wrong::

    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: requst
    start: 2026-11-02
    cases: {}

Right::

    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases: {}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.guards import suggest

CODE = "SVC205"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a process that is not defined, unless a file that may define it cannot be read."""
    known = [*survey.by_id]
    if survey.blind:
        return
    for reference in survey.references:
        if reference.kind == "process" and reference.name not in known:
            yield Remark(f"unknown process '{reference.name}'{suggest(reference.name, known)}", reference.position)
