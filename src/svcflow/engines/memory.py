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
from threading import Lock
from typing import Any

_TRIM, _MAP = -1, -3
_KEPT, _MAPPED = 1 << 28, 1 << 25
"""So many bytes are kept at most; a single array larger than the second has pages of its own."""
_USUAL = 2 * _MAPPED
"""So many are kept afterwards: what the allocator itself comes to where large arrays come and go."""


class Room:
    """What is kept while at least one fold runs: several may, on threads that know nothing of each other."""

    def __init__(self, allocator: ctypes.CDLL) -> None:
        self._allocator, self._lock = allocator, Lock()
        self._runs = 0
        self._pool: Any = None

    def enter(self) -> None:
        """Begin to keep, unless that has begun."""
        with self._lock:
            self._runs += 1
            if self._runs == 1:
                self._allocator.mallopt(_TRIM, _KEPT)
                self._allocator.mallopt(_MAP, _MAPPED)
                self._pool = _lend_to_arrow()

    def trim(self) -> None:
        """Give back the pages that nothing stands on."""
        self._allocator.malloc_trim(0)

    def leave(self) -> None:
        """Give back, unless another run goes on."""
        with self._lock:
            self._runs -= 1
            if not self._runs:
                if self._pool is not None:
                    sys.modules["pyarrow"].set_memory_pool(self._pool)
                self._allocator.mallopt(_TRIM, _USUAL)
                self.trim()


@contextmanager
def keep_room() -> Iterator[None]:
    """Keep freed memory until the end."""
    room = _find_room()
    if room is None:
        yield
        return
    room.enter()
    try:
        yield
    finally:
        room.leave()


def give_back() -> None:
    """Give back what is free now: between blocks little is in use, and holes among what stays would grow."""
    room = _find_room()
    if room is not None:
        room.trim()


def _lend_to_arrow() -> Any:
    """Let Arrow take its memory from the same allocator, as its own gives it back as readily; return its own."""
    arrow: Any = sys.modules.get("pyarrow")  # a log in memory needs none
    if arrow is None:
        return None
    own = arrow.default_memory_pool()
    arrow.set_memory_pool(arrow.system_memory_pool())
    return own


@cache
def _find_room() -> Room | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return Room(library) if hasattr(library, "gnu_get_libc_version") and hasattr(library, "malloc_trim") else None
