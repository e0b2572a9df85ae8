"""The demo does the main job on the sample logs and finds every problem that was planted in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from svcflow import samples
from svcflow.cli._verdicts import compare
from svcflow.cli.main import group, main

HOUR = 3600


class Demo(NamedTuple):
    folder: Path
    out: str
    err: str
    document: dict[str, Any]
    truth: dict[str, Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "here"
    ran = CliRunner().invoke(group, ["demo", str(folder)], catch_exceptions=False)
    assert ran.exit_code == 0
    document = json.loads((folder / "analysis.json").read_text("utf-8"))
    truth = json.loads((samples.logs() / "complaints.truth.json").read_text("utf-8"))
    return Demo(folder, ran.stdout, ran.stderr, document, truth)


def plant(demo: Demo, kind: str) -> dict[str, Any]:
    (found,) = (p for p in demo.truth["plants"] if p["kind"] == kind)
    return dict(found)


def finding(demo: Demo, detector: str, *names: str) -> dict[str, Any]:
    (found,) = (
        f for f in demo.document["findings"] if f["detector"] == detector and f["subject"]["names"] == list(names)
    )
    return dict(found)


def test_every_planted_problem_is_found_and_said_so(demo: Demo) -> None:
    verdicts = compare(demo.truth, demo.document)
    assert len(verdicts) == 5
    assert all(verdict.found for verdict in verdicts)
    assert demo.out.count("found ") == 5
    assert "MISSED" not in demo.out


def test_the_slow_handoff_costs_what_was_planted(demo: Demo) -> None:
    truth, found = plant(demo, "slow-handoff"), finding(demo, "handover-delay", "Hotline", "Second line")
    assert not found["timer"]
    assert 0.4 < found["cost_s"] / truth["added_business_s"] < 1.6
    assert found in demo.document["findings"][:3]


def test_the_ping_pong_pair_is_found_with_its_cases(demo: Demo) -> None:
    truth, found = plant(demo, "ping-pong"), finding(demo, "sustained-ping-pong", "Digital desk", "Second line")
    assert found["cases"] >= 0.9 * truth["cases"]
    assert found["cost_s"] > 0.4 * truth["added_business_s"]


def test_the_rework_loop_is_found_at_its_steps(demo: Demo) -> None:
    truth = plant(demo, "rework-loop")
    loops = [f for f in demo.document["findings"] if f["detector"] == "rework"]
    found = next(f for f in loops if "Quality review" in f["subject"]["names"])
    assert "Solution proposed" in found["subject"]["names"]
    assert found["cases"] >= truth["cases"]


def test_the_missed_call_backs_are_deviations(demo: Demo) -> None:
    truth = plant(demo, "missed-callback")
    (row,) = (r for r in demo.document["deviations"] if (r["name"], r["step"]) == ("skipped", "callback"))
    assert 0.9 * truth["cases"] <= row["cases"] <= truth["cases"]
    assert {*row["examples"]} <= {*truth["case_ids"]}
    assert [r["step"] for r in demo.document["deviations"] if r["name"] == "skipped"] == ["callback"]


def test_the_timer_is_a_timer_and_never_first(demo: Demo) -> None:
    findings = demo.document["findings"]
    timers = [f for f in findings if f["timer"]]
    assert {f["subject"]["names"][-1] for f in timers} == {"Case closed"}
    assert not findings[0]["timer"]
    assert sum(f["cases"] for f in timers) >= 0.9 * plant(demo, "auto-close")["cases"]


def test_the_unplanted_pairs_of_the_same_teams_cost_less(demo: Demo) -> None:
    """The digital desk hands over to the same second line, but nothing is planted there."""
    slow = finding(demo, "handover-delay", "Hotline", "Second line")
    rest = [f for f in demo.document["findings"] if f["detector"] == "handover-delay" and f["id"] != slow["id"]]
    assert all(f["cost_s"] < 0.5 * slow["cost_s"] for f in rest)


def test_the_demo_says_where_to_look_and_writes_it(demo: Demo) -> None:
    assert str(demo.folder / "report.html") in demo.out
    page = (demo.folder / "report.html").read_text("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html")
    assert "Second line" in page
    patches = [*(demo.folder / "patches").glob("*.patch")]
    assert len(patches) == sum(r["patch"] is not None for r in demo.document["recommendations"]) > 0
    assert "took" in demo.err
    assert "took" not in demo.out


def test_definitions_scenarios_and_the_other_logs_are_told(demo: Demo) -> None:
    lines = {line.split()[0]: line for line in demo.out.splitlines() if line and not line.startswith(" ")}
    assert "5 processes, no problems" in lines["definitions"]
    told = lines["scenarios"].split()
    assert told[1] == told[3]
    for name, process in (("callbacks", "callback"), ("intake", "intake"), ("escalations", "escalation")):
        assert f"cases of {process}," in lines[f"{name}.csv"]


def test_a_demo_without_the_timer_rule_would_be_noticed(demo: Demo) -> None:
    """Without the mark of a timer, or with a timer in front, the verdict is `MISSED`."""
    for change in ("unmarked", "in front"):
        findings = [dict(f) for f in demo.document["findings"]]
        if change == "unmarked":
            findings = [f | {"timer": False} for f in findings]
        else:
            findings.sort(key=lambda f: not f["timer"])
        verdicts = compare(demo.truth, {**demo.document, "findings": findings})
        assert [v.kind for v in verdicts if not v.found] == ["auto-close"]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["demo", str(tmp_path / "file" / "demo")]) == 2
    assert "cannot make the folder" in capsys.readouterr().err
