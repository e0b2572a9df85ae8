"""A row group decoded part by part is the row group decoded whole, wherever the parts end."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.errors import InputError
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.decoding import ALL, Rows, decode
from svcflow.eventlog.store.file import File
from svcflow.eventlog.store.streaming import stream
from svcflow.eventlog.store.writing import Writer

from .conftest import assert_same, logs
from .test_round_trip import cut, lay_out, state

WANTED = st.sampled_from([ALL, frozenset({"activity"}), frozenset({"time", "team"}), frozenset[str]()])


def write(path: Path, log: Log, flags: np.ndarray, rows: int) -> None:
    with Writer(path, lay_out(log, opens=True), rows=rows) as writer:
        writer.add(dataclasses.replace(cut(log, np.arange(log.cases)), open=flags))
        writer.finish(state(log))


def join(parts: list[Rows]) -> dict[str, np.ndarray]:
    columns = {name: [getattr(part, name) for part in parts] for name in ("time", "start", "has_start")}
    columns |= {name: [part.codes[name] for part in parts] for name in parts[0].codes}
    return {name: np.concatenate(found) for name, found in columns.items()}


@settings(deadline=None, max_examples=80)
@given(logs(), st.integers(1, 30), st.integers(1, 9), WANTED, st.data())
def test_parts_put_together_are_the_group(
    log: Log, rows: int, size: int, wanted: frozenset[str], data: st.DataObject
) -> None:
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=log.instances, max_size=log.instances)), bool)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "log.parquet", log, flags, rows)
        file = File(Path(folder) / "log.parquet")
        for group in range(len(file.groups)):
            whole, parts = decode(file, group, wanted), list(stream(file, group, wanted, size))
            lengths = [length for part in parts for length in np.diff(part.offsets).tolist()]
            assert lengths == np.diff(whole.offsets).tolist()
            assert all(part.offsets[0] == 0 for part in parts)
            if parts:
                assert_same(join([whole]), join(parts))


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ([0, 0, 1, 1, 2, 2, 2, 3], None),
        ([0, 0, 1, 1, 1, 2, 1, 3], "out of order"),
        ([1, 1, 1, 1, 2, 2, 2, 3], "out of order"),
        ([0, 0, 1, 1, 3, 3, 3, 4], "out of order"),
        ([0, 0, 0, 0, 1, 1, 1, 2], "out of order"),
        ([0, 1, 2, 3, 3, 3, 3, 3], None),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_numbers_of_cases_go_on_from_part_to_part(
    numbers: list[int], reason: str | None, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.parquet"
    log = build(
        [Row(f"c{number}", "a", MONDAY + place * HOUR) for place, number in enumerate([0, 0, 1, 1, 2, 2, 2, 3])]
    )
    write(path, log, np.zeros(8, bool), 100)
    table = parquet.read_table(path)
    forged = table.set_column(
        table.schema.get_field_index("case"), table.schema.field("case"), pa.array(numbers, pa.int32())
    )
    told = {key: text for key, text in parquet.read_metadata(path).metadata.items() if b"svc" in key}
    with parquet.ParquetWriter(path, forged.schema.remove_metadata()) as writer:
        writer.write_table(forged.replace_schema_metadata(None))
        writer.add_key_value_metadata(told)
    file = File(path)
    if reason is None:
        lengths = [length for part in stream(file, 0, ALL, size) for length in np.diff(part.offsets).tolist()]
        assert lengths == np.bincount(numbers).tolist()
    else:
        with pytest.raises(InputError, match=reason):
            list(stream(file, 0, ALL, size))
