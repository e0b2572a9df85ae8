"""Cases that go back and forth between two teams again and again: A, B, A, B, ...

**What.** For each two teams (people, where cases hardly leave a team) the cases that change between them at least
`alternations` times in a row, and what they wait on the way.

**How.** The sequence of teams of a case is run-collapsed. A run counts where it repeats work: some stay of it begins
with an activity that was done before in the case; a route that leads to and fro by ever new steps is a design. If work
changes hands without need in it, it does so in all changes but one: less is a bounce beside handovers by design. The
cost is the addressable waiting at all handovers of such runs, each counted once.

**Source.** metrics.md 4: sustained ping-pong with k alternations, 3 by default. On one public log it holds for 1.0 to
5.3 % of cases where A, B, A holds for 15.6 %.

**Limits.** As for ping-pong: some routes are meant to come back, and only the definition says so.

**Options.** `alternations` in a row, `min_count` runs, `min_cases` cases, `min_share` of the provider's waiting,
`most` findings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.routing import Holder, choose_holder, trace_routes
from svcflow.weighing.bounces import ALTERNATIONS, RUNS, choose_turn, find_sustained, mark_needless
from svcflow.weighing.claims import SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

DEFINITION = "sustained-ping-pong"
TITLE = {
    "en": "{cases} cases go to and fro between {from} and {to}: {cost} of waiting",
    "zh": "{cases} 件工单在“{from}”与“{to}”之间反复来回：等待共 {cost}",
}


def detect(
    log: Log,
    mined: Mined,
    *,
    alternations: int = ALTERNATIONS,
    min_count: int = RUNS,
    min_cases: int = RUNS,
    min_share: float = 0.005,
    most: int = 8,
) -> list[Finding]:
    """Return one finding for each two teams between which enough cases alternate."""
    holder = choose_holder(log, mined.team_cases)
    if holder is None:
        return []
    ground = survey(log, mined)
    routes = trace_routes(log.batch(0, log.cases), holder.codes, holder.choose_passed(log, mined.waits.machines))
    passed = mark_needless(log, holder.codes)
    ends, legs = find_sustained(log, routes, passed, alternations)
    one, other = routes.holder[ends].astype(np.int64), routes.holder[ends - 1].astype(np.int64)
    key = np.minimum(one, other) * len(holder.names) + np.maximum(one, other)
    drafts = []
    for pair in np.unique(key).tolist():
        at = key == pair
        rows = np.unique(routes.row[legs[at]])
        if int(at.sum()) >= min_count and count_cases(ground, rows) >= min_cases:
            drafts.append(_draft(ground, holder, pair, (ends[at], rows, passed[routes.row[legs[at]]].any(axis=1))))
    return write_findings(("sustained-ping-pong", DEFINITION), drafts, ground, Limits(min_share, most))


def _draft(
    ground: Ground, holder: Holder, pair: int, found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]
) -> Draft:
    ends, rows, passed = found
    names = tuple(holder.names[code] for code in divmod(pair, len(holder.names)))
    waited = rows[ground.open[rows]]
    return Draft(
        Subject(f"{holder.kind}-pair", names),
        waited,
        ground.wait[waited],
        count_cases(ground, rows),
        len(ends),
        {"handovers": len(rows)},
        turn=choose_turn(passed, SHARP),
    )
