"""The chain of a log is its cycle times; findings select the rows they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import times
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import mine
from svcflow.replay.chain import changes_hands, find_main_pair, keeps_hands, link, select, select_pair
from svcflow.replay.outcome import refuse
from svcflow.replay.refusals import QUEUES
from svcflow.replay.spans import list_spans

MakeLog = Callable[..., Log]
events = st.tuples(st.integers(0, 40), st.sampled_from("abc"), st.sampled_from(["X", "Y", ""]), st.integers(0, 9))
some_cases = st.lists(st.lists(events, min_size=1, max_size=9), min_size=1, max_size=8)


def arrange(cases: list[list[tuple[int, str, str, int]]]) -> list[list[tuple[float, str, str, float]]]:
    """Give each drawn event a start before its completion, and each case its order."""
    return [sorted(((e, a, t, e - d) for e, a, t, d in case), key=lambda event: event[0]) for case in cases]


def about(kind: str, *names: str) -> Finding:
    return Finding(
        "f", "d", Subject(kind, names), 1, 1, 1.0, 0.1, (0.0, 1.0), "provider", timer=False, definition="m", examples=()
    )


@settings(deadline=None, max_examples=200)
@given(cases=some_cases)
def test_the_chain_is_the_cycle_time_to_the_millisecond(make_log: MakeLog, cases: list) -> None:
    log = make_log(arrange(cases))
    chain = link(log)
    expected = times.cycle(log.start, log.time, log.offsets)
    assert chain.sum_cases(chain.waiting + chain.processing).tolist() == expected.tolist()
    assert (chain.waiting >= 0).all()
    assert (chain.processing >= 0).all()


@settings(deadline=None, max_examples=100)
@given(cases=some_cases)
def test_occurrences_are_numbered_within_the_case(make_log: MakeLog, cases: list) -> None:
    log = make_log(arrange(cases))
    seen: dict[tuple[int, int], int] = {}
    expected = []
    for case, activity in zip(link(log).case.tolist(), log.activity.tolist(), strict=True):
        seen[case, activity] = seen.get((case, activity), 0) + 1
        expected.append(seen[case, activity])
    assert link(log).number_occurrences().tolist() == expected


def test_findings_select_the_waits_they_are_about(make_log: MakeLog) -> None:
    chain = link(
        make_log([[(0, "a", "X"), (2, "b", "Y"), (5, "b", "Y"), (9, "a", "X")], [(0, "b", "Y"), (1, "a", "Y")]])
    )
    assert np.flatnonzero(select(chain, about("activity", "a"))).tolist() == [3, 5]
    assert np.flatnonzero(select(chain, about("pair", "a", "b"))).tolist() == [1]
    assert np.flatnonzero(select(chain, about("team-pair", "X", "Y"))).tolist() == [1]
    assert np.flatnonzero(select(chain, about("loop", "a", "b", "a"))).tolist() == [1, 2, 3]
    assert np.flatnonzero(select(chain, about("loop", "b", "b"))).tolist() == [2]
    assert np.flatnonzero(changes_hands(chain, "team-pair")).tolist() == [1, 3]
    assert np.flatnonzero(keeps_hands(chain, "team-pair")).tolist() == [2, 5]
    assert find_main_pair(chain, ~chain.first) == ("b", "a")
    assert find_main_pair(chain, chain.first) is None
    assert select_pair(chain, ("b", "a")).sum() == 2


def test_a_finding_about_nothing_in_the_log_selects_nothing(make_log: MakeLog) -> None:
    chain = link(make_log([[(0, "a", "X"), (3, "b", "Y")]]))
    finding = replace(about("pair", "a", "b"), subject=Subject("pair", ("no", "such")))
    assert not select(chain, finding).any()


def desk(cases: list[list[tuple[float, str]]], make_log: MakeLog) -> Log:
    """Return a log whose `done` activities are stated: resolved, then closed."""
    return replace(make_log(cases), done=("resolved", "closed"))


def test_a_log_that_always_ends_with_the_resolution_is_measured_once(make_log: MakeLog) -> None:
    log = desk([[(0, "opened"), (5, "resolved")]] * 40, make_log)
    assert [span.name for span in list_spans(link(log), mine(log))] == ["cycle_time"]


def test_what_is_refused_says_how_it_is_now_and_why(make_log: MakeLog) -> None:
    log = desk([[(0, "opened"), (5, "resolved"), (9, "closed")]] * 40, make_log)
    chain = link(log)
    effects = refuse(chain, list_spans(chain, mine(log)), QUEUES)
    assert [(e.metric, e.before, e.after, e.low, e.high, e.grade) for e in effects] == [
        ("mean_resolve_time", 5, None, None, None, "none"),
        ("p90_resolve_time", 5, None, None, None, "none"),
        ("mean_cycle_time", 9, None, None, None, "none"),
        ("p90_cycle_time", 9, None, None, None, "none"),
    ]
    assert (effects[0].reason, effects[0].reason_zh) == (QUEUES.en, QUEUES.zh)
