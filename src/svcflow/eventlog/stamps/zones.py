"""Wall clocks of a named zone to UTC, whole columns at once."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import MappingError

DAY = 86_400_000
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock without zone is meant
_SPAN = (-62_135_596_800_000 + 2 * DAY, 253_402_300_799_000 - 2 * DAY)


def find_zone(name: str) -> ZoneInfo:
    """Return the time zone of that IANA name. Raises MappingError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MappingError(f"unknown time zone {name!r}", "use an IANA name such as Europe/Amsterdam") from None


def localise(clock: NDArray[np.int64], name: str) -> NDArray[np.int64]:
    """Return UTC milliseconds of wall clock milliseconds in a zone.

    An hour that occurs twice is taken as its first occurrence, one that does not occur as the hour after it. The offset
    is looked up once a day, and once per distinct stamp only on days on which it changes.
    """
    zone = find_zone(name)
    inside = np.clip(clock, *_SPAN)
    days, place = _distinct_days(inside // DAY)
    begins = np.array([_offset(int(day) * DAY, zone) for day in days], np.int64)
    ends = np.array([_offset(int(day + 1) * DAY - 1, zone) for day in days], np.int64)
    offsets = begins[place]
    changing = (begins != ends)[place]
    if changing.any():
        stamps, again = np.unique(inside[changing], return_inverse=True)
        offsets[changing] = np.array([_offset(int(stamp), zone) for stamp in stamps], np.int64)[again]
    return clock - offsets


def _distinct_days(days: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the distinct days and each stamp's place among them; without a sort where they lie close together."""
    low, high = int(days.min(initial=0)), int(days.max(initial=0))
    if high - low > 4_000_000:
        distinct, place = np.unique(days, return_inverse=True)
        return distinct, place
    seen = np.zeros(high - low + 1, bool)
    seen[days - low] = True
    return np.flatnonzero(seen) + low, (np.cumsum(seen) - 1)[days - low]


def _offset(clock: int, zone: ZoneInfo) -> int:
    """Return the offset of a wall clock in milliseconds."""
    wall = _EPOCH + dt.timedelta(milliseconds=clock)
    offset = wall.replace(tzinfo=zone).utcoffset()
    return 0 if offset is None else int(offset / dt.timedelta(milliseconds=1))
