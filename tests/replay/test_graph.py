"""A replay without a change is the log; the critical chain is the cycle time; nothing the arcs leave out is lost."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import times
from svcflow.eventlog.log import Log
from svcflow.replay.graph import Graph, link
from svcflow.replay.predecessors import MOST, gather_window

logs = sys.modules["svcflow_test_logs"]
Row, build, drawn, HOUR, MONDAY = logs.Row, logs.build, logs.drawn, logs.HOUR, logs.MONDAY


def finish_by_hand(graph: Graph, waiting: list[int], processing: list[int]) -> list[int]:
    """Return the ends by the definition, row by row, over all arcs of the window."""
    window = gather_window(graph.enablement)
    row = graph.row.tolist()
    end = [0] * len(row)
    for place, own in enumerate(row):
        before = [end[row[j]] for j in window[:, place].tolist() if j >= 0]
        end[own] = max(before, default=int(graph.begin[graph.case[own]])) + waiting[own] + processing[own]
    return end


@settings(deadline=None, max_examples=120)
@given(rows=drawn())
def test_a_replay_without_a_change_is_the_log(rows: list) -> None:
    log = build(rows)
    graph = link(log)
    assert graph.finish(graph.waiting, graph.processing).tolist() == log.time.tolist()
    assert (graph.waiting >= 0).all()


@settings(deadline=None, max_examples=120)
@given(rows=drawn(), seed=st.integers(0, 99))
def test_arcs_left_out_say_nothing_new(rows: list, seed: int) -> None:
    """Whatever the waits become, the ends are those of all arcs."""
    graph = link(build(rows))
    random = np.random.default_rng(seed)
    waiting, processing = (random.integers(0, 9, len(graph.case)) * HOUR for _ in range(2))
    assert graph.finish(waiting, processing).tolist() == finish_by_hand(graph, waiting.tolist(), processing.tolist())


@settings(deadline=None, max_examples=120)
@given(rows=drawn(), seed=st.integers(0, 99))
def test_the_critical_chain_adds_up_to_the_cycle_time(rows: list, seed: int) -> None:
    log = build(rows)
    graph = link(log)
    chain = graph.trace_critical()
    spent = np.bincount(graph.case[chain], (graph.waiting + graph.processing)[chain], log.cases)
    assert spent.tolist() == times.cycle(log.start, log.time, log.offsets).tolist()
    random = np.random.default_rng(seed)
    waiting, processing = (random.integers(0, 9, len(graph.case)) * HOUR for _ in range(2))
    end = graph.finish(waiting, processing)
    chain = graph.trace_critical(end)
    spent = np.bincount(graph.case[chain], (waiting + processing)[chain], log.cases)
    assert spent.tolist() == (graph.close(end) - graph.begin).tolist()


def beside() -> Log:
    """Return forty cases of a fork: b and c side by side after a, in either order, then d."""
    rows = []
    for case in range(40):
        start = MONDAY + case * HOUR
        b, c = (3, 5) if case % 2 else (6, 4)
        for name, hour in (("a", 1), ("b", b), ("c", c), ("d", 8)):
            rows.append(Row(f"c{case:02d}", name, start + hour * HOUR, start=start + (hour - 1) * HOUR))
    return build(rows)


def test_of_branches_side_by_side_each_waits_for_the_fork_and_the_join_for_both() -> None:
    log = beside()
    graph = link(log)
    arcs = set(
        zip(graph.arcs.source[graph.arcs.to < 4].tolist(), graph.arcs.to[graph.arcs.to < 4].tolist(), strict=True)
    )
    assert arcs == {(0, 1), (0, 2), (1, 3), (2, 3)}
    assert [log.activities[code] for code in log.activity[:4]] == ["a", "c", "b", "d"]
    assert (graph.waiting[:4] / HOUR).tolist() == [0, 2, 4, 1]
    assert graph.trace_critical()[:4].tolist() == [True, False, True, True]
    waiting = graph.waiting.copy()
    waiting[2] = 0  # b need not wait: then c decides when d begins
    end = graph.finish(waiting, graph.processing)
    assert ((end[:4] - MONDAY) / HOUR).tolist() == [1, 4, 2, 6]
    assert graph.trace_critical(end)[:4].tolist() == [True, True, False, True]


def test_definitions_say_what_runs_side_by_side() -> None:
    log = beside()
    order = {("b", "c"): False, ("c", "b"): False}
    graph = link(log, declared=order)
    assert (graph.waiting[:4] / HOUR).tolist() == [0, 2, 1, 1]
    assert graph.trace_critical().all()


def test_no_instance_looks_back_at_more_than_eight() -> None:
    graph = link(build([Row("c", "ab"[n % 2], MONDAY + n * HOUR) for n in range(30)]))
    assert gather_window(graph.enablement).shape == (MOST, 30)
    assert len(graph.arcs.to) == 29


def test_an_empty_log_is_a_graph_too() -> None:
    graph = link(build([]))
    assert graph.finish(graph.waiting, graph.processing).tolist() == []
    assert graph.trace_critical().tolist() == []


@pytest.mark.parametrize("name", ["bpic2012.xes.gz", "production.csv", "helpdesk.csv"])
def test_real_logs_are_reproduced_to_the_millisecond(name: str) -> None:
    log = logs.read_real(name)
    graph = link(log)
    assert (graph.finish(graph.waiting, graph.processing) == log.time).all()
    chain = graph.trace_critical()
    spent = np.bincount(graph.case[chain], (graph.waiting + graph.processing)[chain], log.cases)
    assert (spent == times.cycle(log.start, log.time, log.offsets)).all()
