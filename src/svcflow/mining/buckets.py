"""Buckets: the cells of histograms that hold the order statistics which percentiles lie between.

How many values a bucket holds is known before it is opened, and no bucket holds more distinct values than there are
milliseconds between its borders: so it is known beforehand what opening some of them takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.durations import BITS, CELLS, Durations, find_cells
from svcflow.mining.grouping import QUANTILES, Ints, count, distinct
from svcflow.mining.tallies import Tally, empty_tally

MOST = 1 << 23
"""So many distinct values of all buckets together are kept: 16 bytes each."""
_PENDING = 1 << 16


class Buckets(NamedTuple):
    """Some cells (``key << 12 | cell``, ascending) and how many values each holds.

    The values of all buckets have positions end to end: value `v` of bucket `b` has ``bases[b] + v - lows[b]``.
    """

    codes: Ints
    sizes: Ints

    @property
    def lows(self) -> Ints:
        """Return the least whole millisecond of each."""
        return find_lows(self.codes & (CELLS - 1))

    @property
    def widths(self) -> Ints:
        """Return how many whole milliseconds each is of."""
        return find_widths(self.codes & (CELLS - 1))

    @property
    def bases(self) -> Ints:
        """Return the position of the least value of each, and the end of all."""
        bases: Ints = np.append(0, np.cumsum(self.widths))
        return bases

    def count_values(self, step: int) -> Ints:
        """Return how many distinct values each may hold, all of them multiples of `step` milliseconds."""
        return np.minimum(self.sizes, -(-self.widths // step))

    def take(self, chosen: NDArray[np.bool_]) -> Buckets:
        """Return some of them."""
        return Buckets(self.codes[chosen], self.sizes[chosen])

    def holds(self, codes: Ints) -> NDArray[np.bool_]:
        """Return which of these cells are among the buckets."""
        return np.isin(codes, self.codes)


def find_lows(cells: Ints) -> Ints:
    """Return the least whole millisecond of each cell, see `durations.find_cells`.

    >>> find_lows(np.array([0, 1, 448, 449, 450])).tolist()
    [0, 1, 127, 128, 130]
    """
    exponent, mantissa = np.divmod(np.maximum(cells, 1) - 1, 64)
    lows = np.ceil(np.ldexp(64.0 + mantissa, exponent - 6)).astype(np.int64)
    return np.where(cells > 0, lows, 0)


def find_widths(cells: Ints) -> Ints:
    """Return how many whole milliseconds each cell is of."""
    return find_lows(cells + 1) - find_lows(cells)


def locate(durations: Durations, rank: Ints) -> tuple[Ints, Ints, Ints]:
    """Find the value of this rank (from 0) of each key with a histogram.

    Returns the places of those keys, the place of the cell of each, and the rank of the value within its cell.
    """
    large = np.flatnonzero(durations.counts > durations.kept_counts()) if durations.told else np.empty(0, np.int64)
    if not len(large):
        return large, large, large
    seen = np.append(0, np.cumsum(durations.filled))
    wanted = seen[np.searchsorted(durations.cells, durations.keys[large] << BITS)] + rank[large]
    at = np.searchsorted(seen, wanted, side="right") - 1
    return large, at, wanted - seen[at]


def ask(durations: Durations) -> Buckets:
    """Return the buckets that must be opened for the exact percentiles of all keys; none of a single millisecond."""
    places = [np.empty(0, np.int64)]
    for q in QUANTILES.values():
        below = np.floor((durations.counts - 1) * q).astype(np.int64)
        places += [locate(durations, rank)[1] for rank in (below, np.minimum(below + 1, durations.counts - 1))]
    at = distinct(np.concatenate(places))
    asked = Buckets(durations.cells[at], durations.filled[at])
    return asked.take(asked.widths > 1)


def grant(asked: Sequence[Buckets], step: int = 1) -> list[Buckets]:
    """Return what can be opened of what is asked for within `MOST` values, multiples of `step`: the smallest first."""
    costs = np.concatenate([np.empty(0, np.int64), *(buckets.count_values(step) for buckets in asked)])
    order = np.argsort(costs, kind="stable")
    granted = np.empty(len(costs), np.bool_)
    granted[order] = np.cumsum(costs[order]) <= MOST
    ends = np.cumsum([len(buckets.codes) for buckets in asked])
    return [buckets.take(chosen) for buckets, chosen in zip(asked, np.split(granted, ends[:-1]), strict=True)]


class Sieve:
    """Collects the values of some buckets, block by block, as the positions they have."""

    def __init__(self, buckets: Buckets) -> None:
        self._codes = buckets.codes
        self._offsets = buckets.bases[:-1] - buckets.lows
        self._found, self._known = [np.empty(0, np.int64)], empty_tally()

    def add(self, block: Durations) -> None:
        """Take the values of a block in, which keeps all of them."""
        if not len(self._codes):
            return
        codes = np.repeat(block.keys << BITS, block.counts) | find_cells(block.kept)
        first, last = np.searchsorted(codes, self._codes), np.searchsorted(codes, self._codes, side="right")
        lengths = last - first
        row = np.arange(int(lengths.sum())) + np.repeat(first - np.append(0, np.cumsum(lengths)[:-1]), lengths)
        self._found.append(block.kept.take(row) + np.repeat(self._offsets, lengths))
        if sum(map(len, self._found)) > max(_PENDING, len(self._known.keys)):
            self._count()

    def state(self) -> Tally:
        """Return the positions so far, and how many values have each."""
        self._count()
        return self._known

    def _count(self) -> None:
        self._known = self._known.merge(Tally(*count(np.concatenate(self._found))))
        self._found = [np.empty(0, np.int64)]


class Opened(NamedTuple):
    """Buckets and the positions of the values in them."""

    buckets: Buckets
    values: Tally

    def is_whole(self) -> bool:
        """Return whether each bucket holds as many values as it should."""
        return bool((np.diff(self._count_up(self.buckets.bases)) == self.buckets.sizes).all())

    def rank(self, codes: Ints, rank: Ints) -> Ints:
        """Return the value of this rank within each of these cells, which are among the buckets."""
        bucket = np.searchsorted(self.buckets.codes, codes)
        bases = self.buckets.bases[:-1][bucket]
        seen = np.cumsum(self.values.counts)
        place = np.searchsorted(seen, self._count_up(bases) + rank, side="right")
        values: Ints = self.values.keys[place] - bases + self.buckets.lows[bucket]
        return values

    def _count_up(self, positions: Ints) -> Ints:
        """Return how many values lie below each of these positions."""
        seen: Ints = np.append(0, np.cumsum(self.values.counts))[np.searchsorted(self.values.keys, positions)]
        return seen
