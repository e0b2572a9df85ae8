"""DuckDB: opened read-only, without access to any other file or to the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from svcflow.errors import InputError
from svcflow.eventlog.databases.connection import Result, drain, from_batches

MAGIC = b"DUCK"
PLACE = 8
"""Where in the file the magic word stands."""

SAFE = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
}


class Database:
    """One DuckDB file."""

    def __init__(self, path: Path) -> None:
        import duckdb  # noqa: PLC0415 - only where a database is read

        self.name = path.name
        self._errors = (duckdb.Error, OSError, UnicodeDecodeError)
        try:
            self._open = duckdb.connect(str(path), read_only=True, config=dict(SAFE))
            self._open.execute("SET enable_progress_bar = false")
            self._open.execute("SET lock_configuration = true")
        except self._errors as error:
            raise InputError(
                f"{self.name} cannot be read as a DuckDB database: {_first(error)}",
                "close the program that writes it, or write it again with a DuckDB of this version",
            ) from None

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of all tables and views; those outside the schema main are called ``schema.table``."""
        return {name: columns for name, (_, columns) in self._list().items()}

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self._fetch(f"SELECT count(*) FROM {self._list()[table][0]}")[0][0])  # noqa: S608 - quoted

    def select(self, table: str) -> str:
        """Return a query for all rows of a table; DuckDB keeps the order in which they were written."""
        return f"SELECT * FROM {self._list()[table][0]}"  # noqa: S608 - a quoted identifier

    def _list(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Return quoted name and columns of each table."""
        query = (
            "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE table_catalog = "
            "current_database() AND table_schema NOT IN ('information_schema', 'pg_catalog') "
            "ORDER BY table_schema, table_name, ordinal_position"
        )
        found: dict[str, tuple[str, tuple[str, ...]]] = {}
        for schema, table, column in self._fetch(query):
            name = table if schema == "main" else f"{schema}.{table}"
            quoted, columns = found.get(name, (f"{_quote(schema)}.{_quote(table)}", ()))
            found[name] = (quoted, (*columns, column))
        return found

    def ask(self, query: str, rows: int) -> Result:
        """Run a query. Raises InputError where it is refused, writes, or is more than one statement."""
        import duckdb  # noqa: PLC0415

        try:
            statements = self._open.extract_statements(query)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise InputError(f"{self.name}: the query is not one SELECT", "give one SELECT")
            relation = self._open.sql(query)
            arrow = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
            reader = arrow(rows)
        except self._errors as error:
            raise self._refused(error) from None
        return from_batches(reader.schema, drain(reader, self._errors, self._refused))

    def close(self) -> None:
        """Let go of the file."""
        self._open.close()

    def _fetch(self, query: str) -> list[Any]:
        try:
            rows: list[Any] = self._open.execute(query).fetchall()
        except self._errors as error:
            raise self._refused(error) from None
        return rows

    def _refused(self, error: Exception) -> InputError:
        text = _first(error)
        if "file system operations are disabled" in text:
            text = "it reads or writes another file, which a query may not"
        return InputError(f"{self.name}: the query fails: {text}", "give one SELECT over the tables of the file")


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
