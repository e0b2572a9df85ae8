"""Days and hours of the wall clock, against the standard library."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.mining.days import MOST_DAYS, lay_days

DAY = 86_400_000
ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "")


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(ZONES),
    st.lists(st.integers(1_230_000_000_000, 1_400_000_000_000), min_size=1, max_size=20),
    st.booleans(),
)
def test_instants_lie_where_people_saw_them(zone: str, instants: list[int], coarse: bool) -> None:
    days = lay_days(zone, (min(instants), max(instants)))
    assert days is not None
    if coarse:  # the same without tables
        object.__setattr__(days, "_day_of_quarter", None)
        object.__setattr__(days, "_hour_of_quarter", None)
    at = np.array(instants, np.int64)
    local = [datetime.fromtimestamp(t / 1000, ZoneInfo(zone or "UTC")) for t in instants]
    assert [days.name(day) for day in days.find(at).tolist()] == [moment.date().isoformat() for moment in local]
    assert days.hours_of_week(at).tolist() == [moment.weekday() * 24 + moment.hour for moment in local]
    assert int(days.observed.sum()) == max(instants) - min(instants)


def test_a_day_of_the_change_of_clocks_has_23_or_25_hours() -> None:
    span = [int(datetime(2024, month, 1, tzinfo=UTC).timestamp() * 1000) for month in (3, 12)]
    days = lay_days("Europe/Berlin", (span[0], span[1]))
    assert days is not None
    lengths = {days.name(day): int(hours) for day, hours in enumerate(np.diff(days.edges) / 3_600_000)}
    assert (lengths["2024-03-31"], lengths["2024-10-27"], lengths["2024-06-01"]) == (23, 25, 24)


def test_whole_weeks_begin_on_monday_and_lie_inside() -> None:
    monday = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
    days = lay_days("UTC", (monday - DAY, monday + 15 * DAY))
    assert days is not None
    assert [days.name_week(week) for week in days.find_whole_weeks().tolist()] == ["2024-01-01", "2024-01-08"]


@pytest.mark.parametrize("more", [0, 2])
def test_a_span_of_centuries_is_refused(more: int) -> None:
    assert (lay_days("UTC", (0, (MOST_DAYS + more) * DAY)) is None) == bool(more)
