"""Stages, cumulative flow and workload: against a walk through every case, and by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real, trace

from svcflow.mining import mine

NAMES = ("staged-flow", "cumulative-flow", "workload")


def start_of(row: Row) -> int:
    return row.time if row.start is None else row.start


def sort_cases(rows: list[Row]) -> list[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.case, []).append(row)
    return [sorted(case, key=lambda row: row.time) for case in found.values()]


def reach_stages(case: list[Row]) -> list[Row]:
    return list({row.activity: row for row in reversed(case)}.values())[::-1]


@settings(deadline=None, max_examples=50)
@given(drawn(), st.integers(1, 9))
def test_stages_are_those_of_a_walk(rows: list[Row], block: int) -> None:
    found = mine(build(rows), quantities=NAMES, rows=block, jobs=2).quantities["staged-flow"]
    cases = sort_cases(rows)
    if not rows:
        assert found.unmeasured
        return
    table = {row["stage"]: row for row in found.to_rows()}
    stages = [sorted(reach_stages(case), key=case.index) for case in cases]
    assert set(table) == {row.activity for case in stages for row in case}
    for name, row in table.items():
        reached = [(case, s) for case, s in zip(cases, stages, strict=True) if any(r.activity == name for r in s)]
        since = [
            next(start_of(r) for r in s if r.activity == name) - min(start_of(r) for r in case) for case, s in reached
        ]
        before = [max(start_of(b) - start_of(a), 0) for s in stages for a, b in pairwise(s) if b.activity == name]
        assert row["cases"] == len(reached)
        assert row["from_start_median_s"] == pytest.approx(np.median(since) / 1000, abs=0.001)
        assert row["stops_share"] == pytest.approx(sum(s[-1].activity == name for s in stages) / len(reached))
        if before:
            assert row["from_previous_p90_s"] == pytest.approx(np.percentile(before, 90) / 1000, abs=0.001)


@settings(deadline=None, max_examples=40)
@given(drawn(), st.integers(1, 9))
def test_workload_is_that_of_a_walk(rows: list[Row], block: int) -> None:
    found = mine(build(rows), quantities=NAMES, rows=block, jobs=2).quantities["workload"]
    for column, kind in (("team", "team"), ("person", "resource")):
        table = {row[column]: row for row in found.to_rows() if (row["person"] is None) == (kind == "team")}
        held: Counter[str] = Counter()
        for case in sort_cases(rows):
            for name, low, high in runs(case, kind):
                held[name] += max(row.time for row in case[low:high]) - min(start_of(row) for row in case[low:high])
        assert set(table) == {getattr(row, kind) for row in rows} - {""}
        for name, told in table.items():
            own = [row for row in rows if getattr(row, kind) == name]
            span = max(row.time for row in own) - min(start_of(row) for row in own)
            assert (told["count"], told["cases"]) == (len(own), len({row.case for row in own}))
            assert told["days"] == len({datetime.fromtimestamp(row.time / 1000, UTC).date() for row in own})
            assert told["at_once"] == (pytest.approx(held[name] / span) if span else None)
            worked = [row.time - row.start for row in own if row.start is not None]
            assert told.get("time_worked_s") == (sum(worked) / 1000 if worked else None)


def runs(case: list[Row], kind: str) -> list[tuple[str, int, int]]:
    cuts = [0, *(i for i in range(1, len(case)) if getattr(case[i], kind) != getattr(case[i - 1], kind)), len(case)]
    return [(getattr(case[low], kind), low, high) for low, high in pairwise(cuts)]


@settings(deadline=None, max_examples=25)
@given(drawn(), st.integers(1, 9))
def test_splits_change_nothing(rows: list[Row], block: int) -> None:
    one, two = (mine(build(rows), quantities=NAMES, **options) for options in ({}, {"rows": block, "jobs": 2}))
    assert [one.quantities[name].to_json() for name in NAMES] == [two.quantities[name].to_json() for name in NAMES]


def test_stages_stand_in_the_order_that_most_cases_take() -> None:
    cases = [list("abcd")] * 5 + [list("acbd")] * 2 + [list("ax")] * 9
    rows = [row for n, steps in enumerate(cases) for row in trace(f"c{n}", steps, start=MONDAY + n * HOUR)]
    found = mine(build(rows), quantities=["staged-flow"]).quantities["staged-flow"].to_rows()
    assert [row["stage"] for row in found] == ["a", "b", "c", "x", "d"]
    assert [row["after"] for row in found] == [None, "a", "b", "a", "c"]
    assert [round(row["share"], 4) for row in found] == [1.0, 0.4375, 0.4375, 0.5625, 0.4375]


def test_cumulative_flow_by_hand() -> None:
    rows = [Row(f"c{n}", name, MONDAY + (n + 7 * k) * DAY) for n in range(5) for k, name in enumerate("ab")]
    found = mine(build(rows), quantities=["cumulative-flow"]).quantities["cumulative-flow"]
    told = {(row["week"], row["stage"]): row["cases"] for row in found.to_rows()}
    assert told == {("2026-03-02", "a"): 5, ("2026-03-02", "b"): 0, ("2026-03-09", "a"): 5, ("2026-03-09", "b"): 5}


def test_machines_stand_apart_and_people_with_their_team() -> None:
    rows = [row for n in range(4) for row in trace(f"c{n}", ["a@t1/ann", "b@t1/ann", "c@t2/ann", "d@t2/robot"])]
    found = mine(build(rows, machines=("robot",)), quantities=["workload"]).quantities["workload"]
    told = [(row["team"], row["person"], row["machine"], row["count"]) for row in found.to_rows()]
    assert told == [("t1", None, False, 8), ("t2", None, False, 8), ("t1", "ann", False, 12), ("t2", "robot", True, 4)]
    assert found.people == ("person",)


def test_the_help_desk_flows_as_published() -> None:
    found = mine(read_real("helpdesk.csv"), quantities=NAMES).quantities
    order = {row["stage"]: place for place, row in enumerate(found["staged-flow"].to_rows())}
    usual = ("Assign seriousness", "Take in charge ticket", "Wait", "Resolve ticket", "Closed")
    assert all(order[a] < order[b] for a, b in combinations(usual, 2))
    assert found["workload"].figures["people"] == 22
    last = {row["stage"]: row["cases"] for row in found["cumulative-flow"].to_rows()}
    assert (last["Resolve ticket"], last["Closed"]) == (4_569, 4_559)
