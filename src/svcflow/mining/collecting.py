"""Durations block by block: one place for each key where keys are few, gathered rows where they are many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.kernels import loops, passes
from svcflow.kernels.twins import compiled_by
from svcflow.mining.durations import (
    BITS,
    MOST,
    Detail,
    Durations,
    find_cells,
    from_groups,
    no_durations,
    settle,
    tell_sums,
)
from svcflow.mining.grouping import Ints, count, distinct, group
from svcflow.mining.slots import Distinct
from svcflow.mining.tallies import Tally, add_durations, empty_tally

SPACE = 1 << 22
"""Up to so many possible keys each has an entry that says which place it has."""
PLACES = 4096
_WIDTH = 3264
"""Cells of a place: enough for 2**50 milliseconds."""
_PENDING = 1 << 20


class Collector:
    """Collects durations (milliseconds, not negative) by keys from 0 to below `space`."""

    def __init__(self, space: int, detail: Detail) -> None:
        few = detail.keep is not None and space <= SPACE
        self._numbering = Numbering(space) if few and space > PLACES else None
        self._places = Places(min(max(space, 1), PLACES), detail) if few else None
        self._space, self._detail = space, detail
        self._pieces: Pieces | Spread = Pieces(detail)

    def add(self, keys: Ints, values: Ints) -> None:
        """Take values in."""
        if not len(keys):
            return
        if self._places is not None:
            places = keys if self._numbering is None else self._numbering.number(keys)
            if places is not None:
                self._places.add(places, values)
                return
            self.spread()
        self._pieces.add(keys, values)

    def places(self) -> passes.Places | None:
        """Return the places of keys, for a loop that fills them and gives `keep` what they tell; ``None`` without."""
        if self._places is None:
            return None
        return self._places.lend(self._numbering)

    def keep(self, places: Ints, values: Ints) -> None:
        """Keep some values of places that had few."""
        assert self._places is not None
        self._places.keep(places, values)

    def spread(self) -> None:
        """Give up places, as there are more keys than that."""
        pieces = Spread(self._space, self._detail)
        pieces.merge(self._take_places())
        self._pieces, self._places, self._numbering = pieces, None, None

    def state(self) -> Durations:
        """Return the durations so far."""
        return self._pieces.state() if self._places is None else self._take_places()

    def _take_places(self) -> Durations:
        assert self._places is not None
        found = self._places.state()
        return found if self._numbering is None else found.move(self._numbering.keys.take(found.keys))


class Numbering:
    """Numbers the keys that occur, of many that might, as they come."""

    def __init__(self, space: int) -> None:
        self.of = np.full(space, -1, np.int32)
        self.keys = np.empty(PLACES, np.int64)
        self.used = np.zeros(1, np.int64)

    def number(self, keys: Ints) -> Ints | None:
        """Return the numbers of keys; ``None``, and no new numbers, where there would be too many."""
        numbers = self.of.take(keys)
        if int(numbers.min()) < 0:
            new = distinct(keys[numbers < 0])
            first = int(self.used[0])
            if first + len(new) > PLACES:
                return None
            self.of[new] = np.arange(first, first + len(new))
            self.keys[first : first + len(new)] = new
            self.used += len(new)
            numbers = self.of.take(keys)
        return numbers.astype(np.int64)


class Places:
    """A count, a sum and a histogram for each of a few keys; pages that no key needs are never touched."""

    def __init__(self, space: int, detail: Detail) -> None:
        self._space, self._keep = space, detail.keep or 0
        self._counts, self._totals = (np.zeros(space, np.int64) for _ in range(2))
        self._histogram = np.zeros(space * _WIDTH, np.int32)
        self._few: list[tuple[Ints, Ints]] = []
        self._pending = 0

    def add(self, keys: Ints, values: Ints) -> None:
        """Take values in."""
        sums = (self._counts, self._totals)
        rows = tally_durations(keys, values, sums, self._histogram, width=_WIDTH, keep=self._keep)
        if len(rows):
            self.keep(keys.take(rows), values.take(rows))

    def keep(self, places: Ints, values: Ints) -> None:
        """Keep values of places that have few so far."""
        self._few.append((places, values))
        self._pending += len(places)
        if self._pending > 65_536 + 2 * self._keep * self._space:
            self._prune()

    def lend(self, numbering: Numbering | None) -> passes.Places:
        """Return the columns for a loop to fill."""
        own = (self._counts, self._totals, self._histogram, _WIDTH, self._keep)
        numbers = () if numbering is None else (numbering.of, numbering.keys, numbering.used)
        return passes.Places(*own, *numbers)

    def state(self) -> Durations:
        """Return the durations so far."""
        self._prune()
        keys = np.flatnonzero(self._counts)
        sums = (keys, self._counts[keys], self._totals[keys])
        large = np.flatnonzero(self._counts > self._keep)
        table = self._histogram.reshape(-1, _WIDTH)
        rows, cells = np.nonzero(table[large])
        filled = table[large[rows], cells].astype(np.int64)
        places, values = self._few[0]
        histogram = (large[rows] << BITS | cells, filled)
        return settle(sums, (np.searchsorted(keys, places), values), histogram, self._keep)

    def _prune(self) -> None:
        """Forget the values of keys that have many by now."""
        none = np.empty(0, np.int64)
        keys, values = (np.concatenate([none, *column]) for column in zip(*self._few, (none, none), strict=True))
        still = (self._counts <= self._keep).take(keys)
        self._few, self._pending = [(keys[still], values[still])], 0


@compiled_by(loops.tally_durations)
def tally_durations(
    keys: Ints, values: Ints, sums: tuple[Ints, Ints], histogram: NDArray[np.int32], *, width: int, keep: int
) -> Ints:
    """Add values to the counts, sums and histograms of keys; return the places of those that may have to be kept."""
    counts, totals = sums
    new = np.bincount(keys, minlength=len(counts))
    counts += new
    np.add.at(totals, keys, values)
    at = keys * width
    at += find_cells(values)
    np.add.at(histogram, at, np.int32(1))
    small = counts <= keep
    return np.flatnonzero(small.take(keys)) if new[small].any() else keys[:0]


class Spread:
    """A count and a sum for each of many keys; values wait in rows, and those of a key with many go to its histogram.

    When there are more values and cells than are told of (see `durations.MOST`), no row is kept any longer.
    """

    def __init__(self, space: int, detail: Detail) -> None:
        self._keep = detail.keep or 0
        self._sums = np.zeros((space, 2), np.int64)
        self._counts, self._totals = self._sums.T
        self._cells = empty_tally()
        self._rows: list[tuple[NDArray[np.int32], Ints]] = []
        self._waiting, self._room = 0, _PENDING
        self._seen, self._looked_at = Distinct(), 0
        self._told = True

    def add(self, keys: Ints, values: Ints) -> None:
        """Take values in."""
        add_durations(keys, values, self._sums)
        self._wait(keys, values)

    def merge(self, durations: Durations) -> None:
        """Take durations in."""
        self._counts[durations.keys] += durations.counts
        self._totals[durations.keys] += durations.totals
        self._told &= durations.told
        self._cells = self._cells.merge(Tally(durations.cells, durations.filled))
        self._wait(np.repeat(durations.keys, durations.kept_counts()), durations.kept)

    def state(self) -> Durations:
        """Return the durations so far."""
        keys = np.flatnonzero(self._counts)
        sums = (keys, self._counts[keys], self._totals[keys])
        if self._told:
            self._sort_large()
        if not self._told:
            return tell_sums(sums, self._keep)
        kept, values = self._rows[0]
        return settle(sums, (np.searchsorted(keys, kept), values), self._cells, self._keep)

    def _wait(self, keys: Ints, values: Ints) -> None:
        if not self._told:
            return
        self._rows.append((keys.astype(np.int32), values))
        self._waiting += len(keys)
        if self._waiting > self._room and self._might_be_too_much():
            if self._is_too_much():
                self._give_up()
            elif self._waiting > 2 * MOST:
                self._sort_large()
            self._room = self._waiting + _PENDING

    def _might_be_too_much(self) -> bool:
        """Return whether there would be too many values and cells if every value had a cell of its own."""
        large = int(self._counts[self._counts > self._keep].sum())
        return self._waiting > 2 * MOST or int(np.minimum(self._counts, self._keep).sum()) + large > MOST

    def _is_too_much(self) -> bool:
        """Return whether there are surely too many values and cells, without sorting any."""
        least = int(np.minimum(self._counts, self._keep).sum())
        if least > MOST:
            return True
        if not self._looked_at:
            self._seen.add(self._cells.keys)
        many = self._counts > self._keep
        for keys, values in self._rows[self._looked_at :]:  # rows before are counted as far as their keys had many then
            self._seen.add(_find_large_cells(keys, values, many)[0])
        self._looked_at = len(self._rows)
        return least + len(self._seen) > MOST

    def _sort_large(self) -> None:
        """Count the values of keys that have many by now in cells."""
        many, kept = self._counts > self._keep, [(np.empty(0, np.int32), np.empty(0, np.int64))]
        counted = [np.empty(0, np.int64)]
        for keys, values in self._rows:
            cells, large = _find_large_cells(keys, values, many)
            counted.append(cells)
            kept.append((keys[~large], values[~large]))
        self._cells = self._cells.merge(Tally(*count(np.concatenate(counted))))
        keys, values = (np.concatenate(column) for column in zip(*kept, strict=True))
        self._rows, self._waiting = [(keys, values)], len(keys)
        self._seen, self._looked_at = Distinct(), 0
        if int(np.minimum(self._counts, self._keep).sum()) + len(self._cells.keys) > MOST:
            self._give_up()

    def _give_up(self) -> None:
        self._told, self._rows, self._cells = False, [], empty_tally()
        self._seen, self._looked_at = Distinct(), 0


def _find_large_cells(keys: NDArray[np.int32], values: Ints, many: NDArray[np.bool_]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the cells of the values of keys with `many`, and which values those are."""
    large = many.take(keys)
    return keys[large].astype(np.int64) << BITS | find_cells(values[large]), large


class Pieces:
    """Durations of many keys: rows gathered until there are enough of them to be sorted at once."""

    def __init__(self, detail: Detail) -> None:
        self._detail = detail
        self._known: Durations | None = None
        self._rows: list[tuple[Ints, Ints]] = []
        self._waiting = 0

    def add(self, keys: Ints, values: Ints) -> None:
        """Take values in."""
        self._rows.append((keys, values))
        self._waiting += len(keys)
        if self._detail.keep is not None and self._waiting > _PENDING:
            self._flush()

    def merge(self, durations: Durations) -> None:
        """Take durations in."""
        self._known = durations if self._known is None else self._known.merge(durations)

    def state(self) -> Durations:
        """Return the durations so far."""
        self._flush()
        return no_durations(self._detail) if self._known is None else self._known

    def _flush(self) -> None:
        if self._rows:
            keys, values = (np.concatenate(column) for column in zip(*self._rows, strict=True))
            self._rows, self._waiting = [], 0
            self.merge(from_groups(group(keys, values), self._detail))
