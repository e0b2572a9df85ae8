"""Small groups: no output tells of fewer cases than asked for, and nothing told gives them away."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import read_log, render
from svcflow.analysis import analyze
from svcflow.analysis.disclosure import _cut_lists, withhold_analysis
from svcflow.cli.main import main
from svcflow.definitions import load
from svcflow.disclosure import Withholding, choose_small, withhold_parts
from svcflow.execution import execute
from svcflow.execution.disclosure import withhold_runs
from svcflow.mining import mine
from svcflow.mining.disclosure import keep_common_cases, withhold_inspection, withhold_mined
from svcflow.report import summarise

ROOT = Path(__file__).parents[1]
COMPLAINTS = ROOT / "logs" / "complaints.csv"
WORKFLOWS = ROOT / "workflows"
NO_CASES = frozenset(
    ("activities", "resources", "teams", "variants", "line", "column", "net_loop_gain", "wave", "replayed_variants",
     "version", "more", "values", "min_group", "svcflow", "order", "severity", "occurrence", "detection", "priority",
     "weekday", "days", "targets", "targets_met", "whole_weeks", "windows", "warm_up", "cut_off", "holds", "steps",
     "skipped", "touchpoints", "people", "pairs", "concurrent_pairs", "declared_pairs", "median_size",
     "p90_size", "cycles", "within_days", "customers", "needed", "on_roster", "heads", "weeks", "months",
     *(f"{kind}_{what}" for kind in ("raw", "folded", "self_loops_folded")
       for what in ("variants", "to_cover_50", "to_cover_80", "to_cover_95")))
)  # fmt: skip
"""Keys whose whole numbers count groups, places, differences, scores, people, days, weeks and months, not cases."""


def numbers(value: Any, key: str = "", path: str = "") -> Iterator[tuple[str, str, int]]:
    """Yield every whole number of a document with its key and its place."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name != "withheld":
                yield from numbers(item, str(name), f"{path}.{name}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from numbers(item, key, f"{path}[{place}]")
    elif isinstance(value, int) and not isinstance(value, bool):
        yield key, path, value


def find_small(document: Any, least: int) -> list[str]:
    """Return the places of numbers of cases, or of what happened in them, that are small."""
    return [
        f"{path} = {number}" for key, path, number in numbers(document) if key not in NO_CASES and 0 < number < least
    ]


def make_export(cases: list[list[tuple[int, int]]], folder: Path) -> Path:
    """Write a log: each case a list of (activity, resource), an hour apart."""
    rows = ["case,activity,time,resource,team"]
    for number, steps in enumerate(cases):
        for place, (activity, who) in enumerate(steps):
            rows.append(f"c{number:04d},act{activity},2026-01-{1 + number % 28:02d} {place:02d}:00,r{who},t{who % 3}")
    path = folder / "random.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


CASES = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=6), min_size=6, max_size=60
)


def test_a_count_that_holds_the_cases_of_its_row_is_withheld_where_few_are_between() -> None:
    rows = [{"cases": 40, "looping_cases": wide} for wide in (40, 43, 60)]
    told = Withholding(10).apply({"rows": rows})["rows"]
    assert [row["looping_cases"] for row in told] == [40, None, 60]


@settings(deadline=None, max_examples=30)
@given(CASES, st.integers(2, 12))
def test_no_figure_of_a_random_log_is_of_few_cases(
    tmp_path_factory: pytest.TempPathFactory, cases: list[list[tuple[int, int]]], least: int
) -> None:
    log = read_log(make_export(cases, tmp_path_factory.mktemp("log")))
    whole = mine(log).to_json()
    if log.cases < least:
        return
    told = mine(log).to_json(min_group=least)
    assert find_small(told, least) == []
    assert told["log"]["cases"] == log.cases
    assert told["total_wait_s"] == whole["total_wait_s"]
    for table, total in (("variants", log.cases), ("directly_follows", log.instances - log.cases)):
        count = "cases" if table == "variants" else "count"
        left = total - sum(row[count] for row in told[table])
        assert left == 0 or left >= least or not told[table], f"the rest of {table} would be told by subtraction"
        assert len(whole[table]) - len(told[table]) == told["withheld"]["groups"].get(table, 0)
        assert len(whole[table]) - len(told[table]) != 1 or not told[table]
        assert [row for row in whole[table] if row in told[table]] == told[table] or table == "directly_follows"
    assert withhold_mined(told, least) == told
    assert withhold_mined(whole, 1) is whole
    assert withhold_mined(whole, None) is whole
    assert find_small(withhold_mined(withhold_mined(whole, 2), least), least) == []


