"""`svcflow validate`, `explain` and `schema` as a user meets them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from svcflow.cli._formats.text import display_width
from svcflow.cli.main import main
from svcflow.definitions.schema import validator

ORGANISATION = """\
svcflow: 1
organisation: 客服中心
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
case: {valid: boolean}
steps:
  登记: {name: 登记, owner: agent, labels: [建单]}
  close: {name: 结案, owner: lead, labels: [Closed]}
flow:
  - 登记
  - close
slas:
  answer: {from: 登记, to: close, target: 8h, objective: 90%, escalate: {80%: lead}}
kpis:
  valid: {measure: share(valid), target: ">= 80%"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "org.svcflow.yaml").write_text(ORGANISATION, encoding="utf-8")
    (tmp_path / "w" / "request.svcflow.yaml").write_text(PROCESS, encoding="utf-8")
    return tmp_path / "w"


def spoil(folder: Path, old: str, new: str) -> None:
    file = folder / "request.svcflow.yaml"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def run(*arguments: str) -> int:
    return main(["validate", *arguments])


def test_clean_definitions_exit_0_and_say_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("w") == 0
    assert capsys.readouterr().out == "2 files, no problems\n"


def test_a_problem_is_shown_with_its_line_and_marks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "- close", "- clse")
    assert run("w") == 1
    assert capsys.readouterr().out == (
        "w/request.svcflow.yaml:11:5: error[SVC201] unknown step 'clse'; did you mean 'close'?\n"
        "   11 |   - clse\n"
        "      |     ^~~~\n"
        "\n"
        "1 error in 1 of 2 files\n"
    )


def test_marks_stand_under_chinese_characters(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "{name: 登记, owner: agent", "{name: 登记, ownr: agent")
    assert run("w") == 1
    _, source, marks, *_ = capsys.readouterr().out.splitlines()
    before = source.split("ownr")[0]
    assert marks.index("^") == display_width(before)
    assert marks.strip(" |") == "^~~~"


def test_marks_under_chinese_characters_are_wide(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "  - 登记", "  - 登记处")
    run("w")
    assert capsys.readouterr().out.splitlines()[2].strip(" |") == "^~~~~~"


def test_a_second_place_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "- close", "- close\n  - close")
    assert run("w") == 1
    out = capsys.readouterr().out
    assert "w/request.svcflow.yaml:12:5: error[SVC302]" in out
    assert "  w/request.svcflow.yaml:11:5: first place\n" in out


def test_the_line_of_a_yaml_error_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "labels: [Closed]}", "labels: [Closed}")
    assert run("w") == 1
    out = capsys.readouterr().out
    assert "w/request.svcflow.yaml:8:49: error[SVC002]" in out
    assert "Traceback" not in out


def test_a_very_long_line_is_cut_around_the_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "name: 登记, owner", f"description: {'长' * 500}, ownr: a, owner")
    assert run("w") == 1
    _, source, marks, *_ = capsys.readouterr().out.splitlines()
    assert len(source) < 150
    assert source[:].find("ownr") > 0
    assert marks.index("^") == display_width(source.split("ownr")[0])


def test_text_of_a_definition_cannot_steer_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "owner: lead\n", 'owner: "\\e[2Jlead"\n')
    assert run("w") == 1
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 0),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "warning", "--ignore", "SVC310"), 0),
        (("--fail-on", "warning", "--ignore", "lone-branch"), 0),
        (("--fail-on", "warning", "--ignore", "SVC3"), 0),
        (("--fail-on", "info", "--select", "SVC2,SVC1"), 0),
        (("--fail-on", "info", "--select", "SVC310"), 1),
        (("--fail-on", "info", "--preset", "core"), 0),
    ],
)
def test_what_fails_is_a_matter_of_choice(folder: Path, options: tuple[str, ...], status: int) -> None:
    spoil(folder, "- close", "- parallel: [close]")
    assert run("w", *options) == status


