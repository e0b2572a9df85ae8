"""Causes of waiting by team: which team's work waits, and why.

**What.** For each team, how often its instances waited, and their waiting by cause. Longest standstill first. Unknown
is a team of its own.

**How.** As `waiting-causes`; a wait is that of the team that ends it.

**Source.** Lashkevich, Milani, Chapela-Campa & Dumas, CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** As `waiting-causes`. Queues are those of persons: a colleague of the same team who is free does not end a
wait for somebody who is busy.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.mining.explanation import explain_told, group_waits, refuse
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Causes of waiting by team", "zh": "各团队的等待原因"}
DEFINITION = "waiting-causes"
MISSING = {
    "en": "An unknown team is a row of its own; other waits are left out as in `waiting-causes`.",
    "zh": "未知团队单列一行；其余不计入的等待与 `waiting-causes` 相同。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by team and cause."""
    refused = refuse(log)
    if refused is None and not log.has_teams:
        refused = decline("This log does not tell teams.", "该日志没有团队信息。")
    found = refused or explain_told(log, setting)
    if isinstance(found, Measured):
        return found
    grouped = group_waits(found, found.team.astype(np.int64))
    columns = {"team": [log.teams[code] for code in grouped.names.tolist()], **grouped.to_columns()}
    return Measured(Table(columns), {"hours": found.roster.source}, int(found.told.sum()), "waits")
