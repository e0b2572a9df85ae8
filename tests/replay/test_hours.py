"""In open hours a case that is ready at night waits for the morning; without a change the log is given back."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import whatif
from svcflow.calendars import Clock
from svcflow.replay.graph import Graph, link
from svcflow.replay.hours import WALL, RowClocks, TwoClocks, compare_clocks, finish_in_hours
from svcflow.replay.moves import Moved
from svcflow.replay.replayed import Replayed, replay
from svcflow.replay.spans import Span
from svcflow.whatif import Scope

logs = sys.modules["svcflow_test_logs"]
Row, build, drawn, HOUR, MONDAY = logs.Row, logs.build, logs.drawn, logs.HOUR, logs.MONDAY

OFFICE = Clock(((0, 6, ((9 * 60, 17 * 60),)),), "UTC")
EARLY = Clock(((0, 4, ((6 * 60, 12 * 60),)),), "UTC")


def by_office(graph: Graph) -> RowClocks:
    return RowClocks((OFFICE,), np.zeros(graph.log.instances, np.int16))


@settings(deadline=None, max_examples=100)
@given(rows=drawn(), seed=st.integers(0, 99), limit=st.integers(0, 40))
def test_rows_that_do_not_change_end_as_in_the_log_and_none_ends_later(rows: list, seed: int, limit: int) -> None:
    graph = link(build(rows))
    random = np.random.default_rng(seed)
    hours = RowClocks((OFFICE, EARLY), random.integers(WALL, 2, graph.log.instances).astype(np.int16))
    every = Replayed(graph, Moved(graph, graph.waiting, graph.processing))
    every.__dict__["touched"] = np.ones(graph.log.cases, bool)
    assert finish_in_hours(every, hours).tolist() == graph.log.time.tolist()
    done = replay(graph, [whatif.CapWait(Scope(("a", "b")), limit * 3600)])
    if isinstance(done, Replayed):
        assert (finish_in_hours(done, hours) <= graph.log.time).all()
        walls = RowClocks((OFFICE,), np.full(graph.log.instances, WALL, np.int16))
        assert finish_in_hours(done, walls).tolist() == done.end.tolist()


def shift(*events: tuple[str, float, float]) -> Graph:
    """Return the graph of a case: activity, hour of its start and of its end."""
    return link(
        build([Row("c", name, MONDAY + round(e * HOUR), "", "", MONDAY + round(s * HOUR)) for name, s, e in events])
    )


@pytest.mark.parametrize(
    ("events", "limit", "wall", "business"),
    [
        # b waits two hours less; c, which waited only for the morning, begins at once
        ([("a", 11, 12), ("b", 16, 17), ("c", 33, 34)], 2, 32, 16),
        # b waits from 16 to 11; at most four hours would be 20, when nobody is there: 9
        ([("a", 15, 16), ("b", 35, 36)], 4, 21, 34),
        # c is done at night, two hours after it would have been ready in open hours: as now
        ([("a", 9, 10), ("b", 14, 15), ("c", 20, 21)], 2, 19, 19),
        # the night before b is no wait of people: nothing is saved
        ([("a", 15, 17), ("b", 33, 34)], 4, 22, 34),
    ],
)
def test_hours_saved_at_night_are_no_hours(events: list, limit: int, wall: float, business: float) -> None:
    graph = shift(*events)
    done = replay(graph, [whatif.CapWait(Scope(("b",)), limit * 3600)])
    assert isinstance(done, Replayed)
    assert (done.end.max() - MONDAY) / HOUR == wall
    assert (finish_in_hours(done, by_office(graph)).max() - MONDAY) / HOUR == business


def test_what_is_dropped_takes_no_time_at_night_either() -> None:
    graph = shift(("a", 15, 20), ("b", 33, 34), ("c", 35, 36))
    done = replay(graph, [whatif.Skip(Scope(("b",)))])
    assert isinstance(done, Replayed)
    assert (finish_in_hours(done, by_office(graph)).max() - MONDAY) / HOUR == 35  # c waits an hour of the morning


def test_the_two_answers_are_said_together_and_that_they_differ() -> None:
    graph = shift(("a", 15, 16), ("b", 35, 36))
    done = replay(graph, [whatif.CapWait(Scope(("b",)), 4 * 3600)])
    assert isinstance(done, Replayed)
    span = Span("cycle_time", np.ones(2, bool), np.ones(1, bool))
    found = compare_clocks(done, [span], by_office(graph))["cycle_time"]
    assert found == TwoClocks(-15.0, -2.0)
    assert found.apart
    assert "15.0 h; with work in open hours only 2.0 h" in found.say()[0]
    assert "相差超过 25%" in found.say()[1]
    assert "it would be 13% of that" in found.say(figures=False)[0]
    assert "15" not in "".join(found.say(figures=False))
    assert "much the same: 3.5 h" in TwoClocks(-4.0, -3.5).say()[0]
    assert not TwoClocks(-4.0, -3.5).apart
    assert TwoClocks(-4.0, -3.5).say(figures=False)[1] == "按自然时间；若仅在工作时间处理，结果相近"
