"""Parquet: typed columns, read one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from svcflow.errors import InputError
from svcflow.eventlog import read_log


def table() -> pa.Table:
    times = np.array(["2024-01-31T10:00:00", "2024-01-31T11:00:00", "2024-02-01T10:00:00"], "M8[us]")
    return pa.table(
        {
            "case": pa.array([7, 7, 8], pa.int32()),
            "activity": pa.array(["a", "b", "a"]).dictionary_encode(),
            "time": pa.array(times),
            "resource": pa.array(["ann", None, "NA"]),
            "amount": pa.array([1.5, None, 3.0]),
            "flag": pa.array([True, False, None]),
            "when": pa.array([18000, None, 18001], pa.date32()),
            "tags": pa.array([["x", "z"], [], ["y"]]),
            "notes": pa.array([[{"by": "ann"}], [], None]),
        }
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    parquet.write_table(table(), tmp_path / "log.parquet", row_group_size=2)
    return tmp_path / "log.parquet"


def test_types_are_kept(path: Path) -> None:
    log = read_log(path)
    assert log.case_ids == ("7", "8")
    assert log.resources.texts == ("", "NA", "ann")
    assert [log.attributes["amount"].get(row) for row in range(3)] == [1.5, None, 3.0]
    assert [log.attributes["flag"].get(row) for row in range(3)] == [True, False, None]
    assert log.attributes["when"].get(0) == 18000 * 86_400_000
    assert [log.attributes["tags"].get(row) for row in range(3)] == ["x, z", None, "y"]
    assert "notes" not in {*log.attributes, *log.case_attributes}
    assert any("'notes' holds lists of lists or of records and is left out" in note for note in log.notes)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_cut_file_is_said_to_be_damaged(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match=r"log\.parquet is damaged or no Parquet file"):
        read_log(path)


def test_no_rows(tmp_path: Path) -> None:
    parquet.write_table(table().slice(0, 0), tmp_path / "none.parquet")
    with pytest.raises(InputError, match=r"none\.parquet holds columns but no rows"):
        read_log(tmp_path / "none.parquet")


def test_it_comes_back_as_it_went(path: Path, tmp_path: Path) -> None:
    log = read_log(path)
    parquet.write_table(log.to_arrow(), tmp_path / "again.parquet")
    again = read_log(tmp_path / "again.parquet")
    assert (again.case_ids, again.activities, again.resources) == (log.case_ids, log.activities, log.resources)
    assert (again.time == log.time).all()
    assert len(log.to_pandas()) == log.instances
