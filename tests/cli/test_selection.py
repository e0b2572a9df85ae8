"""Which problems `svcflow validate` tells: presets, selection, settings, baseline; what it does when a rule crashes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.definitions import load
from svcflow.definitions.rules import lone_branch
from svcflow.errors import DefinitionError

ORGANISATION = """\
svcflow: 1
organisation: Desk
timezone: UTC
calendars: {office: {mon-fri: "09:00-17:00"}}
roles: {agent: {}, lead: {}}
teams: {desk: {lead: lead, members: {agent: 3}}}
"""
PROCESS = """\
svcflow: 1
process: request
owner: lead
calendar: office
steps:
  register: {owner: agent, within: 1h, labels: [A]}
  work:     {owner: agent, labels: [B]}
  close:    {name: Close, owner: lead, within: 1h, labels: [C]}
flow:
  - register
  - parallel: [work]
  - close
slas:
  answer: {from: register, to: close, target: 30m, escalate: {80%: lead}}
"""
ALL = {"SVC310", "SVC502", "SVC508", "SVC701", "SVC902"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "org.svcflow.yaml").write_text(ORGANISATION, encoding="utf-8")
    (tmp_path / "w" / "request.svcflow.yaml").write_text(PROCESS, encoding="utf-8")
    return tmp_path


def codes(capsys: pytest.CaptureFixture[str], *options: str) -> set[str]:
    assert main(["validate", "w", "--format", "json", "--exit-zero", *options]) == 0
    return {problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ALL - {"SVC902"}),
        (("--preset", "recommended"), ALL - {"SVC902"}),
        (("--preset", "core"), {"SVC502"}),
        (("--preset", "strict"), ALL),
        (("--select", "SVC5"), {"SVC502", "SVC508"}),
        (("--select", "SVC5,no-target", "--select", "SVC902"), {"SVC502", "SVC508", "SVC701", "SVC902"}),
        (("--select", "SVC5", "--preset", "core"), {"SVC502"}),
        (("--ignore", "SVC5,lone-branch"), {"SVC701"}),
        (("--select", "SVC5", "--ignore", "no-objective"), {"SVC502"}),
        (("--select", "SVC707"), {"SVC707"}),
        (("--select", "no-callback"), {"SVC707"}),
        (("--select", "SVC7"), {"SVC701"}),
    ],
)
def test_options_choose(
    folder: Path, options: tuple[str, ...], expected: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert codes(capsys, *options) == expected


@pytest.mark.parametrize(
    ("table", "options", "expected"),
    [
        ('preset = "strict"', (), ALL),
        ('preset = "core"', (), {"SVC502"}),
        ('preset = "core"', ("--preset", "strict"), ALL),
        ('ignore = ["SVC5", "lone-branch"]', (), {"SVC701"}),
        ('ignore = ["SVC5"]', ("--ignore", "lone-branch"), {"SVC701"}),
        ('select = ["SVC5"]', (), {"SVC502", "SVC508"}),
        ('select = ["SVC5"]', ("--select", "SVC7"), {"SVC701"}),
        ('select = ["SVC", "SVC707"]\npreset = "strict"', (), ALL | {"SVC707"}),
    ],
)
def test_settings_of_the_project_choose(
    folder: Path, table: str, options: tuple[str, ...], expected: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.svcflow]\n{table}\n", encoding="utf-8")
    (folder / "w" / "pyproject.toml").write_text("[tool.other]\nx = 1\n", encoding="utf-8")  # looked past
    assert codes(capsys, *options) == expected


def test_what_settings_ignore_is_no_obstacle_elsewhere(folder: Path) -> None:
    with pytest.raises(DefinitionError, match="may take"):
        load(folder / "w")
    (folder / "pyproject.toml").write_text('[tool.svcflow]\nignore = ["sla-too-tight"]\n', encoding="utf-8")
    assert set(load(folder / "w").processes) == {"request"}


def test_settings_cannot_ignore_what_has_no_meaning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pyproject.toml").write_text('[tool.svcflow]\nignore = ["SVC1"]\n', encoding="utf-8")
    file = folder / "w" / "request.svcflow.yaml"
    file.write_text(PROCESS.replace("within: 1h, labels: [A]", "withn: 1h, labels: [A]"), encoding="utf-8")
    with pytest.raises(DefinitionError):
        load(folder / "w")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('selct = ["SVC5"]', "did you mean 'select'?"),
        ('select = "SVC5"', "'select' is not a list of texts"),
        ('ignore = ["SVC999"]', "there is no rule 'SVC999'"),
        ('preset = "strct"', "did you mean 'strict'?"),
        ("preset = ", "cannot read"),
    ],
)
def test_settings_that_cannot_be_used_are_said(
    folder: Path, table: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.svcflow]\n{table}\n", encoding="utf-8")
    assert main(["validate", "w"]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "pyproject.toml" in captured.err
    assert captured.out == ""


def test_a_baseline_hides_what_is_known_and_tells_what_is_new(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "w", "--write-baseline", "known.json"]) == 0
    first = (folder / "known.json").read_text(encoding="utf-8")
    assert len(json.loads(first)["problems"]) == 4
    assert main(["validate", "w", "--baseline", "known.json", "--fail-on", "info"]) == 0
    file = folder / "w" / "request.svcflow.yaml"
    # Lines above do not matter; a second mistake of the same kind is new; one that was mended is said to be gone.
    text = PROCESS.replace("svcflow: 1\n", "# a line\nsvcflow: 1\n").replace("target: 30m", "target: 3h")
    file.write_text(text.replace("  - close", "  - parallel: [close]"), encoding="utf-8")
    capsys.readouterr()
    assert main(["validate", "w", "--baseline", "known.json", "--fail-on", "warning"]) == 1
    captured = capsys.readouterr()
    assert "SVC310" in captured.out
    assert captured.out.count("warning[") == 1
    assert "3 known problems of the baseline not shown; 1 of it no longer occurs" in captured.err
    file.write_text(PROCESS, encoding="utf-8")
    assert main(["validate", str(folder / "w"), "--write-baseline", "again.json"]) == 0
    assert (folder / "again.json").read_text(encoding="utf-8") == first


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), ("{", "is no baseline"), ("[]", "is no baseline"),
     ('{"version": 2, "problems": []}', "of version 2"), ('{"version": 1, "problems": [1]}', "is no baseline")],
)  # fmt: skip
def test_what_is_no_baseline_exits_2(
    folder: Path, content: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (folder / "known.json").write_text(content, encoding="utf-8")
    assert main(["validate", "w", "--baseline", "known.json"]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_a_rule_that_crashes_is_a_bug_and_no_finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(lone_branch, "check", crash)
    for options in ((), ("--exit-zero",), ("--ignore", "SVC310"), ("--select", "SVC5")):
        assert main(["validate", "w", *options]) == 3
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "this is a bug in svcflow" in captured.err


def test_explain_prints_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "SVC502"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("SVC502 sla-too-tight (error)\n")
    assert "longest straight path" in " ".join(page.split())
    assert main(["explain"]) == 0
    listed = capsys.readouterr().out
    numbers = [*range(201, 211), *range(301, 313), *range(401, 408), *range(501, 510), *range(601, 609)]
    for number in (*numbers, *range(701, 708), 901, 902, 903):
        assert f"SVC{number} " in listed
