"""A played log is what the definition says, the same for the same seed, and its problems cost what the truth says."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.errors import SvcflowError
from svcflow.generation import Generated, generate
from svcflow.generation.planting import make_plant

WORKFLOWS = Path(__file__).parents[2] / "workflows"
START = date(2026, 1, 5)
PROCESSES = ("callback", "complaint", "escalation", "inquiry", "intake")
PLANTS: dict[str, dict[str, Any]] = {
    "slow-handoff": {"from": "hotline", "to": "support", "hours": 12, "share": 0.8},
    "ping-pong": {"from": "digital", "to": "support", "step": "investigate", "through": "transfer", "share": 0.5},
    "rework-loop": {"step": "review", "sets": {"verdict": "rework"}, "rounds": 2, "share": 0.5},
    "missed-callback": {"step": "callback", "share": 0.5},
    "auto-close": {"step": "close", "after": "resolve", "hours": 72, "account": "robot", "share": 0.9},
}


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(WORKFLOWS)


def play(workspace: Workspace, process: str = "complaint", *kinds: str, cases: int = 150, seed: int = 7) -> Generated:
    plants = [make_plant({"kind": kind, **PLANTS[kind]}) for kind in kinds]
    return generate(workspace, process=process, cases=cases, seed=seed, start=START, weeks=8, plant=plants)


def by_case(generated: Generated) -> dict[str, list[dict[str, str]]]:
    cases: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(generated.csv)):
        cases[row["case"]].append(row)
    return cases


def span(rows: list[dict[str, str]]) -> float:
    starts = [datetime.fromisoformat(row["start"] or row["time"]) for row in rows]
    return (max(datetime.fromisoformat(row["time"]) for row in rows) - min(starts)).total_seconds()


def of(rows: list[dict[str, str]], activity: str) -> Iterator[dict[str, str]]:
    return (row for row in rows if row["activity"] == activity)


@pytest.mark.parametrize("process", PROCESSES)
def test_same_seed_same_log(workspace: Workspace, process: str) -> None:
    first, again, other = (play(workspace, process, cases=30, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first.csv != other.csv


@pytest.mark.parametrize("process", PROCESSES)
def test_columns_and_csv_say_the_same(workspace: Workspace, process: str) -> None:
    generated = play(workspace, process, cases=30)
    header, *rows = csv.reader(io.StringIO(generated.csv))
    assert header == [*generated.columns]
    assert [list(column) for column in zip(*rows, strict=True)] == [[*c] for c in generated.columns.values()]
    assert len(rows) == generated.truth["events"]


def test_events_lie_between_first_day_and_export(workspace: Workspace) -> None:
    stamps = [datetime.fromisoformat(t) for t in play(workspace).columns["time"]]
    assert stamps == sorted(stamps)
    assert all(s.utcoffset() == timedelta(hours=8) for s in stamps)
    assert stamps[0].date() >= START
    assert stamps[-1].date() < START + timedelta(weeks=8)


def test_work_is_done_in_open_hours_and_takes_time(workspace: Workspace) -> None:
    for rows in by_case(play(workspace)).values():
        for row in rows:
            begun = datetime.fromisoformat(row["start"] or row["time"])
            ended = datetime.fromisoformat(row["time"])
            assert begun <= ended
            assert 8 <= begun.hour < 22
            assert (ended.hour, ended.minute, ended.second) <= (22, 0, 0)


def test_data_agree_with_the_branch_taken(workspace: Workspace) -> None:
    complete = [rows for rows in by_case(play(workspace, cases=300)).values() if rows[-1]["activity"] == "Case closed"]
    assert len(complete) > 100
    for rows in complete:
        assert [row["valid"] for row in of(rows, "Severity assessed")] == ["true"]
        assert any(of(rows, "Compensation approved")) == (float(rows[0]["claim"]) > 500)
        asked = any(row["needs_dept"] == "true" for row in of(rows, "Severity assessed"))
        assert any(of(rows, "Department replied")) == asked
        for review, after in pairwise([r for r in rows if r["activity"] in ("Quality review", "Solution proposed")]):
            if review["activity"] == "Quality review" and review["verdict"] == "rework":
                assert after["activity"] == "Solution proposed"


def test_authority_and_four_eyes_are_kept(workspace: Workspace) -> None:
    limits = {"operations_supervisor": 2000.0, "centre_manager": float("inf")}
    for rows in by_case(play(workspace, cases=400)).values():
        for row in of(rows, "Compensation approved"):
            assert float(row["claim"]) <= limits[row["role"]]
        actors = [{r["resource"] for r in of(rows, a)} for a in ("Solution proposed", "Quality review")]
        assert not actors[0] & actors[1]


def test_teams_have_as_many_people_as_they_say(workspace: Workspace) -> None:
    columns = play(workspace, cases=600).columns
    seats: dict[tuple[str, str], set[str]] = defaultdict(set)
    for team, role, person in zip(columns["team"], columns["role"], columns["resource"], strict=True):
        seats[team, role].add(person)
    assert len(seats["Hotline", "agent"]) == 12
    assert len(seats["Digital desk", "agent"]) == 9
    assert 1 < len(seats["Quality", "quality_supervisor"]) <= 5


def test_words_choose_the_language_of_labels_and_headers(workspace: Workspace) -> None:
    chinese = generate(workspace, process="callback", cases=20, start=START, weeks=2, words="zh")
    assert {"计划回访", "拨打"} <= {*chinese.columns["环节"]}
    assert {*chinese.columns["班组"]} <= {"热线组", "在线组", "质检组"}
    assert chinese.mapping["columns"]["activity"] == "环节"


@pytest.mark.parametrize("kind", PLANTS)
def test_truth_is_the_difference_to_the_log_without_it(workspace: Workspace, kind: str) -> None:
    clean, planted = by_case(play(workspace)), play(workspace, "complaint", kind)
    dirty, truth = by_case(planted), planted.truth["plants"][0]
    assert truth["cases"] == len(truth["case_ids"]) > 10
    untouched = {*clean} - {*truth["case_ids"]}
    assert untouched
    assert all(clean[case] == dirty[case] for case in untouched)
    assert all(clean[case] != dirty[case] for case in truth["case_ids"])
    assert truth["added_s"] == sum(span(dirty[case]) - span(clean[case]) for case in truth["case_ids"])


def test_plants_together_leave_each_its_own_truth(workspace: Workspace) -> None:
    together = play(workspace, "complaint", *PLANTS)
    for plant in together.truth["plants"]:
        alone = play(workspace, "complaint", plant["kind"]).truth["plants"][0]
        shared = {*plant["case_ids"]} & {*alone["case_ids"]}
        assert len(shared) > 0.5 * len(alone["case_ids"])


def test_slow_handoff_lengthens_the_wait_at_its_place(workspace: Workspace) -> None:
    truth = (planted := play(workspace, "complaint", "slow-handoff")).truth["plants"][0]
    assert truth["place"] == {"from": "Hotline", "to": "Second line"}
    assert truth["added_s"] > 8 * 3600 * truth["cases"]
    assert {row["team"] for case in truth["case_ids"] for row in by_case(planted)[case]} >= {"Hotline"}


def test_ping_pong_alternates_between_its_teams(workspace: Workspace) -> None:
    planted = play(workspace, "complaint", "ping-pong")
    for case in planted.truth["plants"][0]["case_ids"]:
        passed = [row["team"] for row in of(by_case(planted)[case], "Reassigned")]
        assert passed[:3] == ["Second line", "Digital desk", "Second line"][: len(passed)]


def test_rework_keeps_to_the_rounds_that_the_loop_allows(workspace: Workspace) -> None:
    planted = play(workspace, "complaint", "rework-loop")
    cases = by_case(planted)
    rounds = [sum(1 for _ in of(rows, "Quality review")) for rows in cases.values()]
    assert max(rounds) <= 6
    assert sum(rounds) > 1.3 * sum(sum(1 for _ in of(r, "Quality review")) for r in by_case(play(workspace)).values())


def test_missed_call_backs_are_those_that_were_owed(workspace: Workspace) -> None:
    planted = play(workspace, "complaint", "missed-callback")
    for case in planted.truth["plants"][0]["case_ids"]:
        rows = by_case(planted)[case]
        assert rows[0]["tier"] == "key" or rows[0]["severity"] != "low"
        assert not any(of(rows, "Call-back made"))


def test_timer_closes_to_the_second(workspace: Workspace) -> None:
    planted = play(workspace, "complaint", "auto-close")
    assert planted.mapping["machines"] == ["robot"]
    closed = 0
    for rows in by_case(planted).values():
        for row in of(rows, "Case closed"):
            if row["resource"] == "robot":
                last = [datetime.fromisoformat(r["time"]) for r in of(rows, "Solution carried out")][-1]
                assert datetime.fromisoformat(row["time"]) - last == timedelta(hours=72)
                closed += 1
    assert closed > 50


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"kind": "slow-hand-off"}, "did you mean 'slow-handoff'"),
        ({"kind": "auto-close", "step": "close", "after": "resolve"}, "needs 'hours'"),
        ({"kind": "auto-close", "step": "close", "after": "resolve", "hours": "3"}, "must be a number"),
        ({"kind": "missed-callback", "step": "callback", "share": 2}, "share"),
        ({"kind": "missed-callback", "steps": "callback"}, "did you mean 'step'"),
        ({"kind": "missed-callback", "step": "calback"}, "did you mean 'callback'"),
        ({"kind": "slow-handoff", "from": "hotlin", "to": "support", "hours": 1}, "did you mean 'hotline'"),
        ({"kind": "rework-loop", "step": "review", "sets": {"verdct": "rework"}}, "did you mean 'verdict'"),
        ({"kind": "rework-loop", "step": "review", "sets": [1]}, "fields with values"),
        ("slow-handoff", "no kind"),
    ],
)
def test_wrong_plants_are_refused_with_what_would_be_right(workspace: Workspace, entry: object, message: str) -> None:
    with pytest.raises(SvcflowError, match=message):
        generate(workspace, process="complaint", cases=5, start=START, plant=[make_plant(entry)])


@pytest.mark.parametrize("given", [{"cases": 0}, {"weeks": 0}, {"start": date(9999, 1, 1)}, {"process": "complain"}])
def test_impossible_sizes_are_refused(workspace: Workspace, given: dict[str, Any]) -> None:
    with pytest.raises(SvcflowError):
        generate(workspace, **{"process": "complaint", "cases": 5, "start": START, "weeks": 2} | given)
