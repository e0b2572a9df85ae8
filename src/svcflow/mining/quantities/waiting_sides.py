"""Time between steps by owner side and team: what a log without start times tells of waiting.

**What.** For each owner side (provider, customer, vendor, nobody) and team, the time between one step and the next,
parted: `before_s`, before the resource of the step had completed what it did before (at an earlier instant); `rest_s`,
what is left. Where a timer makes the time, or another side than the provider owns it, it is not parted.

**How.** With one time stamp for each step the time between two is waiting and work together (sojourn). Somebody who
completes a step at 11 had another one in hand until it was completed at 10: only from then on can the step have been
worked on. The side is that of the state the case was in, else of the step that ends the time; `timer` where the waits
between two activities show one.

**Source.** metrics.md 2 and 6; the start estimate of Chapela-Campa & Dumas, ICPM 2022, whose remainder is left whole
here: on real logs taking it for work overstates work several times over.

**Limits.** `before_s` is not all work on other cases: it holds closed hours, and work that is in no log. `rest_s` is no
touch time. The causes of waiting need starts: see `waiting-causes`. Of a file on disk, passes gather the work of as
many resources as fit into memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log, Millis, Vocabulary
from svcflow.mining.grouping import Ints, add_up, all_seconds, distinct, seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.spooling import Columns
from svcflow.mining.tables import Table
from svcflow.mining.timers import Timer
from svcflow.mining.transitions import Transitions, follow, number_cases
from svcflow.mining.waits import PROVIDER, gather_waits
from svcflow.mining.worklists import ROWS, count_work, cut, gather, refuse_work, share_out

if TYPE_CHECKING:
    from svcflow.mining.surveyed import Surveyed

TITLE = {"en": "Time between steps by owner side and team", "zh": "按责任方与团队划分的步骤间时间"}
DEFINITION = "waiting-sides"
MISSING = {
    "en": "An unknown team is a row of its own; an unknown resource or a machine is never busy.",
    "zh": "未知团队单列一行；未知处理人和机器不视为忙碌。",
}

NO_STEPS = ("No case of this log has two steps.", "该日志中没有包含两个步骤的案例。")
SIDES = (PROVIDER, "customer", "vendor", "nobody", "timer")


Sided = tuple[Ints, NDArray[np.int8]]
"""Pairs of activities, ascending, and the place in `SIDES` of who owns the time between them."""


class Between(NamedTuple):
    """The time between steps, in milliseconds, by ``side * teams + team``."""

    counts: Ints
    cases: Ints
    totals: Ints


@dataclass(frozen=True, slots=True)
class BetweenFold:
    """Adds up the time between the steps of so many activities and teams, which sides own by `sided`."""

    activities: int
    teams: int
    sided: Sided
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "team"})

    def partial(self, batch: Batch) -> Between:
        """Summarise one block."""
        steps = follow(batch, self.activities)
        return _add_up(steps, _find_sides(steps.pair, self.sided), batch, self.teams)

    def merge(self, left: Between, right: Between) -> Between:
        """Put two summaries together."""
        return Between(*(one + other for one, other in zip(left, right, strict=True)))

    def finish(self, state: Between, log: Source) -> Between:
        """Return the summary as it is."""
        return state


@dataclass(frozen=True, slots=True)
class Gathering:
    """Gathers case, resource, team and time of steps, and since when each can have been worked on.

    That is its own time where the provider does not own the time before it.
    """

    activities: int
    sided: Sided
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "resource", "team"})
    size: ClassVar[int] = 28

    def gather(self, batch: Batch, chosen: NDArray[np.bool_]) -> Columns:
        """Return the columns of the instances of chosen resources."""
        steps = follow(batch, self.activities)
        since = _find_since(steps, _find_sides(steps.pair, self.sided), batch.time)
        at = np.flatnonzero(chosen[batch.resource])
        case = (number_cases(batch.offsets)[at] + batch.first_case).astype(np.int32)
        return case, batch.resource[at], batch.team[at], batch.time[at], since[at]


def measure(log: Log, setting: Setting) -> Measured:
    """Return the time between the steps of `log` by side and team."""
    whole = log.batch(0, log.cases)
    steps = follow(whole, len(log.activities))
    if not len(steps.row):
        return decline(*NO_STEPS)
    waits = setting.memo.get("waits") or gather_waits(log, frozenset(setting.machines.tolist()), done=setting.done)
    side = np.array([_place(*of) for of in zip(waits.sides, waits.timers, strict=True)], np.int8)[waits.pair]
    seen = np.flatnonzero((log.resource != UNKNOWN) & ~np.isin(log.resource, setting.machines))
    since = _find_since(steps, side, log.time)[seen]
    busy = add_up(
        log.team[seen].astype(np.int64), _find_busy(log.resource[seen], log.time[seen], since), len(log.teams)
    )
    return _list_groups(_add_up(steps, side, whole, len(log.teams)), busy, log.teams)


def go_on(found: Surveyed) -> dict[str, Any]:
    """Return the fold that knows who owns the time between two activities."""
    setting = found.setting
    return {DEFINITION: BetweenFold(len(setting.activities), len(setting.teams), _judge_sides(found))}


def tell(found: Surveyed) -> Measured:
    """Return the time between the steps of a file by side and team; what somebody had in hand takes further passes."""
    between: Between = found.states[DEFINITION]
    setting, gathering = found.setting, Gathering(len(found.setting.activities), _judge_sides(found))
    if not between.counts.any():
        return decline(*NO_STEPS)
    counts = count_work(found)
    counts[setting.machines] = 0
    shares = share_out(counts, gathering.size)
    refused = refuse_work(counts, shares)
    if refused is not None:
        return refused
    busy = np.zeros(len(setting.teams), np.int64)
    for columns in gather(found, gathering, shares):
        for some in cut(columns[1], ROWS):
            _, resource, team, time, since = (column[some] for column in columns)
            busy += add_up(team, _find_busy(resource, time, since), len(busy))
    return _list_groups(between, busy, setting.teams)


def _judge_sides(found: Surveyed) -> Sided:
    pairs = sorted(found.pairs)
    return np.array(pairs, np.int64), np.array([_place(*found.pairs[pair]) for pair in pairs], np.int8)


def _place(side: str, timer: Timer | None) -> int:
    return SIDES.index("timer" if timer is not None else side)


def _find_sides(pair: Ints, sided: Sided) -> NDArray[np.int8]:
    """Return the place in `SIDES` of who owns the time before each step."""
    keys, places = sided
    sides: NDArray[np.int8] = places[np.searchsorted(keys, pair)]
    return sides


def _find_since(steps: Transitions, side: NDArray[np.int8], time: Millis) -> Millis:
    """Return for each instance since when it waited for the provider; its own time where it did not."""
    since = time.copy()
    ours = steps.row[side == 0]
    since[ours] = time[ours - 1]
    return since


def _find_busy(resource: Codes, time: Millis, since: Millis) -> Millis:
    """Return for how long, after `since`, the resource of each step had something in hand that it did before."""
    sequence = _sort_work(resource, time)
    who, moment = resource[sequence], time[sequence]
    begins = np.flatnonzero((np.diff(who, prepend=-1) != 0) | (np.diff(moment, prepend=0) != 0))
    earlier = np.full(len(begins), np.iinfo(np.int64).min)  # what is done at the same instant was not done before
    again = np.flatnonzero(np.diff(who[begins]) == 0) + 1
    earlier[again] = moment[begins[again - 1]]
    before = np.empty_like(time)
    before[sequence] = np.repeat(earlier, np.diff(np.append(begins, len(time))))
    held: Millis = np.clip(before, since, time) - since
    return held


def _sort_work(resource: Codes, time: Millis) -> NDArray[np.int64]:
    """Return the instances by resource and time."""
    least, last = int(time.min(initial=0)), int(time.max(initial=0))
    width = last - least + 1
    if (int(resource.max(initial=0)) + 1) * width < 2**62:
        return np.argsort(resource.astype(np.int64) * width + (time - least))
    return np.lexsort((time, resource))


def _add_up(steps: Transitions, side: NDArray[np.int8], batch: Batch, teams: int) -> Between:
    space, cases = len(SIDES) * teams, max(len(batch.offsets) - 1, 1)
    number = side.astype(np.int64) * teams + batch.team[steps.row]
    time = batch.time[steps.row] - batch.time[steps.row - 1]
    return Between(
        np.bincount(number, minlength=space),
        np.bincount(distinct(number * cases + steps.case) // cases, minlength=space),
        add_up(number, time, space),
    )


def _list_groups(between: Between, busy: Ints, teams: Vocabulary) -> Measured:
    """Return the time by side and team, the longest first; `busy` is that of each team, all of it the provider's."""
    counts, cases, time = between
    before = np.append(busy, np.zeros(len(time) - len(busy), np.int64))
    order = np.flatnonzero(counts)
    order = order[np.lexsort((order, -time[order]))]
    which, team = np.divmod(order, len(teams))
    columns = {
        "side": [SIDES[place] for place in which.tolist()],
        "team": [teams[code] for code in team.tolist()],
        "count": counts[order].tolist(),
        "cases": cases[order].tolist(),
        "total_s": all_seconds(time[order]),
        "before_s": all_seconds(before[order]),
        "rest_s": all_seconds((time - before)[order]),
        "share": (time[order] / max(int(time.sum()), 1)).tolist(),
    }
    figures = {"total_s": seconds(time.sum()), "before_s": seconds(busy.sum())}
    return Measured(Table(columns), figures, int(counts.sum()), "steps")
