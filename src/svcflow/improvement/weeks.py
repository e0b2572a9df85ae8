"""Weeks of two logs as one series: checked row by row, joined, and cut where they cannot be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from svcflow.errors import InputError

Row = Mapping[str, Any]

MOST_OPEN = 0.1
"""A week more of whose cases are open than this is not judged: those that take long are missing."""
LARGEST = 1e15

_COUNTS = ("cases", "open", "cycle_cases", "resolve_cases")


def is_figure(value: object) -> bool:
    """Return whether a value that was read is a number to reckon with.

    >>> is_figure(3), is_figure(True), is_figure(float("nan")), is_figure(10**400)
    (True, False, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def read_weeks(rows: Sequence[object]) -> list[Row]:
    """Return the weekly rows of a document that somebody may have edited. Raises `InputError` for what is no week."""
    found: list[Row] = []
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping) or not _is_week(row):
            raise InputError(f"the estimate: weekly[{number}] is no week", "give the file of `svcflow analyze --json`")
        found.append(row)
    return found


def _is_week(row: Row) -> bool:
    try:
        date.fromisoformat(str(row.get("from")))
    except ValueError:
        return False
    if not all(isinstance(row.get(key), int) and is_figure(row[key]) and row[key] >= 0 for key in _COUNTS):
        return False
    return all(not row[f"{key}_cases"] or is_figure(row.get(f"{key}_mean_s")) for key in ("cycle", "resolve"))


def join_weeks(before: Sequence[Row], after: Sequence[Row], adopted: date) -> list[Row]:
    """Return the weeks of both logs in order; of weeks that both hold, the one with more cases.

    The week in which the change was adopted is half before and half after it: it is left out, unless it begins with it.
    Weeks at either edge that hold less than half of the usual cases are cut ones, and left out too.
    """
    found: dict[str, Row] = {}
    for row in (*before, *after):
        known = found.get(str(row["from"]))
        if known is None or row["cases"] > known["cases"]:
            found[str(row["from"])] = row
    weeks = [found[name] for name in sorted(found) if not _straddles(date.fromisoformat(name), adopted)]
    counts = sorted(row["cases"] for row in weeks)
    usual = counts[len(counts) // 2] if counts else 0
    while weeks and weeks[0]["cases"] < usual / 2:
        weeks.pop(0)
    while weeks and (weeks[-1]["cases"] < usual / 2 or weeks[-1]["open"] > MOST_OPEN * weeks[-1]["cases"]):
        weeks.pop()
    return [row for row in weeks if row["cases"]]


def _straddles(monday: date, adopted: date) -> bool:
    return monday < adopted and (adopted - monday) < timedelta(days=7)
