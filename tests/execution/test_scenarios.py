"""Scenarios: those of the language's own documentation come out as it says, and failures are told exactly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from svcflow.definitions import check, load
from svcflow.definitions.model import Workspace
from svcflow.execution.scenarios import Verdict, run_scenarios
from svcflow.findings import Position

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
    came, missing = (problem for verdict in verdicts for problem in verdict.problems)
    assert missing.message == "withdrawn: expected 'skipped assess', which did not come"
    assert came.message.startswith("withdrawn: 'after_end investigate' came, which is not expected (event line ")
    line = int(came.message.rpartition(" ")[2].rstrip(")"))
    text = (tmp_path / "w" / "complaint.scenarios.yaml").read_text(encoding="utf-8").splitlines()
    assert "investigate agent:amy" in text[line - 1]
    assert came.position.line == line
    assert spelled(text, missing.position) == "skipped assess"
    assert spelled(text, came.related[0][1]) == "deviations"


def spelled(lines: list[str], at: Position) -> str:
    return lines[at.line - 1][at.column - 1 : at.end_column - 1]


def test_another_deviation_of_the_same_step_is_one_problem(tmp_path: Path) -> None:
    (problem,) = (p for v in changed(tmp_path, "[after_end investigate]", "[late investigate]") for p in v.problems)
    text = (tmp_path / "w" / "complaint.scenarios.yaml").read_text(encoding="utf-8").splitlines()
    assert problem.message == (
        f"withdrawn: expected 'late investigate', got 'after_end investigate' (event line {problem.position.line})"
    )
    assert "investigate agent:amy" in text[problem.position.line - 1]
    assert spelled(text, problem.related[0][1]) == "late investigate"


def test_deviations_are_compared_as_a_multiset(tmp_path: Path) -> None:
    verdicts = changed(tmp_path, "[after_end investigate]", "[after_end investigate, after_end investigate]")
    assert messages(verdicts) == [("SVC801", "withdrawn: expected 'after_end investigate', which did not come")]


def test_what_is_not_judged_cannot_be_expected(tmp_path: Path) -> None:
    verdicts = changed(tmp_path, "[after_end investigate]", "[after_end investigate, skiped callback]")
    (problem,) = messages(verdicts)
    assert problem == ("SVC802", "withdrawn: 'skiped' is not judged by this release; did you mean 'skipped'?")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{resolution: cancelled}",
            "{solution: cancelled}",
            "SLA 'solution' does not exist; did you mean 'resolution'?",
        ),
        ("{outcome: withdrawn", "{outcome: withdrwn", "outcome 'withdrwn' does not exist; did you mean 'withdrawn'?"),
        ("[after_end investigate]", "[after_end investigat]", "no step, SLA or rule 'investigat'; did you mean"),
        ("given: {claim: 900", "given: {clam: 900", "the process has no case field 'clam'; did you mean 'claim'?"),
        ("verdict=rework", "verdict=reworked", "'reworked' is not a value of verdict (accepted, rework); did you"),
        ("satisfied=true", "satisfied=yes", "'yes' is not a value of satisfied (true, false)"),
        (
            "{category: complaint, channel: phone",
            "{category: complaint, channel: fax",
            "'fax' is not a value of channel",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_found_by_validate(tmp_path: Path, old: str, new: str, said: str) -> None:
    shutil.copytree(DOCUMENTED, tmp_path / "w")
    path = tmp_path / "w" / "complaint.scenarios.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems, workspace = check(tmp_path / "w")
    assert workspace is None
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [problem.code for problem in errors] == ["SVC802"]
    assert said in errors[0].message


def test_the_definition_is_what_is_tested(tmp_path: Path) -> None:
    verdicts = changed(tmp_path, "claim > 500", "claim > 1000", "complaint.svcflow.yaml")
    failed = {v.scenario.id for v in verdicts if v.problems}
    assert failed == {"large_claim_without_leave"}, "its approval is no longer due"
