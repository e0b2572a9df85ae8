"""Day before month or month before day: proved by a value above 12, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import MappingError
from svcflow.eventlog.stamps.evidence import Evidence, Example
from svcflow.eventlog.stamps.fields import Parts
from svcflow.eventlog.stamps.formats import XXY


class OrderUnknownError(MappingError):
    """Nothing seen so far tells day from month."""


def decide(parts: Parts, column: Any, name: str, known: Evidence) -> None:
    """Swap day and month in place where the month comes first.

    Dates with the year first or the month by name need no decision. Raises OrderUnknownError where no value tells the
    order, MappingError where values contradict each other.
    """
    open_ = prove(parts, column, known)
    if not len(open_):
        return
    if known.day_first and known.month_first:
        (one, row), (other, other_row) = known.day_first, known.month_first
        raise MappingError(
            f"column {name!r} mixes dates: {one!r} (row {row:,}) has the day first, "
            f"{other!r} (row {other_row:,}) the month",
            f"state it in a mapping file (-m): time_format: {_guess_format(one)!r}; rows that differ are then bad rows",
        )
    first, second = parts.day[open_], parts.month[open_]
    if not known.day_first and not known.month_first:
        if (first == second).all():
            return
        example = _value(column, int(open_[first != second][0]))
        raise OrderUnknownError(
            f"column {name!r} does not tell day from month: no value has a number above 12 (for example {example!r})",
            f"state the order in a mapping file (-m): time_format: {_guess_format(example)!r} or "
            f"{_guess_format(example, month_first=True)!r}",
        )
    if known.month_first:
        parts.day[open_], parts.month[open_] = second, first


def prove(parts: Parts, column: Any, known: Evidence) -> NDArray[np.intp]:
    """Note the first values that prove an order; return the rows whose order is open."""
    a, b = parts.day, parts.month  # a pair that is a date in neither order proves nothing
    possible = ((a <= 12) & (b <= 31)) | ((a <= 31) & (b <= 12))
    open_ = np.flatnonzero((parts.kind == XXY) & possible)
    day_first = open_[parts.day[open_] > 12]
    month_first = open_[parts.month[open_] > 12]
    if len(day_first) and not known.day_first:
        known.day_first = _example(column, known, int(day_first[0]))
    if len(month_first) and not known.month_first:
        known.month_first = _example(column, known, int(month_first[0]))
    return open_


def note_zone(column: Any, known: Evidence, zoned: NDArray[np.bool_], plain: NDArray[np.bool_]) -> None:
    """Note the first stamp that names a zone and the first that does not."""
    if known.zoned is None and zoned.any():
        known.zoned = _example(column, known, int(np.argmax(zoned)))
    if known.plain is None and plain.any():
        known.plain = _example(column, known, int(np.argmax(plain)))


def refuse_mixed_zones(name: str, known: Evidence, timezone: str) -> None:
    """Raise MappingError where some stamps name their zone, others do not, and none is stated."""
    if known.zoned and known.plain and not timezone:
        raise MappingError(
            f"column {name!r} mixes stamps with a zone ({known.zoned[0]!r}, row {known.zoned[1]:,}) "
            f"and without ({known.plain[0]!r}, row {known.plain[1]:,})",
            "state the zone of those without in a mapping file (-m): timezone: Europe/Amsterdam",
        )


def _example(column: Any, known: Evidence, row: int) -> Example:
    return _value(column, row), known.first_row + row + 1


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
