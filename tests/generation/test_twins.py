"""A log and its twin: the same seed with and without problems, each as if it were played alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from svcflow.definitions import load
from svcflow.generation import generate, generate_twins
from svcflow.generation.period import Period
from svcflow.generation.planting import make_plant

WORKFLOWS = Path(__file__).parents[2] / "workflows"
GIVEN: dict[str, Any] = {"process": "complaint", "cases": 60, "seed": 5, "start": date(2026, 1, 5), "weeks": 6}
PLANTS = (
    {"kind": "slow-step", "step": "investigate", "hours": 8, "share": 0.4},
    {"kind": "overloaded-team", "team": "quality", "hours": 4},
    {"kind": "repeat-contact", "days": 4, "share": 0.3},
)
HOUR = 3_600_000


def test_twins_are_what_each_is_alone() -> None:
    workspace, plants = load(WORKFLOWS), [make_plant(plant) for plant in PLANTS]
    planted, twin = generate_twins(workspace, **GIVEN, plant=plants)
    assert planted == generate(workspace, **GIVEN, plant=plants)
    assert twin.csv == generate(workspace, **GIVEN).csv
    assert twin.costs == ()


def test_what_is_added_by_case_adds_up_to_what_is_added_in_all() -> None:
    planted, _ = generate_twins(load(WORKFLOWS), **GIVEN, plant=[make_plant(plant) for plant in PLANTS])
    for cost in planted.costs:
        by_case = [ms for waits in cost.by_case.values() for ms in waits.values()]
        assert {*cost.by_case} == {*cost.cases}
        assert sum(by_case) == sum(ms for *_, ms in cost.waits)


def test_a_queue_holds_what_came_in_beyond_the_capacity() -> None:
    calls = tuple(int(h * HOUR) for h in (0, 0, 0, 0, 10.5))
    period = Period(0, 100 * HOUR, (), {"desk": calls})
    levels = [period.backlog("desk", h * HOUR) for h in range(100)]
    assert levels[10] == max(levels) > levels[0] > levels[9] > 0
    assert levels[99] < 0.1
    assert period.backlog("other", 0) == 1.0
    met = [period.backlog("desk", at) for at in calls]
    assert sum(met) / len(met) == pytest.approx(1)


def test_shifts_and_progress() -> None:
    period = Period(10, 110, ())
    assert [period.progress(at) for at in (0, 10, 60, 110, 200)] == [0, 0, 0.5, 1, 1]
    assert [period.next_shift(at, (3, 2)) for at in (10, 12, 13, 14, 15)] == [10, 12, 15, 15, 15]