@settings(deadline=None, max_examples=200)
@given(st.lists(st.integers(0, 40), max_size=12), st.integers(2, 15))
def test_what_is_withheld_is_nothing_or_much(sizes: list[int], least: int) -> None:
    hidden = choose_small(sizes, least)
    assert all(sizes[place] >= least or sizes[place] == 0 for place in range(len(sizes)) if place not in hidden)
    assert not any(sizes[place] == 0 for place in hidden)
    if hidden and any(size > 0 for place, size in enumerate(sizes) if place not in hidden):
        assert len(hidden) >= 2
        assert sum(sizes[place] for place in hidden) >= least
    if all(size == 0 or size >= least for size in sizes):
        assert hidden == frozenset()
    states = withhold_parts({str(place): size for place, size in enumerate(sizes)}, least)
    assert {int(name) for name, count in states.items() if count is None} == hidden


def test_rows_keep_their_order_and_the_rest_is_counted() -> None:
    withholding = Withholding(10)
    rows = [{"name": name, "cases": cases} for name, cases in (("a", 30), ("b", 2), ("c", 40), ("d", 12))]
    assert [row["name"] for row in withholding.cut(rows, "table")] == ["a", "c"]
    assert withholding.lost == {"table": 2}


@cache
def complaints() -> dict[str, Any]:
    log = read_log(COMPLAINTS)
    return analyze(log, load(WORKFLOWS), discover=False).to_json()


