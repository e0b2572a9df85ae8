"""XES that others read: pm4py sees the same cases, events, attributes, times and types."""

from __future__ import annotations

import gzip
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import export
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log

Differ = Callable[[Log, Log], list[str]]


def read_with_pm4py(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pm4py

        return pm4py.read_xes(str(path))


def test_pm4py_reads_the_copy_as_it_reads_the_original(
    real: Callable[[str], Path], differ: Differ, tmp_path: Path
) -> None:
    """What is the same on all events of each case has become an attribute of the case; all else is as it was."""
    original = real("bpic2013_closed.xes.gz")
    log = read_log(original)
    export(log, tmp_path / "copy.xes.gz")
    assert differ(log, read_log(tmp_path / "copy.xes.gz")) == []
    first, second = (
        frame.sort_values(["case:concept:name", "time:timestamp"], kind="stable").reset_index(drop=True)
        for frame in (read_with_pm4py(original), read_with_pm4py(tmp_path / "copy.xes.gz"))
    )
    assert len(first) == len(second) == log.events
    assert {"concept:name", "time:timestamp", "org:resource", "case:concept:name"} <= {*first} & {*second}
    for column in first.columns:
        twin = column if column in second.columns else f"case:{column}"
        assert twin == column or column in log.case_attributes
        same = (first[column] == second[twin]) | (first[column].isna() & second[twin].isna())
        assert same.all(), column
        assert first[column].dtype == second[twin].dtype, column


def test_types_are_those_of_the_attributes(export_log: Log, tmp_path: Path) -> None:
    export(export_log, tmp_path / "log.xes")
    frame = read_with_pm4py(tmp_path / "log.xes")
    frame = frame[frame["lifecycle:transition"] == "complete"]
    kinds = {name: str(frame[name].dtype) for name in ("price", "case:vip", "case:due", "said")}
    assert kinds["price"].startswith("float")
    assert kinds["case:vip"] == "bool"
    assert kinds["case:due"].startswith("datetime64")
    assert frame["count"].tolist() == [3, 4, 3]
    assert '<int key="count" value="3"/>' in (tmp_path / "log.xes").read_text()
    assert frame["price"].tolist() == [1.5, 2.0, 0.25]
    assert frame["case:concept:name"].tolist() == ["1", "1", "2"]
    assert [moment.value // 10**6 for moment in frame["time:timestamp"].dt.as_unit("ns")] == export_log.time.tolist()


@pytest.fixture
def export_log(export: Callable[..., Path]) -> Log:
    rows = ["case,activity,start,end,resource,count,price,vip,due,said"]
    rows += ["1,a,2024-01-01T10:00:00Z,2024-01-01T11:00:00Z,Ann,3,1.5,true,2024-03-01,one"]
    rows += ["1,b,2024-01-01T12:00:00Z,2024-01-01T12:30:00Z,Bob,4,2,true,2024-03-01,two"]
    rows += ["2,a,2024-01-02T10:00:00Z,2024-01-02T11:00:00.250Z,Ann,3,0.25,false,2024-04-01,x"]
    return read_log(export(rows))


def test_instances_are_pairs_of_start_and_complete(export_log: Log, tmp_path: Path) -> None:
    export(export_log, tmp_path / "log.xes.gz")
    root = ET.fromstring(gzip.decompress((tmp_path / "log.xes.gz").read_bytes()))
    events = [{child.get("key"): child.get("value") for child in event} for event in root.iter("event")]
    assert [event["lifecycle:transition"] for event in events] == ["start", "complete"] * 3
    assert [event["concept:name"] for event in events] == ["a", "a", "b", "b", "a", "a"]
    assert events[0]["time:timestamp"] == "2024-01-01T10:00:00.000+00:00"
    assert "concept:instance" not in events[0]


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.integers(0, 20), st.none() | st.integers(0, 20)),
        min_size=1,
        max_size=14,
    )
)
def test_what_overlaps_comes_back_or_is_told_apart(rows: list[tuple[int, str, int, int | None]]) -> None:
    """Instances of an activity may overlap in any way: starts come back, or the events say which belongs where."""
    lines = ["case,activity,start,end"]
    for case, activity, end, length in rows:
        begun = "" if length is None else f"2024-01-01T00:{30 + end - length:02}:00Z"
        lines.append(f"{case},{activity},{begun},2024-01-01T00:{30 + end:02}:00Z")
    if all(length is None for *_, length in rows):
        lines.append("0,a,2024-01-01T00:00:00Z,2024-01-01T00:01:00Z")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "export.csv", Path(folder) / "log.xes"
        source.write_text("\n".join(lines))
        log = read_log(source, {"columns": {"case": "case", "activity": "activity", "start": "start", "time": "end"}})
        notes = export(log, target)
        again = read_log(target)
        root = ET.fromstring(target.read_bytes())
    for name in ("offsets", "time", "activity"):
        assert np.array_equal(getattr(log, name), getattr(again, name)), name
    same = np.array_equal(log.start, again.start) and np.array_equal(log.has_start, again.has_start)
    assert same or any("concept:instance" in note for note in notes)
    if same:
        assert not notes
        return
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for trace in root.iter("trace"):
        case = trace.find("string").get("value")
        for event in trace.iter("event"):
            told = {child.get("key"): child.get("value") for child in event}
            if "concept:instance" in told:
                found.setdefault((case, told["concept:instance"]), []).append(told)
    assert found
    for first, second in found.values():
        assert (first["lifecycle:transition"], second["lifecycle:transition"]) == ("start", "complete")
        assert first["concept:name"] == second["concept:name"]
        assert first["time:timestamp"] <= second["time:timestamp"]
