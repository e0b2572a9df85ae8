"""Targets that are met late or not at all because the last step is left until the time has nearly run out.

**What.** For each SLA of a definition the cases whose clock stops after `risk` of its target or more, and what the step
that stops it waits longer there than elsewhere.

**How.** The definition must have been executed on the log: `svcflow analyze` and `svcflow recommend` do so where a
workspace is given; without one nothing is reported. The cost is the *excess* of the addressable wait before the step
that stops the clock, over the median of the waits before that step in cases that are in no danger. If that step waits
no longer there (less than twice as long), the time was lost earlier, and the findings about those steps tell so.

**Source.** metrics.md 8: clocks as in ServiceNow's SLA conditions; what is at risk before it is breached.

**Limits.** Clocks that still run have no last step yet: `running` counts those that are over `risk` of their target.

**Options.** `risk` share of the target, `min_count` clocks, `min_cases` cases, `min_share` of all time between events,
`most` findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.weighing.claims import SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

if TYPE_CHECKING:
    from svcflow.execution import Runs
    from svcflow.execution.outcome import ProcessRuns

DEFINITION = "sla-clock"
TITLE = {
    "en": "{cases} cases come close to the target '{sla}' or miss it: {cost} before {from}",
    "zh": "{cases} 件工单逼近或超过时限“{sla}”：在 {from} 之前多等 {cost}",
}
TWICE = 2.0
SAFE = 20


def detect(
    log: Log,
    mined: Mined,
    runs: Runs | None = None,
    *,
    risk: float = 0.5,
    min_count: int = 20,
    min_cases: int = 20,
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
    clocks, log, (_, _, risk) = run.clocks, ground.log, of
    spent = clocks["business_s"][at] / np.maximum(clocks["target_s"][at], 1)
    case = run.cases["case"].codes.astype(np.int64)[clocks["index"][at]]
    stopped = clocks["stopped"][at]
    running = int(((stopped == MISSING_TIME) & (spent >= risk)).sum())
    known = np.flatnonzero(stopped != MISSING_TIME)
    rows = _find_rows(ground, case[known], stopped[known])
    spent = spent[known][rows >= 0]
    rows = rows[rows >= 0]
    rows, spent = rows[ground.open[rows]], spent[ground.open[rows]]
    found = []
    for activity in np.unique(log.activity[rows]).tolist():
        here = log.activity[rows] == activity
        safe, late = rows[here & (spent < risk)], rows[here & (spent >= risk)]
        draft = _draft(ground, (activity, safe, late), of, running)
        if draft is not None:
            found.append(draft)
    return found


def _find_rows(ground: Ground, case: NDArray[np.int64], moment: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first row of each case that was completed at that moment, -1 where there is none."""
    log = ground.log
    span = int(log.time.max() - log.time.min()) + 2
    key = ground.case * span + (log.time - log.time.min())
    wanted = case * span + (moment - log.time.min())
    place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    return np.where(key[place] == wanted, place, -1)


def _draft(
    ground: Ground,
    groups: tuple[int, NDArray[np.int64], NDArray[np.int64]],
    of: tuple[str, str, float],
    running: int,
) -> Draft | None:
    activity, safe, late = groups
    process, sla, _ = of
    if len(safe) < SAFE or not len(late):
        return None
    usual = float(np.median(ground.wait[safe]))
    if np.median(ground.wait[late]) < TWICE * max(usual, 1):
        return None
    held = np.maximum(ground.wait[late] - int(usual), 0)
    rows, first = np.unique(late, return_index=True)
    evidence: dict[str, float | int | str] = {"sla": sla, "process": process, "clocks": len(safe) + len(late)}
    return Draft(
        Subject("activity", (ground.log.activities[activity],)),
        rows,
        held[first],
        count_cases(ground, late),
        len(late),
        evidence | {"usual_s": usual / 1000, "running": running},
        apart=(process, sla),
        turn=SHARP,
    )
