"""`svcflow mine` as a whole."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from svcflow.analysis.comparison.metrics import list_metrics
from svcflow.cli._tables import Shown, align, measure
from svcflow.cli.main import main
from svcflow.eventlog import read_log
from svcflow.mining import mine
from svcflow.spreadsheets import write_csv

HOSTILE = "=HYPERLINK(1)"
STEPS = [(HOSTILE, "ann", "一线"), ("调查", "bob", "二线"), (HOSTILE, "ann", "一线"), ("Closed", "ann", "一线")]
ROWS = [
    "case id,activity,timestamp,resource,team,priority",
    *(
        f"{case},{activity},2026-03-{16 + i} 0{case % 8}:1{case % 6}:00,{who},{team},{'high' if case % 2 else 'low'}"
        for case in range(60)
        for i, (activity, who, team) in enumerate(STEPS)
    ),
]


@pytest.fixture
def export(tmp_path: Path) -> str:
    (tmp_path / "log.csv").write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return str(tmp_path / "log.csv")


def test_text_holds_every_table_aligned(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mine", export]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for title in ("map", "variants", "bottlenecks", "handovers between teams", "handovers between people", "loops"):
        assert f"\n{title}" in out
    assert "60 cases, 240 events, 3 activities, 1 variants" in out


def test_columns_stay_aligned_with_wide_characters() -> None:
    columns = [Shown("name", "name"), Shown("n", "n", right=True)]
    lines = align([{"name": "调查", "n": 5}, {"name": "long name", "n": 12}], columns).splitlines()
    assert {measure(text) for text in lines} == {13}


def test_long_cells_are_cut_in_the_middle_and_controls_do_not_reach_the_terminal() -> None:
    text = align([{"name": "a" * 50 + "\x1b[31m" + "b" * 50}], [Shown("name", "name")])
    assert "\x1b" not in text
    assert max(map(measure, text.splitlines())) <= 44
    assert "…" in text


def test_csv_can_be_piped_and_is_no_formula(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mine", export, "--what", "map", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["from"] for row in rows} == {"'=HYPERLINK(1)", "调查"}
    assert sum(int(row["count"]) for row in rows) == 180


def test_negative_numbers_stay_numbers() -> None:
    assert write_csv([{"name": "-x", "gain": -3}]) == "name,gain\n'-x,-3\n"


@pytest.mark.parametrize(
    ("what", "keys"),
    [
        ("map", {"log", "total_wait_s", "directly_follows", "activities"}),
        ("variants", {"log", "cycle_time", "resolve_time", "variants"}),
        ("bottlenecks", {"log", "total_wait_s", "bottlenecks"}),
        ("handovers", {"log", "handovers"}),
        ("loops", {"log", "rework"}),
    ],
)
def test_json_holds_the_keys_of_its_table(
    export: str, capsys: pytest.CaptureFixture[str], what: str, keys: set[str]
) -> None:
    assert main(["mine", export, "--what", what, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out).keys() == keys


@pytest.mark.parametrize(("last", "same"), [("Resolved", True), ("Closed", False)])
def test_resolving_that_is_closing_is_not_told_as_another_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], last: str, same: bool
) -> None:
    steps = ("Opened", "Looked at", "Resolved", *(["Closed"] if last == "Closed" else []))
    lines = [
        f"c{n},{step},2026-03-{2 + n:02}T{9 + at * (1 + n % 4):02}:00Z"
        for n in range(9)
        for at, step in enumerate(steps)
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["case,activity,time", *lines]), encoding="utf-8")
    assert main(["mine", str(path), "--what", "durations"]) == 0
    text = capsys.readouterr().out
    assert ("time to resolve: as cycle time: what resolves a case also closes it" in text) is same
    assert ("resolve is cycle yes" in text) is same
    assert any(line.startswith("resolve ") for line in text.splitlines()) is not same
    assert main(["mine", str(path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["resolve_time"]["as_cycle_time"] is same
    lines.append("open,Opened,2026-03-12T09:00:00Z")
    path.write_text("\n".join(["case,activity,time", *lines]), encoding="utf-8")
    assert main(["mine", str(path), "--what", "durations"]) == 0
    assert "(10 cases, those not settled among them)" in capsys.readouterr().out
    log = read_log(path)
    metrics = {metric.id for metric in list_metrics(log, mine(log))}
    assert ("time to resolve" in metrics) is not same


def test_several_formats_at_once_go_where_they_are_told(
    export: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["mine", export, "-q", "--what", "loops", "--format", f"json:{tmp_path / 'a.json'}", "--format", "csv"])
        == 0
    )
    assert json.loads((tmp_path / "a.json").read_text())["rework"]["repeating_cases"] == 60
    assert capsys.readouterr().out.startswith("activity,")


def test_people_are_numbered_unless_asked_for(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["mine", export, "--what", "handovers", "--format", "json"]
    main(arguments)
    assert "ann" not in capsys.readouterr().out
    main([*arguments, "--show-people"])
    assert "ann" in capsys.readouterr().out


def test_where_and_top_choose(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["mine", export, "--where", "priority == 'high'", "--what", "map", "--format", "json", "--top", "1"])
    document = json.loads(capsys.readouterr().out)
    assert document["log"]["cases"] == 30
    assert len(document["directly_follows"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "csv"], "CSV holds one table"),
        (["--format", "xml"], "unknown format 'xml'"),
        (["--calendar", "office"], "--calendar office"),
    ],
)
def test_what_cannot_be_done_is_said(
    export: str, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["mine", export, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_neither_pandas_nor_pm4py_is_loaded(export: str) -> None:
    code = (
        "import sys\nfrom svcflow.cli.main import main\n"
        f"assert main(['mine', {export!r}, '--format', 'json']) == 0\n"
        "print([m for m in ('pandas', 'pm4py', 'polars', 'jinja2') if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_threads_change_nothing(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for jobs in ("1", "2"):
        main(["mine", export, "--format", "json", "--jobs", jobs])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
