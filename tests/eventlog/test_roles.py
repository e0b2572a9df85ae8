"""Columns get their roles from names and contents, with reasons; traps of real exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.errors import MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.done import guess
from svcflow.eventlog.log import Log

STEPS = [("Register", "09:00", "ann"), ("Check", "10:00", "bob"), ("Answer", "11:30", "ann"), ("Close", "12:00", "eve")]


def column_of(log: Log, role: str) -> str | None:
    return next((found.column for found in log.roles if found.role == role), None)


def sample(header: str, *, extra: str = "") -> list[str]:
    rows = [header]
    for case in range(8):
        for step, clock, who in STEPS[: 2 + case % 3]:
            rows.append(f"K{case:03},{step},2024-05-{case + 13} {clock},{who},desk {case % 2}{extra}")
    return rows


@pytest.mark.parametrize(
    "header",
    [
        "Case ID,Activity,Timestamp,Resource,Team",
        "case:concept:name,concept:name,time:timestamp,org:resource,org:group",
        "ticket_number,action,updated_at,assignee,support_group",
        "TicketID,EventName,EventTime,AgentName,QueueName",
        "zaaknummer,activiteit,tijdstip,medewerker,afdeling",
        "Fall ID,Aktivität,Zeitstempel,Bearbeiter,Abteilung",
        "numero ticket,attività,data ora,operatore,reparto",
        "案件编号,活动,时间,处理人,部门",
        "工单号,环节,操作时间,经办人,班组",
        "投诉编号,处理环节,完成时间,坐席,处理组",
        "incident,status,change date,user,workgroup",
    ],
)
def test_headers_in_many_languages(header: str, export: Callable[..., Path]) -> None:
    log = read_log(export(sample(header)))
    assert [column_of(log, role) for role in ("case", "activity", "time", "resource", "team")] == header.split(",")
    assert (log.cases, log.activities.texts) == (8, ("Answer", "Check", "Close", "Register"))
    assert all(role.reason for role in log.roles)


def test_contents_decide_where_names_say_nothing(export: Callable[..., Path]) -> None:
    rows = ["A,B,C"] + [
        f"K{case:03},{step},2024-05-{case + 10} {clock}" for case in range(9) for step, clock, _ in STEPS
    ]
    log = read_log(export(rows))
    assert [column_of(log, role) for role in ("case", "activity", "time")] == ["A", "B", "C"]


def test_two_possible_activities_are_asked_for(export: Callable[..., Path]) -> None:
    rows = ["case,X,Y,time"]
    rows += [f"{case},{step},{who},2024-05-{case + 10} {clock}" for case in range(9) for step, clock, who in STEPS]
    with pytest.raises(MappingError) as refused:
        read_log(export(rows))
    assert refused.value.message == (
        "export.csv: no column says what happened (activity); found: case 'case', time 'time'; "
        "columns: case, X, Y, time"
    )
    assert refused.value.hint.endswith(
        "{svcflow: 1, mapping: export, columns: {case: case, activity: COLUMN, time: time}}"
    )


def test_the_time_that_moves_within_cases_is_the_time(export: Callable[..., Path]) -> None:
    rows = ["case,date,activity,when logged"]
    rows += [
        f"{case},2024-01-0{case},{step},2024-05-1{case} {clock}" for case in range(1, 9) for step, clock, _ in STEPS
    ]
    assert column_of(read_log(export(rows)), "time") == "when logged"


def test_status_before_sub_status_whatever_the_order(export: Callable[..., Path]) -> None:
    rows = ["ticket id,sub status,status,date"]
    rows += [f"{c},{s} {c % 2},{s},2024-05-1{c} {t}" for c in range(1, 9) for s, t, _ in STEPS]
    assert column_of(read_log(export(rows)), "activity") == "status"


def test_a_transition_column_is_a_lifecycle_by_its_values(export: Callable[..., Path]) -> None:
    rows = ["case,activity,event type,time"]
    for case in range(5):
        rows += [f"{case},work,Start,2024-05-1{case} 08:00", f"{case},work,Complete,2024-05-1{case} 09:30"]
    log = read_log(export(rows))
    assert column_of(log, "lifecycle") == "event type"
    assert (log.events, log.instances) == (10, 5)
    assert (log.time - log.start).tolist() == [5_400_000] * 5
    other = read_log(export([row.replace("Complete", "Waiting") for row in rows], "other.csv"))
    assert column_of(other, "lifecycle") is None
    assert other.instances == 10


def test_start_and_end_columns_make_intervals(export: Callable[..., Path]) -> None:
    rows = [
        "case,activity,start time,end time",
        "1,a,2024-01-13 08:00,2024-01-13 09:00",
        "1,b,2024-01-13 10:00,2024-01-13 09:30",
    ]
    log = read_log(export(rows))
    assert (column_of(log, "start"), column_of(log, "time")) == ("start time", "end time")
    assert log.has_start.tolist() == [True, False]
    assert (log.start == log.time).tolist() == [False, True]
    assert next(f.count for f in log.quality if f.id == "negative-durations") == 1


def test_deadlines_are_no_times_of_events(export: Callable[..., Path]) -> None:
    rows = ["case,activity,due date,date"]
    rows += [f"{c},{s},2024-06-2{c} {t},2024-05-1{c} {t}" for c in range(1, 9) for s, t, _ in STEPS]
    assert column_of(read_log(export(rows)), "time") == "date"


def test_done_in_many_languages() -> None:
    done = [
        "Closed",
        "Resolve ticket",
        "case resolved",
        "Chiuso",
        "Gesloten",
        "Abgeschlossen",
        "结案",
        "已关闭",
        "已解决",
        "工单办结",
    ]
    open_ = [
        "Reopened",
        "Not resolved",
        "Resolve SW anomaly",
        "W_Completeren aanvraag",
        "关闭原因确认",
        "未解决",
        "Wait",
        "",
    ]
    assert guess([*done, *open_]) == tuple(done)


def test_an_activity_or_a_person_is_never_taken_for_the_case(tmp_path: Path) -> None:
    rows = [line.partition(",")[2] for line in sample("case,activity,time,resource,team") * 2]
    (tmp_path / "x.csv").write_text("\n".join([rows[0], *(r for r in rows if r[0] != "a")]), "utf-8")
    with pytest.raises(MappingError, match=r"which case a row belongs to \(case\); found: activity 'activity', time"):
        read_log(tmp_path / "x.csv")


def test_a_column_of_activity_codes_is_the_activity(tmp_path: Path) -> None:
    codes = {"Register": "100", "Check": "110", "Answer": "120", "Close": "130"}
    text = "\n".join(sample("case_id,activity_code,time,user_id,team"))
    for name, code in codes.items():
        text = text.replace(name, code)
    (tmp_path / "x.csv").write_text(text, "utf-8")
    log = read_log(tmp_path / "x.csv")
    assert column_of(log, "activity") == "activity_code"
    assert set(log.activities.texts) == set(codes.values())


def test_a_day_and_its_time_of_day_are_one_time(export: Callable[..., Path]) -> None:
    rows = ["case,activity,Date,Time,agent"]
    rows += [f"{c},{s},{c + 12}/05/2024,{t}," for c in range(1, 9) for s, t, _ in STEPS]
    log = read_log(export(rows))
    assert column_of(log, "time") == "Date"
    assert (log.time[1] - log.time[0], log.activities[log.activity[0]]) == (3_600_000, "Register")
    assert any("'Date' and 'Time' are one time" in note for note in log.notes)
    stated = read_log(export(rows), {"formats": {"Date": "%d/%m/%Y"}})
    assert "dates-only" in {fact.id for fact in stated.quality}


def test_a_number_per_row_is_not_the_case_where_tickets_repeat(export: Callable[..., Path]) -> None:
    rows = ["id,ticket id,status,changed at"]
    rows += [f"{c * 10 + n},T{c},{s},2024-05-{c + 12} {t}" for c in range(9) for n, (s, t, _) in enumerate(STEPS)]
    assert column_of(read_log(export(rows)), "case") == "ticket id"


def test_a_word_that_repeats_is_not_the_case_of_a_register(export: Callable[..., Path]) -> None:
    rows = ["Ticket ID,Ticket Channel,Created,Closed"]
    rows += [f"T{n},{['mail', 'phone'][n % 2]},2024-05-{n + 12},2024-06-{n + 12}" for n in range(12)]
    log = read_log(export(rows))
    assert (column_of(log, "shape"), column_of(log, "case"), log.cases) == ("milestones", "Ticket ID", 12)


def test_words_for_states_decide_where_names_say_nothing(export: Callable[..., Path]) -> None:
    rows = ["A,B,C,D"]
    for case in range(9):
        for n, (state, who) in enumerate([("New", "Ann Fox"), ("In Progress", "Bo Gray"), ("Closed", "Cy Hill")]):
            rows.append(f"K{case},{state},{who},2024-05-{case + 10} {9 + n:02}:00")
    log = read_log(export(rows))
    assert [column_of(log, role) for role in ("case", "activity", "resource", "time")] == ["A", "B", "C", "D"]
