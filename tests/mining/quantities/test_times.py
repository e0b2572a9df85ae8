"""Durations, waiting by side, timers and the backlog: against a walk through every case, and by hand."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real, vary

from svcflow.calendars import Clock
from svcflow.eventlog.log import Log, Role
from svcflow.mining import mine
from svcflow.mining.quantity import Measured

OFFICE = Clock(((0, 4, ((9 * 60, 17 * 60),)),), "UTC")
STATED = (Role("done", "activity", "stated in the mapping"),)
NAMES = ("durations", "owner-sides", "timers", "step-times", "backlog-ageing")


def measure(log: Log, name: str, *, clock: Clock | None = None, **options: int) -> Measured:
    return mine(log, quantities=[name], clock=clock, **options).quantities[name]


def by_case(rows: Iterable[Row]) -> dict[str, list[tuple[int, int, Row]]]:
    found: dict[str, list[tuple[int, int, Row]]] = {}
    for row in rows:
        found.setdefault(row.case, []).append((row.time if row.start is None else row.start, row.time, row))
    return {name: sorted(case, key=lambda item: item[1]) for name, case in found.items()}


def union(spans: Iterable[tuple[int, int]]) -> int:
    total, reached = 0, None
    for low, high in sorted(spans):
        total += max(high - (low if reached is None else max(low, reached)), 0)
        reached = high if reached is None else max(reached, high)
    return total


@settings(deadline=None, max_examples=60)
@example([Row("c0", "a", MONDAY, team="t1"), Row("c0", "a", MONDAY + 1)], False, 1)  # noqa: FBT003
@given(drawn(), st.booleans(), st.integers(1, 9))
def test_durations_are_those_of_a_walk_and_touch_and_waiting_make_the_cycle(
    rows: list[Row], stated: bool, block: int
) -> None:
    log = build(rows, done=("d",) if stated else (), roles=STATED if stated else ())
    found = measure(log, "durations", clock=OFFICE, rows=block, jobs=2)
    settled = stated and any(row.activity == "d" for row in rows)
    cases = [c for c in by_case(rows).values() if not stated or c[-1][2].activity == "d"]
    if not cases:
        assert found.unmeasured
        return
    table = {row["time"]: row for row in found.to_rows()}
    assert table["cycle"]["cases"] == len(cases)
    assert found.figures["open_left_out"] == (len(by_case(rows)) - len(cases) if stated else 0)
    for unit, elapsed in (("_s", lambda a, b: b - a), ("_business_s", OFFICE.elapsed)):
        cycles = [elapsed(min(start for start, _, _ in case), case[-1][1]) / 1000 for case in cases]
        assert np.isclose(table["cycle"][f"total{unit}"], sum(cycles))
        assert np.isclose(table["cycle"][f"p90{unit}"], np.percentile(cycles, 90), atol=0.001)
        started = [case for case in cases if any(row.start is not None for _, _, row in case)]
        assert ("touch" in table) == bool(started)
        if started:
            whole = sum(elapsed(min(s for s, _, _ in case), case[-1][1]) for case in started) / 1000
            assert np.isclose(table["touch"][f"total{unit}"] + table["waiting"][f"total{unit}"], whole)
        if started and unit == "_s":
            assert np.isclose(table["touch"]["total_s"], sum(union((s, e) for s, e, _ in c) for c in started) / 1000)
    idle = sum(
        max(after[0] - before[1], 0)
        for case in cases
        for before, after in pairwise(case)
        if before[2].team and not before[2].resource
    )
    if "idle" in table:
        assert np.isclose(table["idle"]["total_s"], idle / 1000)
    else:
        assert idle == 0 or not any(row.resource for row in rows)  # of a log that names nobody it is not told
    if settled:
        ever = [case for case in by_case(rows).values() if any(row.activity == "d" for _, _, row in case)]
        resolve = [max(e for _, e, row in c if row.activity == "d") - min(s for s, _, _ in c) for c in ever]
        if found.figures.get("resolve_is_cycle"):
            assert "resolve" not in table
            assert len(resolve) == table["cycle"]["cases"]
            assert np.isclose(np.median(resolve) / 1000, table["cycle"]["median_s"], atol=0.001)
        else:
            assert np.isclose(table["resolve"]["total_s"], sum(resolve) / 1000)


@settings(deadline=None, max_examples=25)
@given(drawn(), st.integers(1, 9))
def test_splits_change_nothing(rows: list[Row], block: int) -> None:
    log = build(rows, done=("d",))
    one, two = (mine(log, quantities=NAMES, clock=OFFICE, **options) for options in ({}, {"rows": block, "jobs": 2}))
    assert [one.quantities[name].to_json() for name in NAMES] == [two.quantities[name].to_json() for name in NAMES]


@settings(deadline=None, max_examples=40)
@given(drawn(), st.integers(1, 9))
def test_waiting_by_side_and_by_activity_adds_up_to_all_waiting(rows: list[Row], block: int) -> None:
    log = build(rows, sides={"b": "customer"}, states={"c": "vendor"})
    mined = mine(log, quantities=NAMES, clock=OFFICE, rows=block)
    sides = {row["side"]: row["total_s"] for row in mined.quantities["owner-sides"].to_rows() if not row["timer"]}
    pairs = [
        (one[2].activity, two[2].activity, max(two[0] - one[1], 0) / 1000)
        for case in by_case(rows).values()
        for one, two in pairwise(case)
    ]
    assert np.isclose(sum(sides.values()), mined.total_wait_s)
    assert np.isclose(sides.get("vendor", 0), sum(wait for before, _, wait in pairs if before == "c"))
    assert np.isclose(
        sides.get("customer", 0), sum(wait for before, after, wait in pairs if before != "c" and after == "b")
    )
    for row in mined.quantities["step-times"].to_rows():
        waits = [wait for _, after, wait in pairs if after == row["activity"]]
        assert (row["waiting_total_s"] or 0) == pytest.approx(sum(waits))
        if waits:
            assert row["waiting_median_s"] == pytest.approx(np.median(waits), abs=0.001)
        if "processing_total_business_s" in row:
            worked = [
                OFFICE.elapsed(item.start, item.time) / 1000
                for item in rows
                if item.activity == row["activity"] and item.start is not None
            ]
            assert (row["processing_total_business_s"] or 0) == pytest.approx(sum(worked))


def test_a_timer_is_told_with_its_rule_and_its_time() -> None:
    rows = []
    for n in range(40):
        start = MONDAY + n * 17 * HOUR
        rows += [
            Row(f"c{n}", "a", start),
            Row(f"c{n}", "b", start + vary(n)),
            Row(f"c{n}", "z", start + vary(n) + 3 * DAY),
        ]
    found = measure(build(rows), "timers")
    (row,) = found.to_rows()
    assert (row["from"], row["to"], row["typical_s"], row["cases"]) == ("b", "z", 3 * 86_400, 40)
    assert row["total_s"] == found.figures["total_s"] == 40 * 3 * 86_400


def test_a_backlog_by_hand() -> None:
    rows = [
        Row("old", "a", MONDAY), Row("old", "b", MONDAY + 2 * DAY), Row("fresh", "a", MONDAY + 9 * DAY),
        Row("closed", "a", MONDAY + DAY), Row("closed", "d", MONDAY + 10 * DAY),
    ]  # fmt: skip
    found = measure(build(rows, done=("d",)), "backlog-ageing")
    assert [(row["age"], row["cases"], row["stale"]) for row in found.to_rows()] == [
        ("7 to 14 d", 1, 1),
        ("1 to 3 d", 1, 0),
    ]
    assert found.figures["age_median_s"] == 5.5 * 86_400
    assert found.figures["stale_share"] == 0.5


def test_without_done_there_is_no_backlog() -> None:
    assert measure(build([Row("c", "a", MONDAY)]), "backlog-ageing").unmeasured["zh"]


def test_the_published_figures_come_out() -> None:
    helpdesk = mine(read_real("helpdesk.csv"), quantities=NAMES).quantities
    cycle = helpdesk["durations"].to_rows()[0]
    days = tuple(round(cycle[f"{name}_s"] / 86_400, 3) for name in ("median", "mean", "p90"))
    assert days == (39.859, 40.858, 53.006)
    (timer,) = helpdesk["timers"].to_rows()
    assert (timer["from"], timer["to"], round(timer["share"], 3)) == ("Resolve ticket", "Closed", 0.716)
    assert helpdesk["backlog-ageing"].n == 13
    assert "touch" not in {row["time"] for row in helpdesk["durations"].to_rows()}
