"""Time between steps by owner side and team: what a log without start times tells of waiting.

**What.** For each owner side (provider, customer, vendor, nobody) and team, the time between one step and the next,
parted: `before_s`, before the resource of the step had completed what it did before; `rest_s`, what is left. Where a
timer makes the time, or another side than the provider owns it, it is not parted.

**How.** With one time stamp for each step the time between two is waiting and work together (sojourn). Somebody who
completes a step at 11 had another one in hand until it was completed at 10: only from then on can the step have been
worked on. The side is that of the state the case was in, else of the step that ends the time; `timer` where the waits
between two activities show one.

**Source.** metrics.md 2 and 6; the start estimate of Chapela-Campa & Dumas, ICPM 2022, whose remainder is left whole
here: on real logs taking it for work overstates work several times over.

**Limits.** `before_s` is not all work on other cases: it holds closed hours, and work that is in no log. `rest_s` is no
touch time. The causes of waiting need starts: see `waiting-causes`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log, Millis
from svcflow.mining.grouping import all_seconds, distinct, seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table
from svcflow.mining.transitions import Transitions, follow
from svcflow.mining.waits import PROVIDER, gather_waits

TITLE = {"en": "Time between steps by owner side and team", "zh": "按责任方与团队划分的步骤间时间"}
DEFINITION = "waiting-sides"
MISSING = {
    "en": "An unknown team is a row of its own; an unknown resource or a machine is never busy.",
    "zh": "未知团队单列一行；未知处理人和机器不视为忙碌。",
}

SIDES = (PROVIDER, "customer", "vendor", "nobody", "timer")


def measure(log: Log, setting: Setting) -> Measured:
    """Return the time between the steps of `log` by side and team."""
    steps = follow(log.batch(0, log.cases), len(log.activities))
    if not len(steps.row):
        return decline("No case of this log has two steps.", "该日志中没有包含两个步骤的案例。")
    side = _find_sides(log, setting)
    time = log.time[steps.row] - log.time[steps.row - 1]
    busy = np.where(side == 0, np.minimum(_find_busy(log, steps, setting), time), 0)
    return Measured(
        _list_groups(log, steps, side, (time, busy)),
        {"total_s": seconds(time.sum()), "before_s": seconds(busy.sum())},
        len(steps.row),
        "steps",
    )


def _find_sides(log: Log, setting: Setting) -> NDArray[np.int64]:
    """Return the place in `SIDES` of who owns the time before each step."""
    waits = setting.memo.get("waits") or gather_waits(log, frozenset(setting.machines.tolist()), done=setting.done)
    sides = [side if timer is None else "timer" for side, timer in zip(waits.sides, waits.timers, strict=True)]
    return np.array([SIDES.index(side) for side in sides], np.int64)[waits.pair]


def _find_busy(log: Log, steps: Transitions, setting: Setting) -> Millis:
    """Return for how long, after the step before, the resource of each step had something else in hand."""
    sequence = _sort_work(log)
    before = np.full(log.instances, np.iinfo(np.int64).min)
    same = np.flatnonzero(np.diff(log.resource[sequence]) == 0)
    before[sequence[same + 1]] = log.time[sequence[same]]
    unseen = (log.resource == UNKNOWN) | np.isin(log.resource, setting.machines)
    since = log.time[steps.row - 1]
    held = np.where(unseen[steps.row], since, np.maximum(before[steps.row], since))
    return held - since


def _sort_work(log: Log) -> NDArray[np.int64]:
    """Return the instances by resource and time; of equal ones it does not matter which goes first."""
    least, width = int(log.time.min()), int(log.time.max()) - int(log.time.min()) + 1
    if len(log.resources) * width < 2**62:
        return np.argsort(log.resource.astype(np.int64) * width + (log.time - least))
    return np.lexsort((log.time, log.resource))


def _list_groups(log: Log, steps: Transitions, side: NDArray[np.int64], of: tuple[Millis, Millis]) -> Table:
    width = len(log.teams)
    number = side * width + log.team[steps.row]
    time, busy = (np.zeros(len(SIDES) * width, np.int64) for _ in of)
    np.add.at(time, number, of[0])
    np.add.at(busy, number, of[1])
    counts = np.bincount(number, minlength=len(time))
    cases = np.bincount(distinct(number * log.cases + steps.case) // log.cases, minlength=len(time))
    order = np.flatnonzero(counts)
    order = order[np.lexsort((order, -time[order]))]
    which, team = np.divmod(order, width)
    return Table(
        {
            "side": [SIDES[place] for place in which.tolist()],
            "team": [log.teams[code] for code in team.tolist()],
            "count": counts[order].tolist(),
            "cases": cases[order].tolist(),
            "total_s": all_seconds(time[order]),
            "before_s": all_seconds(busy[order]),
            "rest_s": all_seconds((time - busy)[order]),
            "share": (time[order] / max(int(time.sum()), 1)).tolist(),
        }
    )
