"""Kleene's three-valued logic as closures: true, false, or ``None`` where missing data leaves it open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from svcflow.guards.language import Data, Truth, Value


def compare_values(a: Value, b: Value, holds: Callable[[Any, Any], bool], *, enum: bool) -> Truth:
    """Return a comparison that is unknown where a side is; a word outside an enum's values has no rank."""

    def compare(data: Data) -> bool | None:
        left, right = a(data), b(data)
        if left is None or right is None or (enum and (left < 0 or right < 0)):
            return None
        return holds(left, right)

    return compare


def negate(part: Truth) -> Truth:
    """Return the opposite; of unknown, unknown."""

    def negation(data: Data) -> bool | None:
        truth = part(data)
        return None if truth is None else not truth

    return negation


def all_of(parts: tuple[Truth, ...]) -> Truth:
    """Return false if a part is, true if all are, else unknown."""

    def conjunction(data: Data) -> bool | None:
        result: bool | None = True
        for part in parts:
            truth = part(data)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return conjunction


def any_of(parts: tuple[Truth, ...]) -> Truth:
    """Return true if a part is, false if none can be, else unknown."""

    def disjunction(data: Data) -> bool | None:
        result: bool | None = False
        for part in parts:
            truth = part(data)
            if truth:
                return True
            if truth is None:
                result = None
        return result

    return disjunction
