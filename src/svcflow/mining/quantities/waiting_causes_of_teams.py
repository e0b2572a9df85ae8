"""Causes of waiting by team: which team's work waits, and why.

**What.** For each team, how often its instances waited, and their waiting by cause. Longest standstill first. Unknown
is a team of its own.

**How.** As `waiting-causes`; a wait is that of the team that ends it.

**Source.** Lashkevich, Milani, Chapela-Campa & Dumas, CAiSE 2023 (Kronos); metrics.md 6.

**Limits.** As `waiting-causes`. Queues are those of persons: a colleague of the same team who is free does not end a
wait for somebody who is busy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from svcflow.eventlog.log import Log
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.reasons import NOTHING_TOLD, Reasons, begin, find_reasons, gather_reasons, go_on
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

__all__ = ["begin", "go_on", "measure", "tell"]

TITLE = {"en": "Causes of waiting by team", "zh": "各团队的等待原因"}
DEFINITION = "waiting-causes"
MISSING = {
    "en": "An unknown team is a row of its own; other waits are left out as in `waiting-causes`.",
    "zh": "未知团队单列一行；其余不计入的等待与 `waiting-causes` 相同。",
}


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by team and cause."""
    return _list_teams(find_reasons(log, setting), log)


def tell(found: Surveyed) -> Measured:
    """Return the waiting of a file by team and cause."""
    return _list_teams(gather_reasons(found), found.log)


def _list_teams(found: Reasons | Measured, log: Log | Stored) -> Measured:
    if not log.has_teams and isinstance(found, Reasons):
        return decline("This log does not tell teams.", "该日志没有团队信息。")
    if isinstance(found, Measured) or not found.account.number:
        return found if isinstance(found, Measured) else decline(*NOTHING_TOLD)
    grouped = found.group("teams")
    columns = {"team": [log.teams[code] for code in grouped.names.tolist()], **grouped.to_columns()}
    return Measured(Table(columns), {"hours": found.hours}, found.account.number, "waits")
