"""`svcflow staffing` on a sample log: text in both languages, JSON, mistakes said in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svcflow.cli.main import main

ROOT = Path(__file__).parents[2]
LOG, WORKSPACE = str(ROOT / "logs" / "complaints.csv"), str(ROOT / "workflows")


def test_a_plan_in_two_languages_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plan.json"
    asked = ["staffing", LOG, "-w", WORKSPACE, "--wait", "4h", "--patience", "1h", "--lang", "both"]
    assert main([*asked, "--json", str(file), "-q"]) == 0
    told = capsys.readouterr().out
    assert "heads needed / present for mean wait at most 4.0 h" in told
    assert "预计每周" in told
    assert "Whether they do other work or are too many, it does not tell" in told
    document = json.loads(file.read_text(encoding="utf-8"))
    hotline = document["teams"][0]
    assert hotline["team"] == "Hotline"
    assert hotline["roster"] == {"heads": 15, "calendar": "service_hours"}
    assert hotline["spare"] == {"en": [], "zh": []}  # of people who do other work nobody knows how many are too many
    outside = next(team for team in document["teams"] if team["team"] == "Departments")
    assert "outside the organisation" in outside["unknown"]["en"]
    assert all(hour["needed"] is None for hour in outside["hours"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "80"], "no service level"),
        (["--target", "80/20s", "--wait", "1h"], "two things"),
        (["--patience", "soon"], "no time"),
        (["--team", "Hotlin"], "did you mean 'Hotline'"),
    ],
)
def test_mistakes_are_said_in_one_line(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staffing", LOG, *options]) == 2
    assert said in capsys.readouterr().err
