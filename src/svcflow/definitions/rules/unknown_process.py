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
from svcflow.definitions.references import remark_unknown
from svcflow.definitions.survey import Survey

CODE = "SVC205"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a process that is not defined, unless a file that may define it cannot be read."""
    references = [reference for reference in survey.references if reference.kind == "process"]
    if not survey.blind:
        yield from remark_unknown(references, [*survey.by_id])
