"""Exports that fuzzing begins from: one small file for each format, written by the format's own public library."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

Rows: TypeAlias = list[dict[str, str]]

PEOPLE = ("Ann", "Bo", "Zoë", "")
STEPS = ("Register", "Assign", "Reply", "Close")
CHINESE = ("受理", "派单", "回复", "办结")
HEADERS = {"case": "工单编号", "activity": "环节", "time": "操作时间", "resource": "处理人", "team": "处理部门"}
ENGLISH = {"case": "Case ID", "activity": "Activity", "time": "Timestamp", "resource": "Resource", "team": "Team"}


@dataclass(frozen=True)
class Export:
    """One export: its files by name, which of them is read (a folder is "."), and how many rows it truly holds."""

    kind: str
    files: dict[str, bytes]
    read: str
    rows: int
    mapping: dict[str, Any] = field(default_factory=dict)
    stated: str = ""
    """A mapping file among `files` that is given."""


def rows(cases: int = 12, *, chinese: bool = False) -> Rows:
    """Return the events of some cases, four each."""
    names, steps = (HEADERS, CHINESE) if chinese else (ENGLISH, STEPS)
    return [
        {
            names["case"]: f"T-{case:04}",
            names["activity"]: steps[step],
            names["time"]: f"2026-03-{1 + case:02} {9 + step * 2:02}:{case:02}:00",
            names["resource"]: PEOPLE[(case + step) % 4],
            names["team"]: f"Line {1 + (case * step) % 3}",
        }
        for case in range(cases)
        for step in range(4)
    ]


def as_text(table: Rows, delimiter: str = ",", end: str = "\n", *, quoted: bool = False) -> str:
    """Return rows as delimited text."""
    stream = io.StringIO(newline="")
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=style)
    writer.writerow(table[0])
    writer.writerows(row.values() for row in table)
    return stream.getvalue()


def _delimited() -> Iterator[Export]:
    plain, chinese = rows(), rows(chinese=True)
    yield Export("csv", {"x.csv": as_text(plain).encode()}, "x.csv", 48)
    yield Export("csv", {"x.csv": as_text(plain, ";", "\r\n", quoted=True).encode("cp1252")}, "x.csv", 48)
    yield Export("csv", {"x.tsv": as_text(plain, "\t").encode("utf-16")}, "x.tsv", 48)
    yield Export("csv", {"x.csv": as_text(plain, "|").encode("utf-8-sig")}, "x.csv", 48)
    yield Export("csv", {"x.csv": as_text(chinese).encode("gb18030")}, "x.csv", 48)
    yield Export("csv", {"x.csv": as_text(chinese, quoted=True).encode()}, "x.csv", 48)
    traditional = as_text(chinese).translate(str.maketrans("单编号环节时间处复门办结ë", "單編號環節時間處復門辦結e"))
    yield Export("csv", {"x.csv": traditional.encode("big5")}, "x.csv", 48)
    noted = [{**row, "Note": f'said "yes",\nthen {n}'} for n, row in enumerate(plain)]
    yield Export("csv", {"x.csv": as_text(noted).encode()}, "x.csv", 48)


def _packed() -> Iterator[Export]:
    import pyarrow as pa

    text = as_text(rows()).encode()
    yield Export("csv.gz", {"x.csv.gz": gzip.compress(text, mtime=0)}, "x.csv.gz", 48)
    yield Export(
        "csv.gz", {"x.csv.gz": gzip.compress(text[:900], mtime=0) + gzip.compress(text[900:], mtime=0)}, "x.csv.gz", 48
    )
    stream = pa.BufferOutputStream()
    with pa.CompressedOutputStream(stream, "zstd") as packed:
        packed.write(text)
    yield Export("csv.zst", {"x.csv.zst": stream.getvalue().to_pybytes()}, "x.csv.zst", 48)


def _json() -> Iterator[Export]:
    table = rows()
    yield Export("json", {"x.json": json.dumps(table).encode()}, "x.json", 48)
    wrapped = {"count": 48, "next_page": None, "tickets": [{**r, "via": {"channel": "web"}} for r in table]}
    yield Export("json", {"x.json": json.dumps(wrapped, indent=1, ensure_ascii=False).encode()}, "x.json", 48)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table)
    yield Export("jsonl", {"x.jsonl": lines.encode()}, "x.jsonl", 48)


def _arrow() -> Iterator[Export]:
    import pyarrow as pa
    from pyarrow import feather, parquet

    table = pa.table({name: [row[name] for row in rows()] for name in rows()[0]})
    for level in ("none", "snappy", "zstd"):
        yield Export(
            "parquet",
            {"x.parquet": _write(lambda p, c=level: parquet.write_table(table, p, compression=c))},
            "x.parquet",
            48,
        )

    def stream(path: Path) -> None:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=20)

    yield Export("arrow", {"x.arrow": _write(stream)}, "x.arrow", 48)
    yield Export(
        "arrow",
        {"x.feather": _write(lambda p: feather.write_feather(table, str(p), compression="lz4"))},
        "x.feather",
        48,
    )


def _workbook() -> Iterator[Export]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows()[0]))
    for row in rows():
        sheet.append(list(row.values()))
    book.create_sheet("notes").append(["made by", "nobody"])
    yield Export("xlsx", {"x.xlsx": _write(book.save, "x.xlsx")}, "x.xlsx", 48)


def xes(table: Rows) -> str:
    """Return rows as XES."""
    traces: dict[str, list[str]] = {}
    for row in table:
        case, activity, when, who, team = row.values()
        traces.setdefault(case, []).append(
            f'<event><string key="concept:name" value="{activity}"/>'
            f'<date key="time:timestamp" value="{when.replace(" ", "T")}+01:00"/>'
            f'<string key="org:resource" value="{who}"/><string key="org:group" value="{team}"/></event>'
        )
    text = "".join(f'<trace><string key="concept:name" value="{c}"/>{"".join(e)}</trace>\n' for c, e in traces.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n{text}</log>\n'


def _xes() -> Iterator[Export]:
    text = xes(rows()).encode()
    yield Export("xes", {"x.xes": text}, "x.xes", 48)
    yield Export("xes.gz", {"x.xes.gz": gzip.compress(text, mtime=0)}, "x.xes.gz", 48)


def _ocel() -> Iterator[Export]:
    events = [
        {
            "id": f"e{n}",
            "type": row["Activity"],
            "time": row["Timestamp"].replace(" ", "T") + "Z",
            "attributes": [{"name": "resource", "value": row["Resource"]}],
            "relationships": [{"objectId": row["Case ID"], "qualifier": "of"}],
        }
        for n, row in enumerate(rows())
    ]
    cases = list(dict.fromkeys(row["Case ID"] for row in rows()))
    log = {
        "objectTypes": [{"name": "ticket", "attributes": [{"name": "priority", "type": "string"}]}],
        "eventTypes": [{"name": s, "attributes": [{"name": "resource", "type": "string"}]} for s in STEPS],
        "objects": [
            {
                "id": case,
                "type": "ticket",
                "attributes": [{"name": "priority", "time": "1970-01-01T00:00:00Z", "value": "high"}],
                "relationships": [],
            }
            for case in cases
        ],
        "events": events,
    }
    yield Export("ocel.json", {"x.jsonocel": json.dumps(log).encode()}, "x.jsonocel", 48)
    with tempfile.TemporaryDirectory() as folder:
        import pm4py

        source = Path(folder) / "x.jsonocel"
        source.write_text(json.dumps(log), encoding="utf-8")
        ocel = pm4py.read_ocel2_json(str(source))
        pm4py.write_ocel2_xml(ocel, str(Path(folder) / "x.xmlocel"))
        pm4py.write_ocel2_sqlite(ocel, str(Path(folder) / "x.sqlite"))
        yield Export("ocel.xml", {"x.xmlocel": (Path(folder) / "x.xmlocel").read_bytes()}, "x.xmlocel", 48)
        yield Export("ocel.sqlite", {"x.sqlite": (Path(folder) / "x.sqlite").read_bytes()}, "x.sqlite", 48)


def _database() -> Iterator[Export]:
    import duckdb

    table = rows()
    names = ", ".join(f'"{name}"' for name in table[0])

    def sqlite(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(f"CREATE TABLE events ({names})")
            connection.executemany("INSERT INTO events VALUES (?,?,?,?,?)", [tuple(row.values()) for row in table])
        connection.close()

    def duck(path: Path) -> None:
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE events (" + ", ".join(f'"{name}" VARCHAR' for name in table[0]) + ")")
            connection.executemany("INSERT INTO events VALUES (?,?,?,?,?)", [tuple(row.values()) for row in table])

    yield Export("sqlite", {"x.sqlite": _write(sqlite)}, "x.sqlite", 48)
    yield Export("duckdb", {"x.duckdb": _write(duck, "x.duckdb")}, "x.duckdb", 48)


MAPPING = """\
svcflow: 1
mapping: fuzzed
columns:
  case: Case ID
  activity: [Activity]
  time: Timestamp
  resource: Resource
  team: null
