"""A replay does what arithmetic says; its interval covers the truth; spans are those of mining."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.replay.graph import link
from svcflow.replay.outcome import Outcome, judge
from svcflow.replay.replayed import Replayed, replay
from svcflow.replay.sampling import percentile
from svcflow.replay.spans import Span, list_spans
from svcflow.whatif import CapWait, Change, Scope, Skip

MakeLog = Callable[..., Log]
HOUR = 3_600_000
FOUR_HOURS = CapWait(Scope(("b",)), 4 * 3600)


def some_weeks(make_log: MakeLog, weeks: int, each: int, seed: int = 1) -> Log:
    """Return `each` cases a week: a, then b after an exponential wait of ten hours in the mean."""
    random = np.random.default_rng(seed)
    starts = [168 * week + hour for week in range(weeks) for hour in range(each)]
    return make_log([[(s, "a", "X"), (s + random.exponential(10), "b", "Y")] for s in starts])


def whole(log: Log, cases: np.ndarray | None = None) -> Span:
    """Return the cycle time as the one thing to measure."""
    every = np.ones(log.cases, dtype=bool) if cases is None else cases
    return Span("cycle_time", np.ones(log.instances, dtype=bool), every)


def judge_changes(log: Log, *changes: Change, span: Span | None = None, seed: int = 0) -> Outcome:
    done = replay(link(log), changes)
    assert isinstance(done, Replayed), done
    found = judge(done, span or whole(log), seed=seed)
    assert found is not None
    return found


def test_a_log_without_a_change_has_no_effect(make_log: MakeLog) -> None:
    found = judge_changes(some_weeks(make_log, 12, 10))
    assert found.change.tolist() == [0, 0]
    assert found.bound().tolist() == [[0, 0], [0, 0]]
    assert (found.naive, found.touched) == (0, 0)


def test_the_effect_of_a_cap_is_what_arithmetic_says(make_log: MakeLog) -> None:
    log = some_weeks(make_log, 12, 10)
    found = judge_changes(log, FOUR_HOURS)
    hours = (log.time[1::2] - log.time[::2]) / HOUR
    assert found.before == pytest.approx([hours.mean(), np.percentile(hours, 90)])
    capped = np.minimum(hours, 4)
    assert found.before + found.change == pytest.approx([capped.mean(), np.percentile(capped, 90)])
    assert found.touched == pytest.approx((hours > 4).mean())


@pytest.mark.parametrize(("weeks", "unit"), [(9, "180 cases"), (10, "10 weeks of arrival")])
def test_clusters_are_weeks_where_there_are_ten(make_log: MakeLog, weeks: int, unit: str) -> None:
    found = judge_changes(some_weeks(make_log, weeks, 20), Skip(Scope(("b",))))
    assert f"90 % bootstrap over {unit}, 200 replicates" in found.say_method()[0]


def test_the_interval_covers_the_truth_nine_times_in_ten(make_log: MakeLog) -> None:
    """Of an exponential wait of mean 10 h, a cap at 4 h takes 10 exp(-0.4) h in the mean, 10 ln 10 - 4 of the P90."""
    truth = np.array([-10 * np.exp(-0.4), 4 - 10 * np.log(10)])
    hits = np.zeros(2)
    for seed in range(60):
        low, high = judge_changes(some_weeks(make_log, 12, 12, seed), FOUR_HOURS, seed=seed).bound()
        hits += (low <= truth) & (truth <= high)
    assert (hits >= 45).all(), hits
    assert hits[0] < 60, "an interval that always covers is none"


def test_the_weighted_percentile_is_that_of_the_repeated_values() -> None:
    random = np.random.default_rng(3)
    for _ in range(100):
        values = random.integers(0, 50, 12)
        weights = random.integers(0, 4, 12)
        if weights.sum():
            order = np.argsort(values, kind="stable")
            assert percentile(values, order, weights) == pytest.approx(np.percentile(np.repeat(values, weights), 90))


def test_the_same_seed_gives_the_same_interval_and_open_cases_stay_out(make_log: MakeLog) -> None:
    log = some_weeks(make_log, 12, 10)
    closed = np.ones(log.cases, dtype=bool)
    closed[::2] = False
    first, second = (judge_changes(log, Skip(Scope(("b",))), span=whole(log, closed)) for _ in range(2))
    assert first.draws.tolist() == second.draws.tolist()
    hours = (log.time[1::2] - log.time[::2])[1::2] / HOUR
    assert first.before[0] == pytest.approx(hours.mean())
    assert first.before[0] + first.change[0] == pytest.approx(0)
    assert first.naive == pytest.approx(first.change[0])


steps = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["opened", "asked", "resolved"]), st.just(""), st.integers(0, 9)),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(cases=st.lists(steps, min_size=40, max_size=42))
def test_spans_of_the_graph_are_those_of_mining(make_log: MakeLog, cases: list) -> None:
    """To the millisecond; what comes after the resolution changes nothing of the time to it."""
    closed = [[*case, (max(event[0] for event in case) + 70, "closed", "", 0)] for case in cases]
    timed = [sorted(((e, a, t, e - d) for e, a, t, d in case), key=lambda event: event[0]) for case in closed]
    log = replace(make_log(timed), done=("resolved", "closed"))
    mined, graph = mine(log), link(log)
    spans = list_spans(graph, mined)
    if len(mined.resolve_times) < 30 or len(spans) == 1:
        return
    resolve, cycle = spans
    assert resolve.measure_ends(graph, log.time).tolist() == mined.resolve_times.tolist()
    assert cycle.measure_ends(graph, log.time).tolist() == mined.cycle_times.tolist()
    timer = replay(graph, [Skip(Scope(("closed",)))])
    assert isinstance(timer, Replayed)
    assert resolve.measure_ends(graph, timer.end).tolist() == mined.resolve_times.tolist()
    assert log.time[resolve.find_last(graph)].tolist() == (graph.begin[resolve.cases] + mined.resolve_times).tolist()
