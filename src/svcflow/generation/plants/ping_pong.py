"""A ping-pong pair: before a step, two teams pass the case to each other, A-B-A-B, before one of them does the work.

Options: `from` and `to` (teams), `step` (before which), `through` (the anytime step that shows the passing),
`times` (how often it is passed), `hours` (median of the open time with each team), `share` (of the cases of `from`).

    - {kind: ping-pong, from: digital, to: support, step: investigate, through: transfer, times: 3, hours: 2}
"""

from __future__ import annotations

from svcflow.generation.delays import wander
from svcflow.generation.visits import Case, Visit


def alter(  # noqa: PLR0913 - an option each
    visit: Visit,
    case: Case,
    *,
    source: str,
    target: str,
    step: str,
    through: str,
    times: int = 3,
    hours: float = 2.0,
    share: float = 1.0,
) -> Visit:
    """Send the case back and forth between `source`, which holds it, and `target`, before the visit."""
    holds = visit.step.id == step and visit.holder == source and not case.count(through)
    if not holds or visit.skipped or not case.draws.chance("ping-pong", share):
        return visit
    stops = [(through, (target, source)[i % 2]) for i in range(times)]
    return wander(visit, case, "ping-pong", stops, hours=hours)
