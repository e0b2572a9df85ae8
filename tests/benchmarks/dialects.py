"""Dialects of exports: the same invented tickets written in many ways, each with the truth beside it.

A dialect is a shape, a language of headers, a delimiter, an encoding, a way to write times, quotes, line ends, noise
and a compression. Every shape meets every language; the other choices are drawn from the number of the dialect,
so that the same number is the same file everywhere. Nothing here knows svcflow.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from dialect_tables import MILESTONES, TIMES, Export, Step, Ticket, invent, lay_out
from dialect_words import LANGUAGES

COLUMNS = {
    "events": ("case", "activity", "time", "resource", "team"),
    "intervals": ("case", "activity", "start", "time", "resource"),
    "pairs": ("case", "activity", "lifecycle", "time", "resource"),
    "history": ("case", "time", "resource", "field", "old", "new", "created"),
    "transitions": ("case", "time", "oldstatus", "newstatus", "resource"),
    "milestones": ("case", "m0", "m1", "m2", "m3", "due", "status", "resource", "team"),
    "snapshots": ("snapshot", "case", "status", "resource", "team"),
}
"""The columns of each variety of shape, before noise is added and their order is changed."""

BARE = {
    "events": ("case", "activity", "time", "resource"),
    "milestones": ("case", "m0", "m1", "m2", "m3"),
    "history": ("case", "time", "field", "old", "new"),
    "snapshots": ("snapshot", "case", "status", "resource"),
}
"""What contents alone can tell. A deadline looks like a milestone where names say nothing, a team like a category."""

TRULY = {"intervals": "events", "pairs": "events", "transitions": "history"}
DELIMITERS = (",", ";", "\t", "|")
NOISE = ("cat", "prio", "num", "text", "requester", "phone", "const", "empty", "flag")
OFFSET = timezone(timedelta(hours=2))
Write = Callable[[datetime], str]
FORMATS: dict[str, Write] = {
    "iso": lambda t: t.strftime("%Y-%m-%d %H:%M:%S"),
    "iso-t": lambda t: t.strftime("%Y-%m-%dT%H:%M:%S"),
    "iso-ms": lambda t: t.strftime("%Y-%m-%d %H:%M:%S.000"),
    "iso-offset": lambda t: t.replace(tzinfo=OFFSET).isoformat(),
    "iso-z": lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "ymd-slash": lambda t: t.strftime("%Y/%m/%d %H:%M:%S"),
    "dmy-slash": lambda t: t.strftime("%d/%m/%Y %H:%M:%S"),
    "dmy-dot": lambda t: t.strftime("%d.%m.%Y %H:%M"),
    "dmy-dash": lambda t: t.strftime("%d-%m-%Y %H:%M"),
    "mdy-12h": lambda t: t.strftime("%m/%d/%Y %I:%M:%S %p"),
    "named": lambda t: t.strftime("%d-%b-%Y %H:%M:%S"),
    "chinese": lambda t: f"{t.year}年{t.month}月{t.day}日 {t:%H:%M}",
    "ambiguous": lambda t: t.strftime("%d/%m/%Y %H:%M:%S"),
}
MINUTES = {"dmy-dot", "dmy-dash", "chinese"}


@dataclass(frozen=True)
class Dialect:
    """How one export is written."""

    number: int
    variety: str
    language: str
    delimiter: str
    encoding: str
    times: str
    quoting: str
    end: str
    compression: str
    kinds: tuple[str, ...]

    @property
    def shape(self) -> str:
        return TRULY.get(self.variety, self.variety)

    @property
    def refused(self) -> bool:
        """Return whether nothing can tell day from month, so that reading must be refused."""
        return self.times == "ambiguous"

    def __str__(self) -> str:
        marks = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
        parts = (self.variety, self.language, marks[self.delimiter], self.encoding, self.times, self.quoting)
        return f"{self.number:03} {' '.join(parts)} {self.compression or 'plain'} {len(self.kinds)} columns"


@dataclass(frozen=True)
class Truth:
    """What a right reading finds: columns by role, columns of milestones, counts, first and last time (UTC)."""

    roles: dict[str, str]
    milestones: frozenset[str]
    cases: int
    events: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Sample:
    """A dialect, its file's bytes and name, and the truth."""

    dialect: Dialect
    name: str
    data: bytes
    truth: Truth = field(repr=False)


def list_dialects(rounds: int = 4) -> Iterator[Dialect]:
    """Yield the dialects: every variety in every language, in so many rounds."""
    number = 0
    for _ in range(rounds):
        for language in LANGUAGES:
            for variety in COLUMNS:
                yield choose(number, variety, language)
                number += 1


def choose(number: int, variety: str, language: str) -> Dialect:
    """Return the dialect of that number."""
    chance = random.Random(f"dialect {number}")
    formats = [name for name in FORMATS if name != "chinese" or language in ("zh", "zh-hant", "ja")]
    columns = [*(BARE.get(variety, COLUMNS[variety]) if language == "none" else COLUMNS[variety])]
    noise = chance.sample(NOISE, chance.randrange(0, 6)) if language != "none" else ["const"][: number % 2]
    if variety in ("events", "history") and chance.random() < 0.3 and language != "none":
        noise.append("due")
    if variety == "milestones" and chance.random() < 0.5 and language != "none":
        noise.append("upd")
    if chance.random() < 0.7:
        chance.shuffle(columns)
    for kind in noise:
        columns.insert(chance.randrange(len(columns) + 1), kind)
    times = chance.choice([name for name in formats if name != "ambiguous"])
    if number % 13 == 5:
        times = "ambiguous"
        columns = [kind for kind in columns if kind not in ("due", "upd")]
    encoding = chance.choice(LANGUAGES[language].encodings)
    delimiter = chance.choice(DELIMITERS)
    return Dialect(
        number, variety, language, delimiter, encoding, times,
        quoting=chance.choice(("needed", "all", "inside")), end=chance.choice(("\n", "\r\n")),
        compression=chance.choice(("", "", "", "gz", "zst")), kinds=tuple(columns),
    )  # fmt: skip


