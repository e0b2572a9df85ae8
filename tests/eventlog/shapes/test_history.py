"""Histories of changes: the status makes events, assignee and group say who has the case, the rest is counted."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.benchmarks.dialect_tables import Words, invent, lay_out

from svcflow.errors import MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log

CHANGES = [
    ("13 08:00", "ann", "assignee", "", "Kim"),
    ("13 08:30", "bob", "status", "Open", "Work"),
    ("13 08:30", "bob", "group", "", "Desk"),
    ("13 08:40", "bob", "priority", "Low", "High"),
    ("14 09:00", "cy", "assignee", "Kim", "Lee"),
    ("14 09:30", "cy", "status", "Work", "Done"),
]


def rows(header: str, *, changes: list[tuple[str, ...]] = CHANGES, cases: int = 6) -> list[str]:
    columns = {
        "key": "key",
        "when": "changed at",
        "who": "author",
        "field": "field",
        "old": "old value",
        "new": "new value",
    }
    lines = [",".join(columns.get(name, name) for name in header.split())]
    for case in range(cases):
        for when, who, field, old, new in changes:
            known = {"key": f"K-{case}", "when": f"2026-05-{when}", "who": who, "field": field, "old": old, "new": new}
            lines.append(",".join({**known, "created": "2026-05-01 07:00"}[name] for name in header.split()))
    return lines


def told(log: Log, case: int = 0) -> list[tuple[str, str, str]]:
    low, high = log.offsets[case : case + 2]
    return [
        (log.activities[log.activity[i]], log.resources[log.resource[i]], log.teams[log.team[i]])
        for i in range(low, high)
    ]


def test_changes_of_the_status_are_the_events(export: Callable[..., Path]) -> None:
    log = read_log(export(rows("key when who field old new")))
    assert told(log) == [("Work", "bob", "Desk"), ("Done", "cy", "Desk")]
    assert (log.cases, log.events) == (6, 12)
    notes = " ".join(log.notes)
    assert "6 of 36 rows change other fields (priority, …): no events" in notes
    assert "the first status of 6 cases has no time" in notes
    assert [log.attributes["assignee"].get(row) for row in (0, 1)] == ["Kim", "Lee"]


def test_who_has_the_case_is_the_resource_where_nobody_signs(export: Callable[..., Path]) -> None:
    log = read_log(export(rows("key when field old new")))
    assert told(log) == [("Work", "Kim", "Desk"), ("Done", "Lee", "Desk")]


def test_the_first_status_begins_at_the_creation(export: Callable[..., Path]) -> None:
    log = read_log(export(rows("key created when who field old new")))
    assert told(log) == [("Open", "", ""), ("Work", "bob", "Desk"), ("Done", "cy", "Desk")]
    assert log.time[0] < log.time[1]
    assert not any("has no time" in note for note in log.notes)


def test_a_row_of_creation_begins_the_case(export: Callable[..., Path]) -> None:
    created = [("12 07:00", "eve", "created", "", ""), *CHANGES]
    log = read_log(export(rows("key when who field old new", changes=created)))
    assert told(log)[0] == ("Open", "eve", "")
    only = read_log(
        export([*rows("key when who field old new", changes=created), "K-9,2026-05-15 08:00,eve,created,,"], "b.csv")
    )
    assert told(only, 6) == [("created", "eve", "")]


def test_a_case_without_a_change_of_status_is_told_of(export: Callable[..., Path]) -> None:
    log = read_log(export([*rows("key when who field old new"), "K-9,2026-05-15 08:00,eve,priority,Low,High"]))
    assert log.cases == 6
    assert any("1 of 7 cases have no change of the status" in note for note in log.notes)


def test_a_status_before_and_after_needs_no_field(export: Callable[..., Path]) -> None:
    lines = ["case,from status,to status,at,who"]
    for case in range(9):
        for place, (old, new) in enumerate(
            [("", "new"), ("new", "open"), ("open", "wait"), ("wait", "open"), ("open", "done")]
        ):
            lines.append(f"{case},{old},{new},2026-05-{case + 12} {8 + place:02}:00,p{place}")
    log = read_log(export(lines))
    assert [step for step, _, _ in told(log)] == ["new", "open", "wait", "open", "done"]


def test_a_mapping_makes_another_field_count(export: Callable[..., Path]) -> None:
    stated = {"values": {"field": {"priority": "status"}}}
    log = read_log(export(rows("key when who field old new")), stated)
    assert [step for step, _, _ in told(log)] == ["Work", "High", "Done"]


def test_a_history_that_is_stated_and_is_none_is_refused(export: Callable[..., Path]) -> None:
    lines = ["case,activity,time"] + [f"{n % 5},step {n % 3},2026-05-{n + 10} 08:00" for n in range(18)]
    with pytest.raises(
        MappingError, match="the export has not what the shape 'history' needs: a column each for the case"
    ):
        read_log(export(lines), {"shape": "history"})


@pytest.mark.parametrize("seed", range(6))
def test_people_in_force_against_a_plain_walk(seed: int, export: Callable[..., Path]) -> None:
    chance = random.Random(seed)
    kinds = ("case", "time", "field", "old", "new", "created")
    made = lay_out("history", kinds, invent(chance, Words(), 25), Words(), chance)
    lines = [list(map(str, (cell or "" for cell in row))) for row in made.rows]
    chance.shuffle(lines)
    log = read_log(export(["case,time,field,old,new,created", *(",".join(row) for row in lines)]))
    assert [role.column for role in log.roles if role.role in ("resource", "team")] == ["assignee", "assigned group"]
    held: dict[str, list[tuple[str, str, str, str]]] = {}
    for case, time, field, old, new, _ in sorted(lines, key=lambda row: row[1]):
        held.setdefault(case, []).append((time, field, old, new))
    for case in range(log.cases):
        changes = held[log.case_ids[case]]
        for row in range(int(log.offsets[case]), int(log.offsets[case + 1])):
            at = str(log.time[row].astype("datetime64[ms]").astype("datetime64[s]")).replace("T", " ")
            for name, found in (("Assignee", log.resources[log.resource[row]]), ("Group", log.teams[log.team[row]])):
                own = [change for change in changes if change[1] == name]
                before = [change[3] for change in own if change[0] <= at]
                assert found == (before[-1] if before else own[0][2] if own else "")
    assert sorted(
        (log.case_ids[log.case_of_row[row]], log.activities[log.activity[row]]) for row in range(log.instances)
    ) == sorted((case, step) for case, step, _ in made.events)
