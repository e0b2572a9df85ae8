"""Beginnings, ends and cases in progress, against a walk through every case."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real

from svcflow.eventlog.log import Log, Role
from svcflow.mining import Mined, mine

NAMES = ("arrivals", "arrival-hours", "work-in-progress", "littles-law")
STATED = (Role("done", "activity", "stated in the mapping"),)


def measure(log: Log, **options: int) -> Mined:
    return mine(log, quantities=NAMES, **options)


def lives(rows: list[Row], done: str = "") -> dict[str, tuple[int, int | None]]:
    """Return when each case begins and when it ends, ``None`` if it is open."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.case, []).append(row)
    for case in found.values():
        case.sort(key=lambda row: row.time)
    return {
        name: (
            min(row.time if row.start is None else row.start for row in case),
            case[-1].time if not done or case[-1].activity == done else None,
        )
        for name, case in found.items()
    }


@settings(deadline=None, max_examples=60)
@given(drawn(), st.booleans(), st.integers(1, 9))
def test_every_case_begins_once_and_the_time_in_progress_adds_up(rows: list[Row], known: bool, block: int) -> None:
    log = build(rows, done=("d",) if known else (), roles=STATED)
    known = known and any(row.activity == "d" for row in rows)  # without any, nobody knows what done is
    found = measure(log, rows=block, jobs=2).quantities
    expected = lives(rows, "d" if log.done else "")
    if not rows:
        assert all(found[name].unmeasured for name in NAMES)
        return
    last = max(row.time for row in rows)
    day = Counter(datetime.fromtimestamp(begin / 1000, UTC).date().isoformat() for begin, _ in expected.values())
    ends = Counter(
        datetime.fromtimestamp(end / 1000, UTC).date().isoformat() for _, end in expected.values() if end is not None
    )
    days = {row["from"]: row for row in found["arrivals"].to_rows() if row["unit"] == "day"}
    assert {name: row["cases"] for name, row in days.items() if row["cases"]} == day
    assert {name: row["ended"] for name, row in days.items() if row["ended"]} == ends
    if "mean" in found["work-in-progress"].figures:
        span = last - min(begin for begin, _ in expected.values())
        spent = sum((last if end is None else end) - begin for begin, end in expected.values())
        assert np.isclose(found["work-in-progress"].figures["mean"], spent / span)


@settings(deadline=None, max_examples=25)
@given(drawn(), st.integers(1, 9))
def test_splits_change_nothing(rows: list[Row], block: int) -> None:
    log = build(rows)
    one, two = measure(log), measure(log, rows=block, jobs=2)
    assert [one.quantities[name].to_json() for name in NAMES] == [two.quantities[name].to_json() for name in NAMES]


@settings(deadline=None, max_examples=25)
@given(drawn(), st.integers(-9, 9))
def test_a_week_later_changes_but_the_dates(rows: list[Row], weeks: int) -> None:
    shift = weeks * 7 * DAY
    moved = [
        row._replace(time=row.time + shift, start=None if row.start is None else row.start + shift) for row in rows
    ]
    one, two = measure(build(rows)).quantities, measure(build(moved)).quantities
    dates = {"from", "week"}
    for name in NAMES:
        tables = [[{k: v for k, v in row.items() if k not in dates} for row in q[name].to_rows()] for q in (one, two)]
        assert tables[0] == tables[1]


def test_two_cases_by_hand() -> None:
    rows = [Row("x", "a", MONDAY + 6 * HOUR), Row("x", "d", MONDAY + DAY), Row("y", "a", MONDAY + 18 * HOUR)]
    found = mine(build([*rows, Row("z", "d", MONDAY + 10 * DAY)], done=("d",), roles=STATED), quantities=NAMES)
    weeks = found.quantities["work-in-progress"].to_rows()
    # x: 6 to 24 h, y: 18 h to the end of the log, 10 d; of the first week 162 h are seen
    assert np.isclose(weeks[0]["mean"], (18 + 150) / 162)
    assert [row["cases"] for row in weeks] == [1, 1]
    assert found.quantities["work-in-progress"].figures["open_cases"] == 1


def test_a_steady_service_obeys_littles_law() -> None:
    rows = [
        row
        for n in range(400)
        for row in (Row(f"c{n:03}", "a", MONDAY + n * DAY // 2), Row(f"c{n:03}", "d", MONDAY + n * DAY // 2 + 3 * DAY))
    ]
    found = mine(build(rows), quantities=["littles-law"]).quantities["littles-law"]
    assert found.figures["in_progress"] == 6
    assert abs(found.figures["gap_share"]) < 1e-9
    assert [row["verdict"] for row in found.to_rows()] == ["warm-up", *["holds"] * 6]


def test_a_service_that_fills_up_does_not() -> None:
    rows = [
        row
        for n in range(400)
        for row in (Row(f"c{n:03}", "a", MONDAY + n * DAY // 2), Row(f"c{n:03}", "d", MONDAY + n * DAY))
    ]
    verdicts = {
        row["verdict"] for row in mine(build(rows), quantities=["littles-law"]).quantities["littles-law"].to_rows()
    }
    assert "holds" not in verdicts


def test_the_help_desk_is_steady_over_the_years_but_not_month_by_month() -> None:
    found = mine(read_real("helpdesk.csv"), quantities=NAMES).quantities
    assert sum(row["cases"] for row in found["arrival-hours"].to_rows()) == 4_580
    assert sum(row["cases"] for row in found["arrivals"].to_rows() if row["unit"] == "week") == 4_580
    law = found["littles-law"].figures
    assert abs(law["gap_share"]) < 0.03
    assert 0 < law["holds"] < law["windows"] / 2
