"""Handovers between two teams that cost time: cases lie there until the receiver begins.

**What.** For each pair of teams (of people, where cases hardly leave a team) the waiting of the receiver's first
instance.

**How.** The cost is the *excess*: the delay less the mean waiting on the same pair of activities where the team stays
(at least 20 cases), summed over the handovers that have such a baseline. Where less than half of them do, work of that
kind always changes hands: then it is compared with the same pairs of activities between other teams (``basis``
``others``), if the delay is at least `stands_out` times as long there. Where only a part of them lies, they may still
fall into two groups as the waits of a slow pair do, the slow one at most half as frequent between other teams
(``basis`` ``group``): the cost is what that group waits beyond the others. Where that does not help, nothing can be
compared: the cost is the whole delay, and ``basis`` says ``delay``. Waits made by a timer count for nothing; what the
customer, a vendor or nobody owns is a finding of its own, marked with its side and never ranked first. Unknown teams
are no finding. An excess whose interval reaches down to 0 is not reported.

**Source.** metrics.md 4; rank by total excess over a baseline, with n and interval (never by the mean, which lets
single cases win).

**Limits.** The baseline's own uncertainty is in the interval (to first order). Cases that were handed over may
have been harder ones: association, not cause. With one time stamp per event the receiver's first work is in the
delay. Cases still lying between two teams at the end of the log are not counted.

**Options.** `stands_out` times others' waits, `min_count` handovers, `min_cases` cases, `min_share` of all time
between events, `most` findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log, Vocabulary
from svcflow.findings import Finding, Side, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import Cost, price, sum_by_case
from svcflow.mining.grouping import count, distinct, group, look_up, seconds
from svcflow.mining.handovers import STAYED_CASES
from svcflow.mining.routing import choose_holder, trace_routes
from svcflow.mining.waits import Waits, name_finding
from svcflow.weighing.claims import CAUSE, HOLDERS, Claim, Ground, survey
from svcflow.weighing.drafts import spread
from svcflow.weighing.slowness import find_slow_here

DEFINITION = "handover-excess"
SIDES: tuple[Side, ...] = get_args(Side)
MANY, GAP_MIN, GROUP = 50, 120, 20
"""As for a slow pair: handovers between the same activities, minutes between two groups, handovers of either."""
TITLE = {
    "en": "Handover from {from} to {to} costs {cost}",
    "zh": "由“{from}”转交“{to}”多耗 {cost}",
}


@dataclass(frozen=True, slots=True)
class _Handovers:
    """Handovers as places in `Waits`, with a number for holders and side; `stays` are waits where the holder stays."""

    at: NDArray[np.int64]
    key: NDArray[np.int64]
    stays: NDArray[np.int64]
    kind: str
    names: Vocabulary


@dataclass(frozen=True, slots=True)
class _Priced:
    """What handovers cost by case (ms), what they were compared with, and the rows that hold it where that is known."""

    basis: str
    per_case: NDArray[np.int64]
    rows: NDArray[np.int64] | None = None
    held: NDArray[np.int64] | None = None


def detect(
    log: Log,
    mined: Mined,
    *,
    stands_out: float = 2,
    min_count: int = 20,
    min_cases: int = 20,
    min_share: float = 0.01,
    most: int = 12,
) -> list[Finding]:
    """Return one finding for each pair of teams whose handover costs enough."""
    found = _find_handovers(log, mined)
    if found is None:
        return []
    waits = mined.waits
    least = max(min_share * waits.total, 1)
    pairs, key = np.unique(found.key, return_inverse=True)
    delays = np.bincount(key, weights=waits.counted[found.at], minlength=len(pairs))
    large = np.flatnonzero((delays >= least) & (np.bincount(key, minlength=len(pairs)) >= min_count))
    drafts = []
    for place in large.tolist():
        at = found.at[key == place]
        if len(np.unique(waits.case[at])) < min_cases:
            continue
        drafts.append((int(pairs[place]), at, _price(log, waits, (at, found.stays), stands_out)))
        if drafts[-1][2].basis == "delay":
            drafts[-1] = (*drafts[-1][:2], _find_group(survey(log, mined), at, least) or drafts[-1][2])
    drafts = [draft for draft in drafts if draft[2].per_case.sum() >= least]
    drafts.sort(key=lambda draft: (-int(draft[2].per_case.sum()), draft[0]))
    costs = price(log, [priced.per_case for *_, priced in drafts[:most]], waits.total)
    return [
        _describe(found, waits, pair, (at, priced, cost))
        for (pair, at, priced), cost in zip(drafts, costs, strict=False)
        if cost.interval_s[0] > 0
    ]


def _find_handovers(log: Log, mined: Mined) -> _Handovers | None:
    waits = mined.waits
    holder = choose_holder(log, mined.team_cases)
    if holder is None:
        return None
    routes = trace_routes(log.batch(0, log.cases), holder.codes, holder.choose_passed(log, waits.machines))
    received = routes.received
    source, target = routes.holder[received - 1], routes.holder[received]
    at = np.searchsorted(waits.row, routes.row[received])
    side = np.array([SIDES.index(side) for side in waits.sides], np.int64)[waits.pair[at]]
    key = (source.astype(np.int64) * len(holder.names) + target) * len(SIDES) + side
    no_timer = np.array([timer is None for timer in waits.timers], np.bool_)[waits.pair[at]]
    use = (source != UNKNOWN) & (target != UNKNOWN) & no_timer
    now, before = holder.codes[waits.row], holder.codes[waits.row - 1]
    stays = np.flatnonzero((now == before) & (now != UNKNOWN))
    return _Handovers(at[use], key[use], stays, f"{holder.kind}-pair", holder.names)


def _price(log: Log, waits: Waits, of: tuple[NDArray[np.int64], NDArray[np.int64]], stands_out: float) -> _Priced:
    """Return what handovers cost, compared with the same work within a team, else between others, else as a whole."""
    at, stays = of
    excess = _measure_excess(log, waits, at, stays)
    if excess is not None:
        return _Priced("excess", excess)
    delay = sum_by_case(waits.case[at], waits.counted[at], log.cases)
    others = np.setdiff1d(np.arange(len(waits.row)), at)
    excess = _measure_excess(log, waits, at, others)
    if excess is not None and excess.sum() >= (1 - 1 / stands_out) * delay.sum():
        return _Priced("others", excess)
    return _Priced("delay", delay)


def _find_group(ground: Ground, at: NDArray[np.int64], least: float) -> _Priced | None:
    """Return what a part of these handovers waits and hardly any others of the same activities, if that is enough."""
    log, waits = ground.log, ground.mined.waits
    rows, held = [], []
    pairs, counts = np.unique(waits.pair[at], return_counts=True)
    for pair in pairs[counts >= MANY].tolist():
        here = at[waits.pair[at] == pair]
        others = np.setdiff1d(np.flatnonzero(waits.pair == pair), here)
        found = find_slow_here(ground, waits.row[here], waits.row[others], (GAP_MIN, GROUP))
        if found is not None:
            rows.append(found.rows[found.slow])
            held.append(found.excess[found.slow])
    if not rows:
        return None
    slow, excess = np.concatenate(rows), np.concatenate(held)
    order = np.argsort(slow)
    per_case = sum_by_case(ground.case[slow], excess, log.cases)
    return _Priced("group", per_case, slow[order], excess[order]) if per_case.sum() >= least else None


def _measure_excess(
    log: Log, waits: Waits, at: NDArray[np.int64], stays: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """Return the excess of these handovers by case in milliseconds, ``None`` where too few have a baseline.

    A case's part is its delays less the baseline mean, less what its own stays move that mean: the parts add up to
    the excess, and their spread carries the baseline's uncertainty.
    """
    pairs = len(waits.source)
    shown, stayed_cases = count(distinct(waits.case[stays] * pairs + waits.pair[stays]) % pairs)
    baseline = group(waits.pair[stays], waits.counted[stays])
    enough = stayed_cases >= STAYED_CASES
    compared = np.isin(waits.pair[at], shown[enough])
    if 2 * int(compared.sum()) < len(at):
        return None
    at = at[compared]
    delay = waits.counted[at] - look_up(waits.pair[at], shown[enough], baseline.means[enough])
    handed, times = count(waits.pair[at])
    stays = stays[np.isin(waits.pair[stays], handed)]
    weight = look_up(waits.pair[stays], handed, times.astype(np.float64))
    weight /= look_up(waits.pair[stays], shown, baseline.counts)
    moved = weight * (waits.counted[stays] - look_up(waits.pair[stays], shown, baseline.means))
    return sum_by_case(waits.case[at], delay, log.cases) - sum_by_case(waits.case[stays], moved, log.cases)


def _describe(found: _Handovers, waits: Waits, key: int, measured: tuple[NDArray[np.int64], _Priced, Cost]) -> Finding:
    at, priced, cost = measured
    pair, side = divmod(key, len(SIDES))
    source, target = divmod(pair, len(found.names))
    names = (found.names[source], found.names[target])
    one = group(np.zeros(len(at), np.int64), waits.counted[at])
    return Finding(
        id=name_finding("handover-delay", names if SIDES[side] == "provider" else (*names, SIDES[side])),
        detector="handover-delay",
        subject=Subject(found.kind, names),
        cases=len(np.unique(waits.case[at])),
        count=len(at),
        cost_s=cost.total_s,
        share=cost.share,
        interval_s=cost.interval_s,
        side=SIDES[side],
        timer=False,
        definition=DEFINITION,
        examples=cost.examples,
        evidence={
            "basis": priced.basis,
            "median_s": seconds(one.quantile(0.5)[0]),
            "p90_s": seconds(one.quantile(0.9)[0]),
            "mean_s": seconds(one.means[0]),
            "delay_s": seconds(int(one.totals[0])),
            "clock": "business" if waits.business else "elapsed",
        },
        claim=_claim(waits, at, priced, cost),
    )


def _claim(waits: Waits, at: NDArray[np.int64], priced: _Priced, cost: Cost) -> Claim:
    """Return the time held: the excess, spread over the waits; without a baseline a pair of teams is a mere place."""
    if priced.rows is not None and priced.held is not None:
        return Claim(priced.rows, priced.held, CAUSE)
    held = spread(waits.counted[at], 1000 * cost.total_s)
    return Claim(waits.row[at], held, HOLDERS if priced.basis == "delay" else CAUSE)
