"""SQL: a table or a query of a SQLite or DuckDB file, or of a PostgreSQL server, never written.

A log may be given as a file or as a URL: ``sqlite:///tickets.db``, ``duckdb:///tickets.duckdb``,
``postgresql://user@host/database``. Columns keep their types; rows come in the order in which the database gives them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from svcflow.errors import InputError
from svcflow.eventlog.databases import choice, urls
from svcflow.eventlog.databases.connection import Connection, Result
from svcflow.eventlog.raw import RawTable, Stated

SUFFIXES = (".sqlite", ".sqlite3", ".db", ".db3", ".duckdb", ".ddb")
RANK = 3
SQLITE = b"SQLite format 3\0"
ROWS = 100_000
"""Rows fetched at once."""

TITLES = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgresql": "PostgreSQL"}


def recognise(path: Path, head: bytes) -> bool:  # noqa: ARG001 - every reader has this signature
    """Return whether the file begins as a database of SQLite or DuckDB does."""
    return bool(_kind(head))


def read(path: Path, stated: Stated) -> RawTable:
    """Read the rows of a table or query of a file into columns."""
    kind = _kind_of(path)
    return _read(choice.open_file(path, kind, stated), kind, stated)


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the rows of a table or query of a file in blocks."""
    kind = _kind_of(path)
    yield from _stream(choice.open_file(path, kind, stated), kind, stated, rows)


def is_url(text: str) -> bool:
    """Return whether a text is the URL of a database."""
    return urls.is_url(text)


def describe_url(text: str) -> str:
    """Return a URL as it may be shown: without user, password and options."""
    return urls.describe(text)


def read_url(text: str, stated: Stated) -> RawTable:
    """Read the rows of a table or query of the database at a URL into columns."""
    url = urls.parse(text)
    return _read(choice.connect(url, stated), url.kind, stated)


def stream_url(text: str, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the rows of a table or query of the database at a URL in blocks."""
    url = urls.parse(text)
    yield from _stream(choice.connect(url, stated), url.kind, stated, rows)


def _read(database: Connection, kind: str, stated: Stated) -> RawTable:
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
        raise InputError(f"{database.name}: no rows ({facts[0]})", "state another --table or --query")
    return RawTable(TITLES[kind], result.names, rows, columns.__getitem__, facts, result.kinds)


def _stream(database: Connection, kind: str, stated: Stated, rows: int) -> Iterator[RawTable]:
    done = 0
    with contextlib.closing(database):
        result, facts = _ask(database, stated, rows)
        for block in result.blocks:
            count = len(next(iter(block.values())))
            numbers = np.arange(done + 1, done + count + 1, dtype=np.int64)
            done += count
            if stated.progress:
                stated.progress(f"reading {database.name}: {done:,} rows")
            yield RawTable(
                TITLES[kind], result.names, count, block.__getitem__, facts, result.kinds, row_numbers=numbers
            )
    if not done:
        raise InputError(f"{database.name}: no rows ({facts[0]})", "state another --table or --query")


def _ask(database: Connection, stated: Stated, rows: int) -> tuple[Result, tuple[str, ...]]:
    query, fact = choice.choose(database, stated)
    result = database.ask(query, rows)
    if not result.names:
        raise InputError(f"{database.name}: no column can be read ({fact})", "state another --table or --query")
    return result, (fact, *result.facts)


def _kind_of(path: Path) -> str:
    with path.open("rb") as stream:
        return _kind(stream.read(16)) or "sqlite"


def _kind(head: bytes) -> str:
    return "sqlite" if head.startswith(SQLITE) else "duckdb" if head[8:12] == b"DUCK" else ""
