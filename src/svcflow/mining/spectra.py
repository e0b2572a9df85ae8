"""The performance spectrum of a pair of activities: every case that waited there, from when to when, in four classes.

It shows what no average does: batches, weekends, a queue that grows, one in which the last come is first served.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.eventlog.log import Log, Millis
from svcflow.mining.grouping import group

CLASSES = ("fastest", "fast", "slow", "slowest")
"""Quarters of the waits of a pair by duration."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The waits of one pair by beginning: case number, begin and end in milliseconds, and class (0 to 3)."""

    case: NDArray[np.int64]
    begin: Millis
    end: Millis
    quarter: NDArray[np.int64]


def list_segments(log: Log, source: str, target: str) -> Segments:
    """Return the waits from one activity to the next. Raises UsageError for an activity that does not occur."""
    codes = [log.activities.find(name) for name in (source, target)]
    for name, code in zip((source, target), codes, strict=True):
        if code is None:
            raise UsageError(f"no activity {name!r}", "activities are listed by: svcflow inspect LOG")
    follows = (log.activity[:-1] == codes[0]) & (log.activity[1:] == codes[1])
    follows[log.offsets[1:-1] - 1] = False
    at = np.flatnonzero(follows)
    begin, end = log.time[at], np.maximum(log.start[at + 1], log.time[at])
    order = np.lexsort((at, end, begin))
    case = np.searchsorted(log.offsets, at[order], side="right") - 1
    return Segments(case, begin[order], end[order], classify((end - begin)[order]))


def classify(waits: Millis) -> NDArray[np.int64]:
    """Return the quarter of each wait, 0 the fastest: equal waits share a class.

    >>> classify(np.array([5, 1, 2, 9, 9, 9])).tolist()
    [1, 0, 0, 2, 2, 2]
    """
    if not len(waits):
        return np.empty(0, np.int64)
    one = group(np.zeros(len(waits), np.int64), waits)
    edges = np.array([one.quantile(q)[0] for q in (0.25, 0.5, 0.75)])
    return np.searchsorted(edges, waits, side="left").astype(np.int64)
