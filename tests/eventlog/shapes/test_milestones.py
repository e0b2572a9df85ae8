"""One row per case: times that were reached become events, deadlines and other times do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from svcflow.errors import InputError, MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.plan import decide
from svcflow.eventlog.raw import RawTable

HEADER = "id;status;due_at;opened_at;solved_at;closed_at;opened_by;closed_by;desk"
ROWS = [
    HEADER,
    "1;closed;2026-01-20 00:00;2026-01-13 08:00;2026-01-14 09:00;2026-01-15 10:00;ann;bot;a",
    "2;open;2026-01-21 00:00;2026-01-14 08:00;;;bob;;b",
    "3;closed;2026-01-22 00:00;2026-01-15 08:00;NULL;2026-01-15 08:00;ann;bot;a",
]


def steps(log: Log, case: int) -> list[str]:
    low, high = log.offsets[case : case + 2]
    return [log.activities[code] for code in log.activity[low:high]]


def test_every_time_that_was_reached_is_an_event(export: Callable[..., Path]) -> None:
    log = read_log(export(ROWS))
    assert (log.cases, log.events) == (3, 6)
    assert [steps(log, case) for case in range(3)] == [["opened", "solved", "closed"], ["opened"], ["opened", "closed"]]
    assert log.case_attributes["due_at"].kind == "datetime"
    assert not {"opened_at", "closed_at"} & {*log.attributes, *log.case_attributes}
    assert any("'due_at' is a deadline" in note for note in log.notes)


def test_who_reached_a_milestone_is_told_by_its_own_column(export: Callable[..., Path]) -> None:
    log = read_log(export(ROWS))
    people = [log.resources[code] for code in log.resource]
    assert people == ["ann", "", "bot", "bob", "ann", "bot"]
    assert {log.teams[code] for code in log.team} == {"a", "b"}


def test_events_at_one_moment_stand_in_the_order_of_a_case(export: Callable[..., Path]) -> None:
    rows = ["ticket,closed,created,assigned"] + [
        f"{n},2026-05-{n + 12},2026-05-{n + 12},2026-05-{n + 12}" for n in range(9)
    ]
    log = read_log(export(rows))
    assert steps(log, 0) == ["created", "assigned", "closed"]


def test_a_case_to_which_nothing_happened_is_told_of(export: Callable[..., Path]) -> None:
    rows = ["ticket_id,first_response_at,resolved_at"]
    rows += [f"{n},2026-05-{n + 12} 08:00,2026-05-{n + 12} 09:00" for n in range(9)]
    log = read_log(export([*rows, "99,,"]))
    assert (log.cases, log.events) == (9, 18)
    assert any("1 of 10 cases have reached none of" in note for note in log.notes)


def test_the_number_of_a_row_is_the_one_of_the_file(export: Callable[..., Path]) -> None:
    rows = ["id,opened_at,closed_at"] + [f"{n},2026-05-{n + 10} 08:00,2026-05-{n + 10} 09:00" for n in range(1, 15)]
    rows[9] = rows[9].replace("09:00", "late")
    with pytest.raises(InputError, match=r"row 9, column 'milestone time': '2026-05-19 late' is not a time"):
        read_log(export(rows))


def test_the_last_change_is_an_event_only_where_nothing_else_is_there(export: Callable[..., Path]) -> None:
    rows = ["number,created_at,updated_at"] + [f"{n},2026-05-{n + 12},2026-05-{n + 13}" for n in range(9)]
    assert read_log(export(rows)).activities.texts == ("created", "updated")
    rows = [line + (",closed_at" if line[0] == "n" else ",2026-05-29") for line in rows]
    assert read_log(export(rows, "b.csv")).activities.texts == ("closed", "created")


def test_milestones_are_named_by_the_mapping(export: Callable[..., Path]) -> None:
    stated = {"milestones": {"opened_at": "Anfang", "closed_at": "Ende"}, "formats": {"closed_at": "%Y-%m-%d %H:%M"}}
    log = read_log(export(ROWS), stated)
    assert log.activities.texts == ("Anfang", "Ende")
    assert (log.events, log.case_attributes["solved_at"].kind) == (5, "text")
    assert next(role.column for role in log.roles if role.role == "milestone Ende") == "closed_at"


def test_a_format_of_one_column_does_not_bind_the_others(export: Callable[..., Path]) -> None:
    rows = ["ticket,opened_at,closed_at"] + [f"{n},2026-05-0{n},0{n}.06.2026" for n in range(1, 9)]
    with pytest.raises(MappingError, match="day from month"):
        read_log(export(rows))
    log = read_log(export(rows), {"formats": {"closed_at": "%d.%m.%Y"}})
    assert (log.time[1] - log.time[0]) / 86_400_000 == 31


def test_one_row_per_case_with_an_activity_stays_events(export: Callable[..., Path]) -> None:
    rows = ["case,activity,start,end"] + [
        f"{n},work {n % 2},2026-05-{n + 12} 08:00,2026-05-{n + 12} 09:00" for n in range(9)
    ]
    log = read_log(export(rows))
    assert next(role.column for role in log.roles if role.role == "shape") == "events"
    assert log.has_start.all()


def test_any_block_of_rows_unfolds_as_the_whole_does() -> None:
    rows = 50
    columns = {
        "id": [str(n) for n in range(rows)],
        "opened": [f"2026-05-{n % 28 + 1:02} 08:00" for n in range(rows)],
        "closed": [f"2026-05-{n % 28 + 1:02} 09:00" if n % 3 else "" for n in range(rows)],
    }
    whole = table(columns)
    plan, unfolded = decide(whole, Mapping())
    assert (plan.shape, plan.whole_cases) == ("milestones", False)
    parts = [plan.apply(table({k: v[low : low + 7] for k, v in columns.items()}, low)) for low in range(0, rows, 7)]
    for name in unfolded.table.names:
        assert [value for part in parts for value in part.load(name).to_pylist()] == unfolded.table.load(
            name
        ).to_pylist()
    assert np.concatenate([part.row_numbers for part in parts]).tolist() == unfolded.table.row_numbers.tolist()


def table(columns: dict[str, list[str]], first: int = 0) -> RawTable:
    rows = len(next(iter(columns.values())))
    arrays = {name: pa.chunked_array([pa.array(values)]) for name, values in columns.items()}
    return RawTable("CSV", tuple(columns), rows, arrays.__getitem__, row_numbers=np.arange(first + 1, first + rows + 1))


def test_a_milestone_of_which_too_much_is_unreadable_is_told(export: Callable[..., Path]) -> None:
    rows = ["ticket,opened_at,acknowledged_at,resolved_at,closed_reason,closed_count"] + [
        f"{row},2026-01-{row % 28 + 1:02d} 08:00,{'see mail' if row % 3 == 0 else f'2026-01-{row % 28 + 1:02d} 09:00'},"
        f"2026-02-{row % 28 + 1:02d} 08:00,{'spam' if row % 2 else 'done'},{row % 4}"
        for row in range(90)
    ]
    log = read_log(export(rows))
    assert (log.cases, log.events) == (90, 180)
    told = [note for note in log.notes if "no milestone" in note]
    assert len(told) == 1
    assert "'acknowledged_at'" in told[0]
    assert "33%" in told[0]
    assert "'see mail'" in told[0]
    assert "acknowledged_at" in log.case_attributes
