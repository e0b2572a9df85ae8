"""The command and the Python that a view prints give the view's figures."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from svcflow import read_log
from svcflow.cli.main import main
from svcflow.exploration import Explorer
from svcflow.exploration.setting import Setting

ROOT = Path(__file__).parents[2]
LOG = ROOT / "logs" / "complaints.csv"
PLAIN: list[dict[str, Any]] = [
    {"kind": "attribute", "where": "severity == 'high' or severity == 'low'"},
    {"kind": "period", "since": "2026-01-10", "until": "2026-03-01"},
    {"kind": "attribute", "where": "channel != 'social' or severity == 'low'"},
]
ANY: list[dict[str, Any]] = [
    {"kind": "follower", "first": "Case created", "then": "Severity assessed", "within_s": 20_000.0},
    {"kind": "performance", "max_s": 50_000.0, "not": True},
]
ALL: list[dict[str, Any]] = [
    {"kind": "endpoint", "first": ["Case created"], "last": ["Case closed", "Rejection explained"]},
    {"kind": "performance", "min_s": 600.0, "max_s": 700_000.0},
    {"kind": "performance", "min_s": 600.5},
    {"kind": "follower", "first": "Case created", "then": "First reply"},
    {"kind": "follower", "first": "First reply", "then": "Severity assessed", "directly": True},
    {"kind": "variant", "coverage": 0.9},
    {"kind": "variant", "ranks": [7], "not": True},
    {"kind": "period", "since": "2026-01-10"},
    {"kind": "period", "since": "2026-01-12", "not": True},
    {"kind": "attribute", "where": "severity == 'high'", "not": True},
]
KEYS = {
    "map": ("links", ["directly_follows"]),
    "bottlenecks": ("bottlenecks", ["bottlenecks"]),
    "variants": ("variants", ["variants"]),
    "loops": ("loops", ["rework", "activities"]),
    "handoffs": ("handovers", ["handovers", "team", "pairs"]),
}


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    odd = tmp_path_factory.mktemp("a folder") / "it's a log.csv"
    odd.write_bytes(LOG.read_bytes())
    odd.with_suffix(".mapping.yaml").write_bytes((ROOT / "logs" / "complaints.mapping.yaml").read_bytes())
    mapping = str(ROOT / "logs" / "complaints.mapping.yaml")
    return Explorer(read_log(odd, mapping), Setting(str(odd), mapping=mapping))


def read_rows(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    block = next(block for block in answer["blocks"] if block.get("name") == name)
    keys = [key for key, _ in block["columns"]]
    return [dict(zip(keys, row, strict=True)) for row in block["rows"]]


def run_python(text: str) -> Any:
    space: dict[str, Any] = {}
    exec(compile(text, "copied", "exec"), space)
    return space["figures"]


def agree(view: str, shown: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    """Every row of the view is among the figures, with the same values; `detect` calls the waiting cost."""
    key = "activities" if view == "variants" else "activity" if view == "loops" else None

    def name(row: dict[str, Any]) -> Any:
        return tuple(row.get("pick") or row[key]) if key else (row["from"], row["to"])

    known = {name(row): row for row in found}
    if view == "bottlenecks":
        assert known
        shown = [row for row in shown if name(row) in known]
        assert len(shown) == len(known)
    assert shown
    for row in shown:
        other = known[name(row)] | ({"total_s": known[name(row)]["cost_s"]} if view == "bottlenecks" else {})
        same = set(row) & set(other) - {"activities"}
        assert len(same) >= 3
        assert {k: row[k] for k in same} == pytest.approx({k: other[k] for k in same})


@pytest.mark.parametrize("view", KEYS)
@pytest.mark.parametrize("filters", [[], PLAIN[:2], ANY])
def test_the_command_gives_the_figures(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], view: str, filters: list[dict[str, Any]]
) -> None:
    name, path = KEYS[view]
    answer = explorer.view(view, filters)
    words = shlex.split(answer["commands"]["shell"])
    assert words[0] == "svcflow"
    assert main(words[1:]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["log"]["cases"] == answer["cases"]
    for key in path:
        found = found[key]
    agree(view, read_rows(answer, name), found)


@pytest.mark.parametrize("chosen", [ALL, *([one] for one in ALL), ALL[:7], [ALL[7], PLAIN[1]]])
def test_the_command_of_any_filters_keeps_the_same_cases(
    explorer: Explorer, capsys: pytest.CaptureFixture[str], chosen: list[dict[str, Any]]
) -> None:
    answer = explorer.view("map", chosen)
    status = main(shlex.split(answer["commands"]["shell"])[1:])
    told = capsys.readouterr()
    if answer["cases"]:
        assert status == 0
        assert json.loads(told.out)["log"]["cases"] == answer["cases"]
    else:
        assert status == 2
        assert "none of the" in told.err


@pytest.mark.parametrize("view", ["map", "variants", "loops", "handoffs"])
@pytest.mark.parametrize("filters", [PLAIN, ANY])
def test_the_python_gives_the_figures(explorer: Explorer, view: str, filters: list[dict[str, Any]]) -> None:
    answer = explorer.view(view, filters)
    assert answer["cases"] > 0
    assert answer["commands"]["shell"].startswith("svcflow mine ")
    agree(view, read_rows(answer, KEYS[view][0]), run_python(answer["commands"]["python"]))


def test_statistics_cases_case_and_bottlenecks_in_python(explorer: Explorer) -> None:
    answer = explorer.view("statistics", PLAIN)
    found = run_python(answer["commands"]["python"])
    shown = {name: value for name, _, value in answer["blocks"][0]["rows"]}
    assert {name: shown[f"cycle_{name}"] for name in ("median_s", "p90_s", "mean_s")} == {
        name: found[name] for name in ("median_s", "p90_s", "mean_s")
    }
    answer = explorer.view("cases", ANY)
    times = {row["case"]: row["cycle_time_s"] for row in run_python(answer["commands"]["python"])}
    assert len(times) == answer["cases"]
    rows = read_rows(answer, "cases")
    assert all(times[row["case"]] == row["cycle_time_s"] for row in rows)
    answer = explorer.view("case", ANY, {"case": rows[0]["case"]})
    assert run_python(answer["commands"]["python"]) == read_rows(answer, "case")
    answer = explorer.view("bottlenecks", ANY)
    found = [
        {"from": f.subject.names[0], "to": f.subject.names[1], "cost_s": f.cost_s, "cases": f.cases, "count": f.count}
        for f in run_python(answer["commands"]["python"])
    ]
    agree("bottlenecks", read_rows(answer, "bottlenecks"), found)


def test_the_command_of_the_case_list_writes_its_cases(
    explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = explorer.view("cases", PLAIN)
    monkeypatch.chdir(tmp_path)
    assert main([*shlex.split(answer["commands"]["shell"])[1:], "-q"]) == 0
    assert read_log(tmp_path / "cases.csv").cases == answer["cases"]


def test_a_comparison_prints_both_commands(explorer: Explorer) -> None:
    answer = explorer.view("compare", PLAIN, {"other": ANY})
    assert "--where" in answer["commands"]["shell"]
    assert "--filter" in answer["other_commands"]["shell"]
    assert "follower" in answer["other_commands"]["python"]
    sizes = read_rows(answer, "figures")[0]
    assert sizes["a"] == explorer.view("cases", PLAIN)["cases"]
    assert sizes["b"] == explorer.view("cases", ANY)["cases"]
    assert sizes["difference"] == sizes["b"] - sizes["a"]


def test_hostile_words_stay_one_word_each() -> None:
    nasty = "-$(touch x)`'\"\n;.csv"
    explorer = Explorer(read_log(LOG), Setting(nasty, workspace="-w'x"))
    line = explorer.view("map", [{"kind": "period", "since": "2026-01-06"}])["commands"]["shell"]
    assert shlex.split(line)[:5] == ["svcflow", "mine", "./" + nasty, "-w", "-w'x"]
    case = explorer.opened.log.case_ids[0]
    shell = explorer.view("case", [], {"case": case})["commands"]["shell"]
    assert shlex.split(shell)[-3:] == ["--", "./" + nasty, case]
