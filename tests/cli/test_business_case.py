"""`svcflow business-case` on a sample log: text in both languages, JSON, mistakes said in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svcflow.cli.main import main

ROOT = Path(__file__).parents[2]
LOG, WORKSPACE = str(ROOT / "logs" / "inquiries.csv"), str(ROOT / "workflows")


def test_cases_in_two_languages_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.json"
    asked = ["business-case", LOG, "-w", WORKSPACE, "--one-off", "20000", "--lang", "both", "--json", str(file), "-q"]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "still to be said: what an hour of a case's time is worth (--delay-cost)" in told
    assert "尚需提供：" in told
    cases = json.loads(file.read_text(encoding="utf-8"))
    assert [look["scenario"] for look in cases[0]["outlooks"]][::2] == ["cautious", "hopeful"]
    assert cases[0]["one_off"] == 20000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--one-off", "nan"], "no number"),
        (["--one-off", "inf"], "no number"),
        (["--delay-cost", "1e308"], "no number"),
        (["--discount", "nan"], "no number"),
        (["--paid-hours", "0"], "range"),
        (["--months", "0"], "range"),
    ],
)
def test_mistakes_are_said_in_one_line(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["business-case", LOG, *options]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") <= 2
