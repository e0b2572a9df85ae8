"""The worst moment to open a case: where spells on some calendars last longest on another one.

How long they last, as a function of the moment, is made of straight pieces. They meet where the start, the end of a
spell or the end of all falls on an opening or closing of a calendar, so that these moments, and the minutes beside
them, hold the worst. Days whose calendars look the same up to the end of the spells are judged once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from svcflow.calendars import DAY_MS, MINUTE_MS, Clock
from svcflow.definitions.chains import Chain
from svcflow.errors import DefinitionError


@dataclass(frozen=True)
class Hours:
    """The opening times of a calendar over a few years, in UTC milliseconds, and which days look alike."""

    clock: Clock
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    looks: Mapping[int, tuple[tuple[int, int], ...]]

    @classmethod
    def of(cls, clock: Clock, first_year: int, last_year: int) -> Hours:
        """Return the opening times of whole years; raise `DefinitionError` if there are none."""
        spans = list(clock.intervals(first_year, last_year))
        if not spans:
            raise DefinitionError("the calendar is never open", "run `svcflow validate`")
        before, total = [], 0
        looks: dict[int, list[tuple[int, int]]] = {}
        for start, end in spans:
            before.append(total)
            total += end - start
            for day in range(start // DAY_MS, (end - 1) // DAY_MS + 1):
                midnight = day * DAY_MS
                looks.setdefault(day, []).append((max(start - midnight, 0), min(end - midnight, DAY_MS)))
        alike = {day: tuple(parts) for day, parts in looks.items()}
        return cls(clock, tuple(s for s, _ in spans), tuple(e for _, e in spans), tuple(before), alike)

    def back(self, instant: int, duration_ms: int) -> int:
        """Return the latest instant from which so much open time passes until `instant`."""
        i = max(bisect_right(self.opens, instant) - 1, 0)
        wanted = self.before[i] + min(max(instant - self.opens[i], 0), self.closes[i] - self.opens[i]) - duration_ms
        i = max(bisect_right(self.before, wanted) - 1, 0)
        return self.opens[i] + wanted - self.before[i]


@dataclass(frozen=True, slots=True)
class Opening:
    """A moment and how long the spells last from it on the other calendar, in milliseconds."""

    at: int
    lasts_ms: int


def worst_opening(chain: Chain, on: Hours, starts: Hours, *, calendars: Mapping[str, Hours], days: range) -> Opening:
    """Return the moment, within `days` (since 1970) and the hours of `starts`, from which `chain` lasts longest `on`.

    Raise `DefinitionError` where a calendar has no hours left.
    """
    spells = [(calendars[calendar], seconds * 1_000) for calendar, seconds in chain]
    worst = Opening(0, -1)
    moments = sorted(_edges(spells, on, starts))
    seen: set[tuple[object, ...]] = set()
    for day in days:
        begin, end = day * DAY_MS, (day + 1) * DAY_MS
        last = _end(spells, end) // DAY_MS
        hours = (on, starts, *(spell for spell, _ in spells))
        look = tuple(tuple(one.looks.get(d) for one in hours) for d in range(day - 1, last + 1))
        if look in seen:
            continue
        seen.add(look)
        for moment in _within(moments, begin, end):
            if starts.clock.open_at(moment):
                lasts = on.clock.elapsed(moment, _end(spells, moment))
                if lasts > worst.lasts_ms:
                    worst = Opening(moment, lasts)
    return worst


def _end(spells: list[tuple[Hours, int]], start: int) -> int:
    for hours, duration in spells:
        start = hours.clock.deadline(start, duration)
    return start


def _edges(spells: list[tuple[Hours, int]], on: Hours, starts: Hours) -> Iterator[int]:
    """Yield every moment that may be the worst, and the minutes beside it."""
    edges = {*on.opens, *on.closes}
    for hours, duration in reversed(spells):
        edges |= {*hours.opens, *hours.closes}
        edges = {hours.back(edge, duration) for edge in edges} | {*hours.opens, *hours.closes}
    edges |= {*on.opens, *on.closes, *starts.opens, *starts.closes}
    return iter({edge + step for edge in edges for step in (-MINUTE_MS, 0, MINUTE_MS)})


def _within(moments: list[int], begin: int, end: int) -> list[int]:
    return moments[bisect_right(moments, begin - 1) : bisect_right(moments, end - 1)]
