"""Business time: how much of a span a calendar is open, and when a span of open time is used up (metrics.md 8).

Open hours are wall-clock hours of a time zone, kept as intervals of UTC milliseconds, so that a change to or from
summer time lengthens or shortens a day exactly as it does on the wall. ``F(t)`` is the open time up to `t`; elapsed
business time is ``F(b) - F(a)`` and a deadline is the earliest `t` with ``F(t) = F(a) + d``. Both come in a plain form
for single instants and in a vectorised form for numpy arrays, on the same tables.

>>> office = Clock(((0, 4, ((9 * 60, 17 * 60),)),), "UTC")
>>> monday_14h, tuesday_9h = 1_772_460_000_000, 1_772_528_400_000
>>> office.elapsed(monday_14h, tuesday_9h) / 3_600_000
3.0
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from svcflow.calendars.wall import DAY_MS, EPOCH, MINUTE_MS, Spans, merged, offset_ms, on_the_wall, public_holidays
from svcflow.errors import DefinitionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Millis: TypeAlias = NDArray[np.int64]

Hours: TypeAlias = tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]

HOUR_MS = 3_600_000
__all__ = ["DAY_MS", "HOUR_MS", "MINUTE_MS", "Clock", "Hours", "Spans", "Spec"]

_LAST_YEAR = 9999
_BARREN_YEARS = 12
"""A calendar that stays shut for so many years is taken to be shut for ever."""


class Spec(Protocol):
    """Open hours as a definition states them; `svcflow.definitions.model.CalendarSpec` does."""

    @property
    def hours(self) -> Hours:
        """Return the hours by weekday, as in `Clock`."""
        ...

    @property
    def holidays(self) -> str | None:
        """Return the country whose holidays are kept."""
        ...

    @property
    def closed(self) -> tuple[str, ...]:
        """Return the dates that are shut besides."""
        ...

    @property
    def open(self) -> tuple[str, ...]:
        """Return the dates that are open besides."""
        ...


@dataclass(slots=True)
class _Table:
    """Open intervals (UTC milliseconds) of whole years, and the open time before each; grows as it is asked."""

    years: tuple[int, int] | None = None
    opens: list[int] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    arrays: tuple[Millis, Millis, Millis] | None = None


@dataclass(frozen=True)
class Clock:
    """Open hours by weekday in a time zone.

    `hours` are (first weekday, last weekday, ((open, close) minutes of the day, ...)), Monday is 0, 1440 is midnight;
    `holidays` is a country code of the `holidays` package (``CN``, or ``DE-BY`` for a part of a country) whose make-up
    working days are honoured; `closed` and `open` are ISO dates that are shut, or open with the hours of their weekday
    (of the first working day of the week where the weekday has none). Times are integer milliseconds since 1970 UTC.
    """

    hours: Hours
    zone: str
    holidays: str | None = None
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    _table: _Table = field(default_factory=_Table, compare=False, repr=False)

    @classmethod
    def from_spec(cls, spec: Spec, zone: str) -> Self:
        """Return the clock of a calendar as written, in a time zone."""
        return cls(spec.hours, zone, spec.holidays, spec.closed, spec.open)

    def open_at(self, instant: int) -> bool:
        """Return whether the calendar is open at `instant`."""
        table = self._covering(instant, instant)
        i = bisect_right(table.opens, instant) - 1
        return i >= 0 and instant < table.closes[i]

    def elapsed(self, start: int, end: int) -> int:
        """Return the open milliseconds from `start` to `end` (negative if `end` is earlier)."""
        table = self._covering(min(start, end), max(start, end))
        return _open_before(table, end) - _open_before(table, start)

    def deadline(self, start: int, duration_ms: int) -> int:
        """Return the earliest instant, not before `start`, at which `duration_ms` of open time have passed."""
        table = self._covering(start, start)
        wanted = _open_before(table, start) + duration_ms
        table = self._reaching(wanted)
        i = max(bisect_left(table.before, wanted) - 1, 0)
        return max(start, table.opens[i] + wanted - table.before[i])

    def open_until(self, instants: Millis) -> Millis:
        """Return ``F(t)`` for int64 instants: open milliseconds since an instant fixed for this clock."""
        import numpy as np  # noqa: PLC0415 - validate must not load numpy

        if not len(instants):
            return instants.astype(np.int64)
        opens, closes, before = self._arrays(instants)
        if not len(opens):
            return np.zeros_like(instants)
        i = opens.searchsorted(instants, side="right") - 1
        inside = np.minimum(instants, closes[i]) - opens[i]
        return np.where(i < 0, before[0], before[i] + inside)

    def elapsed_all(self, start: Millis, end: Millis) -> Millis:
        """Return the open milliseconds from each `start` to each `end`."""
        spent: Millis = self.open_until(end) - self.open_until(start)
        return spent

    def deadlines(self, start: Millis, duration_ms: Millis) -> Millis:
        """Return the instants at which `duration_ms` of open time have passed since `start` (see `deadline`)."""
        if not len(start):
            return start.copy()
        wanted = self.open_until(start) + duration_ms
        self._reaching(int(wanted.max()))
        opens, _, before = self._arrays(start)
        i = (before.searchsorted(wanted, side="left") - 1).clip(0)
        due: Millis = (opens[i] + wanted - before[i]).clip(start)
        return due

    def _covering(self, first: int, last: int) -> _Table:
        """Return the table, grown to hold every open interval between two instants."""
        # One day of margin: a local year begins up to 14 hours before or after the UTC year.
        self._grow(_year(first - DAY_MS), _year(last + DAY_MS))
        return self._table

    def _reaching(self, wanted: int) -> _Table:
        """Return the table, grown until `wanted` open milliseconds are in it."""
        table, barren = self._table, 0
        assert table.years is not None
        while not table.opens or _total(table) < wanted:
            held = len(table.opens)
            if table.years[1] == _LAST_YEAR or barren == _BARREN_YEARS:
                raise DefinitionError("a calendar has no open hours left", "open it on some day, or use another one")
            self._grow(table.years[0], table.years[1] + 1)
            barren = barren + 1 if len(table.opens) == held else 0
        return table

    def _grow(self, first: int, last: int) -> None:
        table = self._table
        if table.years is None:
            self._append(first, last)
            return
        low, high = table.years
        if last > high:
            self._append(high + 1, last)
        if first < low:
            self._prepend(first, low - 1)

    def _append(self, first: int, last: int) -> None:
        table, total = self._table, _total(self._table)
        for start, end in self.intervals(first, last):
            table.opens.append(start)
            table.closes.append(end)
            table.before.append(total)
            total += end - start
        table.years = (first if table.years is None else table.years[0], last)
        table.arrays = None

    def _prepend(self, first: int, last: int) -> None:
        table = self._table
        added = list(self.intervals(first, last))
        total = (table.before[0] if table.before else 0) - sum(end - start for start, end in added)
        before = []
        for start, end in added:
            before.append(total)
            total += end - start
        table.opens[:0] = [start for start, _ in added]
        table.closes[:0] = [end for _, end in added]
        table.before[:0] = before
        assert table.years is not None
        table.years, table.arrays = (first, table.years[1]), None

    def _arrays(self, instants: Millis) -> tuple[Millis, Millis, Millis]:
        import numpy as np  # noqa: PLC0415 - validate must not load numpy

        table = self._covering(int(instants.min()), int(instants.max()))
        if table.arrays is None:
            opens, closes, before = (np.asarray(c, np.int64) for c in (table.opens, table.closes, table.before))
            table.arrays = (opens, closes, before)
        return table.arrays

    def intervals(self, first_year: int, last_year: int) -> Iterator[tuple[int, int]]:
        """Yield the open intervals of whole years in order, as UTC milliseconds."""
        zone = self._zoneinfo
        holidays, workdays = public_holidays(self.holidays, first_year, last_year)
        rest, extra = holidays | self._closed_days, (workdays - self._closed_days) | self._open_days
        last = date(last_year, 12, 31).toordinal()
        offset = offset_ms(date(first_year, 1, 1).toordinal(), zone)
        for day in range(date(first_year, 1, 1).toordinal(), last + 1):
            following = offset_ms(day + 1, zone)
            spans = self._week[(day - 1) % 7]
            if day in extra:
                spans = spans or self._first_spans
            elif day in rest:
                spans = ()
            if spans:
                yield from on_the_wall(day, spans, (offset, following), zone)
            offset = following

    @cached_property
    def _zoneinfo(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise DefinitionError(f"unknown time zone {self.zone!r}", "use an IANA name: Asia/Shanghai") from error

    @cached_property
    def _week(self) -> tuple[Spans, ...]:
        week: list[set[tuple[int, int]]] = [set() for _ in range(7)]
        for first, last, spans in self.hours:
            for weekday in range(first, last + 1):
                week[weekday].update(s for s in spans if s[0] < s[1])
        return tuple(merged(spans) for spans in week)

    @cached_property
    def _first_spans(self) -> Spans:
        return next((spans for spans in self._week if spans), ())

    @cached_property
    def _closed_days(self) -> frozenset[int]:
        return frozenset(date.fromisoformat(day).toordinal() for day in self.closed)

    @cached_property
    def _open_days(self) -> frozenset[int]:
        return frozenset(date.fromisoformat(day).toordinal() for day in self.open)


def _open_before(table: _Table, instant: int) -> int:
    i = bisect_right(table.opens, instant) - 1
    if i < 0:
        return table.before[0] if table.before else 0
    return table.before[i] + min(instant, table.closes[i]) - table.opens[i]


def _total(table: _Table) -> int:
    return table.before[-1] + table.closes[-1] - table.opens[-1] if table.opens else 0


def _year(instant: int) -> int:
    """Return the UTC year of an instant, kept within what dates can hold."""
    days = instant // DAY_MS + EPOCH
    return date.fromordinal(min(max(days, 1), date.max.toordinal())).year
