"""`svcflow analyze --history`, `svcflow gate` and `svcflow check-effect` together, on generated logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svcflow.cli.main import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with half a year of inquiries whose second half, from 2026-03-30 on, has a slow step less."""
    folder = tmp_path_factory.mktemp("logs")
    plants = folder / "slow.yaml"
    plants.write_text(
        "svcflow: 1\nplants:\n  - {kind: slow-step, step: answer, hours: 6, share: 0.7}\n", encoding="utf-8"
    )
    base = ["generate", str(ROOT / "workflows"), "--process", "inquiry", "--cases", "240", "--weeks", "12", "-q"]
    assert main([*base, "--seed", "1", "--start", "2026-01-05", "--plant", str(plants), "-o", f"{folder}/a.csv"]) == 0
    assert main([*base, "--seed", "2", "--start", "2026-03-30", "-o", f"{folder}/b.csv"]) == 0
    return folder


def test_the_circle_closes(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work, history = str(ROOT / "workflows"), str(logs / "runs.jsonl")
    estimate = str(logs / "estimate.json")
    asked = ["analyze", f"{logs}/a.csv", "-w", work, "--no-model", "--json", estimate, "--history", history]
    assert main(asked) == 0
    assert main(["gate", f"{logs}/b.csv", "-w", work, "--history", history, "--append", "-q", "--exit-zero"]) == 0
    assert len(Path(history).read_text(encoding="utf-8").splitlines()) == 2
    capsys.readouterr()
    given = ["gate", estimate, "-w", work, "--history", history, "--format", "json", "-q"]
    assert main(given) == 1  # the old log is worse than the new one
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert any(p["code"] == "GATE2" and "beyond chance" in p["message"] for p in problems)
    page = logs / "page.html"
    checked = ["check-effect", estimate, f"{logs}/b.csv", "--adopted", "2026-03-30", "-o", str(page), "--json", "-"]
    assert main([*checked, "-q"]) == 0
    (check,) = json.loads(capsys.readouterr().out)["checks"]
    assert check["decision"] == "kept"
    assert check["observed"]["high"] < 0
    assert "Week by week" in page.read_text(encoding="utf-8")


def test_a_gate_that_could_compare_nothing_does_not_pass(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = str(logs / "bare.json")
    assert main(["analyze", f"{logs}/a.csv", "--no-model", "--json", bare, "-q"]) == 0
    assert main(["gate", bare, "-w", str(ROOT / "workflows"), "-q"]) == 2
    assert "without definitions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check-effect", "{a}", "{a}", "--adopted", "soon"], "no day"),
        (["check-effect", "{a}", "{a}", "--adopted", "2026-03-30"], "not JSON"),
        (["check-effect", "{a}", "{a}", "--adopted", "2026-03-30", "-o", "x.pdf"], "written as a page"),
        (["gate", "{a}", "--append"], "--append without --history"),
        (["gate", "{a}", "--budget", "x"], "no budget"),
    ],
)
def test_mistakes_are_said_in_one_line(
    arguments: list[str], said: str, logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.replace("{a}", f"{logs}/a.csv") for argument in arguments]) == 2
    assert said in capsys.readouterr().err
