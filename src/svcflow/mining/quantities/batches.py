"""Batches: work that is let gather, then done together.

**What.** For each activity and kind of batch: how many batches, how many instances are in them, of how many cases, and
for how long they waited for the last of their batch to be there (`gathering_s`). Longest gathering first.

**How.** A batch is two or more instances of one activity by one resource, all enabled before the first of them began,
with no gap between their work. *Parallel*: all begin and end together. *Sequential*: one after the other. *Concurrent*:
they overlap in part. `batched_share` is the share of all instances with a known start and resource.

**Source.** Martin, Pufahl & Mannhardt 2021; Lashkevich et al., CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** Somebody who works off a queue without a pause looks like somebody who lets work gather: the sequential kind
is a habit only where `gathering_s` is long. Needs starts and resources. Of a file on disk, passes gather the work of as
many resources as fit into memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.mining.batches import KINDS
from svcflow.mining.describing import is_approximate
from svcflow.mining.grouping import all_seconds, look_up, seconds
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.reasons import Reasons, begin, find_reasons, gather_reasons, go_on
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

__all__ = ["begin", "go_on", "measure", "tell"]

TITLE = {"en": "Batches", "zh": "攒批处理"}
DEFINITION = "batches"
MISSING = {
    "en": "Instances without a known start or resource are in no batch.",
    "zh": "开始时间或处理人未知的实例不计入任何批次。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the batches of `log` by activity and kind."""
    return _list_batches(find_reasons(log, setting), log)


def tell(found: Surveyed) -> Measured:
    """Return the batches of a file by activity and kind."""
    return _list_batches(gather_reasons(found), found.log)


def _list_batches(found: Reasons | Measured, log: Log | Stored) -> Measured:
    if isinstance(found, Measured):
        return found
    if found.batches is not None:
        return found.batches
    (sizes, (keys, sums), members), known = found.reckoned.batched, found.account.known
    gathering = look_up(sizes.keys, keys, sums[0])
    order = np.lexsort((sizes.keys, -gathering))
    activity, kind = np.divmod(sizes.keys[order], len(KINDS))
    columns = {
        "activity": [log.activities[code] for code in activity.tolist()],
        "kind": [KINDS[place] for place in kind.tolist()],
        "batches": sizes.counts[order].tolist(),
        "instances": sizes.totals[order].tolist(),
        "cases": found.cases.of_batches[sizes.keys[order]].tolist(),
        "median_size": sizes.quantile(0.5)[order].tolist(),
        "p90_size": sizes.quantile(0.9)[order].tolist(),
        "gathering_s": all_seconds(gathering[order]),
    }
    figures = {
        "instances": members,
        "batched_share": members / known if known else None,
        "gathering_s": seconds(gathering.sum()),
    }
    n = int(sizes.counts.sum())
    return Measured(Table(columns), figures, n, "batches", approximate=is_approximate(sizes))
