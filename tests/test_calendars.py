"""Business time: the worked examples of metrics.md 8, clock changes, and a minute-by-minute count as the oracle."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.calendars import DAY_MS, HOUR_MS, MINUTE_MS, Clock
from svcflow.errors import DefinitionError

NINE_TO_FIVE = ((0, 4, ((540, 1020),)),)
EIGHT_TO_FIVE = ((0, 4, ((480, 1020),)),)
SPLIT = ((0, 4, ((540, 720), (810, 1080))), (5, 5, ((600, 780),)))
NIGHTS = ((0, 6, ((0, 150), (1320, 1440))),)
ROUND_THE_CLOCK = ((0, 6, ((0, 1440),)),)


def at(text: str, zone: str) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_afternoon_to_next_morning_is_three_business_hours(zone: str) -> None:
    clock = Clock(NINE_TO_FIVE, zone)
    start, now = at("2026-03-02T14:00", zone), at("2026-03-03T09:00", zone)
    assert clock.elapsed(start, now) == 3 * HOUR_MS
    assert now - start == 19 * HOUR_MS


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_opened_on_friday_night(zone: str) -> None:
    clock = Clock(EIGHT_TO_FIVE, zone)
    start, now = at("2026-03-06T21:00", zone), at("2026-03-09T09:30", zone)
    assert clock.elapsed(start, now) == 90 * MINUTE_MS
    assert now - start == 60 * HOUR_MS + 30 * MINUTE_MS


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-02T09:00", "2026-03-04T17:00"),
        ("2026-03-05T09:00", "2026-03-09T17:00"),
        ("2026-03-26T09:00", "2026-03-30T17:00"),  # Berlin goes to summer time on 29 March
        ("2026-10-22T09:00", "2026-10-26T17:00"),  # and back on 25 October
    ],
)
def test_a_day_of_target_is_three_working_days(start: str, due: str) -> None:
    clock = Clock(NINE_TO_FIVE, "Europe/Berlin")
    opened, closes = at(start, "Europe/Berlin"), at(due, "Europe/Berlin")
    assert clock.deadline(opened, 24 * HOUR_MS) == closes
    assert clock.elapsed(opened, closes) == 24 * HOUR_MS


def test_the_week_of_a_clock_change_has_an_hour_less_or_more_round_the_clock() -> None:
    clock = Clock(ROUND_THE_CLOCK, "Europe/Berlin")
    for start, end, hours in (
        ("2026-03-29T00:00", "2026-03-30T00:00", 23),
        ("2026-10-25T00:00", "2026-10-26T00:00", 25),
        ("2026-06-01T00:00", "2026-06-02T00:00", 24),
    ):
        assert clock.elapsed(at(start, "Europe/Berlin"), at(end, "Europe/Berlin")) == hours * HOUR_MS


def test_hours_within_a_clock_change_are_those_the_wall_shows() -> None:
    clock = Clock(NIGHTS, "Europe/Berlin")  # 00:00-02:30: 02:00-02:30 is skipped in March, doubled in October
    for start, end, minutes in (
        ("2026-03-29T00:00", "2026-03-29T12:00", 120),
        ("2026-10-25T00:00", "2026-10-25T12:00", 180),
    ):
        assert clock.elapsed(at(start, "Europe/Berlin"), at(end, "Europe/Berlin")) == minutes * MINUTE_MS


def test_china_knows_holidays_and_make_up_working_days() -> None:
    zone = "Asia/Shanghai"
    clock = Clock(NINE_TO_FIVE, zone, holidays="CN")
    day = lambda text: clock.elapsed(at(f"{text}T00:00", zone), at(f"{text}T23:59", zone)) / HOUR_MS  # noqa: E731
    assert day("2026-10-01") == 0  # National Day, a Thursday
    assert day("2026-10-10") == 8  # a Saturday that is worked
    assert day("2026-10-17") == 0  # an ordinary Saturday
    assert day("2026-10-12") == 8


def test_extra_days_win_over_the_week() -> None:
    clock = Clock(NINE_TO_FIVE, "UTC", closed=("2026-03-02",), open=("2026-03-07",))
    assert clock.elapsed(at("2026-03-02T00:00", "UTC"), at("2026-03-03T00:00", "UTC")) == 0
    assert clock.elapsed(at("2026-03-07T00:00", "UTC"), at("2026-03-08T00:00", "UTC")) == 8 * HOUR_MS
    assert clock.open_at(at("2026-03-07T09:00", "UTC"))
    assert not clock.open_at(at("2026-03-07T17:00", "UTC"))


def minute_by_minute(clock: Clock, start: int, end: int) -> int:
    """Count the minutes whose wall-clock time lies within the open hours."""
    zone, count = ZoneInfo(clock.zone), 0
    moment = datetime.fromtimestamp(start / 1000, UTC)
    for _ in range((end - start) // MINUTE_MS):
        wall = moment.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        count += any(
            first <= wall.weekday() <= last and any(a <= minute < b for a, b in spans)
            for first, last, spans in clock.hours
        )
        moment += timedelta(minutes=1)
    return count * MINUTE_MS


ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe")


def test_a_thousand_spans_equal_a_minute_by_minute_count() -> None:
    random = np.random.default_rng(8)
    clocks = [Clock(hours, zone) for hours in (NINE_TO_FIVE, SPLIT, NIGHTS) for zone in ZONES]
    spring, autumn = at("2017-03-24T00:00", "UTC"), at("2017-10-13T00:00", "UTC")
    for i in range(1000):
        clock = clocks[i % len(clocks)]
        start = int((spring, autumn)[i % 2] + random.integers(0, 30 * 1440) * MINUTE_MS)
        end = start + int(random.integers(0, 2 * 1440)) * MINUTE_MS
        assert clock.elapsed(start, end) == minute_by_minute(clock, start, end), (clock, start, end)


instants = st.integers(min_value=0, max_value=60 * 365 * DAY_MS)


@settings(deadline=None, max_examples=60)
@given(
    starts=st.lists(instants, min_size=1, max_size=20),
    spans=st.lists(st.integers(0, 400 * HOUR_MS), min_size=20, max_size=20),
    hours=st.sampled_from((NINE_TO_FIVE, SPLIT, NIGHTS, ROUND_THE_CLOCK)),
    zone=st.sampled_from(ZONES),
)
def test_vectors_equal_single_instants_and_deadlines_invert_elapsed(
    starts: list[int], spans: list[int], hours: tuple, zone: str
) -> None:
    one, many = Clock(hours, zone), Clock(hours, zone)
    start = np.asarray(starts, np.int64)
    length = np.asarray(spans[: len(starts)], np.int64)
    elapsed = many.elapsed_all(start, start + length)
    due = many.deadlines(start, length)
    for k, (a, d) in enumerate(zip(starts, spans, strict=False)):
        assert one.elapsed(a, a + d) == elapsed[k]
        assert one.deadline(a, d) == due[k]
        assert one.elapsed(a, int(due[k])) == d
        assert due[k] == a or one.elapsed(a, int(due[k]) - 1) < d, "the deadline is the earliest instant"


def test_what_was_asked_before_changes_nothing() -> None:
    early, late = at("1999-05-05T12:00", "UTC"), at("2031-01-01T12:00", "UTC")
    forth, back = Clock(SPLIT, "Europe/Berlin"), Clock(SPLIT, "Europe/Berlin")
    first = forth.elapsed(early, late)
    back.elapsed(late, late + DAY_MS)
    assert back.elapsed(early, late) == first
    assert forth.elapsed(late, early) == -first


def test_a_calendar_that_never_opens_says_so() -> None:
    clock = Clock((), "UTC")
    assert clock.elapsed(0, 10 * DAY_MS) == 0
    assert list(clock.open_until(np.array([0, DAY_MS]))) == [0, 0]
    with pytest.raises(DefinitionError, match="no open hours"):
        clock.deadline(0, 1)


def test_a_wrong_zone_or_country_is_one_clear_line() -> None:
    with pytest.raises(DefinitionError, match="time zone 'Mars/Olympus'"):
        Clock(NINE_TO_FIVE, "Mars/Olympus").elapsed(0, 1)
    with pytest.raises(DefinitionError, match="'XX'"):
        Clock(NINE_TO_FIVE, "UTC", holidays="XX").elapsed(0, 1)


def test_importing_calendars_loads_no_numpy() -> None:
    code = (
        "import sys, svcflow.calendars as c; c.Clock(((0, 4, ((540, 1020),)),), 'UTC').deadline(0, 1);"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
