"""OCEL 2.0 as a SQLite database: events and objects; the objects of one type are the cases, as in its JSON form.

A stated table or query (`source: table:`, `source: query:`) is read as from any other database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from svcflow.errors import InputError
from svcflow.eventlog.databases import choice, tables
from svcflow.eventlog.databases.sqlite import MAGIC, Database, quote_name
from svcflow.eventlog.objects.model import ObjectLog
from svcflow.eventlog.raw import RawTable, Stated

SUFFIXES = (".sqlite", ".sqlite3", ".db", ".sqliteocel")
RANK = 2
PARTS = ("objects", "table", "query")
NEEDED = frozenset({"event", "object", "event_object", "event_map_type", "object_map_type"})
OWN = frozenset({"ocel_id", "ocel_time", "ocel_changed_field"})


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file is a SQLite database with the tables of an object-centric log."""
    if not head.startswith(MAGIC):
        return False
    try:
        with contextlib.closing(Database(path)) as database:
            return database.names() >= NEEDED
    except InputError:
        return False


def read(path: Path, stated: Stated) -> RawTable:
    """Read all events, as the objects of one type see them."""
    from svcflow.eventlog.objects.flattening import flatten  # noqa: PLC0415 - CSV pays nothing for it

    if stated.table or stated.query:
        return tables.read(choice.open_file(path, "sqlite", stated), "sqlite", stated)
    log = ObjectLog()
    with contextlib.closing(Database(path, stated.encoding)) as database:
        try:
            _read_objects(database, log)
            _read_events(database, log)
        except InputError as error:
            raise (
                error if path.name in error.message else InputError(f"{path.name}: {error.message}", error.hint)
            ) from None
    if not log.ids:
        raise InputError(f"{path.name} holds no events of OCEL 2.0", "export it again as OCEL 2.0")
    return flatten(log, stated, "OCEL 2.0 (SQLite)", path.name)


def _read_events(database: Database, log: ObjectLog) -> None:
    """Read the events in the order of their table, with the times and attributes of the tables of their types."""
    details: dict[str, tuple[str, dict[str, str]]] = {}
    for _, table in _list_types(database, "event"):
        names = _require(database, table, ("ocel_id", "ocel_time"))
        for row in database.rows(_select(table, names)):
            record = dict(zip(names, row, strict=True))
            values = {
                name: value
                for name, value in record.items()
                if name not in OWN and value and not name.startswith("ocel:")
            }
            details[record["ocel_id"]] = (record["ocel_time"], values)
    _require(database, "event", ("ocel_id", "ocel_type"))
    numbers: dict[str, int] = {}
    for event, kind in database.rows(_select("event", ["ocel_id", "ocel_type"])):
        time, values = details.get(event, ("", {}))
        numbers[event] = log.add_event(event, kind, time, values)
    columns = ["ocel_event_id", "ocel_object_id", "ocel_qualifier"]
    _require(database, "event_object", columns[:2])
    for event, thing, qualifier in _rows_with(database, "event_object", columns):
        if event in numbers:
            log.relate(numbers[event], [(thing, qualifier)])


def _read_objects(database: Database, log: ObjectLog) -> None:
    """Read the objects, what their attributes were set to and when, and what they are linked with."""
    _require(database, "object", ("ocel_id", "ocel_type"))
    for name, kind in database.rows(_select("object", ["ocel_id", "ocel_type"])):
        log.add_object(name, kind)
    for _, table in _list_types(database, "object"):
        names = _require(database, table, ("ocel_id",))
        for row in database.rows(_select(table, names)):
            record = dict(zip(names, row, strict=True))
            changed = record.get("ocel_changed_field", "")
            number = log.objects.get(record["ocel_id"])
            for name, value in record.items():
                if number is None or name in OWN or name.startswith("ocel:") or not value:
                    continue
                if changed in ("", name):
                    log.set_value(number, name, record.get("ocel_time", ""), value)
    if "object_object" in database.names():
        columns = ["ocel_source_id", "ocel_target_id", "ocel_qualifier"]
        _require(database, "object_object", columns[:2])
        for source, target, qualifier in _rows_with(database, "object_object", columns):
            log.link(source, target, qualifier)


def _list_types(database: Database, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the types of events or objects, each with the table of its attributes."""
    columns = ["ocel_type", "ocel_type_map"]
    _require(database, f"{kind}_map_type", columns)
    for name, short in database.rows(_select(f"{kind}_map_type", columns)):
        yield name, f"{kind}_{short}"


def _rows_with(database: Database, table: str, columns: list[str]) -> Iterator[Any]:
    """Yield rows of two columns and a third that the table may lack."""
    known = [name for name, _ in database.columns(table)]
    for row in database.rows(_select(table, [name for name in columns if name in known])):
        yield (*row, "")[:3]


def _require(database: Database, table: str, wanted: tuple[str, ...] | list[str]) -> list[str]:
    """Return the columns of a table. Raises InputError where one of those wanted is missing."""
    names = [name for name, _ in database.columns(table)]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise InputError(f"table {table!r} has no column {missing[0]!r}", "export it again as OCEL 2.0")
    return names


def _select(table: str, columns: list[str]) -> str:
    chosen = ", ".join(map(quote_name, columns))
    return f"SELECT {chosen} FROM {quote_name(table)}"  # noqa: S608 - quoted names
