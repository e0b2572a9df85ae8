"""Day before month or month before day: proved by a value above 12, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from svcflow.errors import MappingError
from svcflow.eventlog.stamps.fields import Parts
from svcflow.eventlog.stamps.formats import XXY


def decide(parts: Parts, column: Any, name: str) -> None:
    """Swap day and month in place where the month comes first.

    Dates with the year first or the month by name need no decision. Raises MappingError where no value tells the order,
    or values contradict each other.
    """
    a, b = parts.day, parts.month  # a pair that is a date in neither order proves nothing
    possible = ((a <= 12) & (b <= 31)) | ((a <= 31) & (b <= 12))
    open_ = np.flatnonzero((parts.kind == XXY) & possible)
    if not len(open_):
        return
    first, second = parts.day[open_], parts.month[open_]
    day_first = open_[first > 12]
    month_first = open_[second > 12]
    if len(day_first) and len(month_first):
        one, other = _value(column, int(day_first[0])), _value(column, int(month_first[0]))
        raise MappingError(
            f"column {name!r} mixes dates: {one!r} (row {day_first[0] + 1:,}) has the day first, "
            f"{other!r} (row {month_first[0] + 1:,}) the month",
            f"state it in a mapping file (-m): time_format: {_guess_format(one)!r}; rows that differ are then bad rows",
        )
    if not len(day_first) and not len(month_first):
        if (first == second).all():
            return
        example = _value(column, int(open_[first != second][0]))
        raise MappingError(
            f"column {name!r} does not tell day from month: no value has a number above 12 (for example {example!r})",
            f"state the order in a mapping file (-m): time_format: {_guess_format(example)!r} or "
            f"{_guess_format(example, month_first=True)!r}",
        )
    if len(month_first):
        parts.day[open_], parts.month[open_] = second, first


def mixed_zones(column: Any, name: str, zoned: int, plain: int) -> MappingError:
    """Return the error for a column in which some stamps name their zone and others do not."""
    return MappingError(
        f"column {name!r} mixes stamps with a zone ({_value(column, zoned)!r}, row {zoned + 1:,}) "
        f"and without ({_value(column, plain)!r}, row {plain + 1:,})",
        "state the zone of those without in a mapping file (-m): timezone: Europe/Amsterdam",
    )


def _value(column: Any, row: int) -> str:
    return str(column[row].as_py())


def _guess_format(example: str, *, month_first: bool = False) -> str:
    """Return the ``strptime`` format of an example whose first two numbers are day and month.

    >>> _guess_format("02/03/2026 08:05")
    '%d/%m/%Y %H:%M'
    """
    names = ["%m", "%d"] if month_first else ["%d", "%m"]
    half = any(mark in example.upper() for mark in ("AM", "PM"))
    names += ["%Y", "%I" if half else "%H", "%M", "%S", "%f"]
    result, position = "", 0
    while position < len(example):
        end = position
        while end < len(example) and example[end].isdigit():
            end += 1
        if end > position:
            result += names.pop(0) if names else example[position:end]
            position = end
        elif half and example[position : position + 2].upper() in ("AM", "PM"):
            result, position = result + "%p", position + 2
        elif example[position] in "+-" and len(names) <= 2:
            return result + "%z"
        else:
            result, position = result + example[position], position + 1
    return result
