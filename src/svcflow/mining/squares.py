"""Standard deviations from exact sums: squares of milliseconds do not fit an integer, so they are kept in parts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.mining.grouping import add_up

Ints = NDArray[np.int64]

LIMBS = 3
"""A square is ``parts[0] + parts[1] * 2**24 + parts[2] * 2**48``."""
_BITS = 24
_MASK = (1 << _BITS) - 1


def add_squares(sums: Ints, keys: Ints, values: Millis) -> None:
    """Add the squares of values (milliseconds, 0 to 2**47) to `sums`, a row for each part and a column for each key."""
    high, low = values >> _BITS, values & _MASK
    lower, cross = low * low, 2 * high * low
    lower += (cross & _MASK) << _BITS
    width = sums.shape[1]
    for row, part in enumerate((lower & _MASK, lower >> _BITS, high * high + (cross >> _BITS))):
        sums[row] += add_up(keys, part, width)


def find_deviations(counts: Ints, totals: Ints, squares: Ints) -> NDArray[np.float64]:
    """Return the standard deviation of a sample (n - 1) of each key, NaN where there is but one value.

    >>> sums = np.zeros((LIMBS, 1), np.int64)
    >>> add_squares(sums, np.zeros(3, np.int64), np.array([10**11, 10**11 + 3, 10**11 + 6]))
    >>> find_deviations(np.array([3]), np.array([3 * 10**11 + 9]), sums).tolist()
    [3.0]
    """
    found = np.full(len(counts), np.nan)
    rows = zip(counts.tolist(), totals.tolist(), *squares.tolist(), strict=True)
    for at, (count, total, first, second, third) in enumerate(rows):
        if count > 1:
            square = first + (second << _BITS) + (third << 2 * _BITS)
            found[at] = math.sqrt((count * square - total * total) / (count * (count - 1)))
    return found
