"""Quantities of waiting: what is told, what is left out and counted, and what a log does not tell."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from tests.mining.logs import HOUR, MONDAY, Row, build, drawn, read_real

from svcflow.definitions import load
from svcflow.eventlog.log import Log
from svcflow.execution.concurrency import read_declared
from svcflow.mining import batches, causes, enablement, mine
from svcflow.mining.disclosure import withhold_mined
from svcflow.mining.enablement import enable
from svcflow.mining.quantity import Measured

NAMES = (
    "waiting-causes",
    "waiting-causes-of-pairs",
    "waiting-causes-of-teams",
    "waiting-causes-of-resources",
    "waiting-sides",
    "batches",
    "enablement",
    "calendars",
)


def step(case: str, activity: str, hours: tuple[float, float], resource: str = "ann", team: str = "desk") -> Row:
    begin, end = (MONDAY + round(9 * HOUR + hour * HOUR) for hour in hours)
    return Row(case, activity, end, resource, team, begin)


def measure(log: Log, name: str) -> Measured:
    return mine(log, quantities=[name]).quantities[name]


def test_groups_add_up_to_the_whole() -> None:
    mined = mine(read_real("production.csv"), quantities=NAMES)
    whole = mined.quantities["waiting-causes"].figures
    for name in ("waiting-causes-of-pairs", "waiting-causes-of-resources"):
        table = mined.quantities[name].table
        assert sum(table["total_s"]) == pytest.approx(whole["total_s"])
        assert sum(table["standing_s"]) == pytest.approx(whole["standing_s"])
        assert sum(table["count"]) == mined.quantities[name].n
        for row in table:
            assert sum(row[f"{cause}_s"] for cause in causes.CAUSES) == pytest.approx(row["total_s"])
    assert whole["standing_s"] == pytest.approx(mined.cases.waiting.sum() / 1000)


def test_effect_of_a_cause_is_the_work_over_what_is_left() -> None:
    """One hour of work before and after; two hours of waiting, one of them for Ann, who was busy."""
    log = build(
        [
            step("c1", "open", (0, 1), "bob"),
            step("c0", "open", (0, 0.5), "eve"),
            step("c0", "solve", (1, 2)),
            step("c1", "solve", (3, 4)),
        ]
    )
    rows = {row["cause"]: row for row in measure(log, "waiting-causes").to_rows()}
    assert rows["contention"]["total_s"] == 3600
    work, waiting = 3.5, 2.5  # c0 waited half an hour for Ann to begin
    assert rows["contention"]["cte_without_share"] == pytest.approx(work / (work + waiting - 1))


def test_waits_of_others_machines_and_unknown_starts_are_left_out_and_counted() -> None:
    rows = [
        step("c1", "open", (0, 1), "bob"),
        step("c1", "customer answers", (2, 2.5), "web"),
        step("c1", "solve", (3, 4)),
        Row("c1", "note", MONDAY + 14 * HOUR, "ann", "desk"),
        step("c1", "close", (6, 6.5), "robot"),
        step("c1", "file", (7, 8), ""),
    ]
    log = build(rows, machines=("robot",), sides={"customer answers": "customer"})
    found = measure(log, "waiting-causes")
    assert found.n == 1
    assert {name: found.figures[name] for name in found.figures if name.endswith("_count")} == {
        "outside_count": 1,
        "machine_count": 1,
        "no_start_count": 1,
        "no_resource_count": 1,
    }
    standing = [value for name, value in found.figures.items() if name.endswith("standing_s")]
    assert sum(standing) == pytest.approx(mine(log).cases.waiting.sum() / 1000)


@given(rows=drawn())
@settings(max_examples=25, deadline=None)
def test_standstill_told_and_left_out_make_up_the_time_nobody_works(rows: list[Row]) -> None:
    log = build(rows)
    mined = mine(log, quantities=["waiting-causes", "enablement"])
    found = mined.quantities["waiting-causes"]
    if not found.unmeasured:
        standing = [value for name, value in found.figures.items() if name.endswith("standing_s")]
        assert sum(standing) == pytest.approx(mined.cases.waiting.sum() / 1000)
    steps = mined.quantities["enablement"]
    if not steps.unmeasured:
        assert sum(steps.table["standing_s"]) == pytest.approx(mined.cases.waiting.sum() / 1000)
        assert min(steps.table["total_s"]) >= 0


def test_a_log_without_starts_tells_sides_instead() -> None:
    rows = [
        Row(f"c{i}", name, MONDAY + (i + 5 * k) * HOUR, "ann", "desk") for i in range(3) for k, name in enumerate("abc")
    ]
    log = build(rows, sides={"b": "customer"})
    assert measure(log, "waiting-causes").unmeasured.keys() == {"en", "zh"}
    assert measure(log, "batches").unmeasured
    found = measure(log, "waiting-sides")
    sides = {row["side"]: row for row in found.to_rows()}
    assert sides["customer"]["total_s"] == 3 * 5 * 3600
    assert (sides["customer"]["before_s"], sides["provider"]["total_s"]) == (0, 3 * 5 * 3600)
    assert sides["provider"]["before_s"] + sides["provider"]["rest_s"] == 3 * 5 * 3600


@settings(deadline=None, max_examples=60)
@given(drawn(starts=False))
def test_what_somebody_had_in_hand_equals_looking_at_all_their_steps(rows: list[Row]) -> None:
    found = measure(build(rows), "waiting-sides")
    before = 0
    for case in {row.case for row in rows}:
        own = sorted((row for row in rows if row.case == case), key=lambda row: row.time)
        for one, two in itertools.pairwise(own):
            earlier = [
                row.time for row in rows if two.resource and row.resource == two.resource and row.time < two.time
            ]
            before += max(max(earlier, default=0) - one.time, 0)
    assert found.figures.get("before_s", 0) == before / 1000


def test_a_timer_is_no_waiting_for_the_provider() -> None:
    found = measure(read_real("helpdesk.csv"), "waiting-sides")
    side = {}
    for row in found.to_rows():
        side[row["side"]] = side.get(row["side"], 0) + row["share"]
    assert side["timer"] > 0.5 > side["provider"]


@pytest.mark.parametrize("name", NAMES)
def test_empty_and_single_step_logs_are_declined_or_empty(name: str) -> None:
    for log in (build([]), build([step("c1", "open", (0, 1))])):
        found = measure(log, name)
        assert found.unmeasured or name in ("batches", "calendars")


def test_small_groups_of_causes_are_withheld() -> None:
    mined = mine(read_real("production.csv"), quantities=["waiting-causes-of-pairs"])
    document = withhold_mined(mined.to_json(), 10)
    rows = document["quantities"]["waiting-causes-of-pairs"]["rows"]
    assert rows
    assert min(row["cases"] for row in rows) >= 10


def test_few_waits_left_out_are_not_told_of() -> None:
    rows = [step(f"c{i}", name, (k, k + 0.5)) for i in range(12) for k, name in enumerate(("open", "solve"))]
    log = build([*rows, step("c0", "note", (4, 5), "robot")], machines=("robot",))
    whole = mine(log, quantities=["waiting-causes"]).to_json()
    figures = withhold_mined(whole, 10)["quantities"]["waiting-causes"]["figures"]
    assert whole["quantities"]["waiting-causes"]["figures"]["machine_count"] == 1
    assert [figures[f"machine_{name}"] for name in ("count", "total_s", "standing_s")] == [None, None, None]


def test_parallel_blocks_of_the_definitions_say_what_runs_side_by_side() -> None:
    workspace = load("workflows")
    process = workspace.processes["escalation"]
    names = {step_.id: step_.labels[0].pattern if step_.labels else step_.id for step_ in process.steps.values()}
    rows = [Row(f"c{i}", name, MONDAY + k * HOUR, "ann") for i in range(2) for k, name in enumerate(names.values())]
    log = build(rows)
    declared = read_declared(workspace, log)
    assert any(declared.values())
    assert not all(declared.values())
    assert all(declared[b, a] == beside for (a, b), beside in declared.items())
    found = enable(log, declared).concurrency
    assert found.declared == sum(declared.values())
    codes = {name: code for code, name in enumerate(log.activities.texts)}
    for (a, b), beside in declared.items():
        assert bool(found.holds(np.array([codes[a]], np.int32), np.array([codes[b]], np.int32))[0]) is beside


def test_far_walks_back_are_the_same_as_near_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [step(f"c{c}", "ab"[(k * k + c) % 2], (k, k + 0.5)) for c in range(4) for k in range(12)]
    log = build([*rows, *(step(f"c{c}", "c", (13, 14)) for c in range(4))])
    declared = {("a", "b"): True, ("b", "a"): True, ("a", "c"): True, ("c", "a"): True}
    near = enable(log, declared)
    monkeypatch.setattr(enablement, "_STEPS", 0)
    far = enable(log, declared)
    assert far.enabled.tolist() == near.enabled.tolist()
    assert far.source.tolist() == near.source.tolist()


def test_blocks_of_resources_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_real("production.csv")
    whole = mine(log, quantities=NAMES[:4])
    monkeypatch.setattr(causes, "_ROWS", 100)
    monkeypatch.setattr(batches, "_ROWS", 3)
    parts = mine(log, quantities=NAMES[:4])
    assert [q.to_json() for q in parts.quantities.values()] == [q.to_json() for q in whole.quantities.values()]
