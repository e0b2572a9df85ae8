"""Late escalation: a case that needs a higher level is escalated only after many hours.

Options: `step` (before which), `through` (the step that escalates), `to` (the team that is told), `hours` (median of
the open time before it), `share` (of the cases).

    - {kind: late-escalation, step: propose, through: escalate, to: operations, hours: 10, share: 0.2}
"""

from __future__ import annotations

from svcflow.generation.delays import is_struck, wander
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit,
    case: Case,
    *,
    step: str,
    through: str,
    target: str,
    hours: float = 8.0,
    share: float = 0.2,
) -> Visit:
    """Escalate before the visit, late."""
    if not is_struck(visit, case, "late-escalation", step, share=share):
        return visit
    return wander(visit, case, "late-escalation", [(through, target)], hours=hours)
