"""Mutated exports: a log or one clear error, never a traceback; and never a wrong number of rows in silence."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from svcflow.errors import SvcflowError
from svcflow.eventlog import read_log

ROWS = ["Case ID;Activity;Timestamp;Resource;Ümläut"] + [
    f'K{n // 4:03};"{"abcd"[n % 4]}";2024-01-{10 + n // 4:02} 1{n % 4}:00:00;{["ann", "", "?"][n % 3]};ß{n % 2}'
    for n in range(60)
]


def xes() -> bytes:
    events = "".join(
        f'<event><string key="concept:name" value="{"abcd"[n % 4]}"/>'
        f'<date key="time:timestamp" value="2024-01-{10 + n}T10:00:00Z"/></event>'
        for n in range(12)
    )
    trace = f'<trace><string key="concept:name" value="c"/>{events}</trace>'
    return f'<?xml version="1.0" encoding="UTF-8"?><log><global scope="event"/>{trace * 3}</log>'.encode()


def packed(tmp_path: Path) -> bytes:
    columns = list(zip(*(row.replace('"', "").split(";") for row in ROWS[1:]), strict=True))
    names = ROWS[0].split(";")
    parquet.write_table(pa.table({n: pa.array(c) for n, c in zip(names, columns, strict=True)}), tmp_path / "p")
    return (tmp_path / "p").read_bytes()


def mutate(data: bytes, random_: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random_.choice([1, 1, 2, 8])):
        place = random_.randrange(len(changed) or 1)
        kind = random_.randrange(6)
        if kind == 0:
            changed[place : place + 1] = bytes([changed[place] ^ 1 << random_.randrange(8)])
        elif kind == 1:
            del changed[place:]
        elif kind == 2:
            del changed[place : place + random_.randrange(1, 40)]
        elif kind == 3:
            changed[place:place] = bytes(random_.randrange(256) for _ in range(random_.randrange(1, 6)))
        elif kind == 4:
            changed[place:place] = random_.choice(
                [b'"', b";", b"\n", b"\0", b"\xff\xfe", b"<", b"&", b"'", b"\r", b"]]>"]
            )
        else:
            other = random_.randrange(len(changed) or 1)
            changed[place:place] = changed[other : other + 60]
        if not changed:
            break
    return bytes(changed)


SOURCES: dict[str, Callable[[Path], bytes]] = {
    "x.csv": lambda _: "\n".join(ROWS).encode(),
    "x.cp1252.csv": lambda _: "\r\n".join(ROWS).encode("cp1252"),
    "x.utf16.csv": lambda _: "\n".join(ROWS).encode("utf-16"),
    "x.xes": lambda _: xes(),
    "x.xes.gz": lambda _: gzip.compress(xes()),
    "x.parquet": packed,
}


@pytest.mark.parametrize("name", SOURCES)
def test_mutations_give_a_log_or_one_clear_line(name: str, tmp_path: Path) -> None:
    data = SOURCES[name](tmp_path)
    random_ = random.Random(name)
    path = tmp_path / name
    path.write_bytes(data)
    assert read_log(path).events in (60, 36)
    told = 0
    for turn in range(120):
        path.write_bytes(mutate(data, random_))
        try:
            log = read_log(path, on_bad_rows="drop" if turn % 2 else "stop")
        except SvcflowError as error:
            told += bool(error.message and error.hint)
        else:
            told += 1
            dropped = sum(fact.count for fact in log.quality if fact.id == "dropped-rows")
            assert log.events >= 1
            assert turn % 2 or not dropped
            assert log.offsets[-1] == log.instances == len(log.activity) == len(log.team)
            assert all(log.attributes[key] is not None for key in log.attributes)
    assert told == 120
