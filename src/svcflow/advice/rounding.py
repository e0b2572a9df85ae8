"""Targets that people agree on: round durations."""

from __future__ import annotations

_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86_400, 604_800
_ROUND = (
    *(m * _MINUTE for m in (5, 10, 15, 20, 30, 45)),
    *(h * _HOUR for h in (1, 2, 3, 4, 6, 8, 12, 16, 24, 36)),
    *(d * _DAY for d in (2, 3, 4, 5, 6, 7, 8, 10, 12)),
    *(w * _WEEK for w in (2, 3, 4)),
)


def round_up(seconds: float) -> int:
    """Return the next round duration, in seconds, that is not shorter; at least five minutes.

    >>> from svcflow.definitions.durations import write_duration
    >>> [write_duration(round_up(s)) for s in (1, 1000, 3601, 100_000, 400_000, 9_000_000)]
    ['5m', '20m', '2h', '36h', '5d', '15w']
    """
    weeks = -(-int(seconds) // _WEEK)
    return next((r for r in _ROUND if r >= seconds), weeks * _WEEK)
