"""The sample logs are what their README says they are: the same command gives the same bytes."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from svcflow import samples
from svcflow.cli.main import main

ROOT = Path(__file__).parents[2]
COMMANDS = re.findall(r"^svcflow (generate .+)$", (ROOT / "logs" / "README.md").read_text("utf-8"), re.MULTILINE)
SAMPLES = ("callbacks", "complaints", "escalations", "inquiries", "intake")
LARGEST = 6_000_000


def test_the_readme_tells_how_every_sample_was_made() -> None:
    made = sorted(Path(shlex.split(command)[-1]).stem for command in COMMANDS)
    assert tuple(made) == SAMPLES == tuple(sorted(path.stem for path in samples.logs().glob("*.csv")))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: Path(shlex.split(c)[-1]).stem)
def test_the_command_gives_the_same_bytes(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    *arguments, target = shlex.split(command)
    again = tmp_path / Path(target).name
    assert main([*arguments, str(again), "-q"]) == 0
    for name in (again.name, f"{again.stem}.mapping.yaml", f"{again.stem}.truth.json"):
        assert (tmp_path / name).read_bytes() == (ROOT / "logs" / name).read_bytes(), name


def test_the_samples_are_small_enough_for_the_repository() -> None:
    assert sum(path.stat().st_size for path in samples.logs().iterdir()) < LARGEST


def test_all_five_problems_are_in_the_complaints() -> None:
    truth = json.loads((samples.logs() / "complaints.truth.json").read_text("utf-8"))
    assert {plant["kind"]: plant["cases"] > 100 for plant in truth["plants"]} == dict.fromkeys(
        ("slow-handoff", "ping-pong", "rework-loop", "missed-callback", "auto-close"), True
    )


def test_samples_of_an_installed_wheel_are_found_beside_the_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "org.svcflow.yaml").write_text("svcflow: 1\n")
    monkeypatch.setattr(samples, "_HERE", tmp_path)
    assert samples.workflows() == tmp_path / "workflows"
    assert samples.logs() == ROOT / "logs"
