"""When in the week cases begin and end: by weekday and hour of the wall clock.

**What.** For each of the 168 hours of the week (Monday first, in the log's time zone) how many cases began in it and
how many ended, with their shares; the busiest hours first. Figures: the share of beginnings at weekends and outside
working days from 8 to 18.

**How.** As in `arrivals`: a case begins at its first start and ends at its last completion, if it is not known to be
open. The hour is the one that people saw on the clock, in summer and winter.

**Limits.** A log of dates says nothing about hours: all begin at midnight, and the quantity is declined.

**Source.** Arrival profiles as in call-centre planning (Erlang models take them as input).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Codes, Log
from svcflow.mining.days import TOO_LONG, WEEK_HOURS, Days, lay_days, say_hour
from svcflow.mining.lives import find_lives
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Hours at which cases begin and end", "zh": "案例开始与结束的时段"}
DEFINITION = "arrival-hours"
MISSING = {
    "en": "A case that is known to be open has no hour at which it ended.",
    "zh": "已知未结的案例没有结束时段。",
}

State = NDArray[np.int64]

DAYTIME = slice(8, 18)


@dataclass(frozen=True)
class ArrivalHoursFold:
    """Counts beginnings and ends by hour of the week."""

    days: Days | None
    done: Codes | None
    zone: str
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        lives = find_lives(batch, self.done)
        if self.days is None:
            return np.zeros((2, WEEK_HOURS), np.int64)
        hours = (self.days.hours_of_week(lives.begin), self.days.hours_of_week(lives.end[~lives.open]))
        return np.stack([np.bincount(found, minlength=WEEK_HOURS) for found in hours]).astype(np.int64)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return left + right

    def finish(self, state: State, log: Log) -> Measured:
        """Return the hours in which anything began or ended, the busiest first."""
        if self.days is None:
            return decline(**TOO_LONG)
        begun, ended = state
        total = int(begun.sum())
        if len(np.flatnonzero(begun.reshape(7, 24).sum(axis=0))) <= 1:
            return decline("the log tells dates but no hours", "日志只有日期，没有时刻")
        order = np.lexsort((np.arange(WEEK_HOURS), -ended, -begun))
        order = order[(begun + ended)[order] > 0]
        columns = {
            "hour": [say_hour(hour) for hour in order.tolist()],
            "weekday": (order // 24 + 1).tolist(),
            "cases": begun[order].tolist(),
            "share": (begun[order] / total).tolist(),
            "ended": ended[order].tolist(),
        }
        week = begun.reshape(7, 24)
        figures: dict[str, float | int | str | None] = {
            "weekend_share": int(week[5:].sum()) / total,
            "outside_8_to_18_share": 1 - int(week[:5, DAYTIME].sum()) / total,
            "zone": self.zone or "UTC",
        }
        return Measured(Table(columns), figures, total, "cases", "none")


def prepare(setting: Setting) -> ArrivalHoursFold:
    """Return the fold of this quantity."""
    return ArrivalHoursFold(lay_days(setting.zone, setting.span), setting.done, setting.zone)
