"""Weeks drawn again, and a log cut in time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mining.logs import DAY, HOUR, MONDAY, Row, build

from svcflow.estimation.bootstrap import LATEST, WEEK_MS, draw_weeks, number_weeks, predict_naively
from svcflow.estimation.periods import split
from svcflow.estimation.traces import read_traces


def weekly(weeks: int, each: int = 3) -> list[Row]:
    """Return cases of two rows, `each` on the Monday of every week, later weeks taking longer."""
    return [
        row
        for week in range(weeks)
        for case in range(each)
        for row in (
            Row(f"{week:02}-{case}", "a", MONDAY + week * WEEK_MS + case * HOUR),
            Row(f"{week:02}-{case}", "b", MONDAY + week * WEEK_MS + case * HOUR + (week + 1) * HOUR),
        )
    ]


def test_weeks_begin_on_monday() -> None:
    monday = np.array([MONDAY - 1, MONDAY, MONDAY + WEEK_MS - 1, MONDAY + WEEK_MS], np.int64)
    assert np.diff(number_weeks(monday)).tolist() == [1, 0, 1]


def test_the_naive_prediction_repeats_the_last_eight_weeks_at_their_hours() -> None:
    history = read_traces(build(weekly(20)))
    until = MONDAY + 20 * WEEK_MS
    found = predict_naively(history, until, 5 * WEEK_MS, np.random.default_rng(0))
    assert found.cases == 15
    assert set((found.arrival - MONDAY) % WEEK_MS) == {0, HOUR, 2 * HOUR}
    assert until <= found.arrival.min()
    assert found.arrival.max() < until + 5 * WEEK_MS
    assert set((found.cycle // HOUR).tolist()) <= set(range(13, 21))
    assert (number_weeks(history.arrival)[found.source] >= number_weeks(history.arrival).max() - LATEST + 1).all()


def test_the_naive_prediction_of_a_short_history_takes_what_there_is() -> None:
    history = read_traces(build(weekly(2)))
    found = predict_naively(history, MONDAY + 2 * WEEK_MS, WEEK_MS, np.random.default_rng(0))
    assert found.cases == 3
    with pytest.raises(ValueError, match="eight weeks"):
        predict_naively(history, MONDAY + 40 * WEEK_MS, WEEK_MS, np.random.default_rng(0))


def test_whole_cases_are_moved() -> None:
    traces = read_traces(build(weekly(3)))
    moved = traces.take(np.array([4, 4, 0]), np.array([0, DAY, 0]))
    assert moved.cases == 3
    assert moved.source.tolist() == [4, 4, 0]
    assert moved.cycle.tolist() == [2 * HOUR, 2 * HOUR, HOUR]
    assert np.diff(moved.arrival[:2]).tolist() == [DAY]


@given(st.integers(1, 9), st.integers(0, 2**32))
def test_drawn_weeks_take_whole_weeks_and_as_many(weeks: int, seed: int) -> None:
    number = np.repeat(np.arange(weeks), 4)
    weights = draw_weeks(number, np.random.default_rng(seed))
    assert weights.sum() == 4 * weeks
    assert all(len(set(part)) == 1 for part in np.split(weights, weeks))


def test_a_log_is_cut_by_arrival_and_nothing_is_dropped() -> None:
    traces = read_traces(build(weekly(20, each=5)))
    periods = split(traces)
    assert [len(part) for part in (periods.fit, periods.choose, periods.test)] == [60, 15, 25]
    assert traces.arrival[periods.fit].max() < periods.chosen_from <= traces.arrival[periods.choose].min()
    assert traces.arrival[periods.choose].max() < periods.tested_from <= traces.arrival[periods.test].min()
    assert sorted(np.concatenate([periods.fit, periods.choose, periods.test])) == list(range(100))
