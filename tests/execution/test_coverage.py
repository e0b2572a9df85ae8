"""Coverage: what scenarios reach, against what can be counted by hand, and the laws it keeps."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.execution.definitions import (
    any_of,
    choose,
    end,
    may,
    par,
    placed,
    process,
    repeat,
    seq,
    task,
    when,
    workspace,
)

from svcflow.cli.main import main
from svcflow.definitions import load, rules
from svcflow.definitions.model import Item
from svcflow.definitions.net import compile_net
from svcflow.definitions.schema import validator
from svcflow.execution.coverage import Coverage, measure_coverage
from svcflow.execution.scenarios import run_scenarios
from svcflow.execution.ways import find_ways, list_ways
from svcflow.guards import Field, compile_guard

ORGANISATION = """\
svcflow: 1
organisation: Desk
timezone: UTC
calendars: {office: {mon-fri: "09:00-17:00"}}
roles: {agent: {}, lead: {}}
teams: {desk: {lead: lead, members: {agent: 3}}}
"""
HEAD = """\
svcflow: 1
process: request
owner: lead
calendar: office
case: {claim: number, kind: [a, b, c], again: boolean}
steps:
"""
PLAY = """\
svcflow: 1
scenarios: request
start: 2026-11-02
cases:
"""


def write(
    folder: Path, flow: str, cases: dict[str, str], *, given: dict[str, str] | None = None, more: str = ""
) -> Path:
    """Write a workspace whose steps are the single letters of `flow` and of the scenarios' events."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = sorted(set(re.findall(r"\b[p-z]\b", flow + more)))
    steps = "".join(f"  {letter}: {{owner: agent, labels: [L{letter}]}}\n" for letter in letters)
    text = HEAD + steps + f"flow: {flow}\n" + more
    play = PLAY
    for name, events in cases.items():
        lines = [f"Mon {9 + i:02}:00 {word.replace(':', ' agent:amy ', 1)}" for i, word in enumerate(events.split())]
        lines = [line if "agent" in line else f"{line} agent:amy" for line in lines]
        data = (given or {}).get(name, "{}")
        play += f"  {name}: {{given: {data}, events: [{', '.join(lines)}], expect: {{}}}}\n"
    (folder / "org.svcflow.yaml").write_text(ORGANISATION, encoding="utf-8")
    (folder / "request.svcflow.yaml").write_text(text, encoding="utf-8")
    (folder / "request.scenarios.yaml").write_text(play, encoding="utf-8")
    return folder


def measure(folder: Path) -> Coverage:
    workspace = load(folder)
    (coverage,) = measure_coverage(workspace, run_scenarios(workspace))
    return coverage


def said(coverage: Coverage) -> list[str]:
    return [problem.message for problem in coverage.problems]


def counts(coverage: Coverage) -> list[tuple[int, int]]:
    return [(part.covered, part.total) for part in (coverage.steps, coverage.ways, coverage.outcomes)]


def test_both_sides_of_a_condition_are_ways(tmp_path: Path) -> None:
    flow = "[p, {when: claim > 500, do: q}, r]"
    small = measure(write(tmp_path / "1", flow, {"small": "p r"}, given={"small": "{claim: 100}"}))
    assert counts(small) == [(2, 3), (1, 2), (1, 1)]
    assert said(small) == ["no scenario takes 'claim > 500'"], "the step on it is not told again"
    both = {"small": "{claim: 100}", "large": "{claim: 900}"}
    whole = measure(write(tmp_path / "2", flow, {"small": "p r", "large": "p q r"}, given=both))
    assert counts(whole) == [(3, 3), (2, 2), (1, 1)]
    assert whole.problems == ()
    large = measure(write(tmp_path / "3", flow, {"large": "p q r"}, given=both))
    assert said(large) == ["no scenario passes by 'claim > 500'"]


def test_a_way_taken_against_its_condition_is_not_covered(tmp_path: Path) -> None:
    flow = "[p, {when: claim > 500, do: [q, s, t, u, v, w, x]}, r]"
    against = measure(write(tmp_path, flow, {"odd": "p q s t u v w x r"}, given={"odd": "{claim: 1}"}))
    assert "no scenario takes 'claim > 500'" in said(against)


def test_choose_any_may_and_repeat_have_their_ways(tmp_path: Path) -> None:
    flow = "[{choose: [{when: kind == a, do: p}, {when: kind == b, do: q}, {else: r}]}, {any: [s, t]}, {may: u}"
    flow += ", {repeat: {do: v, redo: w, while: again, max: 3}}]"
    one = measure(write(tmp_path / "1", flow, {"one": "p s v"}, given={"one": "{kind: a, again: false}"}))
    assert counts(one) == [(3, 8), (4, 9), (1, 1)]
    assert said(one) == [
        "no scenario takes 'kind == b'",
        "no scenario takes the else",
        "no scenario takes 't'",
        "no scenario does 'u', which may be left out",
        "no scenario repeats 'v' while 'again'",
    ]
    cases = {"one": "p s v", "two": "q t u v:again=true w v:again=false", "three": "r s v"}
    given = {"one": "{kind: a, again: false}", "two": "{kind: b}", "three": "{kind: c, again: false}"}
    assert measure(write(tmp_path / "2", flow, cases, given=given)).problems == ()


