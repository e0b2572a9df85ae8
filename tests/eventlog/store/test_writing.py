"""The writer: whole or not at all, and nothing in it that its layout does not promise."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from svcflow.errors import UsageError
from svcflow.eventlog.log import Column, Vocabulary
from svcflow.eventlog.store import opening
from svcflow.eventlog.store.layout import Attribute, Facts, Layout, Part
from svcflow.eventlog.store.writing import Writer
from svcflow.eventlog.texts import strings

LAYOUT = Layout(Vocabulary(("a", "b")), unit="s")
PART = Part(
    case_ids=strings(["x", "y"]),
    offsets=np.array([0, 2, 3], np.int64),
    time=np.array([1000, 2000, 3000], np.int64),
    activity=np.array([0, 1, 0], np.int8),
)
FACTS = Facts("export.csv", 3)


def test_nothing_is_left_by_a_failure(tmp_path: Path) -> None:
    target = tmp_path / "log.parquet"
    target.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), Writer(target, LAYOUT) as writer:  # noqa: PT012 - it must happen inside
        writer.add(PART)
        raise KeyboardInterrupt
    assert target.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["log.parquet"]


def test_what_is_never_finished_never_appears(tmp_path: Path) -> None:
    with Writer(tmp_path / "log.parquet", LAYOUT) as writer:
        writer.add(PART)
    assert not [*tmp_path.iterdir()]


def test_the_target_has_the_rights_of_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with Writer(tmp_path / "log.parquet", LAYOUT) as writer:
        writer.finish(FACTS)
    assert (tmp_path / "log.parquet").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs a folder that does not exist, on POSIX")
def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"), Writer(tmp_path / "none" / "log.parquet", LAYOUT):
        pass


def test_the_same_parts_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with Writer(tmp_path / name, LAYOUT) as writer:
            writer.add(PART)
            writer.finish(FACTS)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"offsets": np.array([0, 2, 2], np.int64)}, "do not ascend"),
        ({"offsets": np.array([1, 2, 3], np.int64)}, "do not ascend"),
        ({"activity": np.array([0, 2, 0])}, "codes of activity"),
        ({"activity": np.array([0, -1, 0])}, "codes of activity"),
        ({"team": np.array([0, 1, 0])}, "codes of team"),
        ({"time": np.array([1000, 2500, 3000], np.int64)}, "finer than the unit"),
        ({"time": np.array([1000, 2000, 2**62 // 1000 * 1000], np.int64)}, "years 1 to 9999"),
        ({"time": np.array([1000, 2000], np.int64)}, "differ in length"),
        ({"case_ids": strings(["x"])}, "differ in length"),
        ({"case_ids": pa.array(["x", "y"])}, "no Arrow texts"),
        ({"start": np.zeros(3, np.int64), "has_start": np.ones(3, bool)}, "starts in a layout without"),
        ({"open": np.ones(3, bool)}, "open rows in a layout without"),
    ],
)
def test_a_part_that_contradicts_its_layout(changes: dict[str, Any], reason: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=reason), Writer(tmp_path / "log.parquet", LAYOUT) as writer:
        writer.add(dataclasses.replace(PART, **changes))


@pytest.mark.parametrize(
    ("layout", "reason"),
    [
        (Layout(Vocabulary(("a", "b")), counts=True), "numbers of events"),
        (Layout(Vocabulary(("a", "b")), ordered=False), "rows of"),
    ],
)
def test_a_part_that_lacks_what_its_layout_promises(layout: Layout, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=reason), Writer(tmp_path / "log.parquet", layout) as writer:
        writer.add(PART)


def test_row_groups_end_where_cases_end(tmp_path: Path) -> None:
    sizes = np.array([3, 9, 1, 1, 4, 20, 2, 2], np.int64)
    offsets = np.r_[0, np.cumsum(sizes)]
    rows = int(offsets[-1])
    part = Part(strings([f"c{n}" for n in range(8)]), offsets, np.arange(rows) * 1000, np.zeros(rows, np.int8))
    with Writer(tmp_path / "log.parquet", LAYOUT, rows=10) as writer:
        writer.add(part)
        writer.finish(FACTS)
    told = parquet.read_metadata(tmp_path / "log.parquet")
    assert [told.row_group(group).num_rows for group in range(told.num_row_groups)] == [3, 9 + 1, 1 + 4, 20, 4]


ARROW: list[tuple[str, Callable[[], Any], list[Any]]] = [
    ("text", lambda: pa.array(["u", None, ""], pa.large_string()), ["u", None, None]),
    ("text", lambda: pa.array(["u", None, "v"]).dictionary_encode(), ["u", None, "v"]),
    ("text", lambda: pa.chunked_array([["u"], ["v", None]]), ["u", "v", None]),
    ("number", lambda: pa.array([1, None, 3], pa.int64()), [1.0, None, 3.0]),
    ("boolean", lambda: pa.array([True, None, False]), [True, None, False]),
    ("datetime", lambda: pa.array([5, None, 7], pa.timestamp("s", "UTC")), [5000, None, 7000]),
    ("number", lambda: Column("number", np.array([1.5, np.nan, 2.0])), [1.5, None, 2.0]),
]


@pytest.mark.parametrize(("kind", "make", "wanted"), ARROW)
def test_attributes_are_given_as_columns_or_arrow(
    kind: Any, make: Callable[[], Any], wanted: list[Any], tmp_path: Path
) -> None:
    layout = dataclasses.replace(LAYOUT, attributes=(Attribute("it", kind), Attribute("it", kind, "case")))
    owned = make()[:2] if not isinstance(make(), Column) else Column("number", np.array([1.5, np.nan]))
    with Writer(tmp_path / "log.parquet", layout) as writer:
        writer.add(dataclasses.replace(PART, attributes={"it": make()}, case_attributes={"it": owned}))
        writer.finish(FACTS)
    log = opening.open(tmp_path / "log.parquet")
    assert [log.attributes["it"].get(row) for row in range(3)] == wanted
    assert [log.case_attributes["it"].get(case) for case in range(2)] == wanted[:2]


def test_a_column_of_another_kind_than_its_attribute(tmp_path: Path) -> None:
    layout = dataclasses.replace(LAYOUT, attributes=(Attribute("it", "text"),))
    part = dataclasses.replace(PART, attributes={"it": Column("number", np.zeros(3))})
    with pytest.raises(ValueError, match="kind text is given as number"), Writer(tmp_path / "log", layout) as writer:
        writer.add(part)
