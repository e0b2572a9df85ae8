"""SQL: a table or a query of a SQLite or DuckDB file, or of a PostgreSQL server, never written.

A log may be given as a file or as a URL: ``sqlite:///tickets.db``, ``duckdb:///tickets.duckdb``,
``postgresql://user@host/database``. Columns keep their types; rows come in the order in which the database gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from svcflow.eventlog.databases import choice, tables, urls
from svcflow.eventlog.raw import RawTable, Stated

SUFFIXES = (".sqlite", ".sqlite3", ".db", ".db3", ".duckdb", ".ddb")
RANK = 3
PARTS = ("table", "query")
SQLITE = b"SQLite format 3\0"


def recognise(path: Path, head: bytes) -> bool:  # noqa: ARG001 - every reader has this signature
    """Return whether the file begins as a database of SQLite or DuckDB does."""
    return bool(_kind(head))


def read(path: Path, stated: Stated) -> RawTable:
    """Read the rows of a table or query of a file into columns."""
    kind = _kind_of(path)
    return tables.read(choice.open_file(path, kind, stated), kind, stated)


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the rows of a table or query of a file in blocks."""
    kind = _kind_of(path)
    yield from tables.stream(choice.open_file(path, kind, stated), kind, stated, rows)


def is_url(text: str) -> bool:
    """Return whether a text is the URL of a database."""
    return urls.is_url(text)


def describe_url(text: str) -> str:
    """Return a URL as it may be shown: without user, password and options."""
    return urls.describe(text)


def read_url(text: str, stated: Stated) -> RawTable:
    """Read the rows of a table or query of the database at a URL into columns."""
    url = urls.parse(text)
    return tables.read(choice.connect(url, stated), url.kind, stated)


def stream_url(text: str, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the rows of a table or query of the database at a URL in blocks."""
    url = urls.parse(text)
    yield from tables.stream(choice.connect(url, stated), url.kind, stated, rows)


def _kind_of(path: Path) -> str:
    with path.open("rb") as stream:
        return _kind(stream.read(16)) or "sqlite"


def _kind(head: bytes) -> str:
    return "sqlite" if head.startswith(SQLITE) else "duckdb" if head[8:12] == b"DUCK" else ""
