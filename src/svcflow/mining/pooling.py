"""Durations of keys that are numbered as they come, far too many for a place each: collected by one compiled loop."""

from __future__ import annotations

import numpy as np

from svcflow.kernels.pools import Pool
from svcflow.mining.durations import BITS, CELLS, MOST, Detail, Durations, tell_sums
from svcflow.mining.grouping import Ints, invert


class Pooled:
    """Collects durations (milliseconds, not negative) by number."""

    def __init__(self, detail: Detail) -> None:
        assert detail.keep is not None
        self._keep = detail.keep
        self._pool = Pool(self._keep)

    def add(self, numbers: Ints, values: Ints, space: int) -> None:
        """Take values in; numbers are below `space`."""
        self._pool.add(numbers, values, space)
        if self._pool.size > MOST:
            self._pool.forget()

    def arrange(self, order: Ints) -> Durations:
        """Return the durations with the place of its number in `order` as the key of each."""
        sums = (np.arange(len(order)), self._pool.counts[order], self._pool.totals[order])
        if not self._pool.told:
            return tell_sums(sums, self._keep)
        cells, filled = self._pool.cells()
        cells = invert(order)[cells >> BITS] << BITS | cells & (CELLS - 1)
        ascending = np.argsort(cells)
        return Durations(*sums, self._pool.take(order), cells[ascending], filled[ascending], told=True, keep=self._keep)
