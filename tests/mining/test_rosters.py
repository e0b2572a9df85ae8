"""Rosters: hours discovered from a log count as a clock of the same hours does, summer time included."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mining.logs import DAY, HOUR, MONDAY, Row, build

from svcflow.calendars import Clock
from svcflow.calendars.wall import list_offsets
from svcflow.definitions import load
from svcflow.errors import DefinitionError
from svcflow.eventlog.log import Log
from svcflow.mining.quantity import Setting
from svcflow.mining.rosters import Discovered, Given, discover
from svcflow.mining.teamhours import give_hours

AUTUMN = 1_792_886_400_000
"""2026-10-25T00:00:00Z: at one o'clock Berlin sets the clock back."""


@given(
    slots=st.sets(st.integers(0, 167), max_size=40),
    start=st.integers(-9 * DAY, 9 * DAY),
    length=st.integers(0, 15 * DAY),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "UTC"]),
)
@settings(max_examples=60, deadline=None)
def test_a_week_of_slots_counts_as_a_clock_of_the_same_hours(
    slots: set[int], start: int, length: int, zone: str
) -> None:
    begin = AUTUMN + start
    span = (AUTUMN - 40 * DAY, AUTUMN + 40 * DAY)
    roster = Discovered(np.zeros(1, np.int64), np.array(sorted(slots), np.int64), 60, zone, span)
    hours = tuple((slot // 24, slot // 24, ((slot % 24 * 60, slot % 24 * 60 + 60),)) for slot in slots)
    upto = roster.open_until(np.zeros(2, np.int32), np.array([begin, begin + length]))
    assert int(upto[1] - upto[0]) == Clock(hours, zone).elapsed(begin, begin + length)


def test_offsets_of_a_zone_are_found_to_the_second() -> None:
    changes = list_offsets("Europe/Berlin", AUTUMN - 300 * DAY, AUTUMN + 10 * DAY)
    assert [offset // HOUR for _, offset in changes] == [1, 2, 1]
    assert abs(changes[-1][0] - (AUTUMN + HOUR)) <= 1000
    assert all(a < b for (a, _), (b, _) in pairwise(changes))
    with pytest.raises(DefinitionError, match="Mars"):
        list_offsets("Mars/Base", 0, 1)


def work_of(days: int, hours: tuple[int, ...], resource: int = 1, offset: int = 0) -> list[tuple[int, int, int]]:
    return [(resource, MONDAY + day * DAY + hour * HOUR + offset, resource) for day in range(days) for hour in hours]


def shown(stamps: list[tuple[int, int, int]], *, minutes: int = 60, zone: str = "UTC") -> dict[int, list[int]]:
    """Return the open slots of each resource on its first weekday, by resource."""
    resource, times, activity = (np.array(column) for column in zip(*stamps, strict=True))
    pools = np.arange(int(resource.max()) + 1)
    found = discover(resource.astype(np.int32), activity, (times, times), zone, pools=pools, minutes=minutes)
    return {int(r): (found.keys[found.keys // found.slots == r] % found.slots).tolist() for r in pools}


def test_what_is_done_daily_is_open_and_a_single_night_is_not() -> None:
    stamps = [*work_of(140, (9, 10, 14)), (1, MONDAY + 3 * HOUR, 1)]
    monday = [slot for slot in shown(stamps)[1] if slot < 24]
    assert monday == [9, 10, 14]


def test_the_busiest_slots_open_until_enough_is_covered() -> None:
    """On Mondays, twelve slots each on one day in twelve: none is sure, and seven tenths of them are opened."""
    stamps = [(1, MONDAY + 7 * week * DAY + (6 + week) * HOUR, 1) for week in range(12)]
    assert len(shown(stamps)[1]) == 9


def test_hours_are_those_of_the_wall_clock() -> None:
    assert shown(work_of(7, (1,)), zone="Asia/Shanghai")[1][0] == 9


def test_unknown_resources_show_no_hours() -> None:
    assert shown(work_of(7, (9,), resource=0) + work_of(1, (9,), resource=1))[0] == []


def test_a_team_keeps_its_own_calendar() -> None:
    workspace = load("workflows")
    rows = [Row("c1", "open", MONDAY, "ann", "Hotline"), Row("c1", "solve", MONDAY + HOUR, "bob", "Training")]
    nobody = np.empty(0, np.int32)

    def hours_of(log: Log) -> Given | None:
        known = (log.activities, log.resources, log.teams)
        return give_hours(log, Setting(*known, "UTC", None, nobody, nobody, organisation=workspace.organisation))

    log = build(rows)
    given_hours = hours_of(log)
    assert given_hours is not None
    names = [given_hours.names[place] for place in given_hours.of.tolist()]
    assert dict(zip(log.resources.texts, names, strict=True)) | {"": ""} == {
        "": "",
        "ann": "service_hours",
        "bob": "office",
    }
    assert hours_of(build([*rows, Row("c2", "open", MONDAY, "eve", "Nowhere")])) is None, "hers are not known"
