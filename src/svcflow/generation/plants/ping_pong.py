"""A ping-pong pair: before a step, two teams pass the case to each other, A-B-A-B, before one of them does the work.

Options: `from` and `to` (teams), `step` (before which), `through` (the anytime step that shows the passing),
`times` (how often it is passed), `hours` (median of the open time with each team), `share` (of the cases of `from`).

    - {kind: ping-pong, from: digital, to: support, step: investigate, through: transfer, times: 3, hours: 2}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.calendars import HOUR_MS
from svcflow.generation.visits import Case, Detour, Visit

_SPREAD = 0.4


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
    teams = [(target, source)[i % 2] for i in range(times)]
    waits = [case.draws.lognormal(f"ping-pong/hours/{i}", hours * HOUR_MS, _SPREAD) for i in range(times)]
    detours = tuple(Detour(through, t, round(w / 1000) * 1000) for t, w in zip(teams, waits, strict=True))
    return replace(visit, detours=visit.detours + detours)
