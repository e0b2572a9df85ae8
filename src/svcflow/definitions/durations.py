"""Durations as written: a number with m, h, d or w; a day is 24 hours on the clock in force."""

from __future__ import annotations

import re

SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"([0-9]{1,6})([mhdw])", re.ASCII)


def parse_duration(text: str) -> int | None:
    """Return a duration in seconds, ``None`` if it is none.

    >>> parse_duration("90m"), parse_duration("2d"), parse_duration("1 hour")
    (5400, 172800, None)
    """
    found = _DURATION.fullmatch(text)
    return int(found[1]) * SECONDS[found[2]] if found else None


def write_duration(seconds: int) -> str:
    """Return a duration as one would write it: the largest unit that divides it.

    >>> write_duration(5400), write_duration(86400), write_duration(1209600)
    ('90m', '1d', '2w')
    """
    unit = next(unit for unit in "wdhm" if seconds % SECONDS[unit] == 0 or unit == "m")
    return f"{seconds // SECONDS[unit]}{unit}"


def say_hours(seconds: float) -> str:
    """Return a duration as hours and minutes.

    >>> say_hours(22_500), say_hours(900)
    ('6h15', '0h15')
    """
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}h{minutes:02d}"
