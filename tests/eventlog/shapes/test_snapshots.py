"""The same tickets on several days: a new status is an event, a standing one is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.errors import MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log

SEEN = {
    "A": "new new open open done",
    "B": "open open wait open open",
    "C": "- - new done done",
    "D": "new - - done done",
}


def rows(header: str = "snapshot_date,ticket,status,assignee") -> list[str]:
    lines = [header]
    for day in range(5):
        for ticket, states in SEEN.items():
            state = states.split()[day]
            if state != "-":
                lines.append(f"2026-05-{13 + day},{ticket},{state},p{day % 2}")
    return lines


def steps(log: Log, case: str) -> list[tuple[str, int, str]]:
    low, high = log.offsets[log.case_ids.index(case) :][:2]
    return [
        (log.activities[log.activity[i]], int(log.time[i]), log.resources[log.resource[i]]) for i in range(low, high)
    ]


def test_a_new_status_is_an_event(export: Callable[..., Path]) -> None:
    log = read_log(export(rows()))
    found = {}
    for number, case in enumerate(log.case_ids):
        low, high = log.offsets[number : number + 2]
        found[case] = " ".join(log.activities[code] for code in log.activity[low:high])
    assert found == {"A": "new open done", "B": "open wait open", "C": "new done", "D": "new done"}
    assert [log.resources[code] for code in log.resource[:3]] == ["p0", "p0", "p0"]
    assert any("times are those of 5 snapshots, 1 days apart" in note for note in log.notes)
    assert any("10 of 16 rows are events" in note for note in log.notes)


def test_the_order_of_rows_means_nothing(export: Callable[..., Path]) -> None:
    first, *others = rows()
    one, other = read_log(export(rows())), read_log(export([first, *others[::-1]], "b.csv"))
    assert [steps(one, case) for case in SEEN] == [steps(other, case) for case in SEEN]


def test_names_are_not_needed(export: Callable[..., Path]) -> None:
    lines = ["A,B,C"]
    for day in range(6):
        lines += [
            f"2026-05-{13 + day},T{n},{('New', 'Open', 'Open', 'Closed')[min(3, day - n % 3)]}"
            for n in range(9)
            if day >= n % 3
        ]
    log = read_log(export(lines))
    assert {role.role: role.column for role in log.roles}["shape"] == "snapshots"
    assert (log.cases, log.events) == (9, 27)


def test_days_of_events_are_no_snapshots(export: Callable[..., Path]) -> None:
    lines = ["case,status,date"]
    for case in range(12):
        lines += [
            f"{case},{step},2026-05-{13 + (case + 3 * n) % 15}" for n, step in enumerate(("New", "Open", "Closed"))
        ]
    assert {role.role: role.column for role in read_log(export(lines)).roles}["shape"] == "events"


def test_a_stated_column_of_snapshots_is_believed(export: Callable[..., Path]) -> None:
    log = read_log(
        export(rows("seen,ticket,phase of it,who")), {"columns": {"snapshot": "seen", "activity": "phase of it"}}
    )
    assert log.events == 10
    with pytest.raises(MappingError, match="needs: a column each for the case, the day of the snapshot and the status"):
        read_log(
            export(["x,day", *(f"{n % 3},2026-05-{n + 12}" for n in range(9))], "b.csv"),
            {"columns": {"snapshot": "day"}},
        )
