from __future__ import annotations

from svcflow_test_logs import build, trace

from svcflow.definitions.net import MarkingGraph, Net, Transition
from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.mining.departures import Departure, allow_pairs, find_departures

# receive, then (check or nothing), then answer; a chase at any time
NET = Net(
    places=4,
    source=0,
    sink=3,
    transitions=(
        Transition("flow/0", "receive", (0,), (1,)),
        Transition("flow/1/do", "check", (1,), (2,)),
        Transition("flow/1", None, (1,), (2,)),
        Transition("flow/2", "answer", (2,), (3,)),
    ),
    guards=(),
)
GRAPH = MarkingGraph(NET, ((0,), (1,), (2,), (3,)), ((0, 0, 1), (1, 1, 2), (1, 2, 2), (2, 3, 3)), 3)


def departures(log: Log) -> tuple[Departure, ...]:
    steps = [name if name in ("receive", "check", "answer", "chase") else None for name in log.activities.texts]
    return find_departures(mine(log).variants, steps, GRAPH, {"chase"})


def test_silent_transitions_are_passed() -> None:
    assert allow_pairs(GRAPH) == {(None, "receive"), ("receive", "check"), ("receive", "answer"), ("check", "answer")}


def test_a_log_that_does_all_that_is_allowed_has_none() -> None:
    log = build([*trace("c1", ["receive", "check", "chase", "answer"]), *trace("c2", ["receive", "noise", "answer"])])
    assert departures(log) == ()


def test_what_the_definition_forbids_is_counted() -> None:
    log = build(
        [
            *trace("c1", ["receive", "check", "check", "check", "answer"]),
            *trace("c2", ["receive", "check", "check", "answer"]),
            *trace("c3", ["check", "answer"]),
            *trace("c4", ["receive", "answer"]),
        ]
    )
    assert departures(log) == (
        Departure("forbidden", "check", "check", 3, 2),
        Departure("forbidden", None, "check", 1, 1),
    )


def test_what_the_log_never_shows_is_said_with_how_often_it_could_have() -> None:
    log = build([row for i in range(3) for row in trace(f"c{i}", ["receive", "check", "answer"])])
    assert departures(log) == (Departure("unseen", "receive", "answer", 3, 0),)
