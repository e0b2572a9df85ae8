"""Cases that bounce between two teams: A, B, and back to A.

**What.** For each two teams (people, where cases hardly leave a team) how often a case goes from one to the other and
straight back, and what it waits on the way.

**How.** The sequence of teams of a case is run-collapsed; unknown is a value in it, but no finding. A bounce counts
where it repeats work: the first activity on one of its two legs was done before in the case. A route that leads through
another team and back by ever new steps is a design, not a bounce; ``all_bounces`` counts it too. The cost is the
addressable waiting at both handovers of a bounce, each handover counted once however many bounces it is part of. The
work in between is not counted: some of it had to be done by somebody. ``sustained_cases`` go A, B, A, B. Where
sustained ping-pong between two teams is told (ten cases), its changes are not told again as bounces, if the others are
worth telling (1 % of all time between events).

**Source.** metrics.md 4. The same rule on activities instead of teams flags several times as many cases.

**Limits.** Some routes are meant to come back (a specialist's answer): then it is the definition that says so, not
the log. Cases whose return lies beyond the end of the log are not counted.

**Options.** `min_count` bounces, `min_cases` cases, `min_share` of all time between events, `most` findings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import Cost, price, sum_by_case
from svcflow.mining.recurrence import recur
from svcflow.mining.routing import Holder, Routes, choose_holder, sustain, trace_routes
from svcflow.mining.waits import Waits, name_finding
from svcflow.weighing.bounces import ALTERNATIONS, RUNS, choose_turn, find_sustained, mark_needless
from svcflow.weighing.claims import CAUSE, LEAST, Claim

DEFINITION = "ping-pong"
Evidence = dict[str, float | int | str]
TITLE = {
    "en": "{cases} cases bounce between {from} and {to}: {cost} of waiting",
    "zh": "{cases} 件工单在“{from}”与“{to}”之间来回：等待共 {cost}",
}


def detect(
    log: Log, mined: Mined, *, min_count: int = 10, min_cases: int = 10, min_share: float = 0.001, most: int = 8
) -> list[Finding]:
    """Return one finding for each two teams between which enough cases bounce."""
    holder = choose_holder(log, mined.team_cases)
    if holder is None:
        return []
    waits = mined.waits
    routes = trace_routes(log.batch(0, log.cases), holder.codes, holder.choose_passed(log, waits.machines))
    bounces = np.flatnonzero(routes.bounced)
    bounces = bounces[(routes.holder[bounces] != UNKNOWN) & (routes.holder[bounces - 1] != UNKNOWN)]
    key = _join(routes, bounces, len(holder.names))
    again, passed = _repeat_work(log, routes, bounces), mark_needless(log, holder.codes)
    told = np.zeros(len(routes.row), np.bool_)
    ends, legs = find_sustained(log, routes, passed, ALTERNATIONS)
    told[legs] = True
    of_run = _join(routes, ends, len(holder.names))
    drafts = []
    for pair in np.unique(key).tolist():
        at = bounces[(key == pair) & again]
        if len(np.unique(routes.case[ends[of_run == pair]])) >= RUNS:
            single = at[~(told[at] & told[at - 1])]
            at = single if waits.counted[_find_waits(waits, routes, single)].sum() >= LEAST * waits.total else at
        if len(at) < min_count or len(np.unique(routes.case[at])) < min_cases:
            continue
        held = _find_waits(waits, routes, at)
        turn = choose_turn(passed[routes.row[at]] | passed[routes.row[at - 1]], CAUSE)
        per_case = sum_by_case(waits.case[held], waits.counted[held], log.cases)
        if per_case.sum() >= max(min_share * waits.total, 1):
            drafts.append((pair, at, per_case, Claim(waits.row[held], waits.counted[held], turn)))
    drafts.sort(key=lambda draft: (-int(draft[2].sum()), draft[0]))
    costs = price(log, [draft[2] for draft in drafts[:most]], waits.total)
    clock = "business" if waits.business else "elapsed"
    return [
        _describe(routes, holder, at, (cost, {"all_bounces": int((key == pair).sum()), "clock": clock}, claim))
        for (pair, at, _, claim), cost in zip(drafts, costs, strict=False)
    ]


def _repeat_work(log: Log, routes: Routes, bounces: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which bounces begin one of their legs with an activity that the case has seen before."""
    seen = np.zeros(log.instances, np.bool_)
    seen[recur(log.batch(0, log.cases)).row] = True
    return seen[routes.row[bounces]] | seen[routes.row[bounces - 1]]


def _join(routes: Routes, bounces: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Return one number for the two holders of each bounce, in either order."""
    one, other = routes.holder[bounces].astype(np.int64), routes.holder[bounces - 1].astype(np.int64)
    return np.minimum(one, other) * width + np.maximum(one, other)


def _find_waits(waits: Waits, routes: Routes, bounces: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the addressable waits at the handovers there and back, as places in `waits`."""
    handed = np.unique(np.concatenate([bounces - 1, bounces]))
    at = np.searchsorted(waits.row, routes.row[handed])
    held: NDArray[np.int64] = at[waits.addressable[at]]
    return held


def _describe(routes: Routes, holder: Holder, at: NDArray[np.int64], priced: tuple[Cost, Evidence, Claim]) -> Finding:
    cost, evidence, claim = priced
    starters, often = np.unique(routes.holder[at], return_counts=True)
    starter = int(starters[np.argmax(often)])
    other = int(next(code for code in (*starters.tolist(), *routes.holder[at - 1].tolist()) if code != starter))
    names = (holder.names[starter], holder.names[other])
    sustained = np.intersect1d(at, sustain(routes, 2))
    return Finding(
        id=name_finding("ping-pong", names),
        detector="ping-pong",
        subject=Subject(f"{holder.kind}-pair", names),
        cases=len(np.unique(routes.case[at])),
        count=len(at),
        cost_s=cost.total_s,
        share=cost.share,
        interval_s=cost.interval_s,
        side="provider",
        timer=False,
        definition=DEFINITION,
        examples=cost.examples,
        evidence=evidence | {"sustained_cases": len(np.unique(routes.case[sustained]))},
        claim=claim,
    )
