"""Causes of waiting by resource: for whom work waits, and why.

**What.** For each resource, how often its instances waited, their waiting by cause, and its own work. Longest
standstill first. People are numbered unless names are asked for.

**How.** As `waiting-causes`; a wait is that of the resource that ends it.

**Source.** Lashkevich, Milani, Chapela-Campa & Dumas, CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** As `waiting-causes`. It tells where work queues, not who works badly: whoever is given the most, or the
hardest, has the longest queue.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.mining.explanation import explain_told, group_waits
from svcflow.mining.grouping import all_seconds
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.tables import Table

TITLE = {"en": "Causes of waiting by resource", "zh": "各处理人的等待原因"}
DEFINITION = "waiting-causes"
MISSING = {
    "en": "Waits without a known start or resource, of machines, and of the customer or a vendor are left out.",
    "zh": "开始时间或处理人未知、由机器完成、以及由客户或供应商负责的等待不计入。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by resource and cause."""
    found = explain_told(log, setting)
    if isinstance(found, Measured):
        return found
    grouped = group_waits(found, found.resource.astype(np.int64))
    instances = found.enablement.instances
    worked = np.zeros(len(log.resources), np.int64)
    np.add.at(worked, found.resource, instances.time - instances.start)
    columns: dict[str, list[Any]] = {
        "resource": [log.resources[code] for code in grouped.names.tolist()],
        "processing_s": all_seconds(worked[grouped.names]),
        **grouped.to_columns(),
    }
    figures = {"hours": found.roster.source}
    return Measured(Table(columns), figures, int(found.told.sum()), "waits", people=("resource",))