def test_outcomes_and_steps_at_any_time(tmp_path: Path) -> None:
    more = "anytime: [x, {y: {end: withdrawn}}]\n"
    flow = "[p, {when: again, do: [q, {end: rejected}]}, r, {end: resolved}]"
    given = {"one": "{again: false}", "two": "{again: true}", "three": "{again: false}"}
    one = measure(write(tmp_path / "1", flow, {"one": "p r"}, given=given, more=more))
    assert counts(one) == [(2, 5), (1, 2), (1, 3)]
    assert said(one) == ["no scenario does 'x'", "no scenario does 'y'", "no scenario takes 'again'"]
    two = measure(write(tmp_path / "2", flow, {"one": "p r", "two": "p q"}, given=given, more=more))
    assert said(two) == ["no scenario does 'x'", "no scenario does 'y'"]
    all_ = {"one": "p x r", "two": "p q", "three": "p y"}
    assert measure(write(tmp_path / "3", flow, all_, given=given, more=more)).whole.share == 1


def test_an_outcome_that_is_never_met_stands_at_its_end(tmp_path: Path) -> None:
    found = measure(write(tmp_path, "[p, {may: q}, r, {end: resolved}]", {"open": "p", "more": "p q"}))
    assert said(found)[-1] == "no scenario ends as 'resolved'"
    assert "no scenario does 'r'" in said(found)


def test_a_process_without_scenarios_is_one_problem(tmp_path: Path) -> None:
    write(tmp_path, "[p, {may: q}, r]", {"one": "p r"})
    (tmp_path / "request.scenarios.yaml").unlink()
    coverage = measure(tmp_path)
    assert said(coverage) == ["no scenario plays 'request'"]
    assert coverage.whole.covered == 0


def test_what_a_process_runs_is_covered_in_its_own_text(tmp_path: Path) -> None:
    write(tmp_path, "[p, {run: inner}, r]", {"one": "p x r"})
    inner = "svcflow: 1\nprocess: inner\nowner: lead\ncalendar: office\nsteps:\n  x: {owner: agent, labels: [Lx]}\n"
    inner += "  y: {owner: agent, labels: [Ly]}\nflow: [x, {may: y}, {end: over}]\n"
    (tmp_path / "inner.svcflow.yaml").write_text(inner, encoding="utf-8")
    workspace = load(tmp_path)
    found = {coverage.process: coverage for coverage in measure_coverage(workspace, run_scenarios(workspace))}
    assert found["request"].problems == ()
    assert counts(found["inner"]) == [(1, 2), (1, 2), (0, 1)]


def test_one_more_scenario_never_covers_less(tmp_path: Path) -> None:
    flow = "[{any: [p, q]}, {repeat: {do: r, while: again, max: 2}}, {may: [s, {may: t}]}, u]"
    cases = {"one": "p r u", "two": "q r:again=true r s u", "three": "q r s t u"}
    folder = write(tmp_path, flow, cases, given={"one": "{again: false}", "three": "{again: false}"})
    workspace = load(folder)
    verdicts = list(run_scenarios(workspace))
    for seed in range(10):
        random.Random(seed).shuffle(verdicts)
        covered = [measure_coverage(workspace, verdicts[:n])[0].whole.covered for n in range(4)]
        assert covered == sorted(covered)
        assert covered[0] == 0
    assert measure_coverage(workspace, verdicts)[0].whole.share == 1


VALID = compile_guard("valid", {"valid": Field("valid", "boolean")})
LARGE = compile_guard("claim > 500", {"claim": Field("claim", "number")})


@pytest.mark.parametrize("seed", range(60))
def test_every_way_has_its_transition_and_its_condition(seed: int) -> None:
    """The ways found in the text and those found in the net are the same, and a condition stands where it belongs."""
    chance = random.Random(seed)

    def flow(depth: int) -> Item:
        inner = [flow(depth - 1) for _ in range(3)] if depth else []
        made = {
            0: lambda: task(f"s{next(numbers)}"),
            1: lambda: any_of(*inner[:2]),
            2: lambda: may(inner[0]),
            3: lambda: when(VALID, inner[0]),
            4: lambda: choose((VALID, inner[0]), (LARGE, inner[1]), (None, inner[2])),
            5: lambda: repeat(inner[0], inner[1] if chance.random() < 0.5 else None, guard=LARGE, most=2),
            6: lambda: par(*inner[:2]),
            7: lambda: seq(*inner),
            8: seq,
        }
        return made[chance.randrange(9) if depth else chance.choice((0, 0, 0, 8))]()

    numbers = iter(range(1000))
    judged = process(placed(seq(flow(3), task("last"), end("over"))))
    net = compile_net(judged, workspace(judged))
    ways, found = list(list_ways(judged)), find_ways(net, judged, {judged.id: judged})
    assert sorted(found.values()) == sorted(way.key for way in ways)
    for number, key in found.items():
        decision = net.transitions[number].decision
        holds = None if decision is None else decision.literals[-1][1]
        way = next(way for way in ways if way.key == key)
        if "'valid'" in way.says or "'claim > 500'" in way.says:
            assert holds is (key.side in ("taken", "again"))


