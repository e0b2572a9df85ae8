"""Memory that blocks take turns in: kept by the process while a fold runs, given back when it has ended.

Folds take room for each block and let it go with the next. The allocator of GNU/Linux returns such room to the system
again and again, which then clears every page before it is used once more: a third of all time. Elsewhere nothing is
done.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_TRIM, _MAP = -1, -3
_KEPT, _MAPPED = 1 << 28, 1 << 25
"""So many bytes are kept at most; a single array larger than the second has pages of its own."""


@contextmanager
def keep_room() -> Iterator[None]:
    """Keep freed memory until the end."""
    allocator = _find_allocator()
    if allocator is None:
        yield
        return
    allocator.mallopt(_TRIM, _KEPT)
    allocator.mallopt(_MAP, _MAPPED)
    with _lend_to_arrow():
        yield
    allocator.malloc_trim(0)


@contextmanager
def _lend_to_arrow() -> Iterator[None]:
    """Let Arrow take its memory from the same allocator: its own gives it back as readily."""
    if "pyarrow" not in sys.modules:
        yield
        return
    import pyarrow as pa  # noqa: PLC0415 - a log in memory needs no Arrow

    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


@cache
def _find_allocator() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") and hasattr(library, "malloc_trim") else None
