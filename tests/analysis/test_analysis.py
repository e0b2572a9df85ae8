"""One value from log to report: its document is complete, the same every time, and names nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import svcflow
from svcflow import samples
from svcflow.analysis import Analysis, analyze
from svcflow.cli.main import main
from svcflow.eventlog.log import Log
from svcflow.staffing import Plan, plan

SCHEMA = json.loads((Path(svcflow.__file__).parent / "analysis/schemas/analysis.json").read_text(encoding="utf-8"))
ROWS = """case,activity,time,resource,team
1,open,2026-03-02T08:00:00+00:00,Amy Lee,front
1,check,2026-03-02T10:00:00+00:00,Bob Ray,back
1,close,2026-03-02T11:00:00+00:00,Amy Lee,front
2,open,2026-03-03T08:00:00+00:00,Amy Lee,front
2,close,2026-03-03T09:00:00+00:00,,
"""


def write(folder: Path, text: str = ROWS) -> Path:
    path = folder / "tickets.csv"
    path.write_text(text, encoding="utf-8")
    return path


@cache
def analyze_sample() -> Analysis:
    log = svcflow.read_log(samples.logs() / "complaints.csv")
    return analyze(log, svcflow.load(samples.workflows()))


def test_the_document_of_a_sample_fits_its_schema() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(analyze_sample().to_json())


@pytest.mark.parametrize("rows", [2, 3, 6], ids=["one event", "one case of two", "two cases"])
def test_the_document_of_a_tiny_log_fits_its_schema(tmp_path: Path, rows: int) -> None:
    path = write(tmp_path, "\n".join(ROWS.splitlines()[:rows]) + "\n")
    document = analyze(svcflow.read_log(path)).to_json()
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["findings"] == []
    assert document["recommendations"] == []


def test_the_same_input_gives_the_same_bytes() -> None:
    log = svcflow.read_log(samples.logs() / "complaints.csv")
    again = analyze(log, svcflow.load(samples.workflows()))
    assert json.dumps(again.to_json()) == json.dumps(analyze_sample().to_json())


def test_no_path_of_this_machine_is_in_the_document() -> None:
    document = analyze_sample().to_json()
    assert {row["file"] for row in document["deviations"]} == {"complaint.svcflow.yaml"}
    assert str(samples.workflows().parent) not in json.dumps(document)


def test_nobody_is_named_unless_asked_for(tmp_path: Path) -> None:
    analysis = analyze(svcflow.read_log(write(tmp_path)))
    hidden, shown = json.dumps(analysis.to_json()), json.dumps(analysis.to_json(show_people=True))
    assert "Amy" not in hidden
    assert "Bob" not in hidden
    assert "Amy Lee" in shown


def test_parts_add_up() -> None:
    document = analyze_sample().to_json()
    cases = document["log"]["cases"]
    assert sum(row["cases"] for row in document["variants"]) == cases
    assert sum(row["total_s"] for row in document["directly_follows"]) == pytest.approx(document["total_wait_s"])
    counted = cases - document["cycle_time"]["open_left_out"]
    assert sum(document["histogram"]["counts"]) + document["histogram"]["beyond"] == counted
    assert sum(run["cases"] for run in document["runs"].values()) == cases


def test_examples_are_told_line_by_line() -> None:
    analysis = analyze_sample()
    document = analysis.to_json()
    for finding in document["findings"]:
        for example in finding["examples"]:
            number = analysis.log.case_ids.index(example)
            low, high = analysis.log.offsets[number : number + 2]
            told = document["told"][example]
            assert [line["activity"] for line in told][: high - low] == [
                analysis.log.activities[code] for code in analysis.log.activity[low:high]
            ][: len(told)]
            assert told[0]["waiting_s"] is None


def test_the_value_stream_runs_in_the_order_of_the_work() -> None:
    stages = [stage["activity"] for stage in analyze_sample().to_json()["value_stream"]]
    order = ["Investigation", "Quality review", "Solution carried out", "Call-back made", "Case closed"]
    assert [stage for stage in stages if stage in order] == order


def test_a_skipped_step_shows_as_a_pair_the_definition_does_not_have() -> None:
    departures = analyze_sample().to_json()["model"]["departures"]
    assert {"from": "resolve", "to": "close", "kind": "not in definition"}.items() <= departures[0].items()


def test_json_on_stdout_is_nothing_but_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(write(tmp_path)), "--no-model", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["log"]["cases"] == 2
    assert document["log"]["source"] == "tickets.csv"


def test_the_report_and_the_json_are_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, data = tmp_path / "r.html", tmp_path / "r.json"
    call = ["analyze", str(write(tmp_path)), "--no-model", "-o", str(report), "--json", str(data)]
    assert main(call) == 0
    assert report.read_text(encoding="utf-8").startswith("<!")
    assert json.loads(data.read_text(encoding="utf-8"))["svcflow"] == svcflow.__version__
    assert "wrote" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.html", "r.json", "tickets.csv"]


@pytest.mark.parametrize("output", ["missing/report.html", "."])
def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    assert main(["analyze", str(write(tmp_path)), "-o", str(tmp_path / output)]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert [p.name for p in tmp_path.iterdir()] == ["tickets.csv"]


def test_an_unknown_calendar_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    log, workflows = str(samples.logs() / "callbacks.csv"), str(samples.workflows())
    assert main(["analyze", log, "-w", workflows, "--calendar", "ofice"]) == 2
    assert "service_hours" in capsys.readouterr().err


def test_teams_have_their_chinese_names_but_where_small_groups_are_withheld() -> None:
    assert analyze_sample().to_json()["team_names"]["Hotline"] == {"en": "Hotline", "zh": "热线组"}
    assert replace(analyze_sample(), min_group=5).to_json()["team_names"] == {}


@pytest.mark.parametrize("name", ["inquiries", "escalations"])
def test_the_document_fits_its_schema_where_resolving_is_closing(name: str) -> None:
    document = analyze(svcflow.read_log(samples.logs() / f"{name}.csv"), discover=False, advise=False).to_json()
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["resolve_time"]["as_cycle_time"]


def test_people_are_planned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def count(log: Log, *given: Any, **options: Any) -> Plan:
        made.append(log.cases)
        return plan(log, *given, **options)

    monkeypatch.setattr("svcflow.weighing.staffed.plan", count)
    log = svcflow.read_log(samples.logs() / "callbacks.csv")
    document = analyze(log, svcflow.load(samples.workflows()), discover=False, advise=False).to_json()
    assert made == [log.cases]
    assert document["staffing"]["teams"]
