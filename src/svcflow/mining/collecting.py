"""Durations block by block: one place for each key where keys are few, sorted pieces where they are many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.durations import BITS, Detail, Durations, find_cells, from_groups, no_durations, settle
from svcflow.mining.grouping import Ints, add_up, group

SPACE = 1 << 22
"""Up to so many possible keys each has an entry that says which place it has."""
PLACES = 4096
_WIDTH = 3264
"""Cells of a place: enough for 2**50 milliseconds."""
_PENDING = 1 << 20


class Collector:
    """Collects durations (milliseconds, not negative) by keys from 0 to below `space`."""

    def __init__(self, space: int, detail: Detail) -> None:
        self._detail = detail
        few = detail.keep is not None and space <= SPACE
        self._places = Places(space, detail) if few else None
        self._pieces = Pieces(detail)

    def add(self, keys: Ints, values: Ints, cells: Ints | None = None) -> None:
        """Take values in; `cells` are those of the values, where they are known already."""
        if not len(keys):
            return
        if self._places is not None and not self._places.add(keys, values, cells):
            self._pieces.merge(self._places.state())
            self._places = None
        if self._places is None:
            self._pieces.add(keys, values)

    def state(self) -> Durations:
        """Return the durations so far."""
        return self._pieces.state() if self._places is None else self._places.state()


class Places:
    """A row of numbers for each key that occurs: its sums, its histogram."""

    def __init__(self, space: int, detail: Detail) -> None:
        self._detail = detail
        self._place = np.full(max(space, 1), -1, np.int32)
        self._keys = np.empty(0, np.int64)
        self._room = 0
        self._counts, self._totals, self._least, self._most = (np.empty(0, np.int64) for _ in range(4))
        self._histogram = np.empty(0, np.int32)
        self._few: list[tuple[NDArray[np.int32], Ints]] = []
        self._pending = 0

    def add(self, keys: Ints, values: Ints, cells: Ints | None) -> bool:
        """Take values in, or nothing at all where there would be too many keys; say which."""
        place = self._place.take(keys)
        if int(place.min()) < 0:
            if not self._make_room(np.unique(keys[place < 0])):
                return False
            place = self._place.take(keys)
        number = len(self._keys)
        at = place.astype(np.int64)
        self._counts[:number] += np.bincount(at, minlength=number)
        self._totals[:number] += add_up(at, values, number)
        below = values < self._least.take(place)
        if below.any():
            np.minimum.at(self._least, at[below], values[below])
        above = values > self._most.take(place)
        if above.any():
            np.maximum.at(self._most, at[above], values[above])
        at *= _WIDTH
        at += find_cells(values) if cells is None else cells
        np.add.at(self._histogram, at, np.int32(1))
        self._keep_few(place, values)
        return True

    def state(self) -> Durations:
        """Return the durations so far."""
        order = np.argsort(self._keys)
        number = len(order)
        sums = (
            self._keys[order],
            self._counts[:number][order],
            self._totals[:number][order],
            self._least[:number][order],
            self._most[:number][order],
        )
        none = np.empty(0, np.int64)
        keep = self._detail.keep or 0
        self._prune()
        place = np.concatenate([np.empty(0, np.int32), *(place for place, _ in self._few)])
        values = np.concatenate([none, *(values for _, values in self._few)])
        large = np.flatnonzero(self._counts[:number] > keep)
        table = self._histogram.reshape(-1, _WIDTH)
        rows, cells = np.nonzero(table[large])
        filled = table[large[rows], cells].astype(np.int64)
        rank = np.empty(number, np.int64)
        rank[order] = np.arange(number)
        return settle(sums, (rank[place], values), (self._keys[large[rows]] << BITS | cells, filled), keep)

    def _make_room(self, keys: Ints) -> bool:
        number = len(self._keys) + len(keys)
        if number > PLACES:
            return False
        self._place[keys] = np.arange(len(self._keys), number)
        self._keys = np.append(self._keys, keys)
        if number > self._room:
            self._room, grown = max(2 * self._room, number, 64), []
            for column, blank in (
                (self._counts, 0),
                (self._totals, 0),
                (self._least, np.iinfo(np.int64).max),
                (self._most, -1),
            ):
                wider = np.full(self._room, blank, np.int64)
                wider[: len(column)] = column
                grown.append(wider)
            self._counts, self._totals, self._least, self._most = grown
            histogram = np.zeros(self._room * _WIDTH, np.int32)
            histogram[: len(self._histogram)] = self._histogram
            self._histogram = histogram
        return True

    def _keep_few(self, place: NDArray[np.int32], values: Ints) -> None:
        """Remember the values of keys that have few."""
        small = self._counts <= (self._detail.keep or 0)
        if not small[: len(self._keys)].any():
            return
        rows = np.flatnonzero(small.take(place))
        if len(rows):
            self._few.append((place[rows], values[rows]))
            self._pending += len(rows)
            if self._pending > 65_536 + 2 * (self._detail.keep or 0) * len(self._keys):
                self._prune()

    def _prune(self) -> None:
        """Forget the values of keys that have many by now."""
        small = self._counts <= (self._detail.keep or 0)
        place = np.concatenate([np.empty(0, np.int32), *(place for place, _ in self._few)])
        values = np.concatenate([np.empty(0, np.int64), *(values for _, values in self._few)])
        still = small.take(place) if len(place) else np.empty(0, np.bool_)
        self._few = [(place[still], values[still])]
        self._pending = 0


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
