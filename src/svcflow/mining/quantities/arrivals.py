"""Cases that begin and end, by week and by day.

**What.** For every week (from Monday) and every day of the log's time zone: how many cases began and how many
ended. Figures: means per day and per week, and the trend of the beginnings over the whole weeks (a straight line by
least squares, cases per week more each week).

**How.** A case begins at its first start. It ends at its last completion if that is a done activity; an open case does
not end. Days are days of the wall clock: that of a change to or from summer time has 23 or 25 hours. The weeks at
the two borders of the log are listed, and left out of means and trend where they are not whole.

**Limits.** Where the log does not say what done is, every case counts as ended at its last event. An export that was
cut by its first or last event shows fewer beginnings near its borders than there were.

**Source.** metrics.md 9 (backlog growth); difference arrays as usual in queueing.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes
from svcflow.mining.days import lay_days
from svcflow.mining.lives import FlowFold, Levels, say_censoring
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Cases begun and ended", "zh": "新增与结束的案例"}
DEFINITION = "arrivals"
MISSING = {
    "en": "A case without a done activity at its end is open and does not end.",
    "zh": "末尾不是完成活动的案例视为未结，不计为结束。",
}

LEAST_WEEKS = 4
"""Over fewer whole weeks there is no trend."""


def _tell(levels: Levels, done: Codes | None) -> Measured:
    """Return the weeks, then the days."""
    total = int(levels.begun.sum())
    if not total:
        return decline("the log holds no case", "日志中没有案例")
    figures = describe_flow(levels) | say_censoring(done, total - int(levels.ended.sum()))
    return Measured(_tabulate(levels), figures, total, "cases", "none")


def describe_flow(levels: Levels) -> dict[str, float | int | str | None]:
    """Return the means by day and week and the trend, ``None`` where there are too few whole weeks."""
    weeks = levels.days.find_whole_weeks()
    per_week = np.bincount(levels.days.weeks, weights=levels.begun)[weeks]
    observed = levels.days.span[1] - levels.days.span[0]
    per_day = float(levels.begun.sum()) / (observed / 86_400_000) if observed >= 86_400_000 else None
    return {
        "begun_per_day": per_day,
        "whole_weeks": len(weeks),
        "begun_per_week": float(per_week.mean()) if len(weeks) else None,
        "trend_per_week": _slope(per_week.astype(np.float64)),
        "busiest_day": levels.days.name(int(np.argmax(levels.begun))),
        "begun_that_day": int(levels.begun.max()),
    }


def _slope(values: NDArray[np.float64]) -> float | None:
    """Return how much `values` rise from one to the next, by least squares."""
    if len(values) < LEAST_WEEKS:
        return None
    x = np.arange(len(values)) - (len(values) - 1) / 2
    return float((x * values).sum() / (x * x).sum())


def _tabulate(levels: Levels) -> Table:
    days = levels.days
    weeks = days.weeks
    begun, ended = (np.bincount(weeks, weights=column).astype(np.int64) for column in (levels.begun, levels.ended))
    names = [days.name_week(week) for week in range(len(begun))]
    by_week = _list("week", names, (begun, ended))
    busy = np.flatnonzero(levels.begun + levels.ended)
    names = [days.name(day) for day in busy.tolist()]
    by_day = _list("day", names, (levels.begun[busy], levels.ended[busy]))
    return Table({name: [*by_week[name], *by_day[name]] for name in by_week})


def _list(unit: str, names: Iterable[str], counts: tuple[NDArray[np.int64], ...]) -> dict[str, list[object]]:
    begun, ended = counts
    return {
        "unit": [unit] * len(begun),
        "from": [*names],
        "cases": begun.tolist(),
        "ended": ended.tolist(),
    }


def prepare(setting: Setting) -> FlowFold:
    """Return the fold of this quantity."""
    return FlowFold(lay_days(setting.zone, setting.span), setting.done, _tell)
