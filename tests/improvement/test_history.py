"""The history: one line a run, the same run once, nothing half-written, older or broken lines refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from svcflow_test_logs import trace, vary

from svcflow.analysis import analyze
from svcflow.errors import InputError
from svcflow.improvement import Record, append_record, make_record, read_history
from svcflow.improvement.history import Metric, cluster


def record(**metrics: Metric) -> Record:
    return Record("k", "log", "2026-01-05", "2026-03-01", 100, "0", metrics)


def test_a_run_is_appended_once_and_reads_back(tmp_path: Path) -> None:
    from svcflow_test_logs import DAY, MONDAY, build

    rows = [row for n in range(60) for row in trace(f"c{n:02}", ["a@x/p", "b@y/q"], MONDAY + n * DAY, vary(n))]
    document = analyze(build(rows), discover=False).to_json()
    made = make_record(document)
    assert made == make_record(json.loads(json.dumps(document)))
    assert made.metrics["cycle_time.mean"].error is not None
    file = tmp_path / "runs.jsonl"
    assert append_record(file, made)
    before = file.read_bytes()
    assert not append_record(file, made)
    assert file.read_bytes() == before
    other = replace(made, key="other")
    assert append_record(file, other)
    assert file.read_bytes().startswith(before)
    assert read_history(file) == (made, other)
    assert [path.name for path in tmp_path.iterdir()] == ["runs.jsonl"]


def test_a_file_without_a_last_line_end_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    append_record(file, record())
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    append_record(file, replace(record(), key="b"))
    assert [one.key for one in read_history(file)] == ["k", "b"]


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "3", '{"svcflow_history": 1}', '{"svcflow_history": 99}', '{"key": "a"}', "null",
     ('{"svcflow_history": 1, "key": "k", "source": "", "start": "", "end": "", "cases": 1, "made_with": "", '
     '"metrics": {"a": {"value": "x", "n": 1, "unit": "s"}}}')],
)  # fmt: skip
def test_what_is_no_line_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"runs\.jsonl:1"):
        read_history(file)


@pytest.mark.parametrize(
    "damage",
    [{"value": True}, {"value": float("nan")}, {"value": 10**400}, {"n": "1"}, {"error": "x"}, {"error": []},
     {"error": float("inf")}, {"better": "up"}, {"unit": 3}],
)  # fmt: skip
def test_a_figure_that_nobody_can_compare_is_named(damage: dict[str, Any], tmp_path: Path) -> None:
    row = record(a=Metric(1.0, 9, "s")).to_json()
    row["metrics"]["a"] |= damage
    file = tmp_path / "runs.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"runs\.jsonl:1"):
        read_history(file)


def test_no_file_is_no_history(tmp_path: Path) -> None:
    assert read_history(tmp_path / "none.jsonl") == ()


def test_weeks_are_the_clusters() -> None:
    assert cluster([(5, 1.0), (5, 1.0), (5, 1.0)]) == 0
    assert cluster([(5, 1.0), (5, 2.0)]) is None
    assert cluster([(1, 1.0), (1, 2.0), (1, 3.0)]) == pytest.approx((1 / 3) ** 0.5)  # sd 1 over the root of three
