"""Days, weekdays and hours as written in calendars and scenarios."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from svcflow.definitions.reading import Reading, scalars
from svcflow.documents import Node, Scalar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Openings = tuple[tuple[int, int], ...]
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})", re.ASCII)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)


def read_day(reading: Reading, node: Node | None) -> str | None:
    """Return a day as ISO 8601; a day that no calendar has is noted."""
    if not isinstance(node, Scalar):
        return None
    if parse_day(node.text) is None:
        reading.remark("bad-value", f"there is no day '{node.text}'", node.span)
    return node.text


def read_days(reading: Reading, node: Node | None) -> tuple[str, ...]:
    """Return a list of days."""
    return tuple(day for item in scalars(node) if (day := read_day(reading, item)) is not None)


def parse_day(text: str) -> date | None:
    """Return a day written as ``2026-11-02``.

    >>> parse_day("2026-02-30") is None
    True
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_weekdays(text: str) -> tuple[tuple[int, int], ...]:
    """Return a range of weekdays, Monday is 0; one that passes Sunday becomes two.

    >>> parse_weekdays("mon-fri"), parse_weekdays("sat"), parse_weekdays("sat-mon")
    (((0, 4),), ((5, 5),), ((5, 6), (0, 0)))
    """
    first, _, last = text.partition("-")
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return ((begin, end),) if begin <= end else ((begin, 6), (0, end))


def parse_openings(text: str) -> tuple[Openings, str]:
    """Return (open, close) in minutes of the day, and what is wrong with them ('' if nothing).

    >>> parse_openings("09:00-12:00 13:30-24:00")
    (((540, 720), (810, 1440)), '')
    >>> parse_openings("12:00-09:00")[1]
    "'12:00-09:00' ends before it starts; hours past midnight belong to the next day"
    """
    spans: list[tuple[int, int]] = []
    for found in _SPAN.finditer(text):
        numbers = [int(part) for part in found.groups()]
        begin, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if max(numbers[1], numbers[3]) > 59 or max(begin, end) > 1440:
            return (), f"'{found[0]}': hours go from 00:00 to 24:00"
        if begin >= end:
            return (), f"'{found[0]}' ends before it starts; hours past midnight belong to the next day"
        if spans and begin < spans[-1][1]:
            return (), f"'{found[0]}' begins before the hours in front of it end"
        spans.append((begin, end))
    return tuple(spans), ""


def next_moment(words: list[str], after: datetime) -> tuple[datetime | None, int]:
    """Return the moment that a line begins with and how many of its words that takes; ``None`` if it is none.

    A weekday is the first one from the day of `after` on; an ISO time stands for itself.

    >>> next_moment(["Wed", "09:30", "register"], datetime(2026, 11, 2))
    (datetime.datetime(2026, 11, 4, 9, 30), 2)
    """
    if not words:
        return None, 0
    if "T" in words[0] and words[0][:1].isdigit():
        try:
            return datetime.fromisoformat(words[0]).replace(tzinfo=None), 1
        except ValueError:
            return None, 0
    found = _CLOCK.fullmatch(words[1]) if len(words) > 1 else None
    if found is None:
        return None, 0
    hour, minute, second = (int(part or 0) for part in found.groups())
    day = _day_of(words[0], after.date())
    if day is None or hour > 23 or minute > 59 or second > 59:
        return None, 0
    return datetime.combine(day, time(hour, minute, second)), 2


def _day_of(word: str, after: date) -> date | None:
    if word.casefold() in WEEKDAYS:
        try:
            return after + timedelta(days=(WEEKDAYS.index(word.casefold()) - after.weekday()) % 7)
        except OverflowError:
            return None
    return parse_day(word)