@pytest.mark.parametrize("least", [2, 25, 1600])
def test_an_analysis_tells_no_few_cases(least: int) -> None:
    told = withhold_analysis(complaints(), least)
    del (shown := dict(told))["recommendations"]  # their effects count weeks and replicates; their texts are blurred
    assert find_small(shown, least) == []
    assert told["told"] == {}
    assert "examples': ['" not in repr(told)
    schema = json.loads((ROOT / "src/svcflow/analysis/schemas/analysis.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(told)))
    assert withhold_analysis(told, least) == told
    for lang in ("en", "zh"):
        assert "None" not in summarise(told, lang=lang)
    page = render(told, lang="both")
    assert "COM-0" not in page
    assert f"fewer than {least:,} cases" in page
    for sla in told["runs"]["complaint"]["slas"].values():
        for state in ("met", "breached", "overdue"):
            rest = None if sla[state] is None else sla[state] - sum(m[state] for m in sla["months"].values())
            assert rest is None or rest == 0 or rest >= least


def test_nothing_changes_without_it() -> None:
    document = complaints()
    assert withhold_analysis(document, None) is document
    assert withhold_analysis(document, 1) is document
    assert analyze(read_log(COMPLAINTS), load(WORKFLOWS), discover=False, min_group=1).to_json() == document


def test_a_figure_over_no_cases_is_never_made_up() -> None:
    """A count that is withheld is no zero: neither the page nor the summary says that nobody conforms."""
    document = complaints()
    run = document["runs"]["complaint"] | {"conforming": 1597}
    told = withhold_analysis(document | {"runs": {"complaint": run}}, 10)
    assert told["runs"]["complaint"]["conforming"] is None
    assert "Follow the definition" in summarise(document)
    assert "Follow the definition" not in summarise(told)
    text = summarise(told) + render(told, lang="both")
    for made_up in ("1,597 of", "0 of 1,600", "1,600 of 1,600", "1,600 单中 0"):
        assert made_up not in text


def test_the_whole_log_may_be_too_small(tmp_path: Path) -> None:
    log = read_log(make_export([[(0, 1), (1, 2)]] * 4, tmp_path))
    with pytest.raises(Exception, match="fewer than 5 cases"):
        analyze(log, min_group=5, discover=False)
    assert analyze(log, min_group=4, discover=False).to_json()["log"]["cases"] == 4


def test_a_draft_rests_on_shared_routes_alone(tmp_path: Path) -> None:
    cases = [[(0, 1), (1, 2), (2, 1)]] * 20 + [[(0, 1), (3, 5)]] * 3 + [[(1, 2), (4, 4), (0, 0)]]
    log = read_log(make_export(cases, tmp_path))
    common = keep_common_cases(log, 5)
    assert common.cases == 20
    assert set(common.activities.texts) == {"act0", "act1", "act2"}
    assert set(common.teams.texts) == {"", "t1", "t2"}


COMMANDS = {
    "inspect": ["inspect", COMPLAINTS],
    "inspect-json": ["inspect", COMPLAINTS, "--format", "json"],
    "mine": ["mine", COMPLAINTS, "--show-people"],
    "mine-json": ["mine", COMPLAINTS, "--format", "json"],
    "mine-csv": ["mine", COMPLAINTS, "--what", "bottlenecks", "--format", "csv"],
    "execute": ["execute", WORKFLOWS, COMPLAINTS],
    "execute-json": ["execute", WORKFLOWS, COMPLAINTS, "--format", "json"],
    "recommend-json": ["recommend", COMPLAINTS, "-w", WORKFLOWS, "--format", "json"],
    "impact": ["impact", WORKFLOWS, "CHANGED", COMPLAINTS],
    "impact-json": ["impact", WORKFLOWS, "CHANGED", COMPLAINTS, "--format", "json"],
    "analyze": ["analyze", COMPLAINTS, "-w", WORKFLOWS, "--no-model"],
    "needs": ["lists", COMPLAINTS, "--what", "needs", "--by", "category"],
}

UNCHANGED = ("inspect-json", "mine", "execute", "impact", "needs")
"""Commands that are compared without and with a smallest group of one."""


def run(*words: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*map(str, words)])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return the workflows with a definition that judges some cases otherwise."""
    folder = tmp_path / "changed"
    folder.mkdir()
    for file in WORKFLOWS.glob("*.svcflow.yaml"):
        text = file.read_text("utf-8")
        (folder / file.name).write_text(text.replace("at_most: 2", "at_most: 1"), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_tell_no_case_and_no_few(name: str, changed: Path) -> None:
    words = [changed if word == "CHANGED" else word for word in COMMANDS[name]]
    code, out, err = run(*words, "--min-group", 20, "-q")
    assert code in (0, 1), err
    assert "COM-0" not in out + err
    assert out.strip()
    if name in ("inspect-json", "mine-json", "execute-json", "impact-json"):
        assert find_small(json.loads(out), 20) == []
        assert json.loads(out)["withheld"]["min_group"] == 20
    if name in UNCHANGED:
        assert run(*words, "--min-group", 1, "-q") == run(*words, "-q")


def test_single_cases_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "log.csv"
    for words in (
        ["case", COMPLAINTS, "COM-0001", "-w", WORKFLOWS],
        ["lists", COMPLAINTS, "-w", WORKFLOWS],
        ["export", COMPLAINTS, "-o", target],
    ):
        code, out, err = run(*words, "--min-group", 2)
        assert (code, out) == (2, "")
        assert "tells single cases" in err
        assert err.count("\n") == 2
    assert not target.exists()


def test_a_report_cannot_bring_back_what_was_withheld(tmp_path: Path) -> None:
    whole, cut, page = tmp_path / "whole.json", tmp_path / "cut.json", tmp_path / "page.html"
    words = ["analyze", COMPLAINTS, "-w", WORKFLOWS, "--no-model", "-q", "--json"]
    assert run(*words, whole)[0] == run(*words, cut, "--min-group", 20)[0] == 0
    assert "COM-0" in whole.read_text("utf-8")
    assert "COM-0" not in cut.read_text("utf-8")
    assert run("report", cut, "-o", page, "-q", "--min-group", 1)[0] == 0
    from_cut = page.read_text("utf-8")
    assert run("report", whole, "-o", page, "-q", "--min-group", 20)[0] == 0
    assert page.read_text("utf-8") == from_cut
    assert "COM-0" not in from_cut
    assert run("report", whole, "-o", page, "-q")[0] == 0
    assert "COM-0" in page.read_text("utf-8")


def test_a_broken_analysis_is_refused_rather_than_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"svcflow": "1", "log": {}}', encoding="utf-8")
    code, _, err = run("report", path, "-o", tmp_path / "page.html", "--min-group", 5)
    assert code == 2
    assert "small groups cannot be found" in err
    assert not (tmp_path / "page.html").exists()


def test_runs_and_inspection_from_python() -> None:
    from svcflow.eventlog.inspection import inspect

    log = read_log(COMPLAINTS)
    runs = execute(load(WORKFLOWS), log)
    document = {"runs": runs.to_json(), "unclaimed": runs.unclaimed, "deviations": runs.deviations_table()}
    assert find_small(document, 20)
    assert find_small(withhold_runs(document, 20), 20) == []
    found = inspect(log)
    assert find_small(withhold_inspection(found, log, 20), 20) == []
    assert withhold_inspection(found, log, 1) is found


def test_needs_tell_no_few_cases_by_their_trend() -> None:
    rows = [
        {"category": name, "cases": cases, "share": 0.3, "late_share": late, "trend": "steady", "ratio": ratio}
        | {"ratio_low": 0.5, "ratio_high": 2.0, "open": 3}
        for name, cases, late, ratio in (
            ("a", 100, 0.04, 1.0),
            ("b", 60, 0.5, 55.5 / 5.5),
            ("c", 4, 0.5, 1.0),
            ("d", 30, 0.0, 1.0),
        )
    ]  # of 60 cases of b, 5 came in the earlier half
    lists = {"as_of": "2026-01-01", "follow_up": {"total": 1}, "call_backs": {}, "needs": {"total": 4, "rows": rows}}
    told = _cut_lists(lists, Withholding(10))
    assert told is not None
    assert told["follow_up"] is told["call_backs"] is None
    shown = {row["category"]: row for row in told["needs"]["rows"]}
    assert shown.keys() == {"a", "b"}
    assert [shown["a"][name] for name in ("late_share", "ratio", "open")] == [None, 1.0, None]
    assert [shown["b"][name] for name in ("late_share", "ratio", "trend", "ratio_low")] == [0.5, None, None, None]
