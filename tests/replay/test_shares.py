"""Shares add up to the joint effect to the last millisecond; axioms of Shapley hold; the critical chain is exact."""

from __future__ import annotations

import sys
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import whatif
from svcflow.eventlog.log import Log
from svcflow.replay.critical import CriticalChain
from svcflow.replay.graph import link
from svcflow.replay.joint import share_replays
from svcflow.replay.outcome import judge
from svcflow.replay.refusals import QUEUES
from svcflow.replay.replayed import Replayed, replay
from svcflow.replay.sampling import cluster, measure
from svcflow.replay.shares import MOST_EXACT, share_out
from svcflow.replay.spans import Span
from svcflow.whatif import Scope

logs = sys.modules["svcflow_test_logs"]
Row, build, drawn, HOUR, MONDAY = logs.Row, logs.build, logs.drawn, logs.HOUR, logs.MONDAY
WEEK = 168 * HOUR


def game(count: int, cases: int, seed: int) -> object:
    """Return a value of any subset of changes: whole numbers drawn once, zero of none."""
    table = np.random.default_rng(seed).integers(-(10**10), 10**10, (2**count, cases))
    table[0] = 0
    return lambda chosen: table[sum(1 << k for k in chosen)]


@settings(deadline=None, max_examples=60)
@given(count=st.integers(1, 5), seed=st.integers(0, 99))
def test_shares_are_the_mean_over_all_orders_and_add_up_exactly(count: int, seed: int) -> None:
    value = game(count, 3, seed)
    found = share_out(value, count)
    assert (found.parts.sum(axis=0) == found.whole * value(frozenset(range(count)))).all()
    expected = np.zeros((count, 3), np.int64)
    for order in permutations(range(count)):
        for place, change in enumerate(order):
            before = frozenset(order[:place])
            expected[change] += value(before | {change}) - value(before)
    assert found.parts.tolist() == expected.tolist()


@pytest.mark.parametrize("count", [MOST_EXACT, MOST_EXACT + 1])
def test_many_changes_add_up_exactly_too_and_equal_ones_share_equally(count: int) -> None:
    def value(chosen: frozenset[int]) -> np.ndarray:
        return np.array([len(chosen) ** 2 * 997, 0, -len(chosen)])

    found = share_out(value, count, seed=3)
    assert (found.parts.sum(axis=0) == found.whole * value(frozenset(range(count)))).all()
    assert found.totals == pytest.approx(np.full(count, value(frozenset(range(count))).sum() / count), rel=0.1)
    assert share_out(value, count, seed=3).parts.tolist() == found.parts.tolist()


def test_a_change_that_adds_nothing_has_no_share_and_values_may_be_fractions() -> None:
    found = share_out(lambda chosen: np.array([0.25 if 0 in chosen else 0.0]), 2)
    assert found.totals.tolist() == [0.25, 0.0]
    assert found.interaction == 0
    assert share_out(lambda _: np.zeros(4), 0).parts.shape == (0, 4)


def desk(cases: int = 60, seed: int = 1) -> Log:
    """Return five cases a week: a, then b and c side by side, c longer every other time, then d."""
    random = np.random.default_rng(seed)
    rows = []
    for case in range(cases):
        at = MONDAY + case // 5 * WEEK + case % 5 * 24 * HOUR
        b, c = random.integers(2, 60, 2) * HOUR
        ends = {"a": at, "b": at + b, "c": at + c, "d": at + max(b, c) + int(random.integers(1, 9)) * HOUR}
        rows += [Row(f"c{case:03d}", name, int(end)) for name, end in ends.items()]
    return build(rows)


def whole(log: Log) -> Span:
    return Span("cycle_time", np.ones(log.instances, bool), np.ones(log.cases, bool))


SCENARIOS = [
    [whatif.CapWait(Scope(("b",)), 8 * 3600)],
    [whatif.CapWait(Scope(("c",)), 8 * 3600)],
    [whatif.Skip(Scope(("d",)), 0.5)],
]


