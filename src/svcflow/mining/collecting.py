"""Durations block by block: one place for each key where keys are few, sorted pieces where they are many."""

from __future__ import annotations

import numpy as np

from svcflow.mining.durations import BITS, Detail, Durations, find_cells, from_groups, no_durations, settle
from svcflow.mining.grouping import Ints, distinct, group

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
        self._pieces = Pieces(detail)

    def add(self, keys: Ints, values: Ints, cells: Ints | None = None) -> None:
        """Take values in; `cells` are those of the values, where they are known already."""
        if not len(keys):
            return
        if self._places is not None:
            places = keys if self._numbering is None else self._numbering.number(keys)
            if places is not None:
                self._places.add(places, values, cells)
                return
            self._pieces.merge(self._take_places())
            self._places = None
        self._pieces.add(keys, values)

    def state(self) -> Durations:
        """Return the durations so far."""
        return self._pieces.state() if self._places is None else self._take_places()

    def _take_places(self) -> Durations:
        assert self._places is not None
        found = self._places.state()
        return found if self._numbering is None else found.move(self._numbering.keys[found.keys])


class Numbering:
    """Numbers the keys that occur, of many that might, as they come."""

    def __init__(self, space: int) -> None:
        self._number = np.full(space, -1, np.int32)
        self.keys = np.empty(0, np.int64)

    def number(self, keys: Ints) -> Ints | None:
        """Return the numbers of keys; ``None``, and no new numbers, where there would be too many."""
        numbers = self._number.take(keys)
        if int(numbers.min()) < 0:
            new = distinct(keys[numbers < 0])
            if len(self.keys) + len(new) > PLACES:
                return None
            self._number[new] = np.arange(len(self.keys), len(self.keys) + len(new))
            self.keys = np.append(self.keys, new)
            numbers = self._number.take(keys)
        return numbers.astype(np.int64)


class Places:
    """A count, a sum and a histogram for each of a few keys; pages that no key needs are never touched."""

    def __init__(self, space: int, detail: Detail) -> None:
        self._space, self._keep = space, detail.keep or 0
        self._counts, self._totals = (np.zeros(space, np.int64) for _ in range(2))
        self._histogram = np.zeros(space * _WIDTH, np.int32)
        self._few: list[tuple[Ints, Ints]] = []
        self._pending = 0

    def add(self, keys: Ints, values: Ints, cells: Ints | None) -> None:
        """Take values in."""
        counts = np.bincount(keys, minlength=self._space)
        self._counts += counts
        np.add.at(self._totals, keys, values)
        at = keys * _WIDTH
        at += find_cells(values) if cells is None else cells
        np.add.at(self._histogram, at, np.int32(1))
        small = self._counts <= self._keep
        if counts[small].any():
            rows = np.flatnonzero(small.take(keys))
            self._few.append((keys.take(rows), values.take(rows)))
            self._pending += len(rows)
            if self._pending > 65_536 + 2 * self._keep * self._space:
                self._prune()

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
