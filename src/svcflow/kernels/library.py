"""The compiled library: found, judged and called. It is used only if it was compiled from the very `loops.c` beside it.

``SVCFLOW_LOOPS=numpy`` in the environment does without it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import zlib
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


@cache
def find_library() -> ctypes.CDLL | None:
    """Return the library, ``None`` where there is none that fits."""
    if os.environ.get("SVCFLOW_LOOPS") == "numpy" or sys.byteorder != "little":
        return None
    try:
        library = ctypes.CDLL(str(FOLDER / "loops.lib"))
        source = library.source
        source.restype = ctypes.c_int64
        return library if source() == zlib.crc32((FOLDER / "loops.c").read_bytes()) else None
    except (OSError, AttributeError):
        return None


def is_built() -> bool:
    """Return whether the compiled loops are there."""
    return find_library() is not None


def call(name: str, *given: object) -> int:
    """Call a loop with columns (contiguous, of the type that it has there) and numbers.

    Raises IndexError where a code or place is out of bounds.
    """
    library = find_library()
    assert library is not None
    loop = getattr(library, name)
    loop.restype = ctypes.c_int64
    found: int = loop(*map(_give, given))
    if found < 0:
        msg = f"{name}: a code lies outside of its vocabulary"
        raise IndexError(msg)
    return found


def address(column: object) -> int | None:
    """Return where a contiguous column stands."""
    if column is None:
        return None
    assert isinstance(column, np.ndarray)
    assert column.flags.c_contiguous
    found: int = column.__array_interface__["data"][0]
    return found


def _give(value: object) -> ctypes.c_int64 | ctypes.c_uint64 | ctypes.c_void_p:
    if value is None:
        return ctypes.c_void_p()
    if isinstance(value, int):
        return ctypes.c_int64(value) if value < 1 << 63 else ctypes.c_uint64(value)
    return ctypes.c_void_p(address(value))
