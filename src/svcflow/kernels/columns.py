"""Columns as the compiled loops read them: contiguous, of one type each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]


def as_ints(values: Ints) -> Ints:
    """Return whole numbers, times or places as loops read them."""
    return np.ascontiguousarray(values, np.int64)


def as_codes(values: Codes) -> Codes:
    """Return codes as loops read them."""
    return np.ascontiguousarray(values, np.int32)


def unseen(space: int) -> Ints:
    """Return for each key where it was seen last: nowhere."""
    return np.full(space, -1, np.int64)
