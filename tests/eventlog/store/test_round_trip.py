"""What is written is what is read: of every log, in every cut, in whatever order its cases were added."""

from __future__ import annotations

import dataclasses
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import take_cases
from svcflow.eventlog.store import opening
from svcflow.eventlog.store.layout import Attribute, Facts, Layout, Part
from svcflow.eventlog.store.writing import Writer, write
from svcflow.eventlog.texts import strings

from .conftest import assert_same, logs

REAL = [
    "helpdesk.csv",
    "helpdesk.xes.gz",
    "VINST cases closed problems.csv",
    "bpic2013_closed.xes.gz",
    "bpic2012.xes.gz",
    "teleclaims.xes.gz",
    "production.csv",
    "traffic_fines.parquet",
]
ANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


def state(log: Log) -> Facts:
    """Return the facts of a log for a writer that is used part by part."""
    names = ("source", "events", "zone", "roles", "quality", "done", "machines", "sides", "states", "notes")
    return Facts(**{name: getattr(log, name) for name in names}, counted=log.case_events is not None)


def cut(log: Log, cases: np.ndarray, rows: np.ndarray | None = None) -> Part:
    """Return some cases of a log as a part, with its own dictionaries but the log's codes."""
    chosen = np.concatenate([np.arange(log.offsets[c], log.offsets[c + 1]) for c in cases] or [cases])
    part = take_cases(log, cases)
    return Part(
        case_ids=strings(list(part.case_ids)),
        offsets=part.offsets,
        time=part.time,
        start=part.start,
        has_start=part.has_start,
        activity=log.activity[chosen],
        resource=log.resource[chosen],
        team=log.team[chosen],
        attributes=part.attributes,
        case_attributes=part.case_attributes,
        events=None if log.case_events is None else log.case_events[cases],
        rows=None if rows is None else rows[cases],
    )


def lay_out(log: Log, **more: Any) -> Layout:
    attributes = [Attribute(name, column.kind) for name, column in log.attributes.items()]
    attributes += [Attribute(name, column.kind, "case") for name, column in log.case_attributes.items()]
    counts = log.case_events is not None
    given = {"starts": True, "counts": counts, **more}
    return Layout(log.activities, log.resources, log.teams, tuple(attributes), **given)


@ANY
@given(log=logs(), rows=st.integers(1, 12))
def test_any_log(log: Log, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write(log, path, rows=rows)
        assert_same(log, opening.open(path))
        assert [file.name for file in Path(folder).iterdir()] == ["log.parquet"]


@ANY
@given(log=logs(), rows=st.integers(1, 12), cuts=st.lists(st.integers(0, 7)))
def test_parts_of_any_size_make_the_same_log(log: Log, rows: int, cuts: list[int]) -> None:
    borders = sorted({0, log.cases, *(min(c, log.cases) for c in cuts)})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        with Writer(path, lay_out(log), rows=rows) as writer:
            for first, last in itertools.pairwise(borders):
                writer.add(cut(log, np.arange(first, last)))
            writer.finish(state(log))
        assert_same(log, opening.open(path))


@ANY
@given(log=logs(), rows=st.integers(1, 12), data=st.data())
def test_cases_in_any_order_come_back_in_the_order_of_the_log(log: Log, rows: int, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(log.cases))), np.int64)
    places = np.arange(log.cases, dtype=np.int64) * 7
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        with Writer(path, lay_out(log, ordered=False), rows=rows) as writer:
            for case in order:
                writer.add(cut(log, np.array([case]), places))
            writer.finish(state(log))
        assert_same(log, opening.open(path))


@ANY
@given(log=logs(), rows=st.integers(1, 12), data=st.data())
def test_rows_that_were_never_completed_are_kept_and_are_no_instances(log: Log, rows: int, data: st.DataObject) -> None:
    """The log with some rows marked as begun only is the log without these rows; they stand in the file."""
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=log.instances, max_size=log.instances)), bool)
    whole = cut(log, np.arange(log.cases))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        with Writer(path, lay_out(log, opens=True), rows=rows) as writer:
            writer.add(dataclasses.replace(whole, open=flags))
            writer.finish(state(log))
        found = opening.open(path)
        assert parquet.read_metadata(path).num_rows == log.instances
    kept = ~flags
    sizes = np.array([kept[lo:hi].sum() for lo, hi in zip(log.offsets, log.offsets[1:], strict=False)], np.int64)
    shown = np.flatnonzero(sizes)
    assert np.array_equal(np.diff(found.offsets), sizes[shown])
    assert np.array_equal(found.time, log.time[kept])
    assert np.array_equal(found.activity, log.activity[kept])
    assert found.case_ids == tuple(log.case_ids[case] for case in shown)
    for name, column in log.attributes.items():
        told = [column.get(row) for row in np.flatnonzero(kept)]
        assert [found.attributes[name].get(row) for row in range(found.instances)] == told
    for name, column in log.case_attributes.items():
        assert [found.case_attributes[name].get(c) for c in range(found.cases)] == [column.get(c) for c in shown]


@pytest.mark.parametrize("name", REAL)
def test_real_logs(name: str, real: Callable[[str], Path], tmp_path: Path) -> None:
    log = read_log(real(name))
    write(log, tmp_path / "log.parquet", rows=100_000)
    assert_same(log, opening.open(tmp_path / "log.parquet"))


def test_other_tools_read_the_columns_as_they_are_called(export: Callable[..., Path], tmp_path: Path) -> None:
    rows = ["case,activity,time,resource,price,vip,due", "7,a,2024-01-01T10:00:00Z,Ann,1.5,true,2024-02-01"]
    rows += ["7,b,2024-01-01T11:00:00Z,,,true,2024-02-01", "8,a,2024-01-02T10:00:00Z,Bob,2,false,2024-03-01"]
    write(read_log(export(rows)), tmp_path / "log.parquet")
    table = parquet.read_table(tmp_path / "log.parquet")
    found = table.to_pylist()
    assert [row["case_id"] for row in found] == ["7", "7", "8"]
    assert [row["time"] for row in found] == [1704103200, 1704106800, 1704189600]
    assert [row["event:price"] for row in found] == [1.5, None, 2.0]
    assert [row["case:vip"] for row in found] == [True, True, False]
    assert found[0]["case:due"].isoformat() == "2024-02-01T00:00:00+00:00"
    assert "start" not in table.column_names, "no start is known"
    statistics = parquet.read_metadata(tmp_path / "log.parquet").row_group(0).column(0).statistics
    assert (statistics.min, statistics.max) == (0, 1)
