"""The same events in every format give the same log; blocks give what the whole gives; damage is said in one line."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from svcflow.errors import InputError
from svcflow.eventlog import read_log
from svcflow.eventlog.opening import find_reader, read_table, stream_table
from svcflow.eventlog.raw import Stated

FORMATS = {
    "events.xlsx": "workbook",
    "events.ods": "workbook",
    "events.json": "json",
    "events.jsonl": "json",
    "events.arrow": "arrow",
    "events.feather": "arrow",
    "events.parquet": "parquet",
    "events.sqlite": "database",
    "events.duckdb": "database",
    "objects.json": "ocel_json",
    "objects.xml": "ocel_xml",
    "objects.db": "ocel_sqlite",
}
SLOW = {"events.ods": 25, "events.duckdb": 40}
"""Formats that are opened slowly are damaged less often."""


@pytest.mark.parametrize("name", FORMATS)
def test_the_reader_is_found_by_the_contents(name: str, sample: Callable[[str], Path]) -> None:
    path = sample(name)
    assert find_reader(path)[0].__name__.rpartition(".")[2] == FORMATS[name]
    bare = path.rename(path.with_name("export"))
    assert find_reader(bare)[0].__name__.rpartition(".")[2] == FORMATS[name]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_log(name: str, sample: Callable[[str], Path], events: list[tuple]) -> None:
    log = read_log(sample(name))
    found = {
        (log.case_ids[case], log.activities[log.activity[row]], int(log.time[row]), log.resources[log.resource[row]])
        for row, case in enumerate(log.case_of_row.tolist())
    }
    epoch = np.datetime64("1970-01-01")
    assert found == {
        (case, step, int((np.datetime64(time) - epoch) / np.timedelta64(1, "ms")), agent)
        for case, step, time, agent, _ in events
    }
    assert log.events == len(events)
    assert sorted(log.attributes["minutes"].values.tolist()) == sorted(row[-1] for row in events)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_blocks_one_after_the_other_are_the_whole(name: str, rows: int, sample: Callable[[str], Path]) -> None:
    path = sample(name)
    whole = read_table(path, Stated())
    blocks = list(stream_table(path, Stated(), rows))
    assert {block.names for block in blocks} == {whole.names}
    assert sum(block.rows for block in blocks) == whole.rows
    for column in whole.names:
        parts = [value for block in blocks for value in block.load(column).to_pylist()]
        assert parts == whole.load(column).to_pylist(), column
    numbers = [block.number(row) for block in blocks for row in range(block.rows)]
    assert numbers == [whole.number(row) for row in range(whole.rows)]
    if rows == 7 and not name.startswith("objects"):
        assert len(blocks) > 2


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_cut_off_is_refused_or_whole(name: str, sample: Callable[[str], Path]) -> None:
    path = sample(name)
    reader, data = find_reader(path)[0], path.read_bytes()
    step = max(7, len(data) // SLOW.get(name, 400) // 7 * 7)
    for cut in range(8, len(data), step):
        path.write_bytes(data[:cut])
        count = judge(reader, path)
        lines = data[:cut].count(b"\n") if name.endswith(".jsonl") else 0
        assert count in {None, 40, lines, lines + 1} - {0}, cut


@pytest.mark.parametrize("name", FORMATS)
def test_flipped_bits_are_refused_or_change_no_count_in_silence(name: str, sample: Callable[[str], Path]) -> None:
    path = sample(name)
    reader, data, chance = find_reader(path)[0], path.read_bytes(), random.Random(4)
    for _ in range(SLOW.get(name, 400)):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 1, 4))):
            damaged[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        assert judge(reader, path) in (None, 40)


def judge(reader: object, path: Path) -> int | None:
    """Return the number of rows, the wanted number where what is missing is said, nothing where reading is refused."""
    try:
        table = reader.read(path, Stated())
        lengths = {len(table.load(name)) for name in table.names}
    except InputError as error:
        return None if error.message and "\n" not in error.message else -1
    assert lengths == {table.rows}
    said = any("are not listed" in fact or "belong to no object" in fact for fact in table.facts)
    return 40 if said and table.format.startswith("OCEL") else table.rows
