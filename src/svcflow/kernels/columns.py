"""Columns as the compiled loops read them: contiguous, of one type each."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

_RESERVED = 1 << 25
_OWN = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
"""Pages of this process alone, which a forked one does not write to."""


def as_ints(values: Ints) -> Ints:
    """Return whole numbers, times or places as loops read them."""
    return np.ascontiguousarray(values, np.int64)


def as_codes(values: Codes) -> Codes:
    """Return codes as loops read them."""
    return np.ascontiguousarray(values, np.int32)


def unseen(space: int) -> Ints:
    """Return for each key where it was seen last: nowhere."""
    return np.full(space, -1, np.int64)


def reserve(dtype: type[np.generic], columns: int = 1) -> NDArray[Any]:
    """Return zeros with room for millions of rows (side by side, if more `columns` than one are wanted).

    Pages are taken only where something is written, and what grows leaves no holes behind, as it would if it moved to
    ever larger columns. (An array of its own would have numpy ask for pages of 2 MB.)
    """
    room = np.frombuffer(mmap.mmap(-1, _RESERVED * columns, **_OWN), dtype)
    return room if columns == 1 else room.reshape(-1, columns)


def widen(column: NDArray[Any], room: int) -> NDArray[Any]:
    """Return a column with zeros after its values, if it has less room than that."""
    if room <= len(column):
        return column
    wider = np.zeros((max(len(column) * 3 // 2, room), *column.shape[1:]), column.dtype)
    wider[: len(column)] = column
    return wider
