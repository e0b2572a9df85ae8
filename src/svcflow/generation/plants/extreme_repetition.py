"""Extreme repetition: few cases do one step dozens of times before they go on.

Options: `step`, `times` (how often besides), `hours` (median of the open time before each), `share` (of the
cases; few).

    - {kind: extreme-repetition, step: propose, times: 30, hours: 1, share: 0.015}
"""

from __future__ import annotations

from svcflow.generation.delays import is_struck, wander
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, times: int = 30, hours: float = 1.0, share: float = 0.015) -> Visit:
    """Let the step happen again and again before its visit."""
    if not is_struck(visit, case, "extreme-repetition", step, share=share):
        return visit
    return wander(visit, case, "extreme-repetition", [(step, visit.team)] * times, hours=hours)
