"""Targets that are met late or not at all because the last step is left until the time has nearly run out.

**What.** For each SLA of a definition the cases in which the step that stops the clock is put off until the target is
near or past, and what it waits longer there than elsewhere.

**How.** The definition must have been executed on the log: `svcflow analyze` and `svcflow recommend` do so where a
workspace is given; without one nothing is reported. The waits before the step that stops the clock must fall into two
groups (as for a slow pair, half an hour apart), and most of the slow ones, clearly more than of the others, stop the
clock between `risk` of its target and twice the target, on its own clock or on the wall clock. Work that is put off
until the target waits the less the more time has gone before, and the whole time does not depend on that; work that is
merely slow waits as it does, and the whole time grows with what has gone before. Where the latter is so by two standard
errors (rank correlations), it is a slow step; cases whose clock has stood still meanwhile are left out of that
comparison where others are enough. The cost is what they wait beyond the median of the others. Where that
step waits no longer than elsewhere, the time was lost earlier, and the findings about those steps tell so.

**Source.** metrics.md 8: clocks as in ServiceNow's SLA conditions; what is at risk before it is breached.

**Limits.** Clocks that still run have no last step yet: `running` counts those that are over `risk` of their target.

**Options.** `risk` share of the target, `min_count` clocks, `min_cases` cases, `min_share` of the provider's waiting,
`most` findings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.weighing.changes import correlate
from svcflow.weighing.claims import SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, count_cases, write_findings
from svcflow.weighing.slowness import Slow, find_slow

if TYPE_CHECKING:
    from svcflow.execution import Runs
    from svcflow.execution.outcome import ProcessRuns

DEFINITION = "sla-clock"
TITLE = {
    "en": "{cases} cases come close to the target '{sla}' or miss it: {cost} before {from}",
    "zh": "{cases} 件工单逼近或超过时限“{sla}”：在“{from}”之前多等 {cost}",
}
PAST = 2.0
GAP_MIN, SAFE = 30, 10
MOSTLY, RARER = 0.6, 0.8
ERRORS = 2.0
STILL = 0.05
"""A clock that says less than has gone by, by this share of its target, has stood still at times."""
Floats = NDArray[np.float64]


def detect(
    log: Log,
    mined: Mined,
    runs: Runs | None = None,
    *,
    risk: float = 0.8,
    min_count: int = 10,
    min_cases: int = 10,
    min_share: float = 0.01,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each SLA and each step that stops its clock late."""
    if runs is None or not log.instances:
        return []
    ground = survey(log, mined)
    drafts = []
    for name, run in runs.processes.items():
        for code, sla in enumerate(run.clocks["sla"].texts):
            at = np.flatnonzero(run.clocks["sla"].codes == code)
            drafts += _find_late(ground, run, at, (name, sla, risk))
    drafts = [draft for draft in drafts if draft.count >= min_count and draft.cases >= min_cases]
    return write_findings(("sla-at-risk", DEFINITION), drafts, ground, Limits(min_share, most))


def _find_late(ground: Ground, run: ProcessRuns, at: NDArray[np.int64], of: tuple[str, str, float]) -> list[Draft]:
    """Return the steps that stop these clocks late."""
    clocks, log, (process, sla, risk) = run.clocks, ground.log, of
    target = np.maximum(clocks["target_s"][at], 1)
    spent = np.stack([clocks[name][at] / target for name in ("business_s", "elapsed_s")])
    near: NDArray[np.bool_] = np.asarray(((spent >= risk) & (spent <= PAST)).any(axis=0))
    case = run.cases["case"].codes.astype(np.int64)[clocks["index"][at]]
    stopped = clocks["stopped"][at]
    running = int(((stopped == MISSING_TIME) & (clocks["business_s"][at] >= risk * target)).sum())
    known = np.flatnonzero(stopped != MISSING_TIME)
    rows = _find_rows(ground, case[known], stopped[known])
    placed = rows >= 0
    near, rows = near[known][placed], rows[placed]
    whole = _measure_whole(ground, rows, 1000 * clocks["business_s"][at][known][placed], 1000 * target[known][placed])
    rows, first = np.unique(rows, return_index=True)
    near, whole = near[first], whole[first]
    near, whole, rows = near[ground.open[rows]], whole[ground.open[rows]], rows[ground.open[rows]]
    evidence: Evidence = {"sla": sla, "process": process, "clocks": len(at), "running": running}
    found = []
    for activity in np.unique(log.activity[rows]).tolist():
        here = log.activity[rows] == activity
        slow = find_slow(ground, rows[here], GAP_MIN, SAFE)
        if slow is None or not _is_put_off(ground, slow, near[here], whole[here]):
            continue
        late = slow.slow & near[here]
        found.append(
            Draft(
                Subject("activity", (log.activities[activity],)),
                slow.rows[late],
                slow.excess[late],
                count_cases(ground, slow.rows[late]),
                int(late.sum()),
                evidence | {name: slow.evidence[name] for name in ("fast_median_s", "slow_median_s")},
                apart=(process, sla),
                turn=SHARP,
            )
        )
    return found


def _measure_whole(ground: Ground, rows: NDArray[np.int64], net: Floats, target: Floats) -> Floats:
    """Return how long cases have lasted at these rows (ms), below 0 where their clock has stood still meanwhile.

    `net` is what the clock says and `target` its target (ms).
    """
    lasted = np.cumsum(ground.wait + ground.busy)
    whole = (lasted[rows] - lasted[ground.log.offsets[ground.case[rows]]]).astype(np.float64)
    return np.where(whole - net <= STILL * target, whole, -whole)


def _is_put_off(ground: Ground, slow: Slow, near: NDArray[np.bool_], whole: Floats) -> bool:
    """Return whether slow waits last until the target is near, as against waits that are slow whatever went before.

    `near` tells who comes near the target, `whole` how long the case has lasted when the clock stops (ms), below 0
    where the clock has stood still: which part of the wait counts is not known then, and if others are enough, only
    they are asked.
    """
    late, others = float(near[slow.slow].mean()), float(near[~slow.slow].mean())
    if late < MOSTLY or others > RARER * late:
        return False
    asked = slow.slow & (whole >= 0)
    asked = asked if int(asked.sum()) >= SAFE else slow.slow
    waited = ground.wait[slow.rows][asked]
    lasted = np.abs(whole[asked])
    gone = lasted - waited
    grows = correlate(lasted, gone) - abs(correlate(waited, gone))
    return grows <= ERRORS / math.sqrt(len(waited))


def _find_rows(ground: Ground, case: NDArray[np.int64], moment: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first row of each case that was completed at that moment, -1 where there is none."""
    log = ground.log
    span = int(log.time.max() - log.time.min()) + 2
    key = ground.case * span + (log.time - log.time.min())
    wanted = case * span + (moment - log.time.min())
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    return np.where(key[place] == wanted, place, -1)
