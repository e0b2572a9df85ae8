"""Misuse of on-hold: a case is put on hold though nobody outside has anything to do; later, work goes on by itself.

Options: `step` (before which), `through` (the step that puts on hold), `hours` (median of the open time on hold),
`share` (of the cases).

    - {kind: on-hold-misuse, step: investigate, through: ask, hours: 10, share: 0.25}
"""

from __future__ import annotations

from svcflow.generation.delays import is_struck, lengthen, wander
from svcflow.generation.visits import Case, Visit

_AT_ONCE_H = 0.25


def alter(visit: Visit, case: Case, *, step: str, through: str, hours: float = 8.0, share: float = 0.25) -> Visit:
    """Put the case on hold; no answer follows."""
    if not is_struck(visit, case, "on-hold-misuse", step, share=share):
        return visit
    held = wander(visit, case, "on-hold-misuse", [(through, visit.holder)], hours=_AT_ONCE_H)
    return lengthen(held, case, "on-hold-misuse/wait", hours)
