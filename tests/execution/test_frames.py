"""What the results look like from outside: frames, JSON, the table for the report, the told case, the commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.execution.definitions import log

from svcflow.cli.main import main
from svcflow.definitions import load
from svcflow.errors import UsageError
from svcflow.execution import Runs, execute

ROOT = Path(__file__).parents[2]
DOCUMENTED = Path(__file__).parent / "documented"

CSV = """case,activity,time,resource,role,category,severity,verdict,satisfied,claim,status
1,建单,2026-11-02T09:00:00+08:00,amy,agent,complaint,low,,,120,
1,首响 phone,2026-11-02T09:20:00+08:00,amy,agent,complaint,low,,,120,
1,定级,2026-11-02T09:40:00+08:00,lee,team_lead,complaint,low,,,120,
1,状态变更,2026-11-02T10:00:00+08:00,lee,team_lead,complaint,low,,,120,closed
2,Case created,2026-11-02T10:00:00+08:00,ben,agent,complaint,critical,,,120,
2,First reply,2026-11-02T12:00:00+08:00,ben,customer,complaint,critical,,,120,
2,<b>what</b>,2026-11-02T12:30:00+08:00,ben,agent,complaint,critical,,,120,
3,Case created,2026-11-02T11:00:00+08:00,cat,agent,repair,low,,,120,
"""


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture
def runs() -> Runs:
    given = {"1": {"category": "complaint", "severity": "low"}}
    events = [
        {"step": "建单", "at": 2, "who": "amy", "role": "agent"},
        {"step": "First reply", "at": 3.5, "who": "amy", "role": "customer"},
    ]
    return execute(load(DOCUMENTED), log({"1": events}, given))


def test_arrow_and_pandas_hold_the_same_rows(runs: Runs) -> None:
    for name in ("cases", "moves", "deviations", "clocks", "rungs", "obligations"):
        frame = getattr(runs["complaint"], name)
        table, rows = frame.to_arrow(), list(frame)
        assert table.num_rows == len(rows)
        plain = table.to_pylist()
        for mine, theirs in zip(rows, plain, strict=True):
            for key, value in mine.items():
                other = theirs[key]
                if key in frame.times and value is not None:
                    assert round(other.timestamp() * 1000) == value
                else:
                    assert (other if other not in ("", None) else None) == (value if value != "" else None), key
        assert list(frame.to_pandas().columns) == table.column_names


def test_the_json_is_what_the_contract_says(runs: Runs) -> None:
    whole = runs.to_json()
    assert json.loads(json.dumps(whole)) == whole
    (run,) = whole.values()
    assert set(run) == {"cases", "conforming", "open", "deviations", "allowed", "slas", "ladders", "duties", "kpis"}
    assert (run["cases"], run["conforming"], run["open"]) == (1, 0, 1)
    assert run["deviations"] == {"D301": 1, "D401": 1, "D402": 1, "D403": 1}
    states = {"met", "breached", "running", "paused", "overdue", "cancelled", "attainment", "objective"}
    assert all(states <= set(sla) for sla in run["slas"].values())
    assert run["kpis"]["satisfaction"]["value"] is None


def test_the_table_names_step_place_and_examples(runs: Runs) -> None:
    rows = {row["code"]: row for row in runs.deviations_table()}
    late = rows["D401"]
    assert (late["process"], late["name"], late["step"]) == ("complaint", "late", "acknowledge")
    assert (late["count"], late["cases"], late["examples"]) == (1, 1, ["1"])
    text = (DOCUMENTED / "complaint.svcflow.yaml").read_text(encoding="utf-8").splitlines()
    assert late["text"] == text[late["line"] - 1].strip()[:200]
    assert text[late["line"] - 1][late["column"] - 1 :].startswith("{by: severity, critical: 15m")


def test_a_case_is_told_line_by_line(runs: Runs) -> None:
    lines = runs.explain("1").splitlines()
    assert lines[0].startswith("Case 1 — 投诉闭环 · Complaint closed loop (")
    assert lines[1].startswith("still open; departs from the definition; as of Thu 1970-01-01 11:30")
    text = "\n".join(lines)
    assert "D401 late: took 1.5 h since '建单', target 1.0 h" in text
    assert "D301 wrong role: done by customer, not an owner of the step" in text
    assert "… " in text
    assert "pending since Thu 1970-01-01 11:30" in text
    assert "first_response: breached, 1.5 h of 1.0 h on service_hours" in text
    with pytest.raises(UsageError, match=r"no case 'x.1m'"):
        runs.explain("x\x1b1m")


def test_execute_prints_a_summary_and_writes_json(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = exported.with_name("runs.json")
    assert main(["execute", str(DOCUMENTED), str(exported), "--json", str(out), "-q"]) == 0
    shown = capsys.readouterr().out
    assert "complaint — 投诉闭环 · Complaint closed loop" in shown
    assert "2 cases, 0% conform in flow and people (0), 1 open" in shown
    assert "skipped" in shown
    assert "unmapped" in shown
    whole = json.loads(out.read_text(encoding="utf-8"))
    assert whole["unclaimed"] == 1
    assert whole["runs"]["complaint"]["cases"] == 2
    assert sum(row["count"] for row in whole["deviations"]) == sum(whole["runs"]["complaint"]["deviations"].values())


def test_the_same_input_gives_the_same_bytes(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["execute", str(DOCUMENTED), str(exported), "--json", "-", "-q"])
    first = capsys.readouterr().out
    main(["execute", str(DOCUMENTED), str(exported), "--format", "json", "-q"])
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(("level", "status"), [("none", 0), ("error", 1), ("info", 1)])
def test_fail_on(exported: Path, level: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["execute", str(DOCUMENTED), str(exported), "--fail-on", level, "-q"]) == status
    capsys.readouterr()


def test_case_and_its_errors(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", str(exported), "2", "-w", str(DOCUMENTED), "-q"]) == 0
    shown = capsys.readouterr().out
    assert "<b>what</b>" in shown
    assert "D108 unmapped" in shown
    assert main(["case", str(exported), "4", "-w", str(DOCUMENTED), "-q"]) == 2
    told = capsys.readouterr().err
    assert "has no case '4'" in told
    assert "hint: " in told
    assert main(["case", str(exported), "3", "-w", str(DOCUMENTED), "-q"]) == 2
    assert "no process claims case '3'" in capsys.readouterr().err
    assert main(["case", str(exported), "3", "-q"]) == 2
    assert "add -w WORKSPACE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--process", "nope"], "there is no process 'nope'"),
        (["--as-of", "yesterday"], "'yesterday' is no moment"),
        (["--abandoned-after", "soon"], "'soon' is no duration"),
    ],
)
def test_wrong_options_are_one_clear_line(
    exported: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["execute", str(DOCUMENTED), str(exported), "-q", *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "hint: " in error


def test_the_scenario_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(DOCUMENTED)]) == 0
    assert "5 scenarios, all as expected" in capsys.readouterr().out
    for file in DOCUMENTED.iterdir():
        text = file.read_text(encoding="utf-8").replace("outcome: withdrawn", "outcome: resolved")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    assert main(["test", str(tmp_path), "--format", "text", "--format", f"junit:{tmp_path}/j.xml"]) == 1
    shown = capsys.readouterr().out
    assert "complaint.scenarios.yaml:" in shown
    assert "error[SVC801] withdrawn: expected outcome 'resolved', got 'withdrawn'" in shown
    assert "5 scenarios, 1 failed" in shown
    from xml.etree import ElementTree as ET

    suite = ET.parse(tmp_path / "j.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), len(suite)) == ("5", "1", 5)
    assert main(["test", str(tmp_path / "nothing")]) == 2


def test_the_manual_loads_no_numpy_and_the_execution_no_pandas(exported: Path) -> None:
    code = "import sys, svcflow.execution as e; e.catalogue['D101'].manual; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    code = (
        "import sys\nfrom svcflow.cli.main import main\n"
        f"main(['execute', {str(DOCUMENTED)!r}, {str(exported)!r}, '-q'])\n"
        "sys.exit(any(m in sys.modules for m in ('pandas', 'pm4py')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0
