"""Queues: what piles up is that of a server, step by step; waits follow it, or only the calendar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.detectors import growing_duration, overloaded_team
from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.weighing.queues import pile_up

CASES = 400


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.floats(0.3, 1.5))
def test_what_piles_up_is_what_lies_before_one_server(instants: list[int], load: float) -> None:
    hours = np.sort(np.array(instants, np.float64))
    each = (hours[-1] - hours[0]) / len(hours) * load
    lying, left, last = [], 0.0, hours[0]
    for at in hours.tolist():
        left = max(left - (at - last), 0.0) if lying else 0.0
        lying.append(left)
        left, last = left + each, at
    assert pile_up(hours, load) == pytest.approx(np.array(lying), abs=1e-9)


def play(extra: str, seed: int = 3) -> Log:
    """Return cases that go from team x to team y at random instants; how long they wait there is told by `extra`."""
    draw = np.random.default_rng(seed)
    came = np.sort(draw.uniform(0, 12 * 7 * 24, CASES))
    waits = draw.lognormal(np.log(3), 0.5, CASES)
    if extra == "queue":
        waits += 1.5 * pile_up(came, 0.92)
    elif extra == "jump":
        waits += 12 * (came > came[180])
    elif extra == "trend":
        waits += 20 * came / came[-1]
    elif extra == "nights":
        waits += 10 * (came % 24 < 8)
    rows = []
    for i, (at, wait) in enumerate(zip(came, waits, strict=True)):
        begin = MONDAY + round(at * HOUR)
        rows += [
            Row(f"c{i}", "take", begin - HOUR, team="x"),
            Row(f"c{i}", "note", begin, team="x"),
            Row(f"c{i}", "do", begin + round(wait * HOUR), team="y"),
        ]
    return build(rows)


def test_waits_that_follow_what_has_piled_up_are_an_overload_and_no_growth() -> None:
    log = play("queue")
    (found,) = overloaded_team.detect(log, mine(log))
    assert found.subject.names == ("y",)
    came = (log.time[log.activity == log.activities.find("note")] - MONDAY) / HOUR
    assert found.cost_s == pytest.approx(1.5 * 3600 * pile_up(came, 0.92).sum(), rel=0.15)


@pytest.mark.parametrize("extra", ["", "jump", "trend", "nights"])
@pytest.mark.parametrize("seed", range(3))
def test_waits_that_follow_the_calendar_are_no_overload(extra: str, seed: int) -> None:
    log = play(extra, seed)
    assert overloaded_team.detect(log, mine(log)) == []


def test_what_grows_by_the_week_is_still_told() -> None:
    log = play("trend")
    (found,) = growing_duration.detect(log, mine(log))
    assert found.subject.names == ("do",)
