"""Damage to exports: of bits and bytes, of columns and rows, of the stated encoding, of containers; and bombs."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from fuzz_exports import Export, as_text, rows, xes

Bytes: TypeAlias = bytes
SNIPPETS = (
    *(b'"', b'""', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a"),
    *(b"<", b"</", b"/>", b"&", b"&#0;", b"&lt;", b"<!--", b"]]>", b"<![CDATA[", b"{", b"}", b"[", b"]", b"null"),
    *(b"NaN", b"1e999", b"-0", b"\\u0000", b"\\ud800", b"9" * 40, b"=1+1", b"\x1b[2J", "\u202e".encode(), b"PAR1"),
    *(b"2026-02-30", b"99/99/9999", b"0001-01-01", b"9999-12-31 23:59:59", b"1700000000", b"12:00", b"\xc3", b"\x80"),
)
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "cp1252",
    "gb18030",
    "big5",
    "ascii",
    "utf-7",
    "idna",
    "zip",
    "rot13",
    "nonsense",
)
MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Input:
    """One input: files, which is read, what is stated, and how the damage was done."""

    kind: str
    how: str
    files: dict[str, bytes]
    read: str
    rows: int
    mapping: dict[str, Any] = field(default_factory=dict)
    stated: str = ""
    drop: bool = False
    refused: bool = False
    """Whether a log of it would be wrong, whatever it held."""


def damage(export: Export, other: Export, chance: random.Random) -> Input:
    """Return an input: one export, damaged in one of many ways; `other` lends its bytes."""
    start = Input(
        export.kind, "none", dict(export.files), export.read, export.rows,
        dict(export.mapping), export.stated, drop=chance.random() < 0.5,
    )  # fmt: skip
    name = chance.choice(sorted(export.files))
    roll = chance.random()
    if roll < 0.01:
        return start
    if roll < 0.06:
        return replace(start, how="stated", mapping=_state(chance))
    if roll < 0.10 and export.kind in ("csv", "csv.gz", "csv.zst", "jsonl", "xes"):
        return _restructure(start, chance)
    if roll < 0.13:
        return _pretend(start, name, chance)
    how, change = chance.choice(CHANGES)
    data = change(export.files[name], other.files[min(other.files)], chance)
    return replace(start, how=how, files={**start.files, name: data[:MOST_BYTES]})


def _flip(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    changed = bytearray(data)
    for _turn in range(chance.choice((1, 1, 2, 8, 40))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    return data[: chance.randrange(len(data) + 1)]


def _behead(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    return data[chance.randrange(1, max(2, len(data) // 2)) :]


def _delete(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    place = chance.randrange(len(data) or 1)
    return data[:place] + data[place + chance.choice((1, 2, 7, 40, 400)) :]


def _insert(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    for _turn in range(chance.choice((1, 1, 3))):
        place = chance.randrange(len(data) + 1)
        piece = chance.choice(SNIPPETS) if chance.random() < 0.7 else chance.randbytes(chance.choice((1, 4, 30)))
        data = data[:place] + piece + data[place:]
    return data


def _repeat(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    low, at = chance.randrange(len(data) or 1), chance.randrange(len(data) or 1)
    return data[:at] + data[low : low + chance.choice((1, 60, 600))] * chance.choice((1, 1, 5)) + data[at:]


def _splice(data: Bytes, other: Bytes, chance: random.Random) -> Bytes:
    half, rest = data[: chance.randrange(len(data) + 1)], other[chance.randrange(len(other) + 1) :]
    return chance.choice((half + rest, data + other, other[:64] + data[64:], data[:-64] + other[-64:]))


def _swap_blocks(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    size = max(1, len(data) // chance.choice((2, 3, 8)))
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    chance.shuffle(blocks)
    return b"".join(blocks)


def _numbers(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    """Write a huge or negative number over some bytes: counts and lengths in headers and footers are such."""
    form, value = chance.choice(
        (("<I", 2**32 - 1), ("<i", -1), ("<q", -1), ("<q", 2**62), ("<I", 2**31), (">I", 2**31), ("<H", 65535))
    )
    piece = struct.pack(form, value)
    near = chance.choice((0, max(0, len(data) - 60), chance.randrange(len(data) or 1)))
    place = min(len(data), near + chance.randrange(60))
    return data[:place] + piece + data[place + len(piece) :]


def _zero(data: Bytes, _: Bytes, chance: random.Random) -> Bytes:
    place, size = chance.randrange(len(data) or 1), chance.choice((1, 16, 512))
    return data[:place] + bytes(min(size, len(data) - place)) + data[place + size :]


def _unpacked(data: Bytes, other: Bytes, chance: random.Random) -> Bytes:
    """Damage what lies inside a gzip or zip container, and pack it again with right check sums."""
    inner = chance.choice((_flip, _cut, _delete, _insert, _repeat))
    if data[:2] == b"\x1f\x8b":
        try:
            return gzip.compress(inner(gzip.decompress(data), other, chance), 1, mtime=0)
        except (OSError, EOFError, zlib.error):
            return data
    if data[:2] == b"PK":
        return _rezip(data, lambda text: inner(text, other, chance), chance)
    return inner(data, other, chance)


def _rezip(data: Bytes, change: Callable[[bytes], bytes], chance: random.Random) -> Bytes:
    stream = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            chosen = chance.choice(old.namelist())
            for item in old.namelist():
                new.writestr(item, change(old.read(item)) if item == chosen else old.read(item))
    except (zipfile.BadZipFile, OSError, zlib.error, ValueError):
        return data
    return stream.getvalue()


CHANGES: tuple[tuple[str, Callable[[Bytes, Bytes, random.Random], Bytes]], ...] = (
    ("flip", _flip), ("flip", _flip), ("cut", _cut), ("cut", _cut), ("behead", _behead), ("delete", _delete),
    ("insert", _insert), ("insert", _insert), ("repeat", _repeat), ("splice", _splice), ("blocks", _swap_blocks),
    ("numbers", _numbers), ("zero", _zero), ("inside", _unpacked), ("inside", _unpacked),
)  # fmt: skip


def _state(chance: random.Random) -> dict[str, Any]:
    """Return a mapping that may be wrong about the file."""
    made: dict[str, Any] = {}
    if chance.random() < 0.6:
        made["encoding"] = chance.choice(ENCODINGS)
    if chance.random() < 0.3:
        made["delimiter"] = chance.choice((",", ";", "\t", '"', "\n", "a", "\0", "é"))
    if chance.random() < 0.3:
        made["columns"] = {
            chance.choice(("case", "activity", "time", "team")): chance.choice(("Team", "Case ID", "Timestamp", "no"))
        }
    if chance.random() < 0.2:
        made["source"] = {
            chance.choice(("sheet", "table", "objects", "records")): chance.choice(
                ("events", "notes", "ticket", "a.b", "1")
            )
        }
    if chance.random() < 0.2:
        made["time_format"] = chance.choice(("%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%s", "%H:%M", "%Q"))
    if chance.random() < 0.2:
        made["timezone"] = chance.choice(("UTC", "Asia/Shanghai", "../etc/passwd", "Nowhere"))
    if chance.random() < 0.2:
        made["shape"] = chance.choice(("events", "history", "milestones", "snapshots"))
    return made


def _restructure(start: Input, chance: random.Random) -> Input:
    """Swap, repeat, drop or rename columns; shuffle, drop or blank rows: the number of rows is known."""
    table = rows()
    names = list(table[0])
    how = chance.choice(("swap", "twice", "drop", "rename", "shuffle", "fewer", "blank", "none", "many"))
    if how == "swap":
        chance.shuffle(names)
    elif how == "drop":
        names.remove(chance.choice(names))
    elif how == "shuffle":
        chance.shuffle(table)
    elif how == "fewer":
        table = table[: chance.randrange(1, len(table))]
    elif how == "blank":
        for row in chance.sample(table, 5):
            row[chance.choice(names)] = chance.choice(("", " ", "NULL", "?"))
    elif how == "many":
        table = table * 3
    shown = {name: name for name in names}
    if how == "rename":
        shown[chance.choice(names)] = chance.choice(("", "x", "Case ID", "Activity", "\u202e", "a" * 3000))
    made = [{shown[name]: row[name] for name in names} for row in table]
    text = as_text(made, chance.choice(",;\t|"), chance.choice(("\n", "\r\n", "\r")), quoted=chance.random() < 0.3)
    if how == "twice":
        lines = text.splitlines(keepends=True)
        text = "".join(line.rstrip("\r\n") + "," + line for line in lines)
    if start.kind == "jsonl":
        text = "".join(json.dumps(row) + "\n" for row in made)
    if start.kind == "xes":
        text = xes(table)
    data = text.encode()
    if start.kind == "csv.gz":
        data = gzip.compress(data, 1, mtime=0)
    name = start.read if start.kind != "csv.zst" else "x.csv"
    return replace(start, how=f"columns {how}", files={name: data}, read=name, rows=len(table))


def _pretend(start: Input, name: str, chance: random.Random) -> Input:
    """Give the file a name that says it is of another format."""
    end = chance.choice(
        (
            ".csv",
            ".json",
            ".jsonl",
            ".xlsx",
            ".parquet",
            ".arrow",
            ".xes",
            ".xes.gz",
            ".sqlite",
            ".duckdb",
            ".gz",
            ".zst",
            "",
        )
    )
    called = "y" + end
    files = {called if key == name else key: data for key, data in start.files.items()}
    return replace(start, how="name", files=files, read=called if start.read == name else start.read)
