"""Long work says how far it is, in words that a rate can be read from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from svcflow.cli._console import rate
from svcflow.definitions import load
from svcflow.detectors import detect
from svcflow.eventlog import read_log
from svcflow.execution import execute
from svcflow.generation import generate
from svcflow.mining import mine

ROOT = Path(__file__).parents[2]


def test_executing_detecting_and_playing_tell_how_far_they_are() -> None:
    told: list[str] = []
    workspace, log = load(ROOT / "workflows"), read_log(ROOT / "logs" / "callbacks.csv")
    runs = execute(workspace, log, progress=told.append)
    detect(log, mine(log), workspace, runs=runs, progress=told.append)
    generate(workspace, process="callback", cases=300, start=date(2026, 1, 5), progress=told.append)
    executed = [stage for stage in told if stage.startswith("executing callback: ")]
    assert executed[-1].endswith(f"{log.cases:,} of {log.cases:,} cases")
    detected = [stage for stage in told if stage.startswith("detecting weaknesses: ")]
    assert len(detected) > 20
    played = [stage for stage in told if stage.startswith("playing: ")]
    assert played == ["playing: 0 of 300 cases", "playing: 200 of 300 cases"]
    for stage in (executed[-1], detected[-1], played[-1]):
        assert "/s" in rate(stage, 2.0)
