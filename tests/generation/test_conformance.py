"""What is played from a definition has no deviation from it, but for lateness; what is planted has its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.eventlog import read_log
from svcflow.execution import Runs, execute

WORKFLOWS = Path(__file__).parents[2] / "workflows"
PROCESSES = ("callback", "complaint", "escalation", "inquiry", "intake")


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(WORKFLOWS)


def run(workspace: Workspace, folder: Path, *arguments: str) -> Runs:
    log = folder / "log.csv"
    assert main(["generate", str(WORKFLOWS), "-q", "-o", str(log), *arguments]) == 0
    return execute(workspace, read_log(log, log.with_suffix(".mapping.yaml")))


@pytest.mark.parametrize("words", ["en", "zh"])
@pytest.mark.parametrize("process", PROCESSES)
def test_a_clean_log_only_is_late(workspace: Workspace, tmp_path: Path, process: str, words: str) -> None:
    for seed in ("1", "2"):
        runs = run(workspace, tmp_path, "--process", process, "--cases", "200", "--seed", seed, "--words", words)
        assert runs.unclaimed == 0
        assert runs[process].conforming == 200
        # Nobody escalates in a played case: where the first reply is late enough, the ladder was not climbed.
        assert {*runs[process].counts()} <= {"D401", "D402", "D403"}


def test_a_step_is_late_now_and_then(workspace: Workspace, tmp_path: Path) -> None:
    runs = run(workspace, tmp_path, "--process", "complaint", "--cases", "300")
    late = runs["complaint"].counts()["D401"]
    assert 0.01 < late / 3000 < 0.1


def test_a_missed_call_back_is_a_skipped_step_and_nothing_else(workspace: Workspace, tmp_path: Path) -> None:
    plants = tmp_path / "plants.yaml"
    plants.write_text("svcflow: 1\nplants: [{kind: missed-callback, step: callback, share: 0.4}]\n", "utf-8")
    runs = run(workspace, tmp_path, "--process", "complaint", "--cases", "200", "--plant", str(plants))
    skipped = [row for row in runs.deviations_table() if row["name"] == "skipped"]
    assert [row["step"] for row in skipped] == ["callback"]
    assert skipped[0]["cases"] > 20
    # A call-back that was promised is owed as well, once its time is over.
    assert {*runs["complaint"].counts()} <= {"D101", "D203", "D401", "D402", "D403", "D501"}
    owed = next(row for row in runs.deviations_table() if row["name"] == "owed")
    assert owed["step"] == "callback"
    assert 0 < owed["cases"] <= skipped[0]["cases"]


INLINED = """\
svcflow: 1
process: everything
name: Everything
owner: lead
calendar: always
case: {size: number, kind: [a, b, c], done: boolean}
steps:
  one: {name: One, owner: worker, within: 1h, labels: [One]}
  two: {name: Two, owner: worker, within: 1h}
  three: {name: Three, owner: worker, within: 1h}
  again: {name: Again, owner: worker, within: 1h}
  four: {name: Four, owner: lead, within: 1h, labels: [{label: Changed, when: "state == 'four'"}]}
  five: {name: Five, owner: lead, within: 1h, labels: [{label: Changed, when: "state == 'five'"}]}
flow:
  - one
  - any: [two, three]
  - repeat: {do: four, redo: again, max: 3}
  - may: five
  - choose:
      - {when: kind == b and size > 10, do: {run: inner}}
      - {else: {end: plain}}
  - end: inlined
"""
INNER = """\
svcflow: 1
process: inner
name: Inner
owner: lead
applies_to: "false"
calendar: always
case: {good: boolean}
steps:
  start: {name: Start, owner: worker, within: 1h}
  finish: {name: Finish, owner: worker, within: 1h}
flow:
  - start
  - repeat: {do: finish, while: not good, max: 2}
  - end: over
"""
ORGANISATION = """\
svcflow: 1
organisation: House
timezone: Europe/Amsterdam
calendars: {always: {mon-sun: "00:00-24:00"}}
roles: {worker: {}, lead: {}}
teams: {all: {lead: lead, members: {worker: 3}}}
"""


def test_every_kind_of_flow_item_is_played_as_it_is_executed(tmp_path: Path) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    everything = INLINED.replace("case: {", "case: {state: string, ")
    inner = INNER.replace('applies_to: "false"\n', "")
    for name, text in (("everything", everything), ("inner", inner), ("org", ORGANISATION)):
        (folder / f"{name}.svcflow.yaml").write_text(text, "utf-8")
    log = tmp_path / "log.csv"
    arguments = ["--process", "everything", "--cases", "300", "--start", date(2026, 3, 2).isoformat(), "-o", str(log)]
    assert main(["generate", str(folder), "-q", *arguments]) == 0
    runs = execute(load(folder), read_log(log, log.with_suffix(".mapping.yaml")), process="everything")
    assert {*runs["everything"].counts()} <= {"D401"}
    text = log.read_text("utf-8")
    assert all(f",{step}," in text for step in ("two", "three", "again", "Changed", "start", "finish"))