def test_scenarios_share_what_they_do_together() -> None:
    """Of two branches side by side each alone does little; together they do far more than their sum."""
    log = desk()
    graph = link(log)
    found = share_replays(graph, SCENARIOS, whole(log), seed=2)
    both = replay(graph, [change for changes in SCENARIOS for change in changes], seed=2)
    assert isinstance(both, Replayed)
    before, after = both.measure(whole(log))
    assert found.joint == pytest.approx((after - before).mean() / HOUR)
    assert found.share.sum() == pytest.approx(found.joint)
    assert (found.shares.parts.sum(axis=0) == found.shares.whole * found.shares.joint).all()
    assert found.alone[:2].sum() > found.joint - found.share[2]  # changes are negative: alone they save less
    assert found.shares.interaction < 0
    low, high = found.bound()
    assert ((low <= found.share) & (found.share <= high) & (low < high)).all()
    assert found.draws.shape == (200, 3)
    assert share_replays(graph, [*SCENARIOS, [whatif.Capacity("X", 1)]], whole(log)) is QUEUES


def test_an_outcome_says_the_change_its_bounds_and_the_naive_sum() -> None:
    log = desk()
    graph = link(log)
    done = replay(graph, [*SCENARIOS[0]])
    assert isinstance(done, Replayed)
    found = judge(done, whole(log), seed=4)
    assert found is not None
    before, after = done.measure(whole(log))
    assert found.change.tolist() == (measure(after) - measure(before)).tolist()
    assert found.naive < found.change[0] < 0
    assert found.naive == pytest.approx(-done.saved.sum() / log.cases / HOUR)
    low, high = found.bound()
    assert (low <= found.change).all()
    assert (found.change <= high).all()
    assert found.touched == pytest.approx(float((before != after).mean()))
    assert "12 weeks of arrival" in found.say_method()[0]
    assert "12 个到达周" in found.say_method()[1]
    assert found.draws.tolist() == judge(done, whole(log), seed=4).draws.tolist()
    assert not cluster(graph.begin[:10]).weekly


@settings(deadline=None, max_examples=100)
@given(rows=drawn())
def test_along_the_critical_chain_shares_of_all_rows_are_the_whole(rows: list) -> None:
    log = build(rows)
    graph = link(log)
    every = np.ones(log.instances, bool)
    found = CriticalChain.trace(graph).measure(every)
    if found.naive:
        assert found.both == pytest.approx(1)
        assert found.naive >= found.both - 1e-12
        halves = [CriticalChain.trace(graph, whole(log)).measure(log.activity % 2 == k).both for k in (0, 1)]
        assert sum(halves) == pytest.approx(1)


def test_the_shorter_branch_is_not_critical() -> None:
    log = build(
        [Row("c", a, MONDAY + h * HOUR) for a, h in (("a", 0), ("b", 4), ("c", 10), ("d", 12))]
        + [Row("e", a, MONDAY + h * HOUR) for a, h in (("a", 1), ("c", 5), ("b", 6), ("d", 8))]
        + [Row("f", a, MONDAY + h * HOUR) for a, h in (("a", 2), ("c", 5), ("b", 7), ("d", 8))]
    )
    graph = link(log, declared={("b", "c"): True, ("c", "b"): True})
    rows = graph.selector.select(Scope(("b",)))
    found = CriticalChain.trace(graph).measure(rows)
    assert (found.waiting, found.naive) == pytest.approx((10 / 25, 14 / 25))
    en, zh = found.say()
    assert en.startswith("Along the critical chain 40% of the mean cycle time lies here (all time here adds up to 56%")
    assert zh == "关键链上占平均周期的 40%（此处时间合计 56%，其余与其他步骤并行）。"
    alone = CriticalChain.trace(graph).measure(graph.selector.select(Scope(("d",))))
    assert alone.say()[0] == "Along the critical chain 20% of the mean cycle time lies here."
