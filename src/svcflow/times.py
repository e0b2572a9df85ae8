"""Waiting, processing, sojourn and cycle time: each formula once (metrics.md 2).

All times and durations are integer milliseconds in int64 arrays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Millis = NDArray[np.int64]

_ROOM = np.int64(2) ** 62
"""Sums of a case number times a span must stay below this."""


def waiting(ends: Millis, starts: Millis) -> Millis:
    """Return the time from the end of each first instance to the start of its second; overlaps wait 0.

    >>> waiting(np.array([1_000, 5_000]), np.array([4_000, 2_000])).tolist()
    [3000, 0]
    """
    waited: Millis = np.maximum(starts - ends, 0)
    return waited


def overlapping(ends: Millis, starts: Millis) -> NDArray[np.bool_]:
    """Return where the second instance starts before the first ends: there the waiting of 0 is a clipped one."""
    return starts < ends


def processing(starts: Millis, ends: Millis) -> Millis:
    """Return the time from start to completion of each instance."""
    return ends - starts


def sojourn(ends_before: Millis, ends: Millis) -> Millis:
    """Return the time between two completions: waiting and processing together, all that one stamp can tell."""
    return ends - ends_before


def cycle(starts: Millis, ends: Millis, offsets: NDArray[np.int64]) -> Millis:
    """Return last end minus first start of each case; case `c` owns rows ``offsets[c]:offsets[c + 1]``, at least one.

    >>> cycle(np.array([0, 5, 7]), np.array([2, 9, 8]), np.array([0, 2, 3])).tolist()
    [9, 1]
    """
    if len(offsets) < 2:
        return np.empty(0, np.int64)
    return np.maximum.reduceat(ends, offsets[:-1]) - np.minimum.reduceat(starts, offsets[:-1])


def busy(starts: Millis, ends: Millis, offsets: NDArray[np.int64]) -> Millis:
    """Return the measure of the union of each case's instances; rows of a case are sorted by their end.

    Taken from the last end backwards, an instance adds what lies before the earliest start seen so far.

    >>> busy(np.array([0, 1, 6]), np.array([4, 5, 8]), np.array([0, 3])).tolist()
    [7]
    """
    cases = len(offsets) - 1
    if cases < 1:
        return np.empty(0, np.int64)
    first = np.minimum.reduceat(starts, offsets[:-1])
    span = int((np.maximum.reduceat(ends, offsets[:-1]) - first).max()) + 1
    room = max(int(_ROOM // span), 1)
    parts = [_busy_of(starts, ends, offsets[low : min(low + room, cases) + 1], span) for low in range(0, cases, room)]
    return np.concatenate(parts)


def _busy_of(starts: Millis, ends: Millis, offsets: NDArray[np.int64], span: int) -> Millis:
    """Compute `busy` for so few cases that case number times `span` fits an integer."""
    low, high = int(offsets[0]), int(offsets[-1])
    inner = offsets[:-1] - low
    first = np.minimum.reduceat(starts[low:high], inner)
    case = np.repeat(np.arange(len(inner)), np.diff(offsets))
    base = case * span - first[case]  # later cases lie higher, so a running minimum from the back never mixes cases
    start, end = starts[low:high] + base, ends[low:high] + base
    earliest = np.minimum.accumulate(start[::-1])[::-1]
    later = np.append(earliest[1:], np.iinfo(np.int64).max)
    return np.add.reduceat(np.maximum(np.minimum(end, later) - start, 0), inner)
