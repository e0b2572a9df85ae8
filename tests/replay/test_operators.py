"""Every kind of change does to a log what is said of it, laws hold for all, and what moves queues is refused."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import whatif
from svcflow.calendars import Clock
from svcflow.eventlog.log import Log
from svcflow.guards import GuardError
from svcflow.mining import mine
from svcflow.replay.graph import Graph, link
from svcflow.replay.refusals import NO_BATCHES, NO_CALENDAR, NO_STARTS, NOTHING, QUEUES, TOO_FEW
from svcflow.replay.replayed import Replayed, replay
from svcflow.whatif import Scope

logs = sys.modules["svcflow_test_logs"]
Row, build, drawn, HOUR, MONDAY = logs.Row, logs.build, logs.drawn, logs.HOUR, logs.MONDAY

names = st.sampled_from("abcd")
shares = st.sampled_from([0.0, 0.4, 1.0])
changes = st.one_of(
    st.builds(lambda a, h: whatif.CapWait(Scope((a,)), h * 3600), names, st.integers(0, 30)),
    st.builds(lambda a, h: whatif.CapWait(Scope((a,)), h * 3600, whole=True), names, st.integers(0, 30)),
    st.builds(lambda a, p: whatif.Skip(Scope((a,)), p), names, shares),
    st.builds(lambda a, p, r: whatif.DropRepeats((a,), p, rounds=r), names, shares, st.booleans()),
    st.builds(lambda a: whatif.Automate(Scope((a,))), names),
    st.builds(lambda a: whatif.Dissolve((a,)), names),
    st.builds(whatif.Bypass, st.sampled_from(["t1", "t2"])),
    st.builds(lambda a: whatif.Speed((a,), 0.5), names),
)


def hours(replayed: object, graph: Graph) -> list[float]:
    """Return the cycle time of each case in hours."""
    assert isinstance(replayed, Replayed), replayed
    return ((graph.close(replayed.end) - graph.begin) / HOUR).tolist()


def case(number: int, *events: tuple) -> list:
    """Return the rows of a case: activity, hour of completion, and where given team, resource and hour of start."""
    return [row(f"c{number:03d}", *event) for event in events]


def row(case: str, activity: str, hour: float, team: str = "", who: str = "", start: float | None = None) -> object:
    begun = None if start is None else MONDAY + round(start * HOUR)
    return Row(case, activity, MONDAY + round(hour * HOUR), who, team, begun)


def in_turn(log: Log) -> Graph:
    """Return the graph of a log in which nothing runs side by side."""
    return link(log, declared={(a, b): False for a in log.activities.texts for b in log.activities.texts})


@settings(deadline=None, max_examples=100)
@given(rows=drawn(), chosen=st.lists(changes, max_size=3))
def test_no_case_gets_longer_and_the_order_does_not_matter(rows: list, chosen: list) -> None:
    graph = link(build(rows))
    done, back = replay(graph, chosen), replay(graph, chosen[::-1])
    if isinstance(done, Replayed):
        assert isinstance(back, Replayed)
        assert (done.end <= graph.log.time).all()
        assert (done.end >= graph.begin[graph.case]).all()
        assert done.end.tolist() == back.end.tolist()
        assert (done.saved >= 0).all()


@settings(deadline=None, max_examples=100)
@given(rows=drawn(), limit=st.integers(0, 40), more=st.integers(0, 40), one=names)
def test_a_tighter_cap_shortens_more_and_a_loose_one_nothing(rows: list, limit: int, more: int, one: str) -> None:
    graph = link(build(rows))
    scope = Scope((one,))
    found = [replay(graph, [whatif.CapWait(scope, h * 3600)]) for h in (limit, limit + more, 10_000)]
    if found[0] is not NOTHING:
        tight, loose, none = (f.end for f in found)
        assert (tight <= loose).all()
        assert none.tolist() == graph.log.time.tolist()


@settings(deadline=None, max_examples=100)
@given(rows=drawn(), one=names, few=st.floats(0, 1), more=st.floats(0, 1), seed=st.integers(0, 3))
def test_dropping_more_shortens_more(rows: list, one: str, few: float, more: float, seed: int) -> None:
    graph = link(build(rows))
    found = [replay(graph, [whatif.Skip(Scope((one,)), p)], seed=seed) for p in sorted((few, more))]
    if found[0] is not NOTHING:
        assert (found[1].end <= found[0].end).all()


def test_a_cap_holds_for_the_wait_or_with_the_work() -> None:
    graph = link(build(case(1, ("a", 1), ("b", 12, "", "", 8), ("c", 15)) + case(2, ("a", 1), ("b", 3, "", "", 2))))
    assert hours(replay(graph, [whatif.CapWait(Scope(("b",)), 3 * 3600)]), graph) == [10, 2]
    assert hours(replay(graph, [whatif.CapWait(Scope(("b",)), 6 * 3600, whole=True)]), graph) == [9, 2]
    assert hours(replay(graph, [whatif.CapWait(Scope(("b",)), 3 * 3600, whole=True)]), graph) == [7, 2]
    assert replay(graph, [whatif.CapWait(Scope(("d",)), 1)]) is NOTHING


def test_a_cap_in_open_hours_waits_for_the_office() -> None:
    office = {"office": Clock(((0, 6, ((9 * 60, 17 * 60),)),), "UTC")}
    graph = link(build(case(1, ("a", 16), ("b", 70))))
    change = whatif.CapWait(Scope(("b",)), 2 * 3600, "office")
    assert hours(replay(graph, [change], calendars=office), graph) == [18]  # 16 to 17 and 9 to 10 the next day
    assert replay(graph, [change]) is NO_CALENDAR


def test_repeats_and_rounds_are_dropped() -> None:
    graph = in_turn(build(case(1, ("a", 0), ("b", 2), ("c", 3), ("b", 7), ("d", 9), ("b", 12), ("e", 13))))
    assert hours(replay(graph, [whatif.DropRepeats(("b",))]), graph) == [6]  # 4 and 3 hours before the repeats
    assert hours(replay(graph, [whatif.DropRepeats(("b",), from_round=3)]), graph) == [10]
    assert hours(replay(graph, [whatif.DropRepeats(("b",), rounds=True)]), graph) == [3]
    assert hours(replay(graph, [whatif.DropRepeats(("b",), rounds=True, from_round=3)]), graph) == [8]
    assert hours(replay(graph, [whatif.DropRepeats(("b",), 0.0)]), graph) == [13]


def test_what_is_dropped_twice_is_dropped_once_and_of_two_caps_the_tighter_holds() -> None:
    graph = link(build(case(1, ("a", 0), ("b", 10), ("c", 12))))
    skip, cap = whatif.Skip(Scope(("b",))), whatif.CapWait(Scope(("b",)), 4 * 3600)
    tighter = whatif.CapWait(Scope(("b",), after=("a",)), 3600)
    assert hours(replay(graph, [skip, skip, cap]), graph) == [2]
    assert hours(replay(graph, [cap, tighter]), graph) == hours(replay(graph, [tighter, cap]), graph) == [3]
    assert hours(replay(graph, []), graph) == [12]


def test_conditions_choose_cases() -> None:
    log = build(case(1, ("a", 0), ("b", 10)) + case(2, ("a", 1), ("b", 11)))
    amount = number_column([5.0, 50.0])
    graph = link(dataclasses.replace(log, case_attributes={"amount": amount}))
    assert hours(replay(graph, [whatif.Skip(Scope(("b",), where="amount < 10"))]), graph) == [0, 10]
    assert replay(graph, [whatif.Skip(Scope(("b",), where="amount < 1"))]) is NOTHING
    with pytest.raises(GuardError):
        replay(graph, [whatif.Skip(Scope(("b",), where="size < 1"))])


def number_column(values: list[float]) -> object:
    from svcflow.eventlog.log import Column

    return Column("number", np.array(values))


def handed(kept: int) -> Log:
    """Return ten handovers that wait 10 to 100 h, and others that stay in one team and wait 1, 2, ... h."""
    rows = [r for n in range(10) for r in case(n, ("a", n, "X"), ("b", n + 10 * (n + 1), "Y"))]
    return build(rows + [r for n in range(kept) for r in case(100 + n, ("a", 20 + n, "X"), ("b", 21 + 2 * n, "X"))])


@pytest.mark.parametrize(
    "change",
    [whatif.KeepHands(Scope(("b",), handover="team")), whatif.MergeTeams(("Y", "X")), whatif.KeepHands(Scope())],
)
def test_handovers_wait_as_what_stays_in_the_same_hands_rank_by_rank(change: object) -> None:
    graph = link(handed(40))
    found = hours(replay(graph, [change]), graph)
    like = np.quantile(np.arange(1, 41), (np.arange(10) + 0.5) / 10)
    assert found[:10] == pytest.approx(np.minimum(like, 10 * np.arange(1, 11)))
    assert found[10:] == list(range(1, 41))
    small = link(handed(19))
    assert replay(small, [change]) is TOO_FEW
    assert replay(small, [whatif.MergeTeams(("X", "no such"))]) is NOTHING


def test_automation_takes_the_work_and_the_wait_for_people_but_not_the_customers() -> None:
    rows = case(1, ("a", 0), ("b", 12, "", "", 8), ("c", 15, "", "", 13))
    log = dataclasses.replace(build(rows), sides={"b": "customer"})
    graph = link(log, mine(log).waits)
    assert hours(replay(graph, [whatif.Automate(Scope(("b",)))]), graph) == [11]
    assert hours(replay(graph, [whatif.Automate(Scope(("c",)))]), graph) == [12]


def test_work_is_sped_up_where_starts_are_known() -> None:
    graph = link(build(case(1, ("a", 0), ("b", 12, "", "", 8), ("c", 15))))
    assert hours(replay(graph, [whatif.Speed(("b",), 0.5)]), graph) == [13]
    assert hours(replay(graph, [whatif.Speed(("b",), 2.0)]), graph) == [19]
    assert hours(replay(graph, [whatif.Speed(("b",), 2.0), whatif.Speed(("b",), 0.25)]), graph) == [13]
    assert replay(graph, [whatif.Speed(("c",), 0.5)]) is NO_STARTS


def test_a_team_is_not_asked_any_more() -> None:
    graph = link(build(case(1, ("a", 0, "X"), ("b", 4, "Y"), ("b", 6, "Y"), ("c", 7, "X"))))
    assert hours(replay(graph, [whatif.Bypass("Y")]), graph) == [1]


def test_two_steps_begin_together_and_what_follows_waits_for_both() -> None:
    """First takes 2 h after 1 h, second 4 h after 1 h, the next 1 h after 1 h."""
    steps = ("start", 0, "", "", 0), ("a", 3, "", "", 1), ("b", 8, "", "", 4), ("c", 10, "", "", 9)
    graph = link(build(case(1, *steps)))
    change = whatif.Parallel(("a", "b"))
    assert hours(replay(graph, [change]), graph) == [7]
    slow_a = [whatif.Speed(("a",), 10.0)]
    assert hours(replay(graph, [change, *slow_a]), graph) == [1 + 20 + 2]  # now the first decides
    assert hours(replay(graph, slow_a), graph) == [28]
    twice = link(build(case(1, *steps, ("a", 13, "", "", 11), ("b", 18, "", "", 14), ("c", 20, "", "", 19))))
    assert hours(replay(twice, [change]), twice) == [14]
    assert replay(graph, [whatif.Parallel(("b", "a"))]) is NOTHING


def test_nobody_waits_for_a_batch_to_fill() -> None:
    """Three items possible at 0, 2 and 5 h are worked off one after the other from 6 h on, an hour each."""
    rows = [r for n, h in enumerate((0, 2, 5)) for r in case(n, ("a", h), ("b", 7 + n, "", "r", 6 + n))]
    graph = link(build(rows))
    assert hours(replay(graph, [whatif.Dissolve(("b",))]), graph) == [2, 3, 4]
    assert replay(graph, [whatif.Dissolve(("a",))]) is NO_BATCHES


@pytest.mark.parametrize(
    "change",
    [whatif.Capacity("X", 1), whatif.Hours("X", "c"), whatif.Prioritise("True", "X"), whatif.Arrivals(1.1)],
)
def test_what_moves_queues_is_not_answered(change: object) -> None:
    graph = link(build(case(1, ("a", 0, "X"), ("b", 4, "Y"))))
    assert replay(graph, [whatif.Skip(Scope(("b",))), change]) is QUEUES
    assert "queues" in QUEUES.en
    assert "排队" in QUEUES.zh