def make(dialect: Dialect, cases: int = 40) -> Sample:
    """Write the export of a dialect."""
    chance = random.Random(f"content {dialect.number}")
    language = LANGUAGES[dialect.language]
    tickets = invent(chance, language.words, cases)
    if dialect.times == "ambiguous":
        tickets = [_squeeze(ticket) for ticket in tickets]
    kinds = [{"oldstatus": "old", "newstatus": "new"}.get(kind, kind) for kind in dialect.kinds]
    layer = {"intervals": "events", "transitions": "history"}.get(dialect.variety, dialect.variety)
    export = lay_out(layer, kinds, tickets, language.words, chance)
    headers = _name_columns(dialect, chance)
    data = _encode(dialect, headers, export)
    return Sample(dialect, _name_file(dialect), data, _tell(dialect, headers, export))


def _squeeze(ticket: Ticket) -> Ticket:
    """Return a ticket whose times all lie on the first twelve days of a month."""
    begin = datetime(2026, 3, 2)  # noqa: DTZ001 - a wall clock is meant
    base = datetime(2026, 1, 5)  # noqa: DTZ001

    def move(at: datetime) -> datetime:
        return (begin + (at - base) / 9).replace(microsecond=0)

    steps = [Step(step.state, move(step.start), move(step.end), step.person, step.team) for step in ticket.steps]
    return Ticket(ticket.number, ticket.name, steps, ticket.requester, ticket.kind)


def _name_columns(dialect: Dialect, chance: random.Random) -> list[str]:
    """Return a name for each column; none stands twice."""
    names: list[str] = []
    pattern = chance.choice(("col{}", "F{}", "字段{}", "attr_{}"))
    for place, kind in enumerate(dialect.kinds):
        known = LANGUAGES[dialect.language].headers.get(kind, (pattern.format(place + 1),))
        free = [name for name in known if name not in names]
        names.append(chance.choice(free) if free else f"{known[0]} {place}")
    return names


def _encode(dialect: Dialect, headers: list[str], export: Export) -> bytes:
    write = FORMATS[dialect.times]
    quoting = csv.QUOTE_ALL if dialect.quoting == "all" else csv.QUOTE_MINIMAL
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=dialect.delimiter, quoting=quoting, lineterminator=dialect.end)
    writer.writerow(headers)
    for row in export.rows:
        cells = [_cell(kind, cell, write, dialect) for kind, cell in zip(dialect.kinds, row, strict=True)]
        writer.writerow(cells)
    data = stream.getvalue().encode(dialect.encoding)
    return {"": bytes, "gz": lambda raw: gzip.compress(raw, mtime=0), "zst": _squash}[dialect.compression](data)


def _cell(kind: str, cell: Any, write: Write, dialect: Dialect) -> str:
    if cell is None:
        return ""
    if kind in TIMES:
        return write(cell)
    if kind == "text" and dialect.quoting == "inside":
        return f'{cell}{dialect.delimiter} "again"{dialect.end}and more'
    return str(cell)


def _squash(raw: bytes) -> bytes:
    import pyarrow as pa

    with pa.BufferOutputStream() as sink:
        with pa.CompressedOutputStream(sink, "zstd") as stream:
            stream.write(raw)
        return bytes(sink.getvalue().to_pybytes())


def _name_file(dialect: Dialect) -> str:
    ending = ".tsv" if dialect.delimiter == "\t" else ".csv"
    return f"dialect-{dialect.number:03}{ending}" + (f".{dialect.compression}" if dialect.compression else "")


PLAYS = {"newstatus": "activity", "oldstatus": "old", "new": "activity", "status": "activity", "snapshot": "time"}
ROLES = ("case", "activity", "time", "start", "resource", "team", "lifecycle", "field", "old", "created")


def _tell(dialect: Dialect, headers: list[str], export: Export) -> Truth:
    roles = {}
    for header, kind in zip(headers, dialect.kinds, strict=True):
        role = PLAYS.get(kind, kind)
        if role in ROLES and not (kind == "status" and dialect.shape == "milestones"):
            roles[role] = header
    steps = frozenset(h for h, kind in zip(headers, dialect.kinds, strict=True) if kind in MILESTONES)
    first, last = (_as_written(moment, dialect) for moment in export.span)
    return Truth(roles, steps, export.cases, len(export.events), first, last)


def _as_written(moment: datetime, dialect: Dialect) -> datetime:
    """Return the instant that the text of a time stands for, in UTC; a wall clock without zone counts as UTC."""
    if dialect.times in MINUTES:
        moment = moment.replace(second=0)
    zone = OFFSET if dialect.times == "iso-offset" else UTC
    return moment.replace(tzinfo=zone).astimezone(UTC)


def write(sample: Sample, folder: Path) -> Path:
    """Write the file of a sample into a folder."""
    path = folder / sample.name
    path.write_bytes(sample.data)
    return path
