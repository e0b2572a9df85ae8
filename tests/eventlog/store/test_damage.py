"""A damaged, forged or newer file gives one line that says so; never a traceback, never another log."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from svcflow.errors import InputError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.eventlog.store import metadata, opening
from svcflow.eventlog.store.file import recognise
from svcflow.eventlog.store.writing import write

from .conftest import assert_same

ROWS = ["case,activity,start,end,resource,team,price,vip,due,mood"]
for number in range(40):
    for step in "abc"[: 1 + number % 3]:
        begun = f"2024-01-{1 + number % 28:02}T1{number % 7}:00:0{'abc'.index(step)}Z"
        ROWS.append(
            f"K{number:02},{step},{begun},{begun[:-1]}.5Z,r{number % 4},T{number % 2},{number}.5,{number % 2 == 0},"
            f"2024-03-{1 + number % 9:02},{'good' if step == 'a' else 'bad'}"
        )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, bytes]:
    folder = tmp_path_factory.mktemp("sound")
    (folder / "export.csv").write_text("\n".join(ROWS))
    log = read_log(folder / "export.csv")
    write(log, folder / "log.parquet", rows=30)
    return log, (folder / "log.parquet").read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "log.parquet"


def judge(path: Path, log: Log) -> bool:
    """Return whether a file is refused in one line; fail where it is read as another log."""
    refusal = None
    try:
        assert_same(log, opening.open(path))
    except InputError as error:
        refusal = error
    if refusal is not None:
        assert "\n" not in refusal.message
        assert refusal.hint
        assert path.name in refusal.message
    return refusal is not None


def test_every_truncation_is_refused(sound: tuple[Log, bytes], place: Path) -> None:
    log, data = sound
    for length in range(1, len(data), 97):
        place.write_bytes(data[:length])
        assert judge(place, log), length


def test_every_flipped_byte_is_refused_or_changes_nothing(sound: tuple[Log, bytes], place: Path) -> None:
    log, data = sound
    refused = 0
    steps = range(0, len(data), max(len(data) // 700, 1))
    for position in steps:
        place.write_bytes(data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :])
        refused += judge(place, log)
    assert refused > len(steps) // 2


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_bits_and_blocks(sound: tuple[Log, bytes], place: Path, data: st.DataObject) -> None:
    log, whole = sound
    position = data.draw(st.integers(0, len(whole) - 1))
    piece = data.draw(st.binary(max_size=8))
    width = data.draw(st.integers(0, 8))
    place.write_bytes(whole[:position] + piece + whole[position + width :])
    judge(place, log)


def forge(data: bytes, place: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Write the file with other metadata, their checksum in order."""
    place.write_bytes(data)
    file = parquet.ParquetFile(place)
    content = json.loads(file.metadata.metadata[metadata.KEY])
    content = change(content) or content
    text = json.dumps(content).encode()
    groups = [file.read_row_group(group) for group in range(file.num_row_groups)]
    _write(place, groups, {metadata.KEY: text, metadata.CHECKSUM: f"{zlib.crc32(text):08x}".encode()})


def _write(place: Path, groups: list[Any], known: dict[bytes, bytes]) -> None:
    schema = groups[0].schema.remove_metadata()
    with parquet.ParquetWriter(place, schema, compression="lz4") as writer:
        for group in groups:
            writer.write_table(group.replace_schema_metadata(None), row_group_size=1 << 30)
        writer.add_key_value_metadata(known)


