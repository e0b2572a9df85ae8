"""A repeating pattern: before a step, two or more steps follow each other again and again, without a result.

Options: `step` (before which), `steps` (the pattern), `times` (how often it comes), `hours` (median of the open time
before each), `share` (of the cases).

    - {kind: repeating-pattern, step: propose, steps: [ask, chase], times: 3, hours: 2, share: 0.2}
"""

from __future__ import annotations

from collections.abc import Sequence

from svcflow.generation.delays import is_struck, wander
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit,
    case: Case,
    *,
    step: str,
    steps: Sequence[str],
    times: int = 3,
    hours: float = 1.5,
    share: float = 0.2,
) -> Visit:
    """Repeat the pattern before the visit; the team that has the case does it."""
    if not is_struck(visit, case, "repeating-pattern", step, share=share):
        return visit
    return wander(visit, case, "repeating-pattern", [(s, visit.holder) for s in [*steps] * times], hours=hours)
