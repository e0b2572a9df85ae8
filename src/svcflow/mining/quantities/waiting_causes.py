"""Why cases wait: batching, contention, prioritisation, unavailability, and the rest.

**What.** Of the waiting of all instances, what each cause takes: the wait for a batch to gather; for a resource that is
busy with what was enabled no later; with what was enabled later and served first; for a resource that is off work; and
what none of these explains. The five make up the waiting exactly. `cte_without_share` is cycle time efficiency, work /
(work + waiting), if this cause alone were gone.

**How.** Waiting runs from when an instance was enabled (the end of the latest instance of its case that ended before it
began and does not run side by side with it) to its start. Each cause takes from what those before it leave, in this
order. Hours are those of the calendars given, else discovered from the log. Discovered hours decide between
unavailability and the rest: `low_share` and `high_share` are what the narrowest (each resource by itself, slots of 15
minutes) and the widest reading (everybody together, slots of an hour) make of it.

Steps that may run side by side wait at the same time, and each counts: `total_s` can exceed the time that cases took.
`standing_s` counts no moment twice: of the time in which nobody was at work on a case, what each cause takes, for the
step that ended it. With the work, and the time left out, it makes up the cycle times exactly.

An instance without duration that stands at the very end of another one is enabled by what ended before that, as
published; its wait then holds the other's work, and `standing_s` does not.

**Source.** Lashkevich, Milani, Chapela-Campa & Dumas, CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** Needs starts, ends and resources. Nothing is known before the first step of a case. A resource that also
does work outside this log looks idle: its waits are extraneous. The effects are sums over waits, not a forecast: work
saved in one place may only queue in the next. Of a file on disk, passes gather the work of as many resources as fit
into memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.mining.causes import CAUSES
from svcflow.mining.grouping import all_seconds, seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.reasons import NOTHING_TOLD, Reasons, begin, find_reasons, gather_reasons, go_on
from svcflow.mining.tables import Table
from svcflow.mining.told import REASONS

if TYPE_CHECKING:
    from svcflow.mining.surveyed import Surveyed

__all__ = ["begin", "go_on", "measure", "tell"]

TITLE = {"en": "Causes of waiting", "zh": "等待原因"}
DEFINITION = "waiting-causes"
MISSING = {
    "en": "Waits without a known start or resource, of machines, and of customer or vendor are left out and counted.",
    "zh": "开始时间或处理人未知、由机器完成、以及由客户或供应商负责的等待不计入，另行计数。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by cause."""
    return _list_causes(find_reasons(log, setting))


def tell(found: Surveyed) -> Measured:
    """Return the waiting of a file by cause."""
    return _list_causes(gather_reasons(found))


def _list_causes(found: Reasons | Measured) -> Measured:
    if isinstance(found, Measured) or not found.account.number:
        return found if isinstance(found, Measured) else decline(*NOTHING_TOLD)
    causes, work = found.reckoned.causes, found.account.processing
    shares = [parts / max(int(parts.sum()), 1) for parts in (causes.parts, causes.wide)]
    total = int(causes.parts.sum())
    table = Table(
        {
            "cause": list(CAUSES),
            "count": causes.counts.tolist(),
            "cases": found.cases.of_causes.tolist(),
            "total_s": all_seconds(causes.parts),
            "share": shares[0].tolist(),
            "low_share": np.minimum(*shares).tolist(),
            "high_share": np.maximum(*shares).tolist(),
            "cte_without_share": [_efficiency(work, total - part) for part in causes.parts.tolist()],
            "standing_s": all_seconds(causes.standing),
            "standing_share": (causes.standing / max(int(causes.standing.sum()), 1)).tolist(),
        }
    )
    return Measured(table, _list_figures(found), found.account.number, "waits")


def _efficiency(work: int, waiting: int) -> float | None:
    return work / (work + waiting) if work + waiting else None


def _list_figures(found: Reasons) -> dict[str, float | int | str | None]:
    causes, account = found.reckoned.causes, found.account
    waiting = int(causes.parts.sum())
    figures: dict[str, float | int | str | None] = {
        "hours": found.hours,
        "calendars": found.calendars,
        "total_s": seconds(waiting),
        "standing_s": seconds(int(causes.standing.sum())),
        "processing_s": seconds(account.processing),
        "cte_share": _efficiency(account.processing, waiting),
        "concurrent_pairs": len(found.concurrency.pairs) // 2,
        "declared_pairs": found.concurrency.declared // 2,
    }
    for reason, (count, total, standing) in zip(REASONS, account.left_out.tolist(), strict=True):
        name = reason.replace("-", "_")
        if count:
            figures[f"{name}_count"] = count
            figures |= {f"{name}_total_s": seconds(total), f"{name}_standing_s": seconds(standing)}
    return figures
