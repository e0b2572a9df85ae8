"""Counts by key: how often each was seen, or in how many cases, added block by block and merged in any order."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from svcflow.kernels import loops
from svcflow.kernels.twins import compiled_by
from svcflow.mining.grouping import Ints, count, join_keys, look_up
from svcflow.mining.slots import Distinct, Slots

DENSE = 1 << 20
"""Up to so many possible keys each has a place of its own."""
_PENDING = 1 << 20

Parts = TypeVar("Parts", bound=tuple[Any, ...])


class Tally(NamedTuple):
    """Distinct keys, ascending, and a number for each."""

    keys: Ints
    counts: Ints

    def merge(self, other: Tally) -> Tally:
        """Add two tallies."""
        keys, here, there = join_keys(self.keys, other.keys)
        counts = np.zeros(len(keys), np.int64)
        counts[here] += self.counts
        counts[there] += other.counts
        return Tally(keys, counts)

    def minus(self, other: Tally) -> Tally:
        """Take off what was counted of the same keys."""
        return Tally(self.keys, self.counts - other.of(self.keys))

    def of(self, keys: Ints) -> Ints:
        """Return the number of each of `keys`, 0 for those that never occurred."""
        return look_up(keys, self.keys, self.counts)


def empty_tally() -> Tally:
    """Return the tally of nothing."""
    return Tally(np.empty(0, np.int64), np.empty(0, np.int64))


class Mergeable(Protocol):
    """What knows how to be merged with another of its kind."""

    def merge(self, other: Any, /) -> Any:
        """Put two together."""
        ...


def merge_parts(left: Parts, right: Parts) -> Parts:
    """Merge two states of the same kind, named tuples of `Mergeable`, part by part."""
    merged: Parts = left._make(mine.merge(other) for mine, other in zip(left, right, strict=True))  # type: ignore[attr-defined]
    return merged


class Counter:
    """Counts keys from 0 to below `space`, in one place each where they are few, else in sorted pieces."""

    def __init__(self, space: int) -> None:
        self._space = max(space, 1)
        self._counts = np.zeros(self._space, np.int64) if self._space <= DENSE else None
        self._pending: list[Ints] = []
        self._waiting = 0
        self._sparse = empty_tally()

    def add(self, keys: Ints, times: Ints | None = None) -> None:
        """Count some keys, each once or so many `times`."""
        if times is not None and self._counts is None:
            keys, times = np.repeat(keys, times), None
        if self._counts is not None:
            if times is not None or len(keys) < 4 * self._space:
                np.add.at(self._counts, keys, np.int64(1) if times is None else times)
            else:
                self._counts += np.bincount(keys, minlength=self._space)
            return
        self._pending.append(keys.astype(np.int64, copy=True))
        self._waiting += len(keys)
        if self._waiting > max(_PENDING, len(self._sparse.keys)):
            self._flush()

    @property
    def places(self) -> Ints | None:
        """Return the counts of all keys, for a loop to add to; ``None`` where they have no place each."""
        return self._counts

    def state(self) -> Tally:
        """Return what was counted so far."""
        if self._counts is None:
            self._flush()
            return self._sparse
        keys = np.flatnonzero(self._counts)
        return Tally(keys, self._counts[keys])

    def _flush(self) -> None:
        if self._pending:
            self._sparse = self._sparse.merge(Tally(*count(np.concatenate(self._pending))))
            self._pending, self._waiting = [], 0


class Sums(NamedTuple):
    """How many durations each key has, ascending, and their sum; nothing at all (`told`) where keys are too many."""

    keys: Ints
    counts: Ints
    totals: Ints
    most: int
    """The number of keys above which sums are given up; -1 for no limit."""
    told: bool = True

    def merge(self, other: Sums) -> Sums:
        """Add the sums of two parts."""
        if not (self.told and other.told):
            return _give_up(self.most)
        keys, here, there = join_keys(self.keys, other.keys)
        counts, totals = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
        for at, part in ((here, self), (there, other)):
            counts[at] += part.counts
            totals[at] += part.totals
        return _limit(Sums(keys, counts, totals, self.most))


def _limit(sums: Sums) -> Sums:
    return _give_up(sums.most) if 0 <= sums.most < len(sums.keys) else sums


def _give_up(most: int) -> Sums:
    none = np.empty(0, np.int64)
    return Sums(none, none, none, most, told=False)


@compiled_by(loops.add_durations)
def add_durations(keys: Ints, values: Ints, sums: Ints) -> None:
    """Add values to the count and the sum of their keys, which are the columns of `sums`."""
    np.add.at(sums[:, 0], keys, np.int64(1))
    np.add.at(sums[:, 1], keys, values)


class Adder:
    """Adds durations by keys from 0 to below `space`; gives up above `most` keys, -1 for never."""

    def __init__(self, space: int, most: int = -1) -> None:
        self._space, self._most = max(space, 1), most
        few = self._space <= DENSE
        self._sums = np.zeros((self._space if few else 0, 2), np.int64)
        self._slots = None if few else Slots()
        self._seen = Distinct() if most >= 0 and not few else None
        self._rows: list[tuple[Ints, Ints]] = []
        self._waiting, self._told = 0, True

    def add(self, keys: Ints, values: Ints) -> None:
        """Add some durations."""
        if self._slots is None:
            add_durations(keys, values, self._sums)
        elif self._told:
            self._rows.append((keys, values))
            self._waiting += len(keys)
            if self._waiting > 2 * _PENDING:
                self._flush(self._slots)

    @property
    def places(self) -> Ints | None:
        """Return count and sum of each key, side by side, for a loop to add to; ``None`` without a place for each."""
        return self._sums if self._slots is None else None

    def state(self) -> Sums:
        """Return the sums so far."""
        if self._slots is not None:
            self._flush(self._slots)
            return _limit(Sums(*self._slots.state(), self._most)) if self._told else _give_up(self._most)
        keys = np.flatnonzero(self._sums[:, 0])
        counts, totals = self._sums[keys].T
        return _limit(Sums(keys, counts, totals, self._most))

    def _flush(self, slots: Slots) -> None:
        """Give the rows that wait their slots, if there is still a sense in it."""
        rows, self._rows, self._waiting = self._rows, [], 0
        if self._seen is not None:
            for keys, _ in rows:
                self._seen.add(keys)
            self._told = len(self._seen) <= self._most
        while rows and self._told:
            slots.add(*rows.pop())
            self._told = not 0 <= self._most < slots.size
        if not self._told:
            self._slots, self._seen = Slots(), None
