"""Cases by the week in which they began: how many, how long they took. What runs are compared by, before and after.

A week's mean stands on the cases that are over: a week many of whose cases are open still looks shorter than it will
be, which is why the open ones are counted beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Log
from svcflow.mining import Mined
from svcflow.mining.days import lay_days

Row = dict[str, Any]

MOST = 520
"""Of more weeks, the last ones are told."""


def trace_weeks(log: Log, mined: Mined) -> list[Row]:
    """Return a row for each week, from the Monday on which it begins in the zone of the log; empty weeks too."""
    if not log.cases:
        return []
    begun = log.start[log.offsets[:-1]]
    days = lay_days(log.zone, (int(begun.min()), int(begun.max())))
    if days is None:
        return []
    week = days.weeks[days.find(begun)]
    size = int(days.weeks[-1]) + 1
    cycle, resolve = mined.cases.cycle / 1000, mined.cases.resolve / 1000
    closed, resolved = mined.counted, mined.cases.resolve != MISSING_TIME
    cases = np.bincount(week, minlength=size)
    over = np.bincount(week, weights=closed, minlength=size).astype(np.int64)
    parts = [
        (f"{name}_{figure}", values)
        for name, measured, known in (("cycle", cycle, closed), ("resolve", resolve, resolved))
        for figure, values in _measure(week, measured, known, size)
    ]
    rows = [
        {"from": days.name_week(number), "cases": int(cases[number]), "open": int(cases[number] - over[number])}
        | {name: values[number] for name, values in parts}
        for number in range(size)
    ]
    return rows[-MOST:]


def _measure(
    week: NDArray[np.int64], seconds: NDArray[np.float64], known: NDArray[np.bool_], size: int
) -> list[tuple[str, list[Any]]]:
    """Return the number and the mean of what is known in each week, ``None`` where nothing is."""
    count = np.bincount(week[known], minlength=size)
    total = np.bincount(week[known], weights=seconds[known], minlength=size)
    means = [round(t / n, 3) if n else None for t, n in zip(total.tolist(), count.tolist(), strict=True)]
    return [("cases", count.tolist()), ("mean_s", means)]
