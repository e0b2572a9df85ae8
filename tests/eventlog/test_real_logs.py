"""The published logs are read unmodified, and their known figures come out."""

from __future__ import annotations

import numpy as np
import pytest

from svcflow.errors import MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log

SHAPES = {
    "helpdesk.csv": (4580, 21348, 21348, 14, 22),
    "helpdesk.xes.gz": (4580, 21348, 21348, 14, 22),
    "VINST cases closed problems.csv": (1487, 6660, 6660, 4, 585),
    "bpic2013_closed.xes.gz": (1487, 6660, 6660, 4, 585),
    "bpic2012.xes.gz": (13087, 262200, 164506, 23, 68),
    "teleclaims.xes.gz": (3512, 46138, 24825, 11, 4),
    "production.csv": (225, 4953, 4953, 26, 48),
    "mobis_snippet.csv": (118, 464, 464, 15, 69),
    "traffic_fines.parquet": (150370, 561470, 561470, 11, 148),
}
TEAMS = {
    "helpdesk.csv": "workgroup",
    "VINST cases closed problems.csv": "Problem Involved Owner ST",
    "bpic2013_closed.xes.gz": "organization involved",
}
VARIANTS = {
    "helpdesk.csv": 226,
    "helpdesk.xes.gz": 226,
    "VINST cases closed problems.csv": 183,
    "bpic2013_closed.xes.gz": 183,
    "teleclaims.xes.gz": 12,
}


def variants(log: Log) -> dict[tuple[int, ...], int]:
    counts: dict[tuple[int, ...], int] = {}
    for low, high in zip(log.offsets[:-1], log.offsets[1:], strict=True):
        trace = tuple(log.activity[low:high].tolist())
        counts[trace] = counts.get(trace, 0) + 1
    return counts


def reopens(log: Log) -> int:
    settled = np.isin(log.activity, [log.activities.find(name) for name in log.done])
    inside = np.diff(log.case_of_row) == 0
    return int((inside & settled[:-1] & ~settled[1:]).sum())


@pytest.mark.parametrize("name", SHAPES)
def test_published_logs_are_read_without_a_mapping(name: str, real) -> None:
    log = read_log(real(name))
    found = (log.cases, log.events, log.instances, len(log.activities), len(log.resources) - 1)
    assert found == SHAPES[name]
    assert next((role.column for role in log.roles if role.role == "team"), None) == TEAMS.get(
        name, "workgroup" if "helpdesk" in name else None
    )
    if name in VARIANTS:
        assert len(variants(log)) == VARIANTS[name]
    assert int(log.case_events.sum()) == log.events
    later = np.diff(log.time) >= 0
    later[log.offsets[1:-1] - 1] = True
    assert later.all()
    assert (np.diff(log.time[log.offsets[:-1]]) >= 0).all()


def test_helpdesk_figures(real) -> None:
    log = read_log(real("helpdesk.csv"))
    assert max(variants(log).values()) / log.cases == pytest.approx(0.5166, abs=5e-5)
    duration = (log.time[log.offsets[1:] - 1] - log.time[log.offsets[:-1]]) / 86_400_000
    assert np.median(duration) == pytest.approx(39.859, abs=5e-4)
    assert np.mean(duration) == pytest.approx(40.858, abs=5e-4)
    assert np.percentile(duration, 90) == pytest.approx(53.006, abs=5e-4)
    assert {"Closed", "Resolve ticket"} <= set(log.done)
    assert "Resolve SW anomaly" not in log.done
    assert reopens(log) == 164
    assert log.zone == ""
    assert {fact.id for fact in log.quality} >= {"naive-zone", "ties", "no-start"}


def test_two_exports_of_one_log_are_one_log(real) -> None:
    text, xes = read_log(real("helpdesk.csv")), read_log(real("helpdesk.xes.gz"))
    assert xes.zone == "UTC"
    assert text.activities == xes.activities
    assert sorted(text.case_ids) == sorted(xes.case_ids)
    places = {case: number for number, case in enumerate(xes.case_ids)}
    for number, case in enumerate(text.case_ids):
        low, high = text.offsets[number : number + 2]
        other, end = xes.offsets[places[case] : places[case] + 2]
        assert (text.time[low:high] == xes.time[other:end]).all()
        assert (text.activity[low:high] == xes.activity[other:end]).all()


