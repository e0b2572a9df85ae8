"""A growing duration: the wait before a step grows from week to week.

Options: `step`, `hours` (median of the extra open time at the end of the log; none at its start).

    - {kind: growing-duration, step: investigate, hours: 20}
"""

from __future__ import annotations

from svcflow.generation.delays import lengthen
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, hours: float) -> Visit:
    """Lengthen the wait before the step, the more the later it is."""
    if visit.step.id != step:
        return visit
    return lengthen(visit, case, "growing-duration", hours, factor=case.period.progress(visit.enabled))
