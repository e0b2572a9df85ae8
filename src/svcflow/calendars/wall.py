"""Days on the wall clock of a time zone, and which of them a country works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from svcflow.errors import DefinitionError

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""(open, close) in minutes of the day."""

MINUTE_MS = 60_000
DAY_MS = 86_400_000
EPOCH = date(1970, 1, 1).toordinal()


def merged(spans: set[tuple[int, int]]) -> Spans:
    """Return the spans in order, overlapping ones made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def on_the_wall(day: int, spans: Spans, offsets: tuple[int, int], zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Yield the instants at which the wall clock of `day` shows a time within `spans`.

    `offsets` are the zone's at this midnight and the next; where they differ the day is cut at the change, so that a
    skipped hour is not open and a repeated one is open twice.
    """
    midnight = (day - EPOCH) * DAY_MS
    offset, following = offsets
    if offset == following:
        for start, end in spans:
            yield midnight + start * MINUTE_MS - offset, midnight + end * MINUTE_MS - offset
        return
    begin, finish = midnight - offset, midnight + DAY_MS - following
    change = find_change(begin, finish, zone)
    for low, high, shift in ((begin, change, offset), (change, finish, following)):
        for start, end in spans:
            a = max(low, midnight + start * MINUTE_MS - shift)
            b = min(high, midnight + end * MINUTE_MS - shift)
            if a < b:
                yield a, b


def find_change(low: int, high: int, zone: ZoneInfo) -> int:
    """Return the instant between `low` and `high` at which the zone takes the offset it has at `high`."""
    final = _offset_at(high, zone)
    while high - low > 1000:
        middle = (low + high) // 2000 * 1000
        if _offset_at(middle, zone) == final:
            high = middle
        else:
            low = middle
    return low if _offset_at(low, zone) == final else high


def _offset_at(instant: int, zone: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=instant)
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds() * 1000)


def offset_ms(day: int, zone: ZoneInfo) -> int:
    """Return the zone's offset at the local midnight that begins `day` (an ordinal)."""
    known = date.fromordinal(min(day, date.max.toordinal()))
    offset = datetime.combine(known, datetime.min.time(), zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds() * 1000)


def public_holidays(code: str | None, first: int, last: int) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ordinals of a country's holidays and of its make-up working days within some years."""
    if code is None:
        return frozenset(), frozenset()
    from holidays import country_holidays  # noqa: PLC0415 - slow to load, seldom needed

    country, _, part = code.partition("-")
    try:
        known = country_holidays(country, subdiv=part or None, years=range(first, last + 1))
    except NotImplementedError as error:
        raise DefinitionError(f"no public holidays known for {code!r}", "use a country code such as CN") from error
    workdays = getattr(known, "weekend_workdays", ())
    return frozenset(day.toordinal() for day in known), frozenset(day.toordinal() for day in workdays)


def list_offsets(zone: str, first: int, last: int) -> list[tuple[int, int]]:
    """Return (from when, offset) of a zone's offsets between two instants, in milliseconds, the first at the first.

    The zone is looked at every four weeks: an offset that lasts less is passed over. What is in force in 2100 stays so:
    exports write the end of time as the year 9999. No zone is UTC. Raises DefinitionError for a zone that there is not.
    """
    try:
        there = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DefinitionError(f"unknown time zone {zone!r}", "use an IANA name: Asia/Shanghai") from error
    least, most = ((date(year, 1, 1).toordinal() - EPOCH) * DAY_MS for year in (1900, 2100))
    begin, end = (min(max(instant, least), most) for instant in (first, last))
    found = [(first, _offset_at(begin, there))]
    before = begin
    for step in range(begin, end + 28 * DAY_MS, 28 * DAY_MS):
        now = min(step, end)
        if _offset_at(now, there) != found[-1][1]:
            found.append((find_change(before, now, there), _offset_at(now, there)))
        before = now
    return found
