"""Durations by key in bounded space: count, sum and percentiles (engine.md 6).

A key keeps its values as they are while it has few of them. With more it keeps a log-linear histogram: the exponent
of the milliseconds and six bits of mantissa make the cell, so that a percentile is within `ERROR` of the exact one.
Which of the two a key has follows from its number of values alone, so merging in any order gives the same bytes.

Where there are so many keys that even this would fill the memory (pairs of thousands of people, say), percentiles are
given up for all keys of the table, and `told` says so; counts and sums stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.grouping import Floats, Groups, Ints, group, join_keys

KEEP = 64
"""Up to so many values of a key are kept as they are."""
ERROR = 1 / 128
"""The relative error of a percentile from a histogram is not greater."""
MOST = 4_000_000
"""Values kept and cells filled, of all keys together, above which percentiles are given up."""

BITS = 12
CELLS = 1 << BITS
_MANTISSA = 52 - 6
_ONE = (1023 << 6) - 1


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of its values a key keeps: all (`keep` is ``None``), or up to `keep` of them."""

    keep: int | None


EXACT = Detail(None)
BOUNDED = Detail(KEEP)


def find_cells(values: Ints) -> Ints:
    """Return the cell of each value (milliseconds, 0 to 2**50): ascending with them, a value below 128 has its own.

    >>> find_cells(np.array([0, 1, 2, 127, 128, 129, 130])).tolist()
    [0, 1, 65, 448, 449, 449, 450]
    """
    cells: Ints = values.astype(np.float64).view(np.int64) >> _MANTISSA
    cells -= _ONE
    return np.maximum(cells, 0, out=cells)


def find_middles(cells: Ints) -> Floats:
    """Return the value in the middle of the whole milliseconds of each cell.

    >>> find_middles(np.array([0, 1, 448, 449, 450])).tolist()
    [0.0, 1.0, 127.0, 128.5, 130.5]
    """
    exponent, mantissa = np.divmod(np.maximum(cells, 1) - 1, 64)
    width = np.ldexp(1.0, exponent - 6)
    low = width * (64 + mantissa)
    middles: Floats = np.where(cells > 0, (np.ceil(low) + np.ceil(low + width) - 1) / 2, 0.0)
    return middles


