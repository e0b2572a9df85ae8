"""Laws of reading text in blocks: the blocks put together are the table read at once, however they are cut."""

from __future__ import annotations

import csv
import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svcflow.errors import InputError, SvcflowError
from svcflow.eventlog import textblocks
from svcflow.eventlog.raw import RawTable, Stated, add_passed
from svcflow.eventlog.readers import delimited

STYLES = st.tuples(
    st.sampled_from([",", ";", "\t", "||"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "gb18030"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
WORDS = st.sampled_from(["a", "b c", 'say "no"', "x, y; z", "two\nlines", "three\n\nlines", "", " ", "é", "q" * 300])
ROW = st.one_of(
    st.tuples(st.integers(1, 99).map(str), WORDS, st.just("2024-01-31 10:00")).map(list),
    st.tuples(st.integers(1, 99).map(str), WORDS, st.just("2024-01-31 10:00")).map(list),
    st.sampled_from([["", "", ""], [], ["one"], ["case", "activity", "time"], ["1", "2", "3", "4"]]),
)  # fmt: skip


def write(path: Path, rows: list[list[str]], style: tuple[str, str, str]) -> None:
    delimiter, encoding, end = style
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\x1f", quoting=csv.QUOTE_ALL, lineterminator=end)
    writer.writerow(["case", "activity", "time"])
    for row in rows:
        writer.writerow(row)
    text = out.getvalue().replace("\x1f", delimiter)
    if encoding in ("cp1252", "gb18030"):
        text = text.replace("é", "ü" if encoding == "cp1252" else "办")
    path.write_bytes(text.encode(encoding))


def content(tables: list[RawTable]) -> dict[str, Any]:
    passed: dict[str, int] = {}
    for table in tables:
        for what, count in table.passed.items():
            passed[what] = passed.get(what, 0) + count
    return {
        "cells": {
            name: [value for table in tables for value in table.load(name).to_pylist()] for name in tables[0].names
        },
        "numbers": [table.number(row) for table in tables for row in range(table.rows)],
        "bad": [row for table in tables for row in table.bad],
        "passed": passed,
    }


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=60), STYLES, st.sampled_from([1, 7, 1000]), st.sampled_from([400, 1500]))
def test_blocks_put_together_are_the_table(
    tmp_path: Path, rows: list[list[str]], style: tuple[str, str, str], size: int, piece: int
) -> None:
    path = tmp_path / "x.csv"
    write(path, rows, style)
    stated = Stated(encoding=style[1], delimiter=style[0], drop_bad_rows=True)
    try:
        whole = delimited.read(path, stated)
    except InputError:  # no row at all, or none that fits the header
        assert not any(len(row) == 3 and any(map(str.strip, row)) and row[0] != "case" for row in rows)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textblocks, "SIZES", (piece, 1 << 20))
        blocks = list(delimited.stream(path, stated, size))
    assert content(blocks) == content([whole])
    assert whole.facts == blocks[0].facts
    assert whole.passed == add_passed(blocks)
    assert {(block.names, block.facts) for block in blocks} == {(whole.names, blocks[0].facts)}
    wide = [row for row in rows if len(row) == 3]
    blank = [row for row in rows if row and not any(cell.strip() for cell in row)]
    again = [row for row in wide if row == ["case", "activity", "time"]]
    assert whole.rows == len(wide) - len([row for row in blank if len(row) == 3]) - len(again)
    assert len(whole.bad) == len([row for row in rows if row and len(row) != 3 and row not in blank])
    assert whole.passed.get("blank rows", 0) == len(blank)
    assert whole.passed.get("repeated header rows", 0) == len(again)


def test_blocks_are_about_as_large_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("case,activity,time\n" + "".join(f"{n},a,2024-01-31\n" for n in range(200_000)))
    blocks = list(delimited.stream(path, Stated(), 60_000))
    assert sum(block.rows for block in blocks) == 200_000
    assert all(60_000 <= block.rows <= 140_000 for block in blocks[:-1])


@pytest.mark.parametrize("row", ["17,b", "17,b,2024-01-31,x"])
def test_a_bad_row_stops_the_blocks_with_the_words_of_reading_at_once(row: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "case,activity,time\n" + "1,a,2024-01-31\n" * 150_000 + row + "\n" + "1,a,2024-01-31\n" * 9 + row + "\n"
    )
    told = []
    for reading in (lambda: delimited.read(path, Stated()), lambda: list(delimited.stream(path, Stated(), 1000))):
        with pytest.raises(InputError) as refused:
            reading()
        told.append(refused.value.message)
    assert told[0] == told[1]
    assert "row 150,001: " in told[0]
    assert "(2 such rows)" in told[0]


def test_memory_does_not_follow_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa

    monkeypatch.setattr(textblocks, "SIZES", (1 << 16,))  # Arrow reads some pieces ahead

    path = tmp_path / "x.csv"
    with path.open("w") as out:
        out.write("case,activity,time\n")
        for _ in range(900):
            out.write("4711,an activity of some length,2024-01-31 10:00\n" * 1000)
    before, highest = pa.total_allocated_bytes(), 0
    for _ in delimited.stream(path, Stated(), 10_000):
        highest = max(highest, pa.total_allocated_bytes() - before)
    assert highest < path.stat().st_size / 5


def test_rows_written_anew_do_not_gather_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("case||activity||time\n" + "4711||an activity of some length||2024-01-31 10:00\n" * 40_000)
    tracemalloc.start()
    try:
        assert sum(block.rows for block in delimited.stream(path, Stated(), 10_000)) == 40_000
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_damage_is_never_read_as_fewer_rows(tmp_path: Path) -> None:
    good = "case,activity,time,note\n" + "".join(f'{n},a,2024-01-{n % 28 + 1:02},"n {n}"\n' for n in range(60))
    path = tmp_path / "x.csv"
    for place in range(24, len(good) - 1, 7):
        path.write_text(good[:place] + '"' + good[place:])
        try:
            table = delimited.read(path, Stated(drop_bad_rows=True))
        except SvcflowError:
            continue
        assert table.rows + len(table.bad) == 60, good[place - 10 : place + 10]
