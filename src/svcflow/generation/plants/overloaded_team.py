"""An overloaded team: more work comes in than it can do, so that what it takes on waits in a queue.

The queue is that of the cases that really come to it: long after busy hours, short after quiet ones.
Options: `team`, `hours` (mean of the extra open time before its work), `step` (only it).

    - {kind: overloaded-team, team: support, hours: 6}
"""

from __future__ import annotations

from svcflow.generation.delays import lengthen
from svcflow.generation.visits import Case, Visit

QUEUES = True
"""When cases come to each team must be known first."""


def alter(visit: Visit, case: Case, *, team: str, hours: float, step: str | None = None) -> Visit:
    """Lengthen the wait of what the team takes on by the queue at that time."""
    if visit.team != team or visit.holder == team or step not in (None, visit.step.id):
        return visit
    return lengthen(visit, case, "overloaded-team", hours, factor=case.period.backlog(team, visit.enabled))
