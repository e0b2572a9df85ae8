"""A sustained ping-pong: before a step, two teams pass the case to and fro, A-B-A-B-A-B, before one does the work.

Options: `from` and `to` (teams), `step` (before which), `through` (the anytime step that shows the passing),
`times` (how often it is passed, 6 or more), `hours` (median of the open time with each), `share` (of the cases of
`from`).

    - {kind: sustained-ping-pong, from: digital, to: support, step: investigate, through: transfer, share: 0.1}
"""

from __future__ import annotations

from svcflow.generation.delays import is_struck, wander
from svcflow.generation.visits import Case, Visit


def alter(  # noqa: PLR0913 - an option each
    visit: Visit,
    case: Case,
    *,
    source: str,
    target: str,
    step: str,
    through: str,
    times: int = 6,
    hours: float = 2.0,
    share: float = 0.3,
) -> Visit:
    """Send the case to and fro between `source`, which holds it, and `target`."""
    if visit.holder != source or not is_struck(visit, case, "sustained-ping-pong", step, share=share):
        return visit
    stops = [(through, (target, source)[i % 2]) for i in range(times)]
    return wander(visit, case, "sustained-ping-pong", stops, hours=hours)
