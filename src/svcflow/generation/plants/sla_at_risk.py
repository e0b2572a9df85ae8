"""Cases at risk of breaching a target: a step is done when the time for it has run out, or nearly.

Options: `step` (the step that stops the clock), `hours` (the target, elapsed from the opening of the case), `share` (of
the cases).

    - {kind: sla-at-risk, step: resolve, hours: 24, share: 0.3}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.calendars import HOUR_MS
from svcflow.generation.delays import is_struck
from svcflow.generation.visits import Case, Visit

_FROM, _TO = 0.85, 1.5
"""When the step is done, in targets."""


def alter(visit: Visit, case: Case, *, step: str, hours: float, share: float = 0.3) -> Visit:
    """Put the step off until the target is near or past."""
    if not is_struck(visit, case, "sla-at-risk", step, share=share):
        return visit
    targets = _FROM + (_TO - _FROM) * case.draws.uniform("sla-at-risk/when")
    due = case.opened + round(targets * hours * 3600) * 1000
    later = max(due - (visit.enabled + visit.wait_ms + visit.work_ms), 0)
    return replace(visit, wait_ms=visit.wait_ms + min(later, round(_TO * hours * HOUR_MS))) if later else visit
