"""Where cases that were settled go on: a step from a done activity to one that is not done (metrics.md 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Codes
from svcflow.mining.transitions import case_of_rows, derive


@dataclass(frozen=True, slots=True)
class Reopens:
    """One entry for each re-open: the row that re-opens, the first of the done rows in a row before it, the case."""

    row: NDArray[np.int64]
    settled: NDArray[np.int64]
    case: NDArray[np.int64]

    def pair(self, batch: Batch, activities: int) -> NDArray[np.int64]:
        """Return ``last done activity * activities + activity that re-opens``."""
        pairs: NDArray[np.int64] = batch.activity[self.row - 1].astype(np.int64) * activities + batch.activity[self.row]
        return pairs


def is_settled(batch: Batch, done: Codes) -> NDArray[np.bool_]:
    """Return for each row whether its activity is a done one."""
    return derive(batch, f"settled by {done.tolist()}", lambda: _look_up(batch.activity, done))


def _look_up(activity: Codes, done: Codes) -> NDArray[np.bool_]:
    known = np.zeros(max(int(activity.max(initial=0)), int(done.max(initial=0))) + 1, np.bool_)
    known[done] = True
    return known[activity]


def find_reopens(batch: Batch, done: Codes) -> Reopens:
    """Return the re-opens of a block; `done` are codes of activities."""
    settled = is_settled(batch, done)
    goes_on = settled.copy()
    goes_on[batch.offsets[:-1]] = False
    goes_on[1:] &= settled[:-1]  # the row before is done too, and of the same case
    begins = np.flatnonzero(settled & ~goes_on)
    leaves = settled[:-1] & ~settled[1:]
    leaves[batch.offsets[1:-1] - 1] = False
    row = np.flatnonzero(leaves) + 1
    first = begins[np.searchsorted(begins, row) - 1] if len(row) else row
    return Reopens(row, first, case_of_rows(batch)[row])
