"""Comments that silence: on their line or above it, with a reason, and never without use."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow.definitions import check

from . import workbench  # type: ignore[attr-defined]

FLOW = "flow:\n  - register\n{above}  - parallel: [work]{beside}\n  - review\n  - close\n"


def codes(folder: Path, above: str = "", beside: str = "") -> list[str]:
    return [p.code for p in check(workbench.write(folder, FLOW.format(above=above, beside=beside)))[0]]


def test_without_a_comment_the_problem_is_told(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["SVC310"]


@pytest.mark.parametrize("rule", ["SVC310", "lone-branch", "SVC999, lone-branch"])
def test_a_comment_silences_by_code_or_name(rule: str, tmp_path: Path) -> None:
    expected = ["SVC007"] if "," in rule else []
    assert codes(tmp_path / "a", beside=f"  # svcflow: ignore[{rule}] soon more") == expected
    assert codes(tmp_path / "b", above=f"  # svcflow: ignore[{rule}] soon more\n\n  # and why\n") == expected


def test_a_comment_elsewhere_silences_nothing(tmp_path: Path) -> None:
    above = "  # svcflow: ignore[SVC310] too far away\n  - {may: work}\n"
    flow = "flow:\n  - register\n" + above + "  - parallel: [review]\n  - close\n"
    problems, _ = check(workbench.write(tmp_path, flow))
    assert [(p.code, p.position.line) for p in problems] == [("SVC007", 13), ("SVC310", 15)]


def test_a_reason_is_asked_for(tmp_path: Path) -> None:
    assert codes(tmp_path, beside="  # svcflow: ignore[SVC310]") == ["SVC008"]


def test_a_misspelt_rule_is_corrected(tmp_path: Path) -> None:
    text = FLOW.format(above="", beside="  # svcflow: ignore[lone-brnch] soon more")
    problems, _ = check(workbench.write(tmp_path, text))
    assert [p.code for p in problems] == ["SVC310", "SVC007"]
    assert "did you mean 'lone-branch'?" in problems[1].message


def test_what_has_no_meaning_cannot_be_silenced(tmp_path: Path) -> None:
    text = "owner: leed  # svcflow: ignore[unknown-role] we know\n"
    problems, workspace = check(workbench.write(tmp_path, text))
    assert [p.code for p in problems] == ["SVC202", "SVC007"]
    assert "cannot be ignored" in problems[1].message
    assert workspace is None


def test_an_error_that_is_no_nonsense_can_be_silenced(tmp_path: Path) -> None:
    text = (
        "steps:\n"
        "  register: {name: Register, owner: agent, within: 1h, labels: [Opened]}\n"
        "  close: {name: Close, owner: agent, within: 1h, labels: [Closed]}\n"
        "  spare: {name: Spare, owner: agent, labels: [Spare]}  # svcflow: ignore[unreachable-step] comes in May\n"
        "flow: [register, close]\n"
    )
    problems, workspace = check(workbench.write(tmp_path, text))
    assert problems == []
    assert workspace is not None


def test_a_text_is_no_comment(tmp_path: Path) -> None:
    text = "name: 'about # svcflow: ignore[SVC310] this'\n"
    assert check(workbench.write(tmp_path, text))[0] == []
