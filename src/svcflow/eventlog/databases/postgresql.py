"""PostgreSQL through ADBC: one read-only transaction a query, answered in Arrow batches while the server reads.

The driver is the extra ``svcflow[postgresql]``.
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

from svcflow.errors import InputError
from svcflow.eventlog.databases.connection import Result, drain, from_batches
from svcflow.eventlog.databases.urls import Url

INSTALL = "pip install 'svcflow[postgresql]'"
BATCH = 1 << 24
"""Bytes the driver puts into one batch."""

_TABLES = """
SELECT n.nspname AS schema, c.relname AS name, a.attname AS column, format_type(a.atttypid, NULL) AS type,
       t.typtype::text AS kind
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\\_%' AND NOT c.relispartition
ORDER BY n.nspname, c.relname, a.attnum
"""
_PLAIN = re.compile(
    r"(smallint|integer|bigint|real|double precision|numeric|boolean|text|character|character varying|name|uuid|json"
    r"|jsonb|date|(timestamp|time)( without time zone)?|timestamp with time zone|bytea|oid)(\[\])?"
)
"""Types that the driver hands over as values; all others are asked for as text."""


class Database:
    """One database of a PostgreSQL server."""

    def __init__(self, url: Url) -> None:
        try:
            import adbc_driver_manager as manager  # noqa: PLC0415 - an extra
            from adbc_driver_postgresql import dbapi  # noqa: PLC0415
        except ImportError:
            raise InputError("reading PostgreSQL needs its driver, which is not installed", INSTALL) from None
        self.name = url.name
        self._url = url
        self._errors = (manager.Error, OSError, UnicodeDecodeError, ValueError)
        self._cursors: list[Any] = []
        self._listed: dict[str, tuple[str, dict[str, str]]] = {}
        try:
            self._open = dbapi.connect(url.path, autocommit=True)
            self._run("SET default_transaction_read_only = on")
        except self._errors as error:
            text = self._explain(error, "it refuses the connection")
            raise InputError(f"{self.name} cannot be reached: {text}", "check host, port, user and password") from None

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of all tables and views; those outside the schema public are called ``schema.table``."""
        return {name: tuple(columns) for name, (_, columns) in self._list().items()}

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self._rows(f"SELECT count(*) AS rows FROM {self._list()[table][0]}")[0]["rows"])  # noqa: S608

    def select(self, table: str) -> str:
        """Return a query for all rows of a table, with types that have no plain value as text."""
        quoted, columns = self._list()[table]
        chosen = (
            _quote(name) if _PLAIN.fullmatch(kind) else f"{_quote(name)}::text AS {_quote(name)}"
            for name, kind in columns.items()
        )
        return f"SELECT {', '.join(chosen)} FROM {quoted}"  # noqa: S608 - quoted identifiers

    def ask(self, query: str, rows: int) -> Result:
        """Run a query. Raises InputError where the server refuses it or it is no single query."""
        text = query.strip().rstrip(";").rstrip()
        if not re.match(r"(?is)(\s|\(|--[^\n]*\n|/\*.*?\*/)*(select|with|values|table)\b", text):
            raise InputError(f"{self.name}: the query is not one SELECT", "give one SELECT")
        try:
            cursor = self._open.cursor()
            self._cursors.append(cursor)
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH)})
            cursor.execute(text)
            reader = cursor.fetch_record_batch()
        except self._errors as error:
            raise self._refused(error) from None
        return from_batches(reader.schema, drain(reader, self._errors, self._refused))

    def close(self) -> None:
        """Let go of the connection."""
        for cursor in self._cursors:
            cursor.close()
        self._open.close()

    def _list(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Return quoted name and columns with their types of each table."""
        if not self._listed:
            for row in self._rows(_TABLES):
                name = row["name"] if row["schema"] == "public" else f"{row['schema']}.{row['name']}"
                quoted = f"{_quote(row['schema'])}.{_quote(row['name'])}"
                _, columns = self._listed.setdefault(name, (quoted, {}))
                columns[row["column"]] = row["type"]
        return self._listed

    def _rows(self, query: str) -> list[dict[str, Any]]:
        try:
            with contextlib.closing(self._open.cursor()) as cursor:
                cursor.execute(query)
                rows: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
        except self._errors as error:
            raise self._refused(error) from None
        return rows

    def _run(self, statement: str) -> None:
        with contextlib.closing(self._open.cursor()) as cursor:
            cursor.execute(statement)

    def _refused(self, error: Exception) -> InputError:
        text = self._explain(error, "the server refuses it")
        return InputError(f"{self.name}: the query fails: {text}", "give one SELECT over the tables of the database")

    def _explain(self, error: Exception, otherwise: str) -> str:
        """Return the server's own line without what repeats the query or may be a password."""
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        told = next((line for line in lines if "ERROR:" in line or "FATAL:" in line), lines[0] if lines else "")
        for mark in ("ERROR:", "FATAL:", "[libpq] Failed to connect:", "[libpq]"):
            told = told.rpartition(mark)[2].strip()
        return self._url.scrub(told)[:200] or otherwise


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
