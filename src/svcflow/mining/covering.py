"""What covers the pieces of a line, and sums over pieces below a limit: both for all at once, in n log n."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.grouping import distinct

Places = NDArray[np.int64]

NEVER = np.int64(np.iinfo(np.int64).max)
"""The value where nothing covers a piece."""


class Cover(NamedTuple):
    """What covers each piece: the `least` value, its `owner`, and the least value of any `other` owner."""

    least: Places
    owner: Places
    other: Places


def cover(spans: tuple[Places, Places], values: Places, owners: Places, size: int) -> Cover:
    """Return what covers each of `size` pieces: span `s` covers ``spans[0][s] <= piece < spans[1][s]`` with a value.

    A span is laid down as two of a power of two that overlap; from the widest, each is handed on to its two halves.
    """
    first, last = spans
    long = np.flatnonzero(last > first)
    level = np.frexp((last - first)[long].astype(np.float64))[1] - 1
    found = _nothing(size)
    for height in range(int(level.max(initial=0)), -1, -1):
        if height < int(level.max(initial=0)):
            half = np.int64(1) << height
            found = _merge(
                found, Cover(*(_shift(column, int(half), blank) for column, blank in zip(found, _BLANK, strict=True)))
            )
        some = long[level == height]
        if len(some):
            places = np.concatenate([first[some], last[some] - (np.int64(1) << height)])
            laid = _lay(places, np.tile(values[some], 2), np.tile(owners[some], 2))
            at = laid[0]
            merged = _merge(Cover(*(column[at] for column in found)), Cover(*laid[1:]))
            for column, new in zip(found, merged, strict=True):
                column[at] = new
    return found


_BLANK = (int(NEVER), 0, int(NEVER))


def _nothing(size: int) -> Cover:
    return Cover(*(np.full(size, blank, np.int64) for blank in _BLANK))


def _shift(column: Places, by: int, blank: int) -> Places:
    """Return a column moved `by` pieces on."""
    moved = np.full(len(column), blank, np.int64)
    moved[by:] = column[: len(column) - by]
    return moved


def _lay(places: Places, values: Places, owners: Places) -> tuple[Places, Places, Places, Places]:
    """Return the distinct places with their least value, its owner, and the least of any other owner."""
    order = np.lexsort((owners, values, places))
    places, values, owners = places[order], values[order], owners[order]
    heads = np.flatnonzero(np.diff(places, prepend=-1))
    group = np.repeat(np.arange(len(heads)), np.diff(np.append(heads, len(places))))
    foreign = np.where(owners != owners[heads][group], values, NEVER)
    return places[heads], values[heads], owners[heads], np.minimum.reduceat(foreign, heads)


def _merge(one: Cover, two: Cover) -> Cover:
    """Return what covers where either does. Equal values go to the lower owner."""
    swap = (two.least < one.least) | ((two.least == one.least) & (two.owner < one.owner))
    least, owner = np.where(swap, two.least, one.least), np.where(swap, two.owner, one.owner)
    own = np.where(swap, two.other, one.other)
    beaten, loser = np.where(swap, one.least, two.least), np.where(swap, one.owner, two.owner)
    foreign = np.where(loser != owner, beaten, np.where(swap, one.other, two.other))
    return Cover(least, owner, np.minimum(own, foreign))


def sum_below(values: Places, weights: Places, between: tuple[Places, Places], limits: Places) -> Places:
    """Return for each query the sum of the weights in ``between[0] <= place < between[1]`` whose value is <= its limit.

    A wavelet matrix: bit by bit from the highest, values are parted into those with 0 and those with 1; a limit with 1
    takes all weights with 0 and goes on with the others. Values and limits are not negative, or NEVER.
    """
    order = distinct(values)
    rank = np.searchsorted(order, values)
    limit = np.searchsorted(order, limits, side="right")  # how many distinct values are within: a rank below it counts
    found = np.zeros(len(limits), np.int64)
    low, high = (np.asarray(end, np.int64) for end in between)
    ask = np.flatnonzero((high > low) & (limit > 0))
    low, high, limit = low[ask], high[ask], limit[ask]
    summed = np.zeros(len(ask), np.int64)
    for bit in range(len(order).bit_length() - 1, -1, -1):
        ones = (rank >> bit & 1).astype(np.bool_)
        zeros_before = np.append(0, np.cumsum(~ones))
        total = np.append(0, np.cumsum(np.where(ones, 0, weights)))
        zero_low, zero_high = zeros_before[low], zeros_before[high]
        up = (limit >> bit & 1).astype(np.bool_)
        summed += np.where(up, total[high] - total[low], 0)
        zeros = int(zeros_before[-1])
        low = np.where(up, zeros + low - zero_low, zero_low)
        high = np.where(up, zeros + high - zero_high, zero_high)
        parted = np.concatenate([np.flatnonzero(~ones), np.flatnonzero(ones)])
        rank, weights = rank[parted], weights[parted]
    found[ask] = summed
    return found
