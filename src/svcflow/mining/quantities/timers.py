"""Links whose wait a timer makes: which rule says so, the typical wait, and how much time lies there.

**What.** Each directly-follows pair that is taken for a timer's: the rule, the share of its waits for which the rule
holds, the typical wait, the waits and cases, their time and its share of all time between events. Figures: the time
behind all timers together.

**How.** A pair with at least 20 waits is a timer's if half of them lie within 2 % of one value (``concentration``), if
spikes stand at whole days or hours beyond chance (``whole-days``, ``whole-hours``), or if one account that is a machine
writes more than 80 % of what follows (``machine``, with the account).

**Limits.** A policy, not a bottleneck: shortening it is a decision. In a log of dates whole days are no evidence.

**Source.** metrics.md 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from svcflow.mining.grouping import all_seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.mining.mined import Mined

TITLE = {"en": "Timers", "zh": "定时等待"}
DEFINITION = "timer"
MISSING = {
    "en": "A pair of which every wait is unknown is not judged; fewer than 20 waits are not judged either.",
    "zh": "等待未知的活动对不作判断；不足 20 次等待的也不判断。",
}


def derive(mined: Mined, _: Setting) -> Measured:
    """Return the timers, those with most time first."""
    pairs = mined.directly_follows
    if not len(pairs):
        return decline("no case has two events", "没有案例包含两个事件")
    found = np.array([at for at, timer in enumerate(pairs.timers) if timer is not None], np.int64)
    found = found[np.lexsort((found, -pairs.total[found]))]
    timers = [timer for timer in (pairs.timers[at] for at in found.tolist()) if timer is not None]
    whole = int(pairs.total.sum())
    behind = int(pairs.total[found].sum())
    columns: dict[str, list[object]] = {
        "from": [pairs.activities[code] for code in pairs.source[found].tolist()],
        "to": [pairs.activities[code] for code in pairs.target[found].tolist()],
        "rule": [timer.rule for timer in timers],
        "account": [timer.account or None for timer in timers],
        "holds_share": [timer.share for timer in timers],
        "typical_s": [timer.mode / 1000 for timer in timers],
        "count": [*pairs.count[found].tolist()],
        "cases": [*pairs.cases[found].tolist()],
        "total_s": [*all_seconds(pairs.total[found])],
        "share": [*(pairs.total[found] / whole).tolist()] if whole else [None] * len(found),
    }
    figures = {"total_s": behind / 1000, "share": behind / whole if whole else None}
    n = int(pairs.count.sum())
    return Measured(Table(columns), figures, n, "waits", "elapsed", people=("account",))
