"""Scenarios: those of the language's own documentation come out as it says, and failures are told exactly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.execution.scenarios import Verdict, run_scenarios

DOCUMENTED = Path(__file__).parent / "documented"
WORKFLOWS = Path(__file__).parents[2] / "workflows"


@pytest.mark.parametrize("folder", [DOCUMENTED, WORKFLOWS], ids=["documented", "workflows"])
def test_every_scenario_comes_out_as_expected(folder: Path) -> None:
    verdicts = list(run_scenarios(load(folder)))
    assert len(verdicts) >= 5
    assert {v.scenario.id: [p.message for p in v.problems] for v in verdicts if v.problems} == {}


def changed(tmp_path: Path, old: str, new: str, file: str = "complaint.scenarios.yaml") -> list[Verdict]:
    """Return the verdicts on the documented scenarios after one edit."""
    shutil.copytree(DOCUMENTED, tmp_path / "w")
    path = tmp_path / "w" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    workspace: Workspace = load(tmp_path / "w")
    return list(run_scenarios(workspace))


def messages(verdicts: list[Verdict]) -> list[tuple[str, str]]:
    return [(p.code, p.message) for v in verdicts for p in v.problems]


def test_a_wrong_outcome_is_told(tmp_path: Path) -> None:
    got = messages(changed(tmp_path, "{outcome: withdrawn", "{outcome: resolved"))
    assert got == [("SVC801", "withdrawn: expected outcome 'resolved', got 'withdrawn'")]


def test_a_wrong_clock_is_told(tmp_path: Path) -> None:
    got = messages(changed(tmp_path, "{resolution: cancelled}", "{resolution: met}"))
    assert got == [("SVC801", "withdrawn: expected resolution: met, got cancelled")]


def test_a_deviation_that_does_not_come_and_one_that_nobody_expects(tmp_path: Path) -> None:
    verdicts = changed(tmp_path, "deviations: [after_end investigate]", "deviations: [skipped assess]")
    (first, second) = messages(verdicts)
    assert first == ("SVC801", "withdrawn: expected 'skipped assess', which did not come")
    assert second[1].startswith("withdrawn: 'after_end investigate' came, which is not expected (event line ")
    line = int(second[1].rpartition(" ")[2].rstrip(")"))
    text = (tmp_path / "w" / "complaint.scenarios.yaml").read_text(encoding="utf-8").splitlines()
    assert "investigate agent:amy" in text[line - 1]


def test_deviations_are_compared_as_a_multiset(tmp_path: Path) -> None:
    verdicts = changed(tmp_path, "[after_end investigate]", "[after_end investigate, after_end investigate]")
    assert messages(verdicts) == [("SVC801", "withdrawn: expected 'after_end investigate', which did not come")]


def test_what_is_not_judged_yet_cannot_be_expected(tmp_path: Path) -> None:
    verdicts = changed(tmp_path, "[after_end investigate]", "[after_end investigate, owed callback]")
    (problem,) = messages(verdicts)
    assert problem[0] == "SVC802"
    assert "'owed' is not judged by this release; judged are skipped, unexpected," in problem[1]


def test_an_unknown_clock_is_a_reference_that_leads_nowhere(tmp_path: Path) -> None:
    (problem,) = messages(changed(tmp_path, "{resolution: cancelled}", "{solution: cancelled}"))
    assert problem == ("SVC802", "withdrawn: there is no SLA 'solution'; the process has first_response, resolution")


def test_the_definition_is_what_is_tested(tmp_path: Path) -> None:
    verdicts = changed(tmp_path, "claim > 500", "claim > 1000", "complaint.svcflow.yaml")
    failed = {v.scenario.id for v in verdicts if v.problems}
    assert failed == {"large_claim_without_leave"}, "its approval is no longer due"
