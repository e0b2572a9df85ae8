"""Whole cases are chosen; what is left is a log like any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from svcflow.errors import SvcflowError, UsageError
from svcflow.eventlog import read_log, select
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import list_fields, take_cases

ROWS = ["case,activity,time,resource,Involved Team,priority,amount,vip,opened,mood"]
for number in range(12):
    level, money, vip = ("low", "mid", "high")[number % 3], "" if number == 5 else number * 100, number % 2 == 0
    for place, step in enumerate("abc"[: 1 + number % 3]):
        ROWS.append(
            f"K{number:02},{step},2024-01-{number + 10}T1{place}:00:00Z,r{number % 4},T{place},{level},{money},"
            f"{vip},2024-01-0{1 + number % 9},{'good' if place else 'bad'}"
        )


@pytest.fixture
def log(export: Callable[..., Path]) -> Log:
    return read_log(export(ROWS))


@pytest.mark.parametrize(
    ("condition", "cases"),
    [
        ("priority == high", [2, 5, 8, 11]),
        ("priority in (low, mid) and vip", [0, 4, 6, 10]),
        ("amount >= 1000", [10, 11]),
        ("not amount >= 100", [0]),
        ("opened < '2024-01-03'", [0, 1, 9, 10]),
        ("`Involved Team` == 'T0' and amount < 200", [0, 1]),
        ("mood == bad and amount > 1000", [11]),
    ],
)
def test_conditions(condition: str, cases: list[int], log: Log) -> None:
    chosen = log.where(condition)
    assert chosen.case_ids == tuple(f"K{number:02}" for number in cases)
    assert chosen.instances == chosen.events == sum(1 + number % 3 for number in cases)


def test_period_takes_cases_by_their_beginning(log: Log) -> None:
    assert select(log, since="2024-01-20").case_ids == ("K10", "K11")
    assert select(log, until="2024-01-12").case_ids == ("K00", "K01")
    assert select(log, since="2024-01-13T10:00:00+00:00", until="2024-01-14").case_ids == ("K03",)
    assert select(log) is log


def test_what_is_left_is_compact_and_consistent(log: Log) -> None:
    chosen = log.where("priority == low")
    assert chosen.activities.texts == ("a",)
    assert chosen.teams.texts == ("", "T0")
    assert set(chosen.resources.texts) == {"", *(f"r{n % 4}" for n in (0, 3, 6, 9))}
    assert chosen.case_attributes["amount"].values.tolist() == [0, 300, 600, 900]
    assert len(chosen.attributes["mood"].values) == chosen.instances
    assert chosen.case_attributes["priority"].vocabulary.texts == ("", "low")


def test_parts_add_up_to_the_whole(log: Log) -> None:
    even, odd = take_cases(log, np.arange(0, 12, 2)), take_cases(log, np.arange(1, 12, 2))
    assert even.instances + odd.instances == log.instances
    for part, first in ((even, 0), (odd, 1)):
        for place, number in enumerate(range(first, 12, 2)):
            low, high = part.offsets[place : place + 2]
            begin, end = log.offsets[number : number + 2]
            assert (part.time[low:high] == log.time[begin:end]).all()
            names = [log.activities[code] for code in log.activity[begin:end]]
            assert [part.activities[code] for code in part.activity[low:high]] == names


def test_fields_are_typed_by_contents(log: Log) -> None:
    kinds = {name: field.kind for name, field in list_fields(log).items()}
    wanted = {"priority": "enum", "amount": "number", "vip": "boolean", "opened": "datetime", "mood": "enum"}
    assert wanted.items() <= kinds.items()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"where": "amount > 99999"}, "none of the 12 cases is left: where amount > 99999"),
        ({"since": "2030-01-01"}, "none of the 12 cases is left: from 2030-01-01"),
        ({"since": "soon"}, "'soon' is not a date or time"),
    ],
)
def test_nothing_left_and_nonsense(given: dict[str, str], message: str, log: Log) -> None:
    with pytest.raises(UsageError) as refused:
        select(log, **given)
    assert refused.value.message == message


def test_an_unknown_field_is_named(log: Log) -> None:
    with pytest.raises(SvcflowError, match="unknown field 'prioriti'; did you mean 'priority'"):
        log.where("prioriti == high")
