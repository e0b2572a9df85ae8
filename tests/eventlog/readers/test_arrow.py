"""Arrow and Parquet: types are kept, what is nested becomes plain columns or is said to be left out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, ipc, parquet

from svcflow.errors import InputError
from svcflow.eventlog import read_log
from svcflow.eventlog.raw import RawTable, Stated
from svcflow.eventlog.readers import arrow
from svcflow.eventlog.readers import parquet as parquet_reader

TICKET = uuid.UUID("12345678-1234-5678-1234-567812345678")
ZONED = pa.timestamp("us", "Europe/Amsterdam")


def kinds() -> dict[str, tuple[pa.Array, Any]]:
    """Return arrays of one value and a missing one, and what is read of them; ``None`` where it is left out."""
    noon = dt.datetime(2024, 1, 31, 12, tzinfo=dt.UTC)
    person = pa.struct([("name", pa.string()), ("team", pa.struct([("id", pa.int8())]))])
    return {
        "text": (pa.array(["x", None]), "x"),
        "large": (pa.array(["x", None], pa.large_string()), "x"),
        "view": (pa.array(["x", None], pa.string_view()), "x"),
        "words": (pa.array(["x", None]).dictionary_encode(), "x"),
        "numbered words": (pa.array([5, None]).dictionary_encode(), 5),
        "whole": (pa.array([7, None], pa.uint16()), 7),
        "half": (pa.array(np.array([1.5, 2], np.float16)), 1.5),
        "number": (pa.array([1.5, None]), 1.5),
        "money": (pa.array([Decimal("12.50"), None]), "12.50"),
        "flag": (pa.array([True, None]), True),
        "day": (pa.array([dt.date(2024, 1, 31), None]), dt.date(2024, 1, 31)),
        "instant": (pa.array([noon, None], ZONED), noon),
        "clock": (pa.array([dt.time(10, 30), None], pa.time32("s")), "10:30:00"),
        "span": (pa.array([dt.timedelta(minutes=2), None], pa.duration("ms")), 120.0),
        "bytes": (pa.array([b"x", None]), "x"),
        "nothing": (pa.nulls(2), None),
        "tags": (pa.array([["a", None, "b"], None]), "a, b"),
        "sizes": (pa.array([[1, 2], None], pa.list_(pa.int8(), 2)), "1, 2"),
        "person": (pa.array([{"name": "ann", "team": {"id": 3}}, None], person), {"name": "ann", "team.id": 3}),
        "runs": (pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array(["x"])), "x"),
        "id": (pa.ExtensionArray.from_storage(pa.uuid(), pa.array([TICKET.bytes, None], pa.binary(16))), str(TICKET)),
        "steps": (pa.array([[{"a": 1}], None]), ...),
        "map": (pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int8())), ...),
    }


def write_stream(table: pa.Table, path: Path) -> None:
    with ipc.new_stream(path, table.schema) as sink:
        sink.write_table(table)


WRITERS: dict[str, tuple[Callable[[pa.Table, Path], Any], Any, set[str]]] = {
    "arrow": (write_stream, arrow, set()),
    "feather": (lambda table, path: feather.write_feather(table, path, compression="zstd"), arrow, set()),
    "parquet": (parquet.write_table, parquet_reader, {"runs"}),
}


@pytest.mark.parametrize("form", WRITERS)
def test_every_type_is_read_or_said_to_be_left_out(form: str, tmp_path: Path) -> None:
    write, reader, unknown = WRITERS[form]
    path = tmp_path / f"types.{form}"
    arrays = {name: pair for name, pair in kinds().items() if name not in unknown}
    write(pa.table({name: array for name, (array, _) in arrays.items()}), path)
    for table in (reader.read(path, Stated()), next(reader.stream(path, Stated(), 100))):
        for name, (_, wanted) in arrays.items():
            if wanted is ...:
                assert name not in table.names
                assert any(fact.startswith(f"column {name!r} holds") for fact in table.facts)
            elif isinstance(wanted, dict):
                assert {key: table.load(f"{name}.{key}")[0].as_py() for key in wanted} == wanted
                assert table.load(f"{name}.name")[1].as_py() is None
            else:
                found = table.load(name)[0].as_py()
                assert (found.removesuffix(".000") if name == "clock" else found) == wanted, name
                assert name in ("half", "runs") or not table.load(name)[1].as_py()


@pytest.mark.parametrize("form", WRITERS)
def test_columns_of_the_same_name_are_told_apart(form: str, tmp_path: Path) -> None:
    write, reader, _ = WRITERS[form]
    path = tmp_path / f"twice.{form}"
    write(pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array(["x"])], names=["a", "a", "b"]), path)
    table: RawTable = reader.read(path, Stated())
    assert {name: table.load(name)[0].as_py() for name in table.names} == {"a": 1, "a (2)": 2, "b": "x"}
    assert any("'a' stands more than once" in fact for fact in table.facts)


@pytest.mark.parametrize("form", WRITERS)
def test_no_rows(form: str, tmp_path: Path) -> None:
    write, reader, _ = WRITERS[form]
    path = tmp_path / f"none.{form}"
    write(pa.table({"a": pa.array([], pa.int8())}), path)
    for read in (reader.read, lambda *given: list(reader.stream(*given, 10))):
        with pytest.raises(InputError, match="holds columns but no rows"):
            read(path, Stated())


def test_old_parquet_times_and_infinities(tmp_path: Path) -> None:
    noon = np.array(["2024-01-31T12:00"], "M8[us]")
    parquet.write_table(pa.table({"time": noon}), tmp_path / "old.parquet", use_deprecated_int96_timestamps=True)
    old = parquet_reader.read(tmp_path / "old.parquet", Stated())
    assert old.load("time").cast(pa.timestamp("us"))[0].value == noon.astype(int)[0]
    far = pa.array([2**63 - 1, -(2**63) + 1, 0], pa.int64()).cast(pa.timestamp("us"))
    write_stream(pa.table({"time": far}), tmp_path / "far.arrow")
    assert [v.is_valid for v in arrow.read(tmp_path / "far.arrow", Stated()).load("time")] == [False, False, True]


def test_feather_of_version_1_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "old.feather").write_bytes(b"FEA1" + b"\0" * 100 + b"FEA1")
    with pytest.raises(InputError, match="Feather of version 1"):
        read_log(tmp_path / "old.feather")


def test_columns_of_parquet_are_read_only_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet.write_table(pa.table({"a": [1], "b": [{"c": 2, "d": 3}]}), tmp_path / "x.parquet")
    asked = []
    before = parquet.ParquetFile.read
    monkeypatch.setattr(
        parquet.ParquetFile, "read", lambda self, columns: asked.append(columns) or before(self, columns=columns)
    )
    table = parquet_reader.read(tmp_path / "x.parquet", Stated())
    assert asked == []
    assert table.load("b.d")[0].as_py() == 3
    assert asked == [["b"]]
