"""Who is waited for: the time between events by provider, customer, vendor and nobody, timers apart.

**What.** For each side that owns waits between two activities: how many waits, their time on the wall clock and, where
a calendar is given, in open hours, each with its share of all. What a timer makes stands in rows of its own.

**How.** A wait belongs to the side that owns the state before it (``states`` of the mapping, or a state that says whom
it waits for), else to the side of the activity that ends it (``sides`` of the mapping, or steps that the definition
gives to somebody outside), else to nobody from where a case is settled until it is closed, else to the provider. Timers
are judged by the rules of `timers`.

**Limits.** Without states, sides or a definition every wait before a case is settled is taken for the provider's:
``told`` says so. What cases
wait after their last event is not in it.

**Source.** metrics.md 2 and 3: every state has an owner side; waiting is reported by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.grouping import all_seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.mining.mined import Mined

TITLE = {"en": "Waiting by owner", "zh": "按责任方的等待"}
DEFINITION = "owner-sides"
MISSING = {
    "en": "A wait of which nobody says whose it is belongs to the provider, or to nobody once the case is settled.",
    "zh": "未说明责任方的等待归服务方；办结之后的等待不归任何一方。",
}

TOLD = "by the mapping, a definition or the names of states"
UNTOLD = "by nobody: all is taken for the provider's until a case is settled"
SIDES = ("provider", "customer", "vendor", "nobody")


def derive(mined: Mined, setting: Setting) -> Measured:
    """Return a row for each side with waits, those of timers below the others."""
    pairs = mined.directly_follows
    if not len(pairs):
        return decline("no case has two events", "没有案例包含两个事件")
    timed = np.array([timer is not None for timer in pairs.timers], np.bool_)
    sides = np.array([SIDES.index(side) for side in pairs.sides], np.int64)
    groups = [(code, timer) for timer in (False, True) for code in range(len(SIDES))]
    places = [np.flatnonzero((sides == code) & (timed == timer)) for code, timer in groups]
    kept = [at for at, place in enumerate(places) if len(place)]
    counts = [int(pairs.count[places[at]].sum()) for at in kept]
    columns: dict[str, list[object]] = {
        "side": [SIDES[groups[at][0]] for at in kept],
        "timer": [groups[at][1] for at in kept],
        "count": [*counts],
        **_sum_up("_s", pairs.total, [places[at] for at in kept], counts),
    }
    if pairs.business_total is not None:
        columns |= _sum_up("_business_s", pairs.business_total, [places[at] for at in kept], counts)
    told = bool(setting.sides or setting.states)
    return Measured(Table(columns), {"told": TOLD if told else UNTOLD}, sum(counts), "waits", "elapsed")


def _sum_up(
    unit: str, totals: NDArray[np.int64], places: list[NDArray[np.int64]], counts: list[int]
) -> dict[str, list[object]]:
    """Return the time of each group of pairs on one clock, with its share and its mean."""
    sums = np.array([int(totals[place].sum()) for place in places], np.int64)
    whole = int(sums.sum())
    share = "share" if unit == "_s" else "business_share"
    return {
        f"total{unit}": [*all_seconds(sums)],
        share: [*(sums / whole).tolist()] if whole else [None] * len(sums),
        f"mean{unit}": [*all_seconds(sums / np.array(counts))],
    }