encoding: utf-8
delimiter: ','
timezone: Europe/Berlin
time_format: '%Y-%m-%d %H:%M:%S'
done: [Close]
machines: [Bo]
sides: {Reply: customer, Close: vendor}
values:
  Team: {Line 1: first, Line 2: second}
rename: {Team: Staff}
attributes: {case: [], event: [Staff]}
"""


def _mapped() -> Iterator[Export]:
    yield Export(
        "mapping", {"x.csv": as_text(rows()).encode(), "m.yaml": MAPPING.encode()}, "x.csv", 48, stated="m.yaml"
    )
    beside = {"x.csv": as_text(rows()).encode(), "x.mapping.yaml": MAPPING.encode()}
    yield Export("mapping", beside, "x.csv", 48)


def _folder() -> Iterator[Export]:
    parts = [rows()[at : at + 12] for at in (0, 12, 24, 36)]
    files = {f"part{n}.csv": as_text(part).encode() for n, part in enumerate(parts)}
    yield Export("folder", files, ".", 48)


def _store() -> Iterator[Export]:
    """Yield the canonical file."""
    from svcflow.eventlog import read_log
    from svcflow.eventlog.store.writing import write

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "x.csv", Path(folder) / "x.svcflow.parquet"
        source.write_text(as_text(rows()), encoding="utf-8")
        write(read_log(source), target)
        yield Export("store", {"x.svcflow.parquet": target.read_bytes()}, "x.svcflow.parquet", 48)


def _write(write: Callable[[Path], object], name: str = "x") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


MAKERS: tuple[Callable[[], Iterator[Export]], ...] = (
    _delimited, _packed, _json, _arrow, _workbook, _xes, _ocel, _database, _mapped, _folder, _store,
)  # fmt: skip


@cache
def exports() -> tuple[Export, ...]:
    """Return all exports that this version of svcflow reads as what they are."""
    return tuple(export for make in MAKERS for export in make())
