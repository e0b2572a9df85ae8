"""The rows of an open database as the columns of an export."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from svcflow.errors import InputError
from svcflow.eventlog.databases import choice
from svcflow.eventlog.databases.connection import Connection, Result
from svcflow.eventlog.raw import NoRowsError, RawTable, Stated

ROWS = 100_000
"""Rows fetched at once."""

TITLES = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgresql": "PostgreSQL"}


def read(database: Connection, kind: str, stated: Stated) -> RawTable:
    """Read the rows of the stated or chosen table or query into columns, and close the database."""
    import pyarrow as pa  # noqa: PLC0415

    with contextlib.closing(database):
        result, facts = _ask(database, stated, ROWS)
        pieces: dict[str, list[Any]] = {name: [] for name in result.names}
        for block in result.blocks:
            for name, column in block.items():
                pieces[name] += column.chunks
    columns = {name: pa.chunked_array(chunks) for name, chunks in pieces.items() if chunks}
    rows = len(next(iter(columns.values()))) if columns else 0
    if not rows:
        raise NoRowsError(f"{database.name}: no rows ({facts[0]})", "state another --table or --query")
    return RawTable(TITLES[kind], result.names, rows, columns.__getitem__, facts, result.kinds)


def stream(database: Connection, kind: str, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the rows of the stated or chosen table or query in blocks, and close the database."""
    done = 0
    with contextlib.closing(database):
        result, facts = _ask(database, stated, rows)
        for block in _cut(result, rows):
            count = len(next(iter(block.values())))
            numbers = np.arange(done + 1, done + count + 1, dtype=np.int64)
            done += count
            if stated.progress:
                stated.progress(f"reading {database.name}: {done:,} rows")
            yield RawTable(
                TITLES[kind], result.names, count, block.__getitem__, facts, result.kinds, row_numbers=numbers
            )
    if not done:
        raise NoRowsError(f"{database.name}: no rows ({facts[0]})", "state another --table or --query")


def _cut(result: Result, rows: int) -> Iterator[dict[str, Any]]:
    """Yield blocks of at most `rows` rows: some drivers count bytes, not rows."""
    for block in result.blocks:
        count = len(next(iter(block.values())))
        for low in range(0, count, rows):
            yield {name: column.slice(low, rows) for name, column in block.items()} if count > rows else block


def _ask(database: Connection, stated: Stated, rows: int) -> tuple[Result, tuple[str, ...]]:
    query, fact = choice.choose(database, stated)
    result = database.ask(query, rows)
    if not result.names:
        raise InputError(f"{database.name}: no column can be read ({fact})", "state another --table or --query")
    return result, (fact, *result.facts)
