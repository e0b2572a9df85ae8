"""What a database is asked: the stated query or table, else the one table that holds the events."""

from __future__ import annotations

from pathlib import Path

from svcflow.errors import InputError, MappingError
from svcflow.eventlog.databases.connection import Connection
from svcflow.eventlog.databases.urls import Url
from svcflow.eventlog.fitness import holds_events
from svcflow.eventlog.mapping import suggest
from svcflow.eventlog.raw import Stated


def connect(url: Url, stated: Stated) -> Connection:
    """Open a database. Raises InputError where it cannot be opened.

    Three slashes begin a path in the working directory, four one from the root; three may mean that too.
    """
    if url.kind == "postgresql":
        from svcflow.eventlog.databases import postgresql  # noqa: PLC0415 - one driver is loaded, not three

        return postgresql.Database(url)
    path = next((path for path in (Path(url.path), Path("/", url.path)) if path.is_file()), None)
    if path is None:
        raise InputError(f"{url.name or url.kind} does not exist", f"check the path: {url.kind}:///folder/file")
    return open_file(path, url.kind, stated)


def open_file(path: Path, kind: str, stated: Stated) -> Connection:
    """Open the file of a database."""
    if kind == "duckdb":
        from svcflow.eventlog.databases import duck  # noqa: PLC0415

        return duck.Database(path)
    from svcflow.eventlog.databases import sqlite  # noqa: PLC0415

    return sqlite.Database(path, stated.encoding)


def choose(database: Connection, stated: Stated) -> tuple[str, str]:
    """Return the query for the events and a fact that says what was chosen.

    Raises MappingError where the stated table does not exist, or where evidence does not tell which one to read.
    """
    if stated.query:
        return stated.query, "the rows of the stated query"
    tables = database.tables()
    names = tuple(tables)
    if stated.table:
        found = stated.table if stated.table in tables else _same(stated.table, names)
        if not found:
            raise MappingError(
                f"{database.name} has no table {stated.table!r}{suggest(stated.table, names)}", _list(names)
            )
        return database.select(found), f"table {found!r}, as stated"
    if not tables:
        raise InputError(f"{database.name} holds no tables", "give the database that holds the events")
    fitting = [name for name, columns in tables.items() if holds_events(columns)]
    filled = [name for name in (fitting or names) if len(names) == 1 or database.count(name)]
    if len(filled) != 1:
        what = "no table" if not filled else f"{len(filled)} tables"
        raise MappingError(
            f"{database.name}: {what} could hold the events",
            f"state one with --table or --query, or in a mapping file (source: table:); {_list(names)}",
        )
    others = f"; not read: {', '.join(name for name in names if name != filled[0])[:300]}" if len(names) > 1 else ""
    reason = (
        "the only table"
        if len(names) == 1
        else "the only one with case, activity and time"
        if fitting
        else "the only one with rows"
    )
    return database.select(filled[0]), f"table {filled[0]!r}: {reason}{others}"


def _same(name: str, known: tuple[str, ...]) -> str:
    """Return the one known name that differs in upper and lower case only, or its ``public.`` or ``main.`` form."""
    plain = name.lower().removeprefix("public.").removeprefix("main.")
    found = [other for other in known if other.lower() == plain]
    return found[0] if len(found) == 1 else ""


def _list(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:20])
    return f"tables: {shown}" + (f" and {len(names) - 20} more" if len(names) > 20 else "")
