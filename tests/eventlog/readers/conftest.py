"""Small exports of every format, written on the spot: the same 40 events of 10 tickets."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import feather, ipc, parquet

STEPS = ("Opened", "Assigned", "Resolved", "Closed")
NAMES = ("ticket id", "activity", "timestamp", "agent", "minutes")


def rows() -> list[tuple[str, str, dt.datetime, str, float]]:
    """Return the events, by ticket."""
    begin = dt.datetime(2024, 1, 30, 8, 15)  # noqa: DTZ001 - a wall clock, as exports hold
    return [
        (
            f"T-{case:03}",
            step,
            begin + dt.timedelta(days=case, hours=number * 3),
            "ann" if case % 2 else "bob",
            number / 2,
        )
        for case in range(10)
        for number, step in enumerate(STEPS)
    ]


def table() -> pa.Table:
    """Return the events as typed columns."""
    columns = list(zip(*rows(), strict=True))
    kinds = [pa.string(), pa.string(), pa.timestamp("ms"), pa.string(), pa.float64()]
    return pa.table([pa.array(c, kind) for c, kind in zip(columns, kinds, strict=True)], names=list(NAMES))


def records() -> list[dict[str, Any]]:
    """Return the events as JSON objects."""
    return [dict(zip(NAMES, (*row[:2], row[2].isoformat(), *row[3:]), strict=True)) for row in rows()]


def objects() -> dict[str, Any]:
    """Return the events as an OCEL 2.0 document: tickets, and the agents all tickets share."""
    tickets = sorted({row[0] for row in rows()})
    events = [
        {
            "id": f"e{number}",
            "type": step,
            "time": time.isoformat() + "Z",
            "attributes": [{"name": "minutes", "value": minutes}],
            "relationships": [{"objectId": case, "qualifier": "of"}, {"objectId": agent, "qualifier": "by"}],
        }
        for number, (case, step, time, agent, minutes) in enumerate(rows())
    ]
    first, later = "1970-01-01T00:00:00Z", "2024-02-01T00:00:00Z"
    states = [{"name": "grade", "time": first, "value": "low"}, {"name": "grade", "time": later, "value": "high"}]
    return {
        "objectTypes": [
            {"name": "ticket", "attributes": [{"name": "grade", "type": "string"}]},
            {"name": "agent", "attributes": []},
        ],
        "eventTypes": [{"name": step, "attributes": [{"name": "minutes", "type": "float"}]} for step in STEPS],
        "objects": [
            *({"id": ticket, "type": "ticket", "attributes": states, "relationships": []} for ticket in tickets),
            *({"id": agent, "type": "agent", "attributes": [], "relationships": []} for agent in ("ann", "bob")),
        ],
        "events": events,
    }


def write_xlsx(path: Path) -> None:
    """Write a workbook with titles, a sheet of agents and the sheet of events."""
    import openpyxl

    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.title = "Agents"
    for row in (("Name", "Team"), ("ann", "A"), ("bob", "B")):
        notes.append(row)
    sheet = book.create_sheet("Events")
    sheet.append(["Export of 30 January"])
    sheet.append([])
    sheet.append(list(NAMES))
    for row in rows():
        sheet.append(list(row))
    book.save(path)


def write_ods(path: Path) -> None:
    """Write the smallest spreadsheet that OpenDocument allows."""

    def cell(value: object) -> str:
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if isinstance(value, dt.datetime):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in [NAMES, *rows()])
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Events">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )


def write_sqlite(path: Path) -> None:
    """Write a database with a table of events and one of agents."""
    with sqlite3.connect(path) as database:
        database.execute(
            'CREATE TABLE events ("ticket id" TEXT, activity TEXT, timestamp DATETIME, agent TEXT, minutes REAL)'
        )
        database.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?)", [(*row[:2], row[2].isoformat(" "), *row[3:]) for row in rows()]
        )
        database.execute("CREATE TABLE agents (name TEXT, team TEXT)")
        database.execute("INSERT INTO agents VALUES ('ann', 'A')")
    database.close()


def write_duckdb(path: Path) -> None:
    """Write the same as a DuckDB database."""
    import duckdb

    with duckdb.connect(str(path)) as database:
        database.execute(
            'CREATE TABLE events ("ticket id" TEXT, activity TEXT, timestamp TIMESTAMP, agent TEXT, minutes DOUBLE)'
        )
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows())
        database.execute("CREATE TABLE agents AS SELECT 'ann' AS name, 'A' AS team")


def write_ocel_xml(path: Path) -> None:
    """Write the OCEL 2.0 log as XML."""
    log = objects()

    def attributes(thing: dict[str, Any]) -> str:
        inner = (
            f'<attribute name="{a["name"]}"'
            + (f' time="{a["time"]}"' if "time" in a else "")
            + f">{a['value']}</attribute>"
            for a in thing["attributes"]
        )
        return f"<attributes>{''.join(inner)}</attributes>"

    def related(thing: dict[str, Any]) -> str:
        inner = (
            f'<relationship object-id="{r["objectId"]}" qualifier="{r["qualifier"]}"/>' for r in thing["relationships"]
        )
        return f"<objects>{''.join(inner)}</objects>"

    events = "".join(
        f'<event id="{e["id"]}" type="{e["type"]}" time="{e["time"]}">{attributes(e)}{related(e)}</event>\n'
        for e in log["events"]
    )
    things = "".join(
        f'<object id="{o["id"]}" type="{o["type"]}">{attributes(o)}{related(o)}</object>\n' for o in log["objects"]
    )
    kinds = '<object-types><object-type name="ticket"/></object-types><event-types/>'
    path.write_text(
        f'<?xml version="1.0"?>\n<log>{kinds}<objects>{things}</objects><events>{events}</events></log>', "utf-8"
    )


def write_ocel_sqlite(path: Path) -> None:
    """Write the OCEL 2.0 log as a SQLite database, a table for each type."""
    log = objects()
    with sqlite3.connect(path) as database:
        run = database.execute
        run("CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
        run("CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
        run("CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT)")
        run("CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT)")
        run("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT)")
        for step in STEPS:
            run("INSERT INTO event_map_type VALUES (?, ?)", (step, step.lower()))
            run(f"CREATE TABLE event_{step.lower()} (ocel_id TEXT, ocel_time TIMESTAMP, minutes REAL)")
        for kind in ("ticket", "agent"):
            run("INSERT INTO object_map_type VALUES (?, ?)", (kind, kind))
        run("CREATE TABLE object_ticket (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT, grade TEXT)")
        run("CREATE TABLE object_agent (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT)")
        for event in log["events"]:
            run("INSERT INTO event VALUES (?, ?)", (event["id"], event["type"]))
            own = (event["id"], event["time"], event["attributes"][0]["value"])
            run(f"INSERT INTO event_{event['type'].lower()} VALUES (?, ?, ?)", own)
            for related in event["relationships"]:
                run(
                    "INSERT INTO event_object VALUES (?, ?, ?)",
                    (event["id"], related["objectId"], related["qualifier"]),
                )
        for thing in log["objects"]:
            run("INSERT INTO object VALUES (?, ?)", (thing["id"], thing["type"]))
            for number, value in enumerate(thing["attributes"]):
                changed = "grade" if number else None
                run(
                    "INSERT INTO object_ticket VALUES (?, ?, ?, ?)",
                    (thing["id"], value["time"], changed, value["value"]),
                )
    database.close()


def _write_stream(path: Path) -> None:
    with ipc.new_stream(path, table().schema) as sink:
        sink.write_table(table(), max_chunksize=16)


WRITERS: dict[str, Callable[[Path], Any]] = {
    "events.xlsx": write_xlsx,
    "events.ods": write_ods,
    "events.json": lambda path: path.write_text(json.dumps({"count": 40, "events": records()}), "utf-8"),
    "events.jsonl": lambda path: path.write_text("".join(json.dumps(r) + "\n" for r in records()), "utf-8"),
    "events.arrow": _write_stream,
    "events.feather": lambda path: feather.write_feather(table(), path, compression="lz4"),
    "events.parquet": lambda path: parquet.write_table(table(), path, row_group_size=16),
    "events.sqlite": write_sqlite,
    "events.duckdb": write_duckdb,
    "objects.json": lambda path: path.write_text(json.dumps(objects()), "utf-8"),
    "objects.xml": write_ocel_xml,
    "objects.db": write_ocel_sqlite,
}
"""How to write each sample; all hold the same 40 events of 10 cases."""


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    """Write the sample of that name and return the file."""

    def write(name: str) -> Path:
        path = tmp_path / name
        WRITERS[name](path)
        return path

    return write


@pytest.fixture
def events() -> list[tuple[str, str, dt.datetime, str, float]]:
    """Return the events that all samples hold."""
    return rows()


@pytest.fixture
def ocel() -> dict[str, Any]:
    """Return the OCEL 2.0 document of the samples."""
    return objects()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL server of its own and return its URL, or skip where none can start.

    It may run as another user, who cannot enter the private folders that pytest makes.
    """
    pytest.importorskip("adbc_driver_postgresql", reason="the PostgreSQL driver is not installed")
    with (
        tempfile.TemporaryDirectory(prefix="svcflow-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("XDG_RUNTIME_DIR", folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pgserver = pytest.importorskip(
                "pgserver", reason="no PostgreSQL server is installed (pip install pgserver)"
            )
            try:
                server = pgserver.get_server(Path(folder, "data"))
            except Exception as error:  # noqa: BLE001 - whatever keeps a server from starting is said
                pytest.skip(f"no PostgreSQL server can start here: {type(error).__name__}: {error}")
        yield server.get_uri()
        server.cleanup()