def test_closed_problems_figures(real) -> None:
    log = read_log(real("VINST cases closed problems.csv"))
    duration = (log.time[log.offsets[1:] - 1] - log.time[log.offsets[:-1]]) / 86_400_000
    assert np.median(duration) == pytest.approx(82.02, abs=5e-3)
    change = (np.diff(log.team) != 0) & (np.diff(log.case_of_row) == 0)
    assert int(change.sum()) == 655
    assert len(set(log.case_of_row[1:][change])) == 280
    team = next(role for role in log.roles if role.role == "team")
    assert team.alternatives == ("Problem Involved ST Org line 3", "Problem Involved ST Function Div")
    assert "support line" in team.reason
    joined = read_log(
        real("VINST cases closed problems.csv"),
        {"columns": {"activity": ["Problem Status", "Problem Sub Status"], "team": "Problem Involved ST Org line 3"}},
    )
    assert len(variants(joined)) == 327
    change = (np.diff(joined.team) != 0) & (np.diff(joined.case_of_row) == 0)
    assert int(change.sum()) == 220


def test_a_status_called_lifecycle_is_no_lifecycle(real) -> None:
    log = read_log(real("bpic2013_closed.xes.gz"))
    assert "lifecycle" not in {role.role for role in log.roles}
    assert any("lifecycle:transition" in note for note in log.notes)
    assert "lifecycle:transition" in log.attributes


def test_halves_are_paired(real) -> None:
    claims = read_log(real("teleclaims.xes.gz"))
    assert int(claims.has_start.sum()) == 21313
    assert {fact.id for fact in claims.quality} >= {"strange-clock", "no-start"}
    loans = read_log(real("bpic2012.xes.gz"))
    calls = loans.activity == loans.activities.find("W_Nabellen offertes")
    assert loans.has_start[calls].mean() > 0.97
    applications = [code for code, name in enumerate(loans.activities.texts) if name.startswith("A_")]
    assert not loans.has_start[np.isin(loans.activity, applications)].any()
    ties = next(fact for fact in loans.quality if fact.id == "ties")
    assert ties.count == 13995
    assert loans.case_attributes["AMOUNT_REQ"].kind == "number"
    assert loans.case_attributes["REG_DATE"].kind == "datetime"


def test_dates_only_says_what_cannot_be_measured(real) -> None:
    log = read_log(real("traffic_fines.parquet"))
    fact = next(fact for fact in log.quality if fact.id == "dates-only")
    assert "hours" in fact.message
    missing = next(fact for fact in log.quality if fact.id == "missing-resource")
    assert missing.share == pytest.approx(0.73, abs=0.005)


def test_a_register_of_one_date_is_refused_for_what_is_missing(real) -> None:
    with pytest.raises(MappingError) as refused:
        read_log(real("bpic2016_complaints.csv"))
    message, hint = refused.value.message, refused.value.hint
    assert "no column says what happened (activity); found: case 'ComplaintDossierID', time 'ContactDate'" in message
    assert "\n" not in message + hint
    assert "columns: " in message
    assert "activity: COLUMN" in hint


@pytest.mark.parametrize(
    ("name", "found", "deadlines"),
    [
        ("servicenow_incidents_wide.csv", (67, 129, "number", "opened resolved closed"), ""),
        ("shapes/NYC311-5.ssv", (5, 9, "Unique Key", "Created Closed"), "Due Date"),
        ("shapes/boston311-dmy-100.csv", (100, 185, "case_enquiry_id", "open closed"), "target_dt"),
        ("shapes/boston311-100-notime.csv", (100, 185, "case_enquiry_id", "open closed"), "target_dt"),
    ],
)
def test_registers_with_several_times_are_milestones(name: str, found, deadlines: str, real) -> None:
    log = read_log(real(name), {"preset": "none"})
    roles = {role.role: role.column for role in log.roles}
    assert roles["shape"] == "milestones"
    steps = " ".join(role.role.partition(" ")[2] for role in log.roles if role.role.startswith("milestone "))
    assert (log.cases, log.events, roles["case"], steps) == found
    assert set(log.activities.texts) == set(steps.split())
    assert not deadlines or deadlines in log.case_attributes


def test_a_stated_register_says_what_it_cannot(real) -> None:
    log = read_log(
        real("bpic2016_complaints.csv"),
        {"columns": {"case": "ComplaintDossierID", "activity": "ComplaintTheme_EN", "time": "ContactDate"}},
    )
    assert (log.cases, log.events) == (256, 289)
    assert "dates-only" in {fact.id for fact in log.quality}


def test_ragged_rows_are_counted(real) -> None:
    stated = {"columns": {"case": "case_enquiry_id", "activity": "case_status", "time": "open_dt"}}
    log = read_log(real("shapes/boston311-100-bad.tsv"), stated, on_bad_rows="drop")
    fact = next(fact for fact in log.quality if fact.id == "dropped-rows")
    assert fact.count + log.events == 100