class Durations(NamedTuple):
    """The durations of each key (ascending), in milliseconds.

    `kept` holds, key by key and ascending, the values of keys that keep them; `cells` (``key << 12 | cell``, ascending)
    and `filled` the histograms of the others. Both are empty where percentiles are not told.
    """

    keys: Ints
    counts: Ints
    totals: Ints
    kept: Ints
    cells: Ints
    filled: Ints
    told: bool
    keep: int
    """The number of values up to which a key keeps them; -1 for no limit."""

    @property
    def means(self) -> Floats:
        """Return the mean of each key."""
        return self.totals / self.counts

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Return for each key whether its percentiles are exact."""
        return np.full(len(self.keys), self.told) & self._keeps()

    def quantile(self, q: float) -> Floats:
        """Return the `q` quantile of each key, interpolated between neighbouring order statistics; NaN if not told."""
        position = (self.counts - 1) * q
        below = np.floor(position).astype(np.int64)
        low, high = self._rank(below), self._rank(np.minimum(below + 1, self.counts - 1))
        result: Floats = low + (high - low) * (position - below)
        return result

    def merge(self, other: Durations) -> Durations:
        """Put the durations of two parts together."""
        keys, here, there = join_keys(self.keys, other.keys)
        counts, totals = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
        for at, part in ((here, self), (there, other)):
            counts[at] += part.counts
            totals[at] += part.totals
        sums = (keys, counts, totals)
        if not (self.told and other.told):
            return tell_sums(sums, self.keep)
        place = np.concatenate([np.repeat(at, part.kept_counts()) for at, part in ((here, self), (there, other))])
        kept = np.concatenate([self.kept, other.kept])
        cells = np.concatenate([self.cells, other.cells])
        filled = np.concatenate([self.filled, other.filled])
        return settle(sums, (place, kept), (cells, filled), self.keep)

    def move(self, keys: Ints) -> Durations:
        """Return the same durations with `keys` instead, one for each; several may get the same."""
        if not len(self.keys):
            return self
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        new = np.r_[True, ordered[1:] != ordered[:-1]]
        heads = np.flatnonzero(new)
        sums = (
            ordered[heads],
            np.add.reduceat(self.counts[order], heads),
            np.add.reduceat(self.totals[order], heads),
        )
        if not self.told:
            return tell_sums(sums, self.keep)
        place = np.empty(len(keys), np.int64)
        place[order] = np.cumsum(new) - 1
        at = np.searchsorted(self.keys, self.cells >> BITS)
        cells = keys[at] << BITS | self.cells & (CELLS - 1)
        return settle(sums, (np.repeat(place, self.kept_counts()), self.kept), (cells, self.filled), self.keep)

    def _keeps(self) -> NDArray[np.bool_]:
        return self.counts <= self.keep if self.keep >= 0 else np.ones(len(self.keys), np.bool_)

    def kept_counts(self) -> Ints:
        """Return how many values of each key are kept."""
        return np.where(self._keeps(), self.counts, 0)

    def _rank(self, rank: Ints) -> Floats:
        """Return the value at this rank (from 0) of each key."""
        found = np.full(len(self.keys), np.nan)
        if not self.told or not len(self.keys):
            return found
        keeps = self._keeps()
        begins = np.cumsum(self.kept_counts()) - self.counts
        found[keeps] = self.kept[(begins + rank)[keeps]]
        large = np.flatnonzero(~keeps)
        if len(large):
            seen = np.cumsum(self.filled)
            first = np.searchsorted(self.cells, self.keys[large] << BITS)
            before = np.where(first > 0, seen[first - 1], 0)
            cell = self.cells[np.searchsorted(seen, before + rank[large], side="right")] & (CELLS - 1)
            found[large] = find_middles(cell)
        return found


Sums = tuple[Ints, Ints, Ints]


def settle(sums: Sums, values: tuple[Ints, Ints], histogram: tuple[Ints, Ints], keep: int) -> Durations:
    """Return the durations of these sums in their one form, from values by place of their key, and cells."""
    keys, counts, _ = sums
    (place, kept), (cells, filled) = values, histogram
    if keep >= 0 and len(place):
        large = (counts > keep).take(place)
        if large.any():
            cells = np.concatenate([cells, keys.take(place[large]) << BITS | find_cells(kept[large])])
            filled = np.concatenate([filled, np.ones(len(cells) - len(filled), np.int64)])
            place, kept = place[~large], kept[~large]
    kept = group(place, kept, runs=True).values
    order = np.argsort(cells, kind="stable")
    cells, filled = cells[order], filled[order]
    heads = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]]) if len(cells) else np.empty(0, np.int64)
    if len(heads) < len(cells):
        cells, filled = cells[heads], np.add.reduceat(filled, heads)
    if keep >= 0 and int(np.minimum(counts, keep).sum()) + len(cells) > MOST:
        return tell_sums(sums, keep)
    return Durations(*sums, kept, cells, filled, told=True, keep=keep)


def from_groups(grouped: Groups, detail: Detail) -> Durations:
    """Return the durations of values that are grouped and sorted."""
    sums = (grouped.keys, grouped.counts, grouped.totals)
    none = np.empty(0, np.int64)
    keep = -1 if detail.keep is None else detail.keep
    if keep < 0:
        return Durations(*sums, grouped.values, none, none, told=True, keep=keep)
    return settle(sums, (np.repeat(np.arange(len(grouped.keys)), grouped.counts), grouped.values), (none, none), keep)


def no_durations(detail: Detail) -> Durations:
    """Return the durations of nothing."""
    return from_groups(group(np.empty(0, np.int64), np.empty(0, np.int64)), detail)


def tell_sums(sums: Sums, keep: int) -> Durations:
    """Return durations of which no percentile is told."""
    none = np.empty(0, np.int64)
    return Durations(*sums, none, none, none, told=False, keep=keep)
