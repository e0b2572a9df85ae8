"""Cases in progress over time: the mean of each week, its highest day, and what was left at its end.

**What.** A case is in progress from its first start to its last completion. For each week of the log's time zone: the
mean number of cases in progress (over every instant, not a count at some hour), the highest mean of one of its days,
and how many were in progress when it ended. Figures: the mean over the whole log, the day that held most, and the mean
of the last four weeks against the four before.

**How.** Exact: beginnings and ends are counted by day together with how long after midnight they came, from which the
time all cases spent in each day follows without sorting any instant. The sum over all days is the sum of all times in
progress.

**Limits.** A case that is known to be open stays in progress to the end of the log, where it is cut off; where the log
does not say what done is, every case ends at its last event, and work in progress is too low in the last weeks. In the
first weeks it is too low where the export leaves out cases that began before it.

**Source.** Work in process as in Hopp & Spearman, Factory Physics.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes
from svcflow.mining.days import lay_days
from svcflow.mining.lives import FlowFold, Levels, say_censoring
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Work in progress", "zh": "在制量"}
DEFINITION = "work-in-progress"
MISSING = {
    "en": "An open case counts to the end of the log; where done is not known, a case ends at its last event.",
    "zh": "未结案例计至日志末尾；未知完成活动时，案例在最后一个事件处结束。",
}

RECENT_WEEKS = 4


def _tell(levels: Levels, done: Codes | None) -> Measured:
    """Return the weeks in their order."""
    total = int(levels.begun.sum())
    if not total or levels.days.span[0] == levels.days.span[1]:
        return decline("the log holds no span of time", "日志没有时间跨度")
    figures = _describe(levels) | say_censoring(done, total - int(levels.ended.sum()))
    return Measured(_tabulate(levels), figures, total, "cases", "none")


def _describe(levels: Levels) -> dict[str, float | int | str | None]:
    days, spent = levels.days, levels.in_progress
    means = spent / np.maximum(days.observed, 1)
    top = int(np.argmax(means))
    weeks = days.find_whole_weeks()
    by_week = _weekly_means(levels)[weeks]
    recent, before = by_week[-RECENT_WEEKS:], by_week[-2 * RECENT_WEEKS : -RECENT_WEEKS]
    compared = len(before) == RECENT_WEEKS
    return {
        "mean": float(spent.sum() / (days.span[1] - days.span[0])),
        "highest_day": days.name(top),
        "mean_that_day": float(means[top]),
        "last_four_weeks": float(recent.mean()) if compared else None,
        "four_weeks_before": float(before.mean()) if compared else None,
        "at_end": int(levels.at_end[-1]),
    }


def _weekly_means(levels: Levels) -> NDArray[np.float64]:
    weeks = levels.days.weeks
    spent, observed = (np.bincount(weeks, weights=column) for column in (levels.in_progress, levels.days.observed))
    means: NDArray[np.float64] = spent / np.maximum(observed, 1)
    return means


def _tabulate(levels: Levels) -> Table:
    days = levels.days
    weeks = days.weeks
    firsts = np.flatnonzero(np.diff(weeks, prepend=-1))
    lasts = np.append(firsts[1:], len(days)) - 1
    daily = levels.in_progress / np.maximum(days.observed, 1)
    return Table(
        {
            "week": [days.name_week(week) for week in range(len(firsts))],
            "mean": _weekly_means(levels).tolist(),
            "highest_day": np.maximum.reduceat(daily, firsts).tolist(),
            "cases": levels.at_end[lasts].tolist(),
        }
    )


def prepare(setting: Setting) -> FlowFold:
    """Return the fold of this quantity."""
    return FlowFold(lay_days(setting.zone, setting.span), setting.done, _tell)
