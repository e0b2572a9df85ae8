"""SQLite: opened read-only; a query can neither write nor attach another file."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from svcflow.errors import InputError
from svcflow.eventlog import spool
from svcflow.eventlog.databases.connection import Result
from svcflow.eventlog.raw import name_columns
from svcflow.eventlog.values import write

MAGIC = b"SQLite format 3\0"
LONGEST = 1 << 26
"""Bytes of one value or query: more is no value but an attack."""


FETCHED = 10_000


def quote_name(name: str) -> str:
    """Return a name of a table or column for a query."""
    return '"' + name.replace('"', '""') + '"'


class Database:
    """One SQLite file."""

    def __init__(self, path: Path, encoding: str = "") -> None:
        import sqlite3  # noqa: PLC0415 - only where a database is read

        self.name = path.name
        self._errors = (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError, OverflowError, ValueError)
        with spool.name(path) as file:
            self._connect(file)
        allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
        self._open.text_factory = lambda text: text.decode(encoding or "utf-8")
        self._guard = lambda action, *_: sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY

    def _connect(self, path: Path) -> None:
        import sqlite3  # noqa: PLC0415

        try:
            file = quote(str(path.absolute()), safe="/:\\")
            self._open = sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)
            self._open.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            self._open.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            self._open.execute("PRAGMA trusted_schema=OFF")
            self._open.execute("PRAGMA query_only=ON")
        except self._errors as error:
            raise self._damaged(error) from None
        faults = self._fetch("PRAGMA quick_check(1)")
        if faults != [("ok",)]:
            raise self._damaged(ValueError(str(faults[0][0]) if faults else "it cannot be checked"))

    def names(self) -> set[str]:
        """Return the names of all tables and views."""
        return {str(name) for (name,) in self._fetch("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of all tables and views."""
        rows = self._fetch("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY rowid")
        names = [str(name) for (name,) in rows if not str(name).startswith("sqlite_")]
        return {name: tuple(column for column, _ in self.columns(name)) for name in names}

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Return names and declared types of a table's columns."""
        return [(str(row[1]), str(row[2])) for row in self._fetch(f"PRAGMA table_info({quote_name(table)})")]

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self._fetch(f"SELECT count(*) FROM {quote_name(table)}")[0][0])  # noqa: S608 - a quoted identifier

    def select(self, table: str) -> str:
        """Return a query for all rows of a table; a plain table gives them in the order of their row ids."""
        return f"SELECT * FROM {quote_name(table)}"  # noqa: S608 - a quoted identifier

    def ask(self, query: str, rows: int) -> Result:
        """Run a query. Raises InputError where it is refused, writes, or more than one statement."""
        declared = self._declared(query)
        self._open.set_authorizer(self._guard)
        try:
            cursor = self._open.execute(query)
        except self._errors as error:
            raise self._refused(error) from None
        if cursor.description is None:
            raise InputError(f"{self.name}: the query returns no rows", "give a SELECT")
        names, repeated = name_columns([str(column[0]) for column in cursor.description])
        facts = [f"column {name!r} stands more than once: the others are called '{name} (2)', …" for name in repeated]
        kinds = {name: declared[name] for name in names if name in declared}
        return Result(names, kinds, tuple(facts), self._blocks(cursor, names, rows))

    def rows(self, query: str) -> Iterator[tuple[str, ...]]:
        """Yield the rows of a query that was not written by others, each value as text."""
        self._open.set_authorizer(None)
        try:
            cursor = self._open.execute(query)
            while block := cursor.fetchmany(FETCHED):
                yield from (tuple(map(write, row)) for row in block)
        except self._errors as error:
            raise self._damaged(error) from None

    def close(self) -> None:
        """Let go of the file."""
        self._open.close()

    def _blocks(self, cursor: Any, names: tuple[str, ...], rows: int) -> Iterator[dict[str, Any]]:
        from svcflow.eventlog.records import pack  # noqa: PLC0415

        done = 0
        while True:
            try:
                block = cursor.fetchmany(rows)
            except self._errors as error:
                raise self._refused(error, f" after row {done:,}" if done else "") from None
            if not block:
                return
            done += len(block)
            columns = zip(*block, strict=True)
            yield {name: pack(list(map(write, column))) for name, column in zip(names, columns, strict=True)}

    def _declared(self, query: str) -> dict[str, str]:
        """Return the kinds of the columns of a whole table, as it declares them."""
        found = re.fullmatch(r'SELECT \* FROM "((?:[^"]|"")*)"', query)
        if not found:
            return {}
        kinds = ((name, _kind(declared)) for name, declared in self.columns(found[1].replace('""', '"')))
        return {name: kind for name, kind in kinds if kind}

    def _fetch(self, query: str) -> list[Any]:
        self._open.set_authorizer(None)
        try:
            with contextlib.closing(self._open.execute(query)) as cursor:
                rows: list[Any] = cursor.fetchall()
        except self._errors as error:
            raise self._damaged(error) from None
        return rows

    def _damaged(self, error: Exception) -> InputError:
        return InputError(f"{self.name} cannot be read as a SQLite database: {_first(error)}", "transfer it again")

    def _refused(self, error: Exception, place: str = "") -> InputError:
        text = _first(error)
        if isinstance(error, UnicodeDecodeError):
            text = "a text is not UTF-8; state its `encoding:` in a mapping file (-m)"
        if "not authorized" in text or "prohibited" in text:
            text = "it does more than read"
        return InputError(f"{self.name}: the query fails{place}: {text}", "give one SELECT over the tables of the file")


def _kind(declared: str) -> str:
    word = declared.upper()
    return "datetime" if "DATE" in word or "TIME" in word else "boolean" if "BOOL" in word else ""


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
