"""The kernel compiled by numba, where that is installed (``svcflow[fast]``): the same source, the same bits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

from svcflow.simulation import kernel


def is_available() -> bool:
    """Return whether numba is installed."""
    return find_spec("numba") is not None


@cache
def compile_kernel() -> Callable[..., int]:
    """Return `kernel.play` compiled; it takes arrays instead of lists. Compiling is kept on disk for the next run."""
    import numba  # noqa: PLC0415 - optional
    from numba.extending import overload, register_jitable  # noqa: PLC0415

    overload(bisect_left)(_choose_bisect)
    register_jitable(kernel.find_end)
    try:
        compiled: Callable[..., int] = numba.njit(cache=True)(kernel.play)
    except RuntimeError:  # nowhere to keep it: installed where nobody may write
        compiled = numba.njit(kernel.play)
    return compiled


def is_loaded() -> bool:
    """Return whether the kernel has been compiled by this process, so that a further run costs nothing more."""
    return compile_kernel.cache_info().currsize > 0


def _choose_bisect(column: Any, value: Any, low: Any, high: Any) -> Callable[..., int]:  # noqa: ARG001 - types
    return _bisect_left


def _bisect_left(column: Any, value: Any, low: Any, high: Any) -> Any:
    """Return what `bisect.bisect_left` does."""
    while low < high:
        middle = (low + high) // 2
        if column[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low
