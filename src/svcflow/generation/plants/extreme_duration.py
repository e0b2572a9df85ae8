"""Extreme durations: few cases lie for weeks before a step that the others pass within hours.

Options: `step`, `hours` (median of the extra open time), `share` (of the cases; few).

    - {kind: extreme-duration, step: investigate, hours: 400, share: 0.015}
"""

from __future__ import annotations

from svcflow.generation.delays import is_struck, lengthen
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, hours: float, share: float = 0.015) -> Visit:
    """Lengthen the wait before the step beyond all measure."""
    if not is_struck(visit, case, "extreme-duration", step, share=share):
        return visit
    return lengthen(visit, case, "extreme-duration/wait", hours)
