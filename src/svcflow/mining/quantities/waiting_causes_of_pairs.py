"""Causes of waiting between two activities: what makes each pair slow.

**What.** For each pair of activities, of which the first enabled the second: how often the second waited, and its
waiting by cause (`total_s`, parts of which may run side by side), and for how long the case stood still before it
(`standing_s`). Longest standstill first.

**How.** As `waiting-causes`; the first activity is the one that enabled the second, which is not always the one just
before it. Where all before it run side by side with it, it is the one just before.

**Source.** Lashkevich, Milani, Chapela-Campa & Dumas, CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** As `waiting-causes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.reasons import NOTHING_TOLD, Reasons, begin, find_reasons, gather_reasons, go_on
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

__all__ = ["begin", "go_on", "measure", "tell"]

TITLE = {"en": "Causes of waiting by pair of activities", "zh": "各活动对的等待原因"}
DEFINITION = "waiting-causes"
MISSING = {
    "en": "Waits without a known start or resource, of machines, and of the customer or a vendor are left out.",
    "zh": "开始时间或处理人未知、由机器完成、以及由客户或供应商负责的等待不计入。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by pair of activities and cause."""
    return _list_pairs(find_reasons(log, setting), log)


def tell(found: Surveyed) -> Measured:
    """Return the waiting of a file by pair of activities and cause."""
    return _list_pairs(gather_reasons(found), found.log)


def _list_pairs(found: Reasons | Measured, log: Log | Stored) -> Measured:
    if isinstance(found, Measured) or not found.account.number:
        return found if isinstance(found, Measured) else decline(*NOTHING_TOLD)
    grouped = found.group("pairs")
    first, second = np.divmod(grouped.names, len(log.activities))
    columns = {
        "from": [log.activities[code] for code in first.tolist()],
        "to": [log.activities[code] for code in second.tolist()],
        **grouped.to_columns(),
    }
    return Measured(Table(columns), {"hours": found.hours}, found.account.number, "waits")
