"""An auto-close timer: an account of a machine closes the case, a fixed time after it was resolved.

Options: `step` (what the account does), `after` (from when), `hours` (elapsed, exactly), `account`, `share` (of cases).

    - {kind: auto-close, step: close, after: resolve, hours: 72, account: ticket-system, share: 0.9}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.calendars import HOUR_MS
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit, case: Case, *, step: str, after: str, hours: float, account: str = "system", share: float = 1.0
) -> Visit:
    """Close by the clock, unless the case has moved on past it."""
    if visit.step.id != step or not case.draws.chance("auto-close", share):
        return visit
    resolved = case.last_of(after)
    due = resolved.at + round(hours * HOUR_MS) if resolved else None
    if due is None or due <= visit.enabled:
        return visit
    role = "system" if "system" in visit.step.owners else ""
    return replace(visit, fixed_at=due, actor=account, role=role, team=visit.holder)
