"""Rows in order of case and time, without comparing them one by one where their keys fit into one integer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


def sort_rows(case: NDArray[np.integer], time: NDArray[np.int64]) -> Rows:
    """Return the rows by case, then time, then their order: ``np.lexsort((time, case))``, several times as fast.

    `case` holds no negative codes.
    """
    rows = len(case)
    if rows < 2:
        return np.arange(rows)
    low = int(time.min())
    span = int(time.max()) - low
    unit = 1000 if span % 1000 == 0 and not ((time - low) % 1000).any() else 1
    row_bits, time_bits = (rows - 1).bit_length(), (span // unit).bit_length()
    case_bits = int(case.max()).bit_length()
    if time_bits + row_bits > 62:
        return np.lexsort((time, case))
    since = (time - low) // unit if unit > 1 else time - low
    key = (since << row_bits) | np.arange(rows)
    if case_bits + time_bits + row_bits <= 62:
        key |= case.astype(np.int64) << (time_bits + row_bits)
        return _rows_of(key, row_bits)
    by_time = _rows_of(key, row_bits)
    return by_time[_rows_of((case[by_time].astype(np.int64) << row_bits) | np.arange(rows), row_bits)]


def _rows_of(key: NDArray[np.int64], bits: int) -> Rows:
    key.sort()
    key &= (1 << bits) - 1
    return key.astype(np.intp, copy=False)
