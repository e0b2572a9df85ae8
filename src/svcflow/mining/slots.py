"""A table of keys that finds a slot for each of many at once: sums over keys that are too many for a place each."""

from __future__ import annotations

import numpy as np

from svcflow.kernels import loops
from svcflow.kernels.library import is_built
from svcflow.mining.grouping import Ints

_LEAST = 1 << 17
_PART = 1 << 16
_FLAGS = 23
_PROBES = 64
_LOAD = 0.6
_MULTIPLIER = 0x9E3779B97F4A7C15


class Distinct:
    """A bound from below of how many distinct keys there were: keys that share a flag count as one."""

    def __init__(self) -> None:
        self._flags = np.zeros(1 << _FLAGS, np.bool_)

    def add(self, keys: Ints) -> None:
        """Take some keys in."""
        for low in range(0, len(keys), _PART):
            mixed = keys[low : low + _PART].view(np.uint64) * np.uint64(_MULTIPLIER)
            self._flags[(mixed >> np.uint64(64 - _FLAGS)).astype(np.int64)] = True

    def __len__(self) -> int:
        return int(np.count_nonzero(self._flags))


class Slots:
    """Counts and sums by key, not negative; the table grows with the number of distinct keys."""

    def __init__(self) -> None:
        self.size = 0
        self._take_room(_LEAST)

    def add(self, keys: Ints, totals: Ints, counts: Ints | None = None) -> None:
        """Add to the sums and counts (1 each if ``None``) of some keys; the same one may stand there often."""
        if is_built():
            self._add_at_once(keys, totals, counts)
            return
        for low in range(0, len(keys), _PART):
            part = slice(low, low + _PART)
            slots = self._take_slots(keys[part])
            np.add.at(self._counts, slots, np.int64(1) if counts is None else counts[part])
            np.add.at(self._totals, slots, totals[part])
        self._recount()

    def _add_at_once(self, keys: Ints, totals: Ints, counts: Ints | None) -> None:
        done = 0
        while True:
            table = (self._keys, self._counts, self._totals)
            rest = None if counts is None else counts[done:]
            free = int(_LOAD * len(self._keys)) - self.size
            taken, found = loops.add_to_slots(keys[done:], totals[done:], rest, table, free=free)
            done, self.size = done + taken, self.size + found
            if done == len(keys):
                return
            self._grow()

    def _take_slots(self, keys: Ints) -> Ints:
        while self.size + len(keys) > _LOAD * len(self._keys):
            self._recount()
            if self.size + len(keys) > _LOAD * len(self._keys):
                self._grow()
        slots = self._place(keys)
        while slots is None:
            self._grow()
            slots = self._place(keys)
        return slots

    def _recount(self) -> None:
        self.size = int(np.count_nonzero(self._keys >= 0))

    def state(self) -> tuple[Ints, Ints, Ints]:
        """Return the keys, ascending, with their counts and sums."""
        used = np.flatnonzero(self._keys >= 0)
        used = used[np.argsort(self._keys[used])]
        return self._keys[used], self._counts[used], self._totals[used]

    def _take_room(self, room: int) -> None:
        self._keys = np.full(room, -1)
        self._counts, self._totals = (np.zeros(room, np.int64) for _ in range(2))

    def _grow(self) -> None:
        keys, counts, totals = self.state()
        self._take_room(2 * len(self._keys))
        self.size = 0
        self.add(keys, totals, counts)

    def _place(self, keys: Ints) -> Ints | None:
        """Return the slot of each key, in which it now stands; ``None`` where one found none."""
        mask = np.int64(len(self._keys) - 1)
        mixed = keys.view(np.uint64) * np.uint64(_MULTIPLIER)
        slot = (mixed >> np.uint64(32)).astype(np.int64) & mask
        step = (mixed & np.uint64(0xFFFFFFFF)).astype(np.int64) | 1
        found, left = np.empty(len(keys), np.int64), np.arange(len(keys))
        for _ in range(_PROBES):
            there = self._keys.take(slot)
            free = np.flatnonzero(there < 0)
            if len(free):
                self._keys[slot.take(free)] = keys.take(free)  # of different keys in one slot, one stays
                there = self._keys.take(slot)
                self.size += len(free)  # until it is counted, not more than
            same = there == keys
            found[left[same]] = slot[same]
            on = np.flatnonzero(~same)
            if not len(on):
                return found
            left, keys, step = left.take(on), keys.take(on), step.take(on)
            slot = (slot.take(on) + step) & mask
        return None
