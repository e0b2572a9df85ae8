"""Local days and hours: where on the wall clock of a log's zone its instants lie.

Days begin at local midnight, so a day of the change to or from summer time has 23 or 25 hours, and the hour of the
week is the one that people saw on the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars.wall import DAY_MS, EPOCH, find_change, offset_ms
from svcflow.eventlog.log import Millis

Ints = NDArray[np.int64]

HOUR_MS = 3_600_000
QUARTER_MS = 900_000
WEEK_HOURS = 168
MOST_DAYS = 36_600
"""A log that spans more days than this holds wrong dates."""
MOST_QUARTERS = 1_000_000
"""Up to here, what a quarter of an hour belongs to is looked up in a table."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TOO_LONG = {
    "en": "the time stamps span more than a hundred years: some of them are wrong (see `svcflow inspect`)",
    "zh": "时间戳跨度超过一百年：其中有错误的时间（见 `svcflow inspect`）",
}


@dataclass(frozen=True)
class Days:
    """The local days from the first instant of a log to its last.

    `edges` are the instants of their midnights, one more than there are days, ascending; `number` is the first day,
    counted from 1970-01-01. `changes` are the instants at which the offset from UTC becomes the next of `offsets`.
    """

    span: tuple[int, int]
    number: int
    edges: Millis
    changes: Millis
    offsets: Millis
    _origin: int
    _day_of_quarter: NDArray[np.int32] | None
    _hour_of_quarter: NDArray[np.int16] | None

    def __len__(self) -> int:
        return len(self.edges) - 1

    def find(self, instants: Millis) -> Ints:
        """Return the number of the day, from 0, of each instant within the span."""
        if self._day_of_quarter is None:
            found: Ints = np.searchsorted(self.edges, instants, side="right") - 1
            return found
        days: Ints = self._day_of_quarter[(instants - self._origin) // QUARTER_MS].astype(np.int64)
        return days

    def hours_of_week(self, instants: Millis) -> Ints:
        """Return the hour of the week of each instant within the span: 0 is Monday from midnight to one."""
        if self._hour_of_quarter is None:
            return _hours(instants, self.changes, self.offsets)
        hours: Ints = self._hour_of_quarter[(instants - self._origin) // QUARTER_MS].astype(np.int64)
        return hours

    @property
    def weeks(self) -> Ints:
        """Return for each day the number of its week, from 0; weeks begin on Monday."""
        number = (self.number + np.arange(len(self)) + 3) // 7
        weeks: Ints = number - number[0]
        return weeks

    @property
    def observed(self) -> Millis:
        """Return how much of each day lies within the span, in milliseconds."""
        low, high = self.span
        return np.minimum(self.edges[1:], high) - np.maximum(self.edges[:-1], low)

    def name(self, day: int) -> str:
        """Return a day as ISO date."""
        return date.fromordinal(EPOCH + self.number + day).isoformat()

    def name_week(self, week: int) -> str:
        """Return the Monday of a week as ISO date."""
        monday = (self.number + 3) // 7 * 7 - 3 + 7 * week
        return date.fromordinal(max(EPOCH + monday, 1)).isoformat()

    def find_whole_weeks(self) -> Ints:
        """Return the numbers of the weeks that lie within the span from their first hour to their last."""
        low, high = self.span
        begins = np.flatnonzero(np.diff(self.weeks, prepend=-1))
        ends = np.append(begins[1:], len(self))
        full = (ends - begins == 7) & (self.edges[begins] + DAY_MS > low) & (self.edges[ends] - DAY_MS < high)
        return np.flatnonzero(full)


def lay_days(zone: str, span: tuple[int, int]) -> Days | None:
    """Return the local days of a span, ``None`` where it is so long that some of its dates must be wrong."""
    low, high = span
    if (high - low) // DAY_MS > MOST_DAYS:
        return None
    place = ZoneInfo(zone or "UTC")
    first = low // DAY_MS - 1
    shifts = [offset_ms(EPOCH + day, place) for day in range(first, high // DAY_MS + 3)]
    edges = np.array([(first + i) * DAY_MS - shift for i, shift in enumerate(shifts)], np.int64)
    moved = np.flatnonzero(np.diff(shifts))
    changes = [find_change(int(edges[i]), int(edges[i + 1]), place) for i in moved.tolist()]
    offsets = np.array([shifts[0], *(shifts[i + 1] for i in moved.tolist())], np.int64)
    skipped = int(np.searchsorted(edges, low, side="right")) - 1
    kept = edges[skipped : int(np.searchsorted(edges, high, side="right")) + 1]
    tables = _lay_tables(kept, np.array(changes, np.int64), offsets)
    return Days(span, first + skipped, kept, np.array(changes, np.int64), offsets, *tables)


def _lay_tables(
    edges: Millis, changes: Millis, offsets: Millis
) -> tuple[int, NDArray[np.int32] | None, NDArray[np.int16] | None]:
    """Return the tables of days and hours by quarter of an hour; none where a border lies within a quarter."""
    origin = int(edges[0])
    quarters = (int(edges[-1]) - origin) // QUARTER_MS
    if quarters > MOST_QUARTERS or ((edges - origin) % QUARTER_MS).any() or (offsets % QUARTER_MS).any():
        return origin, None, None
    instants = origin + np.arange(quarters) * QUARTER_MS
    days = np.searchsorted(edges, instants, side="right") - 1
    return origin, days.astype(np.int32), _hours(instants, changes, offsets).astype(np.int16)


def _hours(instants: Millis, changes: Millis, offsets: Millis) -> Ints:
    """Return the hours of the week; 1970-01-01 was a Thursday."""
    local = instants + offsets[np.searchsorted(changes, instants, side="right")]
    hours: Ints = (local // HOUR_MS + 72) % WEEK_HOURS
    return hours


def say_hour(hour: int) -> str:
    """Return an hour of the week in words.

    >>> say_hour(0), say_hour(33)
    ('Mon 00:00', 'Tue 09:00')
    """
    return f"{WEEKDAYS[hour // 24]} {hour % 24:02}:00"
