"""A single-person step: one person does all of it, and while that person is away cases lie there.

Options: `step`, `person`, `there` and `away` (days in turn, from the first day of the log), `share` (of the visits that
wait for the person; in the others somebody stands in).

    - {kind: single-person, step: review, person: dora, there: 3, away: 4, share: 0.95}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.calendars import DAY_MS
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit,
    case: Case,
    *,
    step: str,
    person: str = "specialist.01",
    there: int = 3,
    away: int = 4,
    share: float = 0.95,
) -> Visit:
    """Let the one person do it, once there."""
    if visit.step.id != step or not case.draws.chance(f"single-person/{visit.key}", share):
        return visit
    return replace(visit, actor=person, shifts=(there * DAY_MS, away * DAY_MS))
