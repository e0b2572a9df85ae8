"""A single-person step: one person does all of it, and it waits for them.

Options: `step`, `person`, `hours` (median of the extra open time), `share` (of the step's visits).

    - {kind: single-person, step: review, person: dora, hours: 5, share: 0.95}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.generation.delays import lengthen
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit, case: Case, *, step: str, person: str = "specialist.01", hours: float, share: float = 0.95
) -> Visit:
    """Let the one person do it, later."""
    if visit.step.id != step or not case.draws.chance(f"single-person/{visit.key}", share):
        return visit
    return lengthen(replace(visit, actor=person), case, "single-person/wait", hours)
