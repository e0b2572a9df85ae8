"""Where an activity comes again in a case: the previous time it stood there, and how far back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch
from svcflow.mining.transitions import case_of_rows, derive

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recurrences:
    """One entry for each instance whose activity stood in its case before, in log order.

    `row` is its place in the block and `before` that of the previous instance of the same activity; `first` is
    the place of the activity's first instance in the case.
    """

    row: Rows
    before: Rows
    first: Rows
    case: Rows


def recur(batch: Batch) -> Recurrences:
    """Return the recurrences of a block."""
    return derive(batch, "recurrences", lambda: _recur(batch))


def _recur(batch: Batch) -> Recurrences:
    case = case_of_rows(batch)
    key = case * (int(batch.activity.max(initial=0)) + 1) + batch.activity
    order = np.argsort(key, kind="stable")
    same = key[order[1:]] == key[order[:-1]]
    head = np.ones(len(order), np.bool_)
    head[1:] = ~same
    first = np.empty(len(order), np.int64)
    first[order] = order[np.maximum.accumulate(np.where(head, np.arange(len(order)), 0))]
    row, before = order[1:][same], order[:-1][same]
    back = np.argsort(row)
    row, before = row[back], before[back]
    return Recurrences(row, before, first[row], case[row])


def begin_self_loops(again: Recurrences) -> NDArray[np.bool_]:
    """Return which recurrences begin a self-loop: at once, and not already the next round of one."""
    at_once = again.before == again.row - 1
    continues = np.zeros(len(again.row), np.bool_)
    continues[1:] = at_once[:-1] & (again.row[:-1] == again.row[1:] - 1)
    begins: NDArray[np.bool_] = at_once & ~continues
    return begins
