"""Open hours as a log shows them, where no calendar is given: the hours of the week in which work is recorded.

Nights and weekends lie inside of waits on the wall clock. Two groups of waits (done today, done tomorrow) are then no
two kinds of cases. An hour of the week (in UTC) is open if it has a fifth of the completions of a well-filled hour.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log, Millis

HOUR = 3_600_000
WEEK = 168
OPEN = 0.2
FILLED = 0.9
ROUND_THE_CLOCK = 0.75
"""Where more of the week is open, work goes on all the time, if less at night: all hours are open."""


def measure_open(log: Log, rows: NDArray[np.int64]) -> Millis:
    """Return how long each of these rows waits in open hours, in milliseconds."""
    hours = find_open(log)
    since, until = log.time[rows - 1], np.maximum(log.start[rows], log.time[rows - 1])
    return sum_open(until, hours) - sum_open(since, hours)


def find_open(log: Log) -> NDArray[np.bool_]:
    """Return which of the 168 hours of the week, from Thursday 0:00 UTC on, are open; all if the log is too small."""
    counts = np.bincount((log.time // HOUR) % WEEK, minlength=WEEK)
    filled = np.quantile(counts[counts > 0], FILLED) if log.instances else 0
    open_ = counts >= OPEN * filled
    return open_ if filled >= 5 and open_.mean() < ROUND_THE_CLOCK else np.ones(WEEK, np.bool_)


def sum_open(instants: Millis, hours: NDArray[np.bool_]) -> Millis:
    """Return the open milliseconds from 1970 to each instant, where these `hours` of the week are open."""
    before = np.concatenate([[0], np.cumsum(hours)]).astype(np.int64) * HOUR
    weeks, rest = np.divmod(instants, WEEK * HOUR)
    hour, within = np.divmod(rest, HOUR)
    opened: Millis = weeks * before[-1] + before[hour] + np.where(hours[hour], within, 0)
    return opened
