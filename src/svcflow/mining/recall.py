"""The last result of a function of a block, kept while the block lives: the folds of one pass ask for the same ones.

What is kept goes with the columns it was computed from, so a pass holds no more than the block it is at.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from svcflow.eventlog.log import Batch

P = ParamSpec("P")
R = TypeVar("R")


DEPTH = 4
"""So many different calls are kept: teams and people, lines and departments."""


class _Kept(threading.local):
    """The last calls of a thread, newest last: what they were given, arrays as weak references, and the results."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[Any], Any]] = []


def recall(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` (of blocks, arrays and plain values by position) so that the same call twice costs one.

    Blocks are the same where they have the same columns; nobody may change what is returned.
    """
    kept = _Kept()

    @wraps(function)
    def ask(*given: P.args, **named: P.kwargs) -> R:
        parts = [part for value in (*given, *named.values()) for part in _split(value)]
        calls = kept.calls
        for held, found in calls:
            if _is_same(held, parts):
                result: R = found
                return result
        result = function(*given, **named)
        call: tuple[list[Any], Any] = ([], result)
        call[0].extend(_hold(part, calls, call[0]) for part in parts)
        calls[: len(calls) + 1 - DEPTH] = []
        calls.append(call)
        return result

    return ask


def _split(value: object) -> tuple[object, ...]:
    if not isinstance(value, Batch):
        return (value,)
    return (value.offsets, value.time, value.start, value.activity, value.resource, value.team, value.has_start)


def _hold(part: object, calls: list[tuple[list[Any], Any]], held: list[Any]) -> object:
    """Return a weak reference to an array, which takes the call out of `calls` when it goes; others pass."""

    def forget(_: object) -> None:
        calls[:] = [call for call in calls if call[0] is not held]

    return weakref.ref(part, forget) if isinstance(part, np.ndarray) else part


def _is_same(held: list[Any], parts: list[object]) -> bool:
    return len(held) == len(parts) and all(
        (ref() is part) if isinstance(ref, weakref.ref) else ref == part for ref, part in zip(held, parts, strict=True)
    )
