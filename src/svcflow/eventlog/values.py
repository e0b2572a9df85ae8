"""Single values of untyped sources as the texts that columns hold."""

from __future__ import annotations

import datetime as dt

EXACT = 2.0**53
"""Whole numbers below it stand exactly in a float."""


def write(value: object) -> str:  # noqa: PLR0911 - one line a type
    """Return the text of a value; nothing for a missing one. A whole number has no decimals, an id stays an id.

    >>> [write(value) for value in (123.0, 0.5, True, None, "007", b"x")]
    ['123', '0.5', 'true', '', '007', 'x']
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return f"{value.total_seconds():g}" if isinstance(value, dt.timedelta) else str(value)
