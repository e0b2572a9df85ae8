"""The values of many keys in one pool: few of a key in a list, many as counts of cells; compiled only."""

from __future__ import annotations

import ctypes
from typing import ClassVar

import numpy as np

from svcflow.kernels.columns import Ints, as_ints, reserve, widen
from svcflow.kernels.library import address, call

_LEAST = 1 << 12


class _Pool(ctypes.Structure):
    _fields_: ClassVar = [
        *((name, ctypes.c_int64) for name in ("keep", "bits")),
        *((name, ctypes.c_void_p) for name in ("sums", "values", "next", "slots", "filled", "used")),
    ]


class Pool:
    """Counts, sums and values by key; a key with more than `keep` values has but cells (``key << 12 | cell``).

    `told` says whether values are kept at all.
    """

    def __init__(self, keep: int) -> None:
        self._keep, self._space = keep, 0
        self._sums = reserve(np.int64, 3)  # count, total and where the list begins
        self._values, self._next = reserve(np.int64), reserve(np.int32)
        self._used = np.zeros(2, np.int64)
        self._take_slots(max(_LEAST, 1 << (8 * keep).bit_length()))
        self.told = True

    @property
    def counts(self) -> Ints:
        """Return the number of values of each key."""
        return self._sums[: self._space, 0]

    @property
    def totals(self) -> Ints:
        """Return the sum of the values of each key."""
        return self._sums[: self._space, 1]

    @property
    def size(self) -> int:
        """Return how many values are listed, up to `keep` of each key, and cells filled."""
        return int(self._used.sum())

    def add(self, keys: Ints, values: Ints, space: int) -> None:
        """Take values (not negative) of keys below `space` in."""
        keys, values = as_ints(keys), as_ints(values)
        if not self.told:
            self._take_room(space, 0)
            np.add.at(self._sums[:, 0], keys, 1)
            np.add.at(self._sums[:, 1], keys, values)
            return
        self._take_room(space, int(self._used[0]) + len(keys))
        done = 0
        while True:
            pool = self._give()
            given = (keys[done:], values[done:], space, ctypes.addressof(pool))
            done += call("pool_values", len(keys) - done, *given)
            if done == len(keys):
                return
            slots, filled = self._slots, self._filled
            self._take_slots(2 * len(slots))
            pool = self._give()
            call("move_slots", len(slots), slots, filled, ctypes.addressof(pool))

    def forget(self) -> None:
        """Keep no values and no cells from now on, but counts and sums."""
        self.told = False
        self._values, self._next = np.empty(0, np.int64), np.empty(0, np.int32)
        self._take_slots(_LEAST)
        self._used[:] = 0

    def take(self, keys: Ints) -> Ints:
        """Return the listed values of these keys, ascending for each; of one with more than `keep` there are none."""
        counts = self.counts[keys]
        values = np.empty(int(counts[counts <= self._keep].sum()), np.int64)
        pool = self._give()
        call("list_values", len(keys), as_ints(keys), self._space, ctypes.addressof(pool), values)
        return values

    def cells(self) -> tuple[Ints, Ints]:
        """Return the cells of keys with more than `keep` values, in no order, and how many values each holds."""
        taken = np.flatnonzero(self._slots >= 0)
        return self._slots[taken], self._filled[taken].astype(np.int64)

    def _take_room(self, space: int, listed: int) -> None:
        self._space = max(space, self._space)
        self._sums = widen(self._sums, space)
        self._values, self._next = widen(self._values, listed), widen(self._next, listed)

    def _take_slots(self, room: int) -> None:
        self._slots, self._filled = np.full(room, -1), np.zeros(room, np.int32)
        self._used[1] = 0

    def _give(self) -> _Pool:
        columns = (self._sums, self._values, self._next)
        bits = len(self._slots).bit_length() - 1
        return _Pool(self._keep, bits, *map(address, (*columns, self._slots, self._filled, self._used)))
