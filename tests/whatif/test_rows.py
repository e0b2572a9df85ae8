"""A scope means the rows of which everything holds that it states; coins are the same for everybody who flips them."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.eventlog.log import UNKNOWN, Column, Log, Vocabulary
from svcflow.guards import GuardError
from svcflow.whatif import Scope
from svcflow.whatif.rows import Selector

logs = sys.modules["svcflow_test_logs"]
Row, build, drawn, trace, HOUR, MONDAY = logs.Row, logs.build, logs.drawn, logs.trace, logs.HOUR, logs.MONDAY
NOBODY = np.empty(0, np.int32)


def select(log: Log, *, machines: tuple[str, ...] = (), **stated: object) -> list[int]:
    codes = np.array([log.resources.find(name) for name in machines], np.int32)
    return np.flatnonzero(Selector(log, codes).select(Scope(**stated))).tolist()


def test_a_scope_is_everything_it_states() -> None:
    log = build(trace("c1", ["a@X", "b@Y", "b@Y", "a@X"]) + trace("c2", ["b@Y", "a@X", "b@X"], MONDAY + HOUR // 2))
    assert select(log) == list(range(7))
    assert select(log, activities=("a",)) == [0, 3, 5]
    assert select(log, activities=("a", "no such")) == [0, 3, 5]
    assert select(log, activities=("no such",)) == []
    assert select(log, after=("a",)) == [1, 6]
    assert select(log, activities=("b",), after=("b",)) == [2]
    assert select(log, sender="X", receiver="Y") == [1]
    assert select(log, receiver="X") == [0, 3, 5, 6]
    assert select(log, receiver="X", handover="team") == [3, 5]
    assert select(log, sender="no such") == []
    assert select(log, handover="team") == [1, 3, 5]
    assert select(log, from_round=2) == [2, 3, 6]
    assert select(log, activities=("b",), from_round=2) == [2, 6]


def test_machines_outside_of_all_teams_hand_nothing_over() -> None:
    log = build(trace("c", ["a@X/r", "note@/robot", "b@Y/s", "note@/robot", "c@Y/s"]))
    assert select(log, machines=("robot",), sender="X", receiver="Y") == [2]
    assert select(log, machines=("robot",), handover="resource") == [2]
    assert select(log, sender="X", receiver="Y") == []
    assert select(log, handover="resource") == [1, 2, 3, 4]


def test_conditions_are_on_the_case() -> None:
    log = build(trace("c1", ["a", "b"]) + trace("c2", ["a", "b"], MONDAY + 1))
    tier = Column("text", np.array([1, 2], np.int32), Vocabulary(("", "key", "low")))
    log = dataclasses.replace(log, case_attributes={"tier": tier})
    assert select(log, where="tier == 'low'") == [2, 3]
    with pytest.raises(GuardError):
        select(log, where="tier ==")


@settings(deadline=None, max_examples=200)
@given(rows=drawn())
def test_without_machines_a_case_is_handed_over_where_the_column_changes(rows: list) -> None:
    log = build(rows)
    selector = Selector(log, NOBODY)
    for kind, column in (("team", log.team), ("resource", log.resource)):
        again = ~selector.first
        known = again & (column != UNKNOWN)
        known[1:] &= column[:-1] != UNKNOWN
        same = np.append(False, column[1:] == column[:-1])[: len(column)]
        assert selector.changes_hands(kind).tolist() == (known & ~same).tolist()
        assert selector.keeps_hands(kind).tolist() == (known & same).tolist()


@settings(deadline=None, max_examples=100)
@given(rows=drawn())
def test_occurrences_are_numbered_within_the_case(rows: list) -> None:
    log = build(rows)
    seen: dict[tuple[int, int], int] = {}
    expected = []
    for case, activity in zip(log.case_of_row.tolist(), log.activity.tolist(), strict=True):
        seen[case, activity] = seen.get((case, activity), 0) + 1
        expected.append(seen[case, activity])
    assert Selector(log, NOBODY).occurrence.tolist() == expected


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 9))
def test_coins_fall_for_whole_cases_as_often_as_asked_and_nest(seed: int) -> None:
    log = build([Row(f"case {n}", a, MONDAY + n * HOUR) for n in range(2000) for a in "ab"])
    selector = Selector(log, NOBODY)
    few, many = (selector.flip_coins(share, "skip a", seed) for share in (0.3, 0.6))
    assert (few[::2] == few[1::2]).all()
    assert not (few & ~many).any()
    assert 0.25 < few.mean() < 0.35
    other = selector.flip_coins(0.3, "skip b", seed)
    assert 0.04 < (few & other).mean() < 0.14
    assert selector.flip_coins(1.0, "skip a", seed).all()
    assert not selector.flip_coins(0.0, "skip a", seed).any()
