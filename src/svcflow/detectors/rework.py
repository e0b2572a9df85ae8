"""Activities that are done again, and the time a case spends in that loop.

**What.** For each activity that comes again in a case: the waiting from its first completion to its last.

**How.** Loops overlap (A, B, A, B repeats A and B). Each wait is counted once: for the activity whose loops hold
most time. Waits made by a timer and waits that the customer, a vendor or nobody owns count for nothing. The
finding is named by the commonest way round (at most 6 steps): ``Check → Ask → Check``. ``repeats`` are by the
person who did it before, ``redos`` by somebody else, ``reopens`` come after the matter was settled (where the log
knows what that is); ``net_loop_gain`` above 0 says that loops start here.

**Source.** metrics.md 5; words as in bupaR, loop gain as in Microsoft's process mining.

**Limits.** Start and complete events are paired before anything is counted. Some steps are meant to repeat
(updates, replies): the definition decides. Where activities are states (*New*, *Resolved*), two rows of one state in a
row are an update, no repeat. The waiting inside a loop is what an end of the loop could save at
most. A loop that is open at the end of the log counts up to its last event.

**Options.** `min_count` recurrences, `min_cases` cases, `min_share` of all time between events, `most` findings.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.eventlog.states import tells_states
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import Cost, price, sum_by_case
from svcflow.mining.recurrence import Recurrences, recur
from svcflow.mining.waits import Waits, name_finding
from svcflow.weighing.claims import LOOP, Claim

DEFINITION = "loop-waiting"
TITLE = {
    "en": "{cases} cases repeat {from}: {cost} inside the loop",
    "zh": "{cases} 件工单重复“{from}”：循环内等待共 {cost}",
}
Places = NDArray[np.int64]
LONGEST = 6
"""A way round with more steps than this is not named."""


def detect(
    log: Log, mined: Mined, *, min_count: int = 20, min_cases: int = 20, min_share: float = 0.01, most: int = 8
) -> list[Finding]:
    """Return one finding for each activity whose loops hold enough waiting."""
    waits = mined.waits
    again = _choose_loops(log)
    code = log.activity[again.row]
    counts = np.bincount(code, minlength=len(log.activities))
    drafts = []
    for activity in np.flatnonzero(counts >= min_count).tolist():
        at = np.flatnonzero(code == activity)
        if len(np.unique(again.case[at])) >= min_cases:
            drafts.append((activity, at, _cover(waits, again, at)))
    own = _share_out(waits, drafts)
    per_case = [sum_by_case(waits.case[at], waits.counted[at], log.cases) for at in own]
    kept = [i for i, amounts in enumerate(per_case) if amounts.sum() >= max(min_share * waits.total, 1)]
    kept.sort(key=lambda i: (-int(per_case[i].sum()), drafts[i][0]))
    costs = price(log, [per_case[i] for i in kept[:most]], waits.total)
    return [_describe(log, mined, again, (drafts[i][1], own[i], cost)) for i, cost in zip(kept, costs, strict=False)]


def _choose_loops(log: Log) -> Recurrences:
    """Return the recurrences that are loops: a state that goes on into the next row is none."""
    again = recur(log.batch(0, log.cases))
    if not tells_states(log):
        return again
    left = again.row - again.before > 1
    return Recurrences(again.row[left], again.before[left], again.first[left], again.case[left])


def _cover(waits: Waits, again: Recurrences, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the addressable waits inside these loops, as places in `waits`."""
    edges = np.zeros(len(waits.row) + 1, np.int64)
    first, last = np.searchsorted(waits.row, again.before[at] + 1), np.searchsorted(waits.row, again.row[at])
    np.add.at(edges, first, 1)
    np.add.at(edges, last + 1, -1)
    return np.flatnonzero((np.cumsum(edges[:-1]) > 0) & waits.addressable)


def _share_out(waits: Waits, drafts: list[tuple[int, NDArray[np.int64], NDArray[np.int64]]]) -> list[NDArray[np.int64]]:
    """Return for each activity the waits it keeps: the one with most time inside its loops takes first."""
    taken = np.zeros(len(waits.row), np.bool_)
    own: dict[int, NDArray[np.int64]] = {}
    gross = [int(waits.counted[covered].sum()) for _, _, covered in drafts]
    for i in sorted(range(len(drafts)), key=lambda i: (-gross[i], drafts[i][0])):
        covered = drafts[i][2]
        own[i] = covered[~taken[covered]]
        taken[covered] = True
    return [own[i] for i in range(len(drafts))]


def name_loop(log: Log, again: Recurrences, at: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the commonest way round of these recurrences, its first step standing at both ends."""
    ways: Counter[tuple[int, ...]] = Counter()
    length = again.row[at] - again.before[at]
    for steps in range(1, LONGEST + 1):
        start = again.before[at][length == steps]
        paths, often = np.unique(log.activity[start[:, None] + np.arange(steps + 1)], axis=0, return_counts=True)
        ways.update({tuple(path): number for path, number in zip(paths.tolist(), often.tolist(), strict=True)})
    activity = int(log.activity[again.row[at[0]]])
    commonest = min(ways, key=lambda way: (-ways[way], len(way), way), default=(activity, activity))
    return tuple(log.activities[code] for code in commonest)


def _describe(log: Log, mined: Mined, again: Recurrences, priced: tuple[Places, Places, Cost]) -> Finding:
    at, own, cost = priced
    names = name_loop(log, again, at)
    row = next(row for row in mined.rework.to_rows() if row["activity"] == names[0])
    figures = ("repeats", "redos", "net_loop_gain")
    evidence: dict[str, float | int | str] = {name: row[name] for name in figures if row[name] is not None}
    settled = np.isin(log.activity, [i for i, name in enumerate(log.activities.texts) if name in mined.done])
    if mined.done:
        evidence["reopens"] = int((settled[again.row[at] - 1] & ~settled[again.row[at]]).sum())
    return Finding(
        id=name_finding("rework", names[:1]),
        detector="rework",
        subject=Subject("loop", names),
        cases=len(np.unique(again.case[at])),
        count=len(at),
        cost_s=cost.total_s,
        share=cost.share,
        interval_s=cost.interval_s,
        side="provider",
        timer=False,
        definition=DEFINITION,
        examples=cost.examples,
        evidence=evidence | {"loop_s": row["cost_s"], "clock": "business" if mined.waits.business else "elapsed"},
        claim=Claim(mined.waits.row[own], mined.waits.counted[own], LOOP),
    )
