"""The backlog: how old open cases are, how many nobody touches, and how fast their number grows.

**What.** Open cases at the end of the log by age, with those that are stale: untouched for five days. Figures: the age
that half of them and nine of ten do not exceed, the stale share, the mean time since they were last touched, and by how
many cases a week the backlog grew over the whole log and over its last four whole weeks.

**How.** A case is open if its last activity is none of the done ones. Its age runs from its first start to the last
event of the log, which stands for now; with a calendar, age is also told in open hours. Growth is beginnings less
ends.

**Limits.** Needs to know what done is: else nothing is told. An export of closed cases only has no backlog.

**Source.** metrics.md 9: stale backlog (open, untouched for 5 days), backlog growth, ageing P50 and P90.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.collecting import Collector
from svcflow.mining.days import TOO_LONG, Days, lay_days
from svcflow.mining.describing import choose_detail, is_approximate, list_durations
from svcflow.mining.durations import Detail, Durations
from svcflow.mining.lives import FIELDS, Flow, Levels, count_flow, find_lives
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Age of the backlog", "zh": "积压账龄"}
DEFINITION = "backlog-ageing"
MISSING = {
    "en": "Where it is not known what done is, no case is known to be open.",
    "zh": "完成活动未知时，无法判断案例是否未结。",
}

DAY_MS = 86_400_000
STALE = 5 * DAY_MS
BOUNDS = (1, 3, 7, 14, 30, 90)
"""Borders between the classes of age, in days."""
RECENT_WEEKS = 4
AGE, UNTOUCHED, OPEN_HOURS = range(3)


class State(NamedTuple):
    """Ages and times since the last touch of open cases, how many of each class are open and stale, and the flow."""

    ages: Durations
    classes: NDArray[np.int64]
    flow: Flow


@dataclass(frozen=True)
class BacklogFold:
    """Collects the ages of open cases."""

    days: Days | None
    setting: Setting
    detail: Detail
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def begin(self) -> Backlog:
        """Return an accumulator of nothing."""
        return Backlog(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        return State(left.ages.merge(right.ages), left.classes + right.classes, left.flow + right.flow)

    def finish(self, state: State, log: Log) -> Measured:
        """Return the classes of age, the oldest first."""
        if self.setting.done is None:
            return decline(
                "the log does not say which activities settle a case: state them in the mapping (done)",
                "日志未说明哪些活动表示办结：请在映射中说明（done）",
            )
        if self.days is None:
            return decline(**TOO_LONG)
        opened, stale = state.classes
        total = int(opened.sum())
        levels = Levels(self.days, state.flow)
        figures = _describe(state.ages, total, int(stale.sum())) | _grow(levels)
        shown = np.flatnonzero(opened)[::-1]
        columns: dict[str, list[object]] = {
            "age": [_name(at) for at in shown.tolist()],
            "cases": opened[shown].tolist(),
            "share": (opened[shown] / max(total, 1)).tolist(),
            "stale": stale[shown].tolist(),
        }
        approximate = is_approximate(state.ages)
        return Measured(Table(columns), figures, total, "open cases", "elapsed", approximate)


def _name(at: int) -> str:
    """Return a class of age in words."""
    if at == 0:
        return f"under {BOUNDS[0]} d"
    return f"{BOUNDS[at - 1]} to {BOUNDS[at]} d" if at < len(BOUNDS) else f"over {BOUNDS[-1]} d"


def _describe(ages: Durations, total: int, stale: int) -> dict[str, float | int | str | None]:
    told = list_durations(ages, [AGE, UNTOUCHED, OPEN_HOURS], total=False)
    figures: dict[str, float | int | str | None] = {
        "age_median_s": told["median_s"][AGE],
        "age_p90_s": told["p90_s"][AGE],
        "stale": stale,
        "stale_share": stale / total if total else None,
        "untouched_median_s": told["median_s"][UNTOUCHED],
    }
    if OPEN_HOURS in ages.keys.tolist():
        figures["age_median_business_s"] = told["median_s"][OPEN_HOURS]
        figures["age_p90_business_s"] = told["p90_s"][OPEN_HOURS]
    return figures


def _grow(levels: Levels) -> dict[str, float | int | str | None]:
    """Return by how many cases a week the backlog grew."""
    weeks = levels.days.find_whole_weeks()
    net = np.bincount(levels.days.weeks, weights=levels.begun - levels.ended)[weeks]
    return {
        "growth_per_week": float(net.mean()) if len(net) else None,
        "growth_last_four_weeks": float(net[-RECENT_WEEKS:].mean()) if len(net) >= RECENT_WEEKS else None,
    }


class Backlog:
    """The open cases of the blocks so far."""

    def __init__(self, fold: BacklogFold) -> None:
        self._fold = fold
        self._ages = Collector(3, fold.detail)
        self._classes = np.zeros((2, len(BOUNDS) + 1), np.int64)
        self._flow = np.zeros((FIELDS, len(fold.days) if fold.days else 0), np.int64)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        fold = self._fold
        lives = find_lives(batch, fold.setting.done)
        if fold.days is None or fold.setting.done is None:
            return
        self._flow += count_flow(batch, fold.days, fold.setting.done)
        now = fold.setting.span[1]
        begin, touched = lives.begin[lives.open], lives.end[lives.open]
        self._ages.add(np.full(len(begin), AGE), now - begin)
        self._ages.add(np.full(len(begin), UNTOUCHED), now - touched)
        if fold.setting.clock and len(begin):
            spent = fold.setting.clock.elapsed_all(begin, np.full(len(begin), now))
            self._ages.add(np.full(len(begin), OPEN_HOURS), spent)
        at = np.searchsorted(np.array(BOUNDS) * DAY_MS, now - begin, side="right")
        for row, chosen in enumerate((at, at[now - touched >= STALE])):
            self._classes[row] += np.bincount(chosen, minlength=len(BOUNDS) + 1)

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return State(self._ages.state(), self._classes.copy(), self._flow.copy())


def prepare(setting: Setting) -> BacklogFold:
    """Return the fold of this quantity."""
    return BacklogFold(lay_days(setting.zone, setting.span), setting, choose_detail(setting))
