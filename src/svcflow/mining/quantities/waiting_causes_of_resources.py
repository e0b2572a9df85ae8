"""Causes of waiting by resource: for whom work waits, and why.

**What.** For each resource, how often its instances waited, their waiting by cause, and its own work. Longest
standstill first. People are numbered unless names are asked for.

**How.** As `waiting-causes`; a wait is that of the resource that ends it.

**Source.** Lashkevich, Milani, Chapela-Campa & Dumas, CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** As `waiting-causes`. It tells where work queues, not who works badly: whoever is given the most, or the
hardest, has the longest queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svcflow.eventlog.log import Log
from svcflow.mining.grouping import all_seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.reasons import NOTHING_TOLD, Reasons, begin, find_reasons, gather_reasons, go_on
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

__all__ = ["begin", "go_on", "measure", "tell"]

TITLE = {"en": "Causes of waiting by resource", "zh": "各处理人的等待原因"}
DEFINITION = "waiting-causes"
MISSING = {
    "en": "Waits without a known start or resource, of machines, and of the customer or a vendor are left out.",
    "zh": "开始时间或处理人未知、由机器完成、以及由客户或供应商负责的等待不计入。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by resource and cause."""
    return _list_resources(find_reasons(log, setting), log)


def tell(found: Surveyed) -> Measured:
    """Return the waiting of a file by resource and cause."""
    return _list_resources(gather_reasons(found), found.log)


def _list_resources(found: Reasons | Measured, log: Log | Stored) -> Measured:
    if isinstance(found, Measured) or not found.account.number:
        return found if isinstance(found, Measured) else decline(*NOTHING_TOLD)
    grouped = found.group("resources")
    columns: dict[str, list[Any]] = {
        "resource": [log.resources[code] for code in grouped.names.tolist()],
        "processing_s": all_seconds(found.account.worked[grouped.names]),
        **grouped.to_columns(),
    }
    return Measured(Table(columns), {"hours": found.hours}, found.account.number, "waits", people=("resource",))
