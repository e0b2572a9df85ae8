"""A canonical file mined from disk: what a log in memory tells, percentiles within a hundredth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, read_real

from svcflow.eventlog import open_store
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.writing import write
from svcflow.mining import Mined, Summarised, mine

LIMITS = {"min_count": 50, "min_cases": 20, "min_share": 0.01, "most": 12}


def make_desk(cases: int = 300) -> Log:
    """Return a desk: a queue before work, a wait of three days behind a timer, a machine that closes."""
    rows = []
    for number in range(cases):
        at, who = MONDAY + number * 7 * HOUR + (number * 37) % 60 * 60_000, f"r{number % 5}"
        rows.append(Row(f"c{number}", "open", at, who, "front"))
        at += HOUR + (number * 7919) % 50 * HOUR // 7 + number * 61_000
        rows.append(Row(f"c{number}", "work", at, f"r{number % 3}", "back" if number % 2 else "front"))
        if number % 4 == 0:
            at += HOUR + (number * 7907) % 43 * HOUR // 9 + number * 71_000
            rows.append(Row(f"c{number}", "work", at, who, "back"))
        rows.append(Row(f"c{number}", "close", at + 3 * DAY + number % 30 * 1_000, "robot", "back"))
    return build(rows, done=("close",), machines=("robot",))


def strip(document: Any) -> Any:
    """Return a document without what is approximate or not kept."""
    if isinstance(document, dict):
        return {key: strip(value) for key, value in document.items() if "median" not in key and "p9" not in key}
    return [strip(item) for item in document] if isinstance(document, list) else document


def compare(log: Log, path: Path) -> tuple[Mined, Summarised]:
    write(log, path, rows=500)
    exact, found = mine(log), mine(open_store(path), jobs=2, rows=200)
    one, two = exact.to_json(), found.to_json()
    assert two.pop("approximate")["relative_error"] < 0.01
    assert strip(two) == strip(one)
    for table in ("directly_follows", "variants", "activities"):
        for row, same in zip(two[table], one[table], strict=True):
            for key in ("median_s", "p90_s"):
                if key in row:
                    assert row[key] == pytest.approx(same[key], rel=0.01)
    for key in ("median_s", "p90_s", "p95_s"):
        assert two["cycle_time"][key] == pytest.approx(one["cycle_time"][key], rel=0.01)
    return exact, found


def test_the_tables_are_those_of_the_log_in_memory(tmp_path: Path) -> None:
    exact, found = compare(make_desk(), tmp_path / "log.parquet")
    assert [timer and timer.rule for timer in found.directly_follows.timers] == [
        timer and timer.rule for timer in exact.directly_follows.timers
    ]
    assert found.team_cases == exact.team_cases


def test_a_timer_is_never_the_first_bottleneck(tmp_path: Path) -> None:
    _, found = compare(make_desk(), tmp_path / "log.parquet")
    rows = found.list_bottlenecks(**LIMITS)
    assert [(row["from"], row["to"], row["timer"]) for row in rows] == [
        ("open", "work", False),
        ("work", "work", False),
        ("work", "close", True),
    ]
    assert all(row["low_s"] < row["cost_s"] < row["high_s"] and row["examples"] == [] for row in rows)
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_no_quantity_needs_the_log_in_memory(tmp_path: Path) -> None:
    write(make_desk(), tmp_path / "log.parquet")
    found = mine(open_store(tmp_path / "log.parquet"), quantities=None).quantities
    whole = mine(make_desk(), quantities=["endpoints"]).quantities
    assert found["endpoints"].to_json() == whole["endpoints"].to_json()
    assert not [name for name, quantity in found.items() if "memory" in quantity.unmeasured.get("en", "")]
    assert all(quantity.unmeasured["zh"] for quantity in found.values() if quantity.unmeasured)


def test_the_command_reads_large_files_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from svcflow.cli import mine as command

    write(make_desk(), tmp_path / "log.parquet")
    monkeypatch.setattr(command, "LARGE", 100)
    options = [str(tmp_path / "log.parquet"), "--what", "bottlenecks"]
    told = CliRunner().invoke(command.command, options)
    assert told.exit_code == 0, told.output
    assert "percentiles of many durations within 0.8%" in told.output
    exact = CliRunner().invoke(command.command, [*options, "--exact"])
    assert "within 0.8%" not in exact.output
    assert "…" in exact.output
    whole = CliRunner().invoke(command.command, [*options, "--in-memory", "--format", "json"])
    assert json.loads(whole.output)["bottlenecks"][0]["examples"]
    people = CliRunner().invoke(command.command, [options[0], "--what", "handovers"]).output
    assert "P1" in people
    assert "r1" not in people


def test_an_empty_selection_of_figures_is_no_zero(tmp_path: Path) -> None:
    log = build([Row("c", "open", MONDAY), Row("c", "work", MONDAY + HOUR)], done=("close",))
    write(log, tmp_path / "log.parquet")
    document = mine(open_store(tmp_path / "log.parquet")).to_json()
    assert document["cycle_time"] == mine(log).to_json()["cycle_time"]
    assert document["resolve_time"] is None
    assert document["handovers"] == {"team": None, "resource": None}


@pytest.mark.parametrize("name", ["helpdesk.csv", "VINST cases closed problems.csv", "teleclaims.xes.gz"])
def test_published_logs_tell_the_same_from_disk(name: str, tmp_path: Path) -> None:
    exact, found = compare(read_real(name), tmp_path / "log.parquet")
    assert [timer is None for timer in found.directly_follows.timers] == [
        timer is None for timer in exact.directly_follows.timers
    ]