# --- the command


def test_the_manuals_of_group_8_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.definitions import workbench
    from tests.definitions.test_manuals import example

    monkeypatch.chdir(tmp_path)
    judged = [(name, rule) for name, rule in rules.catalogue().items() if getattr(rule, "BY_TEST", False)]
    assert {rule.CODE for _, rule in judged} == {"SVC801", "SVC803", "SVC804"}
    for name, rule in judged:
        for heading, expected in (("Wrong", {rule.CODE}), ("Right", set())):
            text = example(rule, heading)
            assert text
            folder = workbench.write(tmp_path / name / heading, text)
            status = main(["test", str(folder), "--coverage", "--format", "json:out.json", "-q"])
            report = json.loads(Path("out.json").read_text("utf-8"))
            found = {problem["code"] for problem in report["problems"]}
            assert found & ({"SVC801"} if rule.CODE == "SVC801" else {"SVC803", "SVC804"}) == expected
            assert status == int("SVC801" in found)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    given = {"small": "{claim: 100}"}
    return write(tmp_path / "w", "[p, {when: claim > 500, do: q}, r]", {"small": "p r"}, given=given)


def test_the_table_and_the_threshold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "w", "--coverage"]) == 0
    out = capsys.readouterr().out
    assert "w/request.svcflow.yaml:10:11: warning[SVC804] no scenario takes 'claim > 500'" in out
    assert re.search(r"process +scenarios +steps +branches +outcomes +covered\n", out)
    assert re.search(r"request +1 +2 of 3 +1 of 2 +1 of 1 +66.6%\n", out)
    assert main(["test", "w", "--fail-under", "66%"]) == 0
    assert main(["test", "w", "--fail-under", "67"]) == 1
    assert "coverage 66.6% is below 67%" in capsys.readouterr().err
    assert main(["test", "w", "--fail-under", "67", "--exit-zero"]) == 0
    assert main(["test", "w", "--fail-under", "much"]) == 2


def test_json_and_github_say_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "w", "--coverage", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(validator("problems").iter_errors(report)) == []
    assert report["coverage"][0]["branches"] == {"covered": 1, "total": 2}
    assert report["scenarios"][0]["passed"] is True
    assert main(["test", "w", "--fail-under", "90", "--format", "github"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "::error title=svcflow::coverage 66.6%25 is below 90%25\n::warning file=w/request.svcflow.yaml,"
    )


def test_a_failure_stands_at_its_event_in_every_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "request.scenarios.yaml"
    file.write_text(file.read_text("utf-8").replace("expect: {}", "expect: {deviations: [skipped r]}"), "utf-8")
    assert main(["test", "w", "--format", "text", "--format", "junit:x.xml", "--format", "sarif:x.sarif"]) == 1
    assert "error[SVC801] small: expected 'skipped r', which did not come" in capsys.readouterr().out
    root = ET.parse("x.xml").getroot()
    (case,) = root.iter("testcase")
    assert (case.attrib["classname"], case.attrib["name"], root.attrib["failures"]) == ("request", "small", "1")
    (result,) = json.loads(Path("x.sarif").read_text("utf-8"))["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    line = file.read_text("utf-8").splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "skipped r"


def test_a_comment_silences_what_is_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "request.svcflow.yaml"
    text = file.read_text("utf-8").replace(
        "\nflow:", "\n# svcflow: ignore[uncovered-branch] large claims go elsewhere\nflow:"
    )
    file.write_text(text, "utf-8")
    assert main(["test", "w", "--coverage"]) == 0
    assert "SVC804" not in capsys.readouterr().out
    assert main(["validate", "w", "--select", "SVC007", "--fail-on", "warning"]) == 0


def test_a_broken_scenario_is_a_problem_and_a_broken_definition_is_not_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play, definition = folder / "request.scenarios.yaml", folder / "request.svcflow.yaml"
    play.write_text(play.read_text("utf-8").replace("expect: {}", "expect: {outcome: don}"), "utf-8")
    assert main(["test", "w", "--format", "json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["code"] == "SVC802"
    assert "did you mean 'done'?" in problem["message"]
    definition.write_text(definition.read_text("utf-8").replace("flow: [p", "flow: [pp"), "utf-8")
    assert main(["test", "w"]) == 2
    assert "svcflow validate w" in capsys.readouterr().err
