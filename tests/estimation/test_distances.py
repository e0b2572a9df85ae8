"""Distances between logs: worked examples by hand, laws, and a published log against itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr, wasserstein_distance
from tests.mining.logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real

from svcflow.estimation.distances import (
    absolute_events,
    arrivals,
    circadian_events,
    correlate_load,
    correlate_ranks,
    count_open,
    cycle_time,
    measure_distances,
    n_grams,
    relative_events,
    remaining_time,
    to_wall,
    wasserstein,
)
from svcflow.estimation.traces import Traces, read_traces

EXACT = 1e-9


def make(*cases: list[tuple[str, float, float]]) -> Traces:
    """Return traces of (activity, start, end), in hours since a Monday midnight."""
    rows = [(number, *row) for number, rows in enumerate(cases) for row in rows]
    return Traces(
        np.array([r[0] for r in rows], np.int64),
        np.array(["abcdefgh".index(r[1]) for r in rows], np.int32),
        np.array([MONDAY + round(r[2] * HOUR) for r in rows], np.int64),
        np.array([MONDAY + round(r[3] * HOUR) for r in rows], np.int64),
        np.arange(len(cases), dtype=np.int64),
    )


def test_cycle_times_are_compared_in_whole_hours_from_the_shortest() -> None:
    observed = make([("a", 0, 1)], [("a", 0, 3)])
    simulated = make([("a", 5, 6.5)], [("a", 5, 10.9)])
    # 1 and 3 h against 1.5 and 5.9 h; from 1 h on: bins 0, 2 and 0, 4
    assert cycle_time(observed, simulated) == pytest.approx(1.0)


def test_relative_events_count_starts_and_ends_since_the_case_began() -> None:
    observed = make([("a", 0, 1), ("b", 2, 4)])  # 0, 2, 1, 4
    simulated = make([("a", 9, 10), ("b", 13, 14)])  # 0, 4, 1, 5
    assert relative_events(observed, simulated) == pytest.approx((2 + 1) / 4)


def test_absolute_events_see_a_shift_and_relative_ones_do_not() -> None:
    observed = make([("a", 0, 1), ("b", 2, 4)])
    simulated = make([("a", 24, 25), ("b", 26, 28)])
    assert absolute_events(observed, simulated) == pytest.approx(24)
    assert arrivals(observed, simulated) == pytest.approx(24)
    assert remaining_time(observed, simulated) == pytest.approx(24)
    assert relative_events(observed, simulated) == 0
    assert circadian_events(observed, simulated) == pytest.approx(2 * 23 / 7)  # a Monday here, a Tuesday there


def test_circadian_events_are_hours_of_the_weekday() -> None:
    observed = make([("a", 9, 10)])
    simulated = make([("a", 9 + 7 * 24, 16 + 7 * 24)])
    assert circadian_events(observed, simulated) == pytest.approx(3 / 7)


def test_circadian_events_follow_the_wall_clock() -> None:
    observed, simulated = make([("a", 23, 23.5)]), make([("a", 22, 23.5)])
    assert circadian_events(observed, simulated, "UTC") == pytest.approx(0.5 / 7)
    # in Shanghai all of it is Tuesday morning: 7 and 7 against 6 and 7
    assert circadian_events(observed, simulated, "Asia/Shanghai") == pytest.approx(0.5 / 7)
    # in Kathmandu (+5:45) 22:00 is 3:45 and 23:00 is 4:45; in New York 18:00 and 17:00
    assert circadian_events(observed, simulated, "Asia/Kathmandu") == pytest.approx(0.5 / 7)


def test_n_grams_count_runs_with_empty_places_around() -> None:
    # __a _ab abc bc_ c__ against __a _ab ab_ b__ : three and two that the other has not
    observed = make([("a", 0, 1), ("b", 1, 2), ("c", 2, 3)])
    simulated = make([("a", 0, 1), ("b", 1, 2)])
    assert n_grams(observed, simulated) == pytest.approx(5 / 9)
    assert n_grams(observed, observed) == 0
    assert n_grams(make([("a", 0, 1)]), make([("b", 0, 1)])) == 1


def test_n_grams_follow_the_order_of_starts() -> None:
    assert n_grams(make([("a", 0, 5), ("b", 1, 2)]), make([("a", 0, 1), ("b", 1, 2)])) == 0
    assert n_grams(make([("a", 0, 5), ("b", 1, 2)]), make([("b", 0, 1), ("a", 1, 2)])) > 0


def test_work_in_progress_is_counted_at_the_end_of_days() -> None:
    traces = make([("a", 0, 30)], [("a", 20, 22)], [("a", 40, 100)])
    assert count_open(traces, MONDAY, 5).tolist() == [1, 1, 1, 1, 0]


def test_a_log_that_runs_like_the_other_has_the_same_load() -> None:
    rows = [
        [("a", 24.0 * day + hour, 24.0 * day + hour + 5 + 20 * (day % 4))] for day in range(40) for hour in range(3)
    ]
    log = make(*rows)
    assert correlate_load(log, log) == pytest.approx(1)
    assert np.isnan(correlate_load(make(*rows[:9]), log))


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30), st.lists(st.integers(-50, 50), min_size=1, max_size=30))
def test_wasserstein_is_scipys(first: list[int], second: list[int]) -> None:
    found = wasserstein(np.array(first, np.int64), np.array(second, np.int64))
    assert found == pytest.approx(wasserstein_distance(first, second), abs=EXACT)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=30))
def test_ranks_are_spearmans(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array(column) for column in zip(*pairs, strict=True))
    found = correlate_ranks(first, second)
    if len(set(first.tolist())) == 1 or len(set(second.tolist())) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(spearmanr(first, second).statistic, abs=EXACT)


@given(drawn(), drawn())
def test_a_distance_is_nought_to_itself_and_the_same_from_both_sides(rows: list[Row], others: list[Row]) -> None:
    if not rows or not others:
        return
    first, second = (read_traces(build(part)) for part in (rows, others))
    assert set(measure_distances(first, first).values()) == {0.0}
    there, back = measure_distances(first, second), measure_distances(second, first)
    assert there == pytest.approx(back)
    assert all(value >= 0 for value in there.values())


def test_the_wall_clock_follows_summer_time() -> None:
    # 2026-03-29 01:00Z is when Berlin changes from +1 to +2
    change = MONDAY + 27 * DAY + HOUR
    times = np.array([change - 1, change], np.int64)
    assert (to_wall(times, "Europe/Berlin") - times).tolist() == [HOUR, 2 * HOUR]


def test_halves_of_a_published_log_differ_as_the_reference_implementation_says() -> None:
    """Work items of BPI Challenge 2012 by arrival, 80 % against 20 %: log-distance-measures 2.2.0, run once by hand."""
    log = read_real("bpic2012.xes.gz")
    works = np.array([name.startswith("W_") for name in log.activities.texts])[log.activity] & log.has_start
    traces = read_traces(log).where(works)
    order = np.argsort(traces.arrival, kind="stable")
    held = int(0.8 * traces.cases)
    found = measure_distances(traces.take(order[held:]), traces.take(order[:held]))
    assert found == pytest.approx(
        {
            "CTD": 51.07435023819574,
            "RED": 74.8760424963624,
            "CED": 0.9346130594804439,
            "AED": 1737.1064399030643,
            "NGD": 0.6247532722440923,
            "arrival": 1843.2536071076806,
            "RTD": 1803.425730969467,
        },
        rel=1e-9,
    )
