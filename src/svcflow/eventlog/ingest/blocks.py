"""The rows of an export, block by block, as its reader gives them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from svcflow.eventlog.opening import stream_table
from svcflow.eventlog.places import Place
from svcflow.eventlog.raw import RawTable, Stated, add_counted, add_passed
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.texts import as_text

BYTES = 1 << 26
"""Of text in one block, about."""

ROWS = (8_192, 262_144)
"""The fewest and the most rows of a block."""


def stream(place: Place, stated: Stated, rows: int = 0) -> Iterator[RawTable]:
    """Yield the rows of a log in blocks of about `rows`; what its reader gives in larger ones is cut."""
    rows = rows or _choose_rows(place.files)
    done = 0
    for block in stream_table(place, stated, rows):
        for piece in cut(block, rows, done):
            done += piece.rows
            yield piece


def cut(table: RawTable, rows: int, before: int = 0) -> Iterator[RawTable]:
    """Yield a table in blocks of so many rows, `before` rows having gone before.

    What was found out about the whole stands with the first.
    """
    whole = Source(table)
    for low in range(0, table.rows, rows):
        yield take(whole, low, min(low + rows, table.rows), before)


def take(whole: Source, low: int, high: int, before: int = 0) -> RawTable:
    """Return rows ``low <= row < high`` of a table; a table without numbers of rows begins behind `before` others."""
    table = whole.table
    numbers = np.arange(low + 1, high + 1) + before if table.row_numbers is None else table.row_numbers[low:high]
    return dataclasses.replace(
        table,
        rows=high - low,
        load=lambda name: whole.column(name).slice(low, high - low),
        row_numbers=numbers,
        bad=table.bad if not low else (),
        passed=table.passed if not low else {},
        counted=table.counted if not low else (),
    )


def gather(tables: Iterable[RawTable], limit: int) -> RawTable | None:
    """Return blocks as one table, ``None`` where their columns take more than `limit` bytes."""
    columns: dict[str, list[Any]] = {}
    found: list[RawTable] = []
    size = rows = 0
    for table in tables:
        for name in table.names:
            column = as_text(table.load(name)) if not pa.types.is_temporal(table.load(name).type) else table.load(name)
            column = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            size += column.nbytes
            if size > limit:
                return None
            parts = columns.setdefault(name, [])
            if rows and not parts:
                parts.append(pa.nulls(rows, column.type))
            parts += column.chunks
        rows += table.rows
        found.append(table)
        for name in columns.keys() - set(table.names):
            columns[name].append(pa.nulls(table.rows, columns[name][0].type))
    joined = {name: pa.chunked_array(parts) for name, parts in columns.items()}
    first = found[0]
    numbers = [np.arange(t.rows) if t.row_numbers is None else t.row_numbers for t in found]
    return dataclasses.replace(
        first,
        names=tuple(joined),
        rows=rows,
        load=joined.__getitem__,
        row_numbers=np.concatenate(numbers),
        bad=tuple(row for table in found for row in table.bad),
        passed=add_passed(found),
        counted=add_counted(one for table in found for one in table.counted),
    )


def _choose_rows(files: tuple[Path, ...]) -> int:
    """Return how many rows make a block: fewer where the lines of a text are long."""
    try:
        with files[0].open("rb") as file:
            head = file.read(1 << 18)
    except (OSError, IndexError):
        return ROWS[1]
    lines = head.count(b"\n")
    return ROWS[1] if not lines else max(ROWS[0], min(ROWS[1], BYTES * lines // len(head)))
