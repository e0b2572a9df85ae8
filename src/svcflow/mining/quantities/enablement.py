"""Waiting by step, from when each could have begun.

**What.** For each activity: how many of its instances waited for another, and for how long; for how long the case stood
still before them (`standing_s`); how many began before the instance before them had ended (`overlaps`), and how many
were enabled by another than the one just before (`passed_over`).

**How.** An instance is enabled by the latest instance of its case that had ended when it began and does not run side by
side with it; `waiting` runs from there to its start and is never negative. Activities run side by side if the
definitions say so (`parallel:`); of others the log decides: each follows the other, in neither order nearly always, and
not in turns (heuristics relation). Steps that run side by side wait at the same time, and each counts; `standing_s`
counts no moment twice, and with the work makes up the cycle times. Instances whose start is unknown count from enabled
to done: `known_start_share` says how many are not.

**Source.** Weijters, van der Aalst & de Medeiros 2006; Lashkevich et al., CAiSE 2023; metrics.md 6.

**Limits.** The log does not tell what the first step of a case waited for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.mining.enablement import Enablement, enable
from svcflow.mining.grouping import all_seconds, distinct, group, seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Waiting by step", "zh": "各步骤的等待"}
DEFINITION = "enablement"
MISSING = {
    "en": "Without a known start the work is in the time too; the share with one is given.",
    "zh": "开始时间未知时，时间中包含处理时间；并给出已知开始时间的占比。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by step."""
    found = enable(log, setting.declared)
    at = np.flatnonzero(found.waits)
    if not len(at):
        return decline("No case of this log has two steps.", "该日志中没有包含两个步骤的案例。")
    standing = (found.instances.start - found.stood)[at]
    known = log.has_start[found.instances.row[at]]
    figures = {
        "total_s": seconds(found.waiting[at].sum()),
        "standing_s": seconds(standing.sum()),
        "known_start_share": int(known.sum()) / len(at),
        "concurrent_pairs": len(found.concurrency.pairs) // 2,
        "declared_pairs": found.concurrency.declared // 2,
    }
    return Measured(_list_steps(log, found, at), figures, len(at), "instances")


def _list_steps(log: Log, found: Enablement, at: NDArray[np.int64]) -> Table:
    instances, width = found.instances, len(log.activities)
    activity = instances.activity[at].astype(np.int64)
    waits = group(activity, found.waiting[at])
    standing = np.zeros(width, np.int64)
    np.add.at(standing, activity, (instances.start - found.stood)[at])
    overlaps = np.bincount(activity[instances.time[at - 1] > instances.start[at]], minlength=width)
    passed = np.bincount(activity[found.source[at] != at - 1], minlength=width)
    case = activity * max(log.cases, 1) + instances.case[at]
    cases = np.bincount(distinct(case) // max(log.cases, 1), minlength=width)
    order = np.lexsort((waits.keys, -waits.totals, -standing[waits.keys]))
    codes = waits.keys[order]
    return Table(
        {
            "activity": [log.activities[code] for code in codes.tolist()],
            "count": waits.counts[order].tolist(),
            "cases": cases[codes].tolist(),
            "standing_s": all_seconds(standing[codes]),
            "total_s": all_seconds(waits.totals[order]),
            "median_s": all_seconds(waits.quantile(0.5)[order]),
            "p90_s": all_seconds(waits.quantile(0.9)[order]),
            "overlaps": overlaps[codes].tolist(),
            "passed_over": passed[codes].tolist(),
        }
    )
