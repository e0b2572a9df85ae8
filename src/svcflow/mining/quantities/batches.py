"""Batches: work that is let gather, then done together.

**What.** For each activity and kind of batch: how many batches, how many instances are in them, of how many cases, and
for how long they waited for the last of their batch to be there (`gathering_s`). Longest gathering first.

**How.** A batch is two or more instances of one activity by one resource, all enabled before the first of them began,
with no gap between their work. *Parallel*: all begin and end together. *Sequential*: one after the other. *Concurrent*:
they overlap in part. `batched_share` is the share of all instances with a known start and resource.

**Source.** Martin, Pufahl & Mannhardt 2021; Lashkevich et al., CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** Somebody who works off a queue without a pause looks like somebody who lets work gather: the sequential kind
is a habit only where `gathering_s` is long. Needs starts and resources.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.mining.batches import KINDS, NONE
from svcflow.mining.explanation import Explanation, explain, refuse
from svcflow.mining.grouping import all_seconds, distinct, group, seconds
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.tables import Table

TITLE = {"en": "Batches", "zh": "攒批处理"}
DEFINITION = "batches"
MISSING = {
    "en": "Instances without a known start or resource are in no batch.",
    "zh": "开始时间或处理人未知的实例不计入任何批次。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the batches of `log` by activity and kind."""
    refused = refuse(log)
    if refused is not None:
        return refused
    found = explain(log, setting)
    batches, row = found.batches, found.enablement.instances.row
    could = int((log.has_start[row] & (found.resource != UNKNOWN)).sum())
    batched = batches.of != NONE
    figures = {
        "instances": int(batched.sum()),
        "batched_share": int(batched.sum()) / could if could else None,
        "gathering_s": seconds(found.parts[0, batched].sum()),
    }
    return Measured(_list_batches(log, found), figures, len(batches), "batches")


def _list_batches(log: Log, found: Explanation) -> Table:
    batches = found.batches
    key = batches.activity.astype(np.int64) * len(KINDS) + batches.kind
    sizes = group(key, batches.size)
    member = np.flatnonzero(batches.of != NONE)
    number = np.searchsorted(sizes.keys, key[batches.of[member]])
    gathering = np.zeros(len(sizes.keys), np.int64)
    np.add.at(gathering, number, found.parts[0, member])
    case = number * max(log.cases, 1) + found.enablement.instances.case[member]
    cases = np.bincount(distinct(case) // max(log.cases, 1), minlength=len(sizes.keys))
    order = np.lexsort((sizes.keys, -gathering))
    activity, kind = np.divmod(sizes.keys[order], len(KINDS))
    return Table(
        {
            "activity": [log.activities[code] for code in activity.tolist()],
            "kind": [KINDS[place] for place in kind.tolist()],
            "batches": sizes.counts[order].tolist(),
            "instances": sizes.totals[order].tolist(),
            "cases": cases[order].tolist(),
            "median_size": sizes.quantile(0.5)[order].tolist(),
            "p90_size": sizes.quantile(0.9)[order].tolist(),
            "gathering_s": all_seconds(gathering[order]),
        }
    )