def test_hints_are_shown_by_the_strict_preset(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, ", labels: [Closed]", "")
    assert run("w") == 0
    assert "SVC210" not in capsys.readouterr().out
    assert run("w", "--preset", "strict") == 0
    assert "info[SVC210]" in capsys.readouterr().out
    assert run("w", "--preset", "strict", "--fail-on", "info") == 1


def test_quiet_is_one_line_a_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "- close", "- clse")
    assert run("w", "-q") == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_json_is_what_its_schema_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "- close", "- close\n  - close\n  - clse\n  - clse")
    assert run("w", "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    assert list(validator("problems").iter_errors(report)) == []
    assert report["files"] == 2
    assert [problem["code"] for problem in report["problems"]] == ["SVC302", "SVC201", "SVC201"]
    first = report["problems"][0]
    assert (first["line"], first["column"], first["end_column"]) == (12, 5, 10)
    assert first["related"][0]["line"] == 11
    assert len({problem["fingerprint"] for problem in report["problems"]}) == 3


def test_fingerprints_survive_edits_above(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, "- close", "- close\n  - close")
    run("w", "--format", "json")
    before = json.loads(capsys.readouterr().out)["problems"]
    spoil(folder, "svcflow: 1\n", "# a line\n# another\nsvcflow: 1\n")
    run("w", "--format", "json")
    after = json.loads(capsys.readouterr().out)["problems"]
    assert [p["line"] for p in before] != [p["line"] for p in after]
    assert [p["fingerprint"] for p in before] == [p["fingerprint"] for p in after]


def test_several_formats_at_once(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("w", "--format", "json:problems.json", "--format", "text", "--format", "text:problems.txt") == 0
    assert json.loads((tmp_path / "problems.json").read_text())["problems"] == []
    assert (tmp_path / "problems.txt").read_text() == capsys.readouterr().out == "2 files, no problems\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "there is no file or folder 'nowhere'"),
        (("w", "--select", "SVC999"), "there is no rule 'SVC999'"),
        (("w", "--ignore", "lone-brnch"), "did you mean 'lone-branch'?"),
        (("w", "--format", "xml"), "there is no format 'xml'"),
        (("w", "--format", "json:missing/x.json"), "its directory does not exist"),
        ((), "Missing argument"),
    ],
)
def test_what_cannot_be_done_exits_2(
    folder: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_an_empty_folder_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path)) == 2
    assert "no definitions in" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\xff\xfes\x00", b"[" * 5000, b"a: &a [*a]", b"\xef\xbb\xbf"])
def test_a_file_that_is_no_definition_exits_1_at_its_place(
    folder: Path, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "request.svcflow.yaml").write_bytes(data)
    assert run("w/request.svcflow.yaml") == 1
    out = capsys.readouterr().out
    assert out.startswith("w/request.svcflow.yaml:1:")
    assert "error[SVC00" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "request.svcflow.yaml").chmod(0)
    assert run("w") == 1
    assert "SVC001" in capsys.readouterr().out


def test_explain_prints_the_manual_by_code_and_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "SVC303"]) == 0
    by_code = capsys.readouterr().out
    assert main(["explain", "End_In_Parallel"]) == 0
    assert capsys.readouterr().out == by_code
    assert by_code.startswith("SVC303 end-in-parallel (error)\n")
    assert "Wrong:" in by_code


@pytest.mark.parametrize("name", ["yaml-1.1-trap", "ping-pong", "skipped", "D101", "svc805"])
def test_explain_knows_every_kind_of_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    assert len(capsys.readouterr().out) > 100


def test_explain_suggests_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "end-in-paralel"]) == 2
    assert "did you mean 'end-in-parallel'?" in capsys.readouterr().err
    assert main(["explain"]) == 0
    assert "SVC201 unknown-step" in capsys.readouterr().out


def test_schema_prints_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "process"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "svcflow process"
    assert main(["schema"]) == 0
    assert {"allow", "organisation", "problems", "process"} <= set(capsys.readouterr().out.split())
    assert main(["schema", "proces"]) == 2
    assert "did you mean 'process'?" in capsys.readouterr().err
