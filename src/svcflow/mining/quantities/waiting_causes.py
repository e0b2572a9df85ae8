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
saved in one place may only queue in the next.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.mining.causes import CAUSES, Parts
from svcflow.mining.explanation import Explanation, explain_told
from svcflow.mining.grouping import all_seconds, distinct, seconds
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.rosters import Given
from svcflow.mining.tables import Table

TITLE = {"en": "Causes of waiting", "zh": "等待原因"}
DEFINITION = "waiting-causes"
MISSING = {
    "en": "Waits without a known start or resource, of machines, and of customer or vendor are left out and counted.",
    "zh": "开始时间或处理人未知、由机器完成、以及由客户或供应商负责的等待不计入，另行计数。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by cause."""
    found = explain_told(log, setting)
    if isinstance(found, Measured):
        return found
    return Measured(_list_causes(found), _list_figures(found), int(found.told.sum()), "waits")


def _list_causes(found: Explanation) -> Table:
    told, standing = found.parts[:, found.told], found.standing[:, found.told].sum(axis=1)
    sums = told.sum(axis=1)
    shares = [_share(parts) for parts in (told, found.wide[:, found.told])]
    total, work = int(sums.sum()), found.processing
    case = found.enablement.instances.case[found.told]
    return Table(
        {
            "cause": list(CAUSES),
            "count": [int((part > 0).sum()) for part in told],
            "cases": [len(distinct(case[part > 0])) for part in told],
            "total_s": all_seconds(sums),
            "share": shares[0].tolist(),
            "low_share": np.minimum(*shares).tolist(),
            "high_share": np.maximum(*shares).tolist(),
            "cte_without_share": [_efficiency(work, total - int(part)) for part in sums],
            "standing_s": all_seconds(standing),
            "standing_share": (standing / max(int(standing.sum()), 1)).tolist(),
        }
    )


def _share(parts: Parts) -> NDArray[np.float64]:
    """Return what each cause takes of all waiting; 0 of none."""
    sums = parts.sum(axis=1)
    shares: NDArray[np.float64] = sums / max(int(sums.sum()), 1)
    return shares


def _efficiency(work: int, waiting: int) -> float | None:
    return work / (work + waiting) if work + waiting else None


def _list_figures(found: Explanation) -> dict[str, float | int | str | None]:
    waiting = int(found.parts[:, found.told].sum())
    concurrency = found.enablement.concurrency
    figures: dict[str, float | int | str | None] = {
        "hours": found.roster.source,
        "calendars": ", ".join(filter(None, found.roster.names)) if isinstance(found.roster, Given) else None,
        "total_s": seconds(waiting),
        "standing_s": seconds(int(found.standing[:, found.told].sum())),
        "processing_s": seconds(found.processing),
        "cte_share": _efficiency(found.processing, waiting),
        "concurrent_pairs": len(concurrency.pairs) // 2,
        "declared_pairs": concurrency.declared // 2,
    }
    for out in found.left_out:
        name = out.reason.replace("-", "_")
        figures[f"{name}_count"] = out.count
        figures |= {f"{name}_total_s": seconds(out.total), f"{name}_standing_s": seconds(out.standing)}
    return figures
