"""Counts by key: how often each was seen, or in how many cases, added block by block and merged in any order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.grouping import Ints, count, look_up

DENSE = 1 << 20
"""Up to so many possible keys each has a place of its own."""
_ROOM = 1 << 23
_PENDING = 1 << 20

Parts = TypeVar("Parts", bound=tuple[Any, ...])

_scratch = threading.local()


class Tally(NamedTuple):
    """Distinct keys, ascending, and a number for each."""

    keys: Ints
    counts: Ints

    def merge(self, other: Tally) -> Tally:
        """Add two tallies."""
        keys = np.union1d(self.keys, other.keys)
        counts = np.zeros(len(keys), np.int64)
        for part in (self, other):
            counts[np.searchsorted(keys, part.keys)] += part.counts
        return Tally(keys, counts)

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
        self._pending: list[NDArray[np.int64]] = []
        self._waiting = 0
        self._sparse = empty_tally()

    def add(self, keys: NDArray[np.int64]) -> None:
        """Count some keys."""
        if self._counts is not None:
            if len(keys) * 8 < self._space:
                np.add.at(self._counts, keys, np.int64(1))
            else:
                self._counts += np.bincount(keys, minlength=self._space)
            return
        self._pending.append(keys.astype(np.int64, copy=True))
        self._waiting += len(keys)
        if self._waiting > max(_PENDING, len(self._sparse.keys)):
            self._flush()

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


def find_firsts(case: Ints, key: Ints, space: int) -> Ints:
    """Return one place for each distinct pair of `case` and `key`; cases ascend, keys are below `space`.

    Each pair has a cell in which its places write their number: the one that stays there stands for the pair. That is
    many times cheaper than sorting; where there are too many cells, cases are taken a few at a time.
    """
    parts = [low + np.flatnonzero(lasts) for low, _, lasts in _stamp(case, key, space)]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.int64), *parts])


def find_repeated(case: Ints, key: Ints, space: int) -> NDArray[np.bool_]:
    """Return for each place whether its `key` stands more than once in its `case`."""
    repeated = np.zeros(len(key), np.bool_)
    for low, cells, lasts in _stamp(case, key, space):
        again = cells[~lasts]
        if len(again):
            stamps: NDArray[np.int32] = _scratch.cells
            stamps[again] = -1
            repeated[low : low + len(cells)] = stamps.take(cells) < 0
    return repeated


def _stamp(case: Ints, key: Ints, space: int) -> Iterator[tuple[int, Ints, NDArray[np.bool_]]]:
    """Yield parts of whole cases: where one begins, the cell of each place, and whether it is the last of its cell."""
    low, step = 0, max(_ROOM // max(space, 1), 1)
    while low < len(key):
        high = int(np.searchsorted(case, case[low] + step))
        cells = (case[low:high] - case[low]) * space + key[low:high]
        size = (int(case[high - 1]) - int(case[low]) + 1) * space
        if size > _ROOM:  # a single case: its keys are numbered anew
            cells = np.unique(cells, return_inverse=True)[1]
            size = len(cells)
        stamps = getattr(_scratch, "cells", None)
        if stamps is None or len(stamps) < size:
            stamps = _scratch.cells = np.empty(max(size, 1 << 16), np.int32)
        places = np.arange(len(cells), dtype=np.int32)
        stamps[cells] = places
        yield low, cells, stamps.take(cells) == places
        low = high
