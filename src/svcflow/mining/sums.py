"""Sums by key, sparse: a state that grows with the number of distinct keys, never with the number of events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Whole-number sums: `keys` ascend, ``sums[i]`` holds column `i`, one number for each key."""

    keys: Ints
    sums: Ints

    def __add__(self, other: Sums) -> Sums:
        """Return the sums of both."""
        return sum_by(np.concatenate([self.keys, other.keys]), np.concatenate([self.sums, other.sums], axis=1))

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, places: Ints) -> Sums:
        """Return the keys at these places, in this order."""
        return Sums(self.keys[places], self.sums[:, places])

    def get(self, keys: Ints) -> Ints:
        """Return the sums of these keys, columns x keys; 0 for a key that is not there."""
        found = np.zeros((len(self.sums), len(keys)), np.int64)
        if len(self.keys):
            place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            hit = self.keys[place] == keys
            found[:, hit] = self.sums[:, place[hit]]
        return found


def sum_by(keys: NDArray[np.integer], sums: Ints) -> Sums:
    """Return the sums (columns x entries) of each distinct key.

    >>> found = sum_by(np.array([7, 2, 7]), np.array([[1, 1, 1], [10, 20, 30]]))
    >>> found.keys.tolist(), found.sums.tolist()
    ([2, 7], [[1, 2], [20, 40]])
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order].astype(np.int64)
    if not len(ordered):
        return Sums(ordered, np.zeros((len(sums), 0), np.int64))
    starts = np.append(0, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)
    return Sums(ordered[starts], np.add.reduceat(sums[:, order].astype(np.int64), starts, axis=1))


def count_by(keys: NDArray[np.integer]) -> Sums:
    """Return how often each distinct key occurs, as one column."""
    return sum_by(keys, np.ones((1, len(keys)), np.int64))