def test_a_forged_copy_without_changes_is_the_log(sound: tuple[Log, bytes], place: Path) -> None:
    log, data = sound
    forge(data, place, lambda content: None)
    assert not judge(place, log)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key in value:
            found += _paths(value[key], (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value[:2]):
            found += _paths(item, (*path, place))
    return found


def test_hostile_metadata(sound: tuple[Log, bytes], place: Path) -> None:
    """Every value of the metadata is replaced by every kind of nonsense; nothing but one line comes of it."""
    _, data = sound
    place.write_bytes(data)
    content = json.loads(parquet.read_metadata(place).metadata[metadata.KEY])
    refused = 0
    nonsense: list[Any] = [None, -1, 10**30, "", "\udcff", [], {}, True, 1.5, [[1]], {"a": 1}]
    paths = _paths(content)
    for number, path in enumerate(paths):
        for value in (nonsense[number % len(nonsense)], nonsense[(number + 3) % len(nonsense)]):
            holder = json.loads(json.dumps(content))
            inner = holder
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
            text = json.dumps(holder).encode()
            try:
                metadata.read(text, "log.parquet")
            except (metadata.Damage, InputError):
                refused += 1
    assert refused > len(paths)


@pytest.mark.parametrize("text", [b"", b"[" * 100_000, b"\xff", b"[]", b'{"format": "svcflow log"}', b"1" * 5_000])
def test_metadata_that_are_no_document(text: bytes) -> None:
    with pytest.raises(metadata.Damage):
        metadata.read(text, "log.parquet")


def test_a_newer_version_is_refused_with_a_hint(sound: tuple[Log, bytes], place: Path) -> None:
    forge(sound[1], place, lambda content: content.update(version=2))
    with pytest.raises(InputError, match="written by a newer svcflow \\(version 2") as caught:
        read_log(place)
    assert "update svcflow" in caught.value.hint


def _replace(name: str, make: Callable[[np.ndarray], np.ndarray]) -> Callable[[Any], Any]:
    def change(table: Any) -> Any:
        values = table.column(name).to_numpy(zero_copy_only=False)
        position = table.schema.get_field_index(name)
        return table.set_column(
            position, table.schema.field(name), pa.array(make(values), table.schema.field(name).type)
        )

    return change


def _set(place: int, value: int) -> Callable[[np.ndarray], np.ndarray]:
    def make(values: np.ndarray) -> np.ndarray:
        changed = values.copy()
        changed[place] = value
        return changed

    return make


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_replace("activity", _set(3, 200)), "outside its vocabulary"),
        (_replace("resource", _set(3, 200)), "outside its vocabulary"),
        (_replace("case", _set(3, 17)), "out of order"),
        (_replace("case", lambda values: values + 1), "out of order"),
        (_replace("case", lambda values: values[::-1].copy()), "out of order"),
        (_replace("time", lambda values: values[::-1].copy()), "out of order"),
        (_replace("time", _set(0, 2**62)), "years 1 to 9999"),
        (_replace("time", _set(0, -(2**63))), "years 1 to 9999"),
        (_replace("start", _set(5, 2**50 // 10)), "starts after its completion"),
        (lambda table: table.drop_columns(["team"]), "'team' is missing"),
        (lambda table: table.rename_columns(["x" if n == "event:mood" else n for n in table.column_names]), "missing"),
        (lambda table: table.cast(_retype(table.schema, "time", pa.int32()), safe=False), "wrong type"),
        (lambda table: table.cast(_retype(table.schema, "case:vip", pa.int8())), "wrong type"),
        (lambda table: table.slice(0, table.num_rows - 1), "row groups are not those"),
    ],
)
def test_hostile_columns(
    change: Callable[[Any], Any], reason: str, sound: tuple[Log, bytes], place: Path, tmp_path: Path
) -> None:
    place.write_bytes(sound[1])
    file = parquet.ParquetFile(place)
    groups = [change(file.read_row_group(group)) for group in range(file.num_row_groups)]
    target = tmp_path / "forged.parquet"
    _write(target, groups, file.metadata.metadata and {k: v for k, v in file.metadata.metadata.items() if b"svc" in k})
    assert recognise(target)
    with pytest.raises(InputError, match=reason) as caught:
        read_log(target)
    assert caught.value.message.startswith("forged.parquet is damaged: ")


def _retype(schema: Any, name: str, kind: Any) -> Any:
    return schema.set(schema.get_field_index(name), pa.field(name, kind))


def test_more_rows_than_a_file_can_hold(sound: tuple[Log, bytes], place: Path) -> None:
    """A small file that unpacks to a great many equal rows is a bomb, whatever it says of itself."""
    place.write_bytes(sound[1])
    table = parquet.read_table(place).slice(0, 1)
    rows = 5_000_000
    many = pa.table({name: pa.array([0], pa.int64()).take(pa.array(np.zeros(rows, np.int8))) for name in ["time"]})
    content = json.loads(parquet.read_metadata(place).metadata[metadata.KEY])
    content["groups"] = [[rows, 1, rows, 1]]
    text = json.dumps(content).encode()
    with parquet.ParquetWriter(place, many.schema, compression="zstd") as writer:
        writer.write_table(many, row_group_size=rows)
        writer.add_key_value_metadata({metadata.KEY: text, metadata.CHECKSUM: f"{zlib.crc32(text):08x}".encode()})
    assert table.num_rows == 1
    assert place.stat().st_size * 150 < rows
    with pytest.raises(InputError, match="claims 5,000,000 rows"):
        opening.open(place)


def test_damage_of_attributes_is_found_when_they_are_read(sound: tuple[Log, bytes], place: Path) -> None:
    """The columns that figures rest on are sound, so the log opens; the attribute is refused when it is asked for."""
    log, data = sound
    place.write_bytes(data)
    chunk = next(
        part
        for part in (parquet.read_metadata(place).row_group(0).column(i) for i in range(30))
        if part.path_in_schema == "event:mood"
    )
    position = chunk.data_page_offset + chunk.total_compressed_size // 2
    place.write_bytes(data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :])
    found = opening.open(place)
    assert_same(log.case_attributes["price"], found.case_attributes["price"])
    with pytest.raises(InputError, match=r"log\.parquet is damaged"):
        found.attributes["mood"]


def test_an_ordinary_parquet_is_no_canonical_file(tmp_path: Path) -> None:
    path = tmp_path / "plain.parquet"
    parquet.write_table(pa.table({"svcflow.crc32": ["svcflow"]}), path)
    assert not recognise(path)
    with pytest.raises(InputError, match="no canonical file"):
        opening.open(path)
    with pytest.raises(InputError, match="does not exist"):
        opening.open(tmp_path / "none.parquet")
