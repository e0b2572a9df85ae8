"""Inputs that are small and ask for very much: memory, depth, time."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

from fuzz_damage import Input
from fuzz_exports import as_text, exports, rows

Bomb: TypeAlias = tuple[str, str, bytes]
MB = 1 << 20


@cache
def bombs() -> tuple[Input, ...]:
    """Return all bombs; a log of any of them would be wrong unless it is said to hold rows."""
    found = [bomb for make in (_packed, _markup, _json, _text, _zip, _headers) for bomb in make()]
    return tuple(
        Input("bomb", how, {name: data}, name, -1, drop=at % 2 == 0) for at, (how, name, data) in enumerate(found)
    )


def _packed() -> Iterator[Bomb]:
    """Yield packed files that unpack to hundreds of megabytes of nothing."""
    for what, unit in (
        ("zeros", bytes(MB)),
        ("blanks", b" " * MB),
        ("commas", b"," * MB),
        ("lines", b"\n" * MB),
        ("quote", b'"' + b"a" * MB),
    ):
        text = as_text(rows(1)).encode()
        yield f"gzip of {what}", "x.csv.gz", gzip.compress(text) + gzip.compress(unit, mtime=0) * 600
        yield f"zstd of {what}", "x.csv.zst", _squeeze(text) + _squeeze(unit) * 600
    nested = as_text(rows(1)).encode()
    for _ in range(20):
        nested = gzip.compress(nested, mtime=0)
    yield "gzip in gzip", "x.csv.gz", nested
    comment = gzip.compress(b"<!-- " + b" " * MB + b"-->", mtime=0)
    yield "gzip of comments", "x.xes.gz", gzip.compress(b"<log><trace><event>", mtime=0) + comment * 300


def _squeeze(data: bytes) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as squeezed:
        squeezed.write(data)
    return bytes(sink.getvalue().to_pybytes())


def _markup() -> Iterator[Bomb]:
    """Yield XML that grows, nests, or never ends a value."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY l0 "ha">{laughs}]>'
    event = '<event><string key="concept:name" value="&l9;"/></event>'
    for name, root, end in (("x.xes", "log", "</log>"), ("x.xmlocel", "log", "</log>")):
        yield "billion laughs", name, f"{dtd}<{root}><trace>{event}</trace>{end}".encode()
        yield "depth", name, f'<?xml version="1.0"?><{root}>'.encode() + b"<a>" * 200_000
        yield (
            "huge attribute",
            name,
            f'<?xml version="1.0"?><{root}><trace a="'.encode() + b"x" * (5 * MB) + b'"/></log>',
        )
        many = "".join(f' a{n}="{n}"' for n in range(20_000))
        yield "many attributes", name, f'<?xml version="1.0"?><{root}><trace{many}/></{root}>'.encode()
        outside = f'<?xml version="1.0"?><!DOCTYPE log SYSTEM "file:///etc/passwd"><{root}/>'
        yield "outside entity", name, outside.encode()
    keys = "".join(f'<string key="k{n}" value="v"/>' for n in range(30_000))
    yield "many keys", "x.xes", f"<log><trace><event>{keys}</event></trace></log>".encode()


def _json() -> Iterator[Bomb]:
    """Yield JSON that nests, or holds numbers and names without end."""
    for name in ("x.json", "x.jsonl", "x.jsonocel"):
        yield "depth of lists", name, b"[" * 300_000
        yield "depth of records", name, b'{"a":' * 200_000
        yield "long number", name, b'[{"Case ID":' + b"9" * 100_000 + b',"Activity":"a","Timestamp":"2026-01-01"}]'
        yield "big float", name, b'[{"Case ID":1e400,"Activity":"a","Timestamp":1e308}]'
        yield "many keys", name, json.dumps([{f"k{n}": n for n in range(50_000)}]).encode()
        yield "each its own key", name, "\n".join(json.dumps({f"k{n}": n}) for n in range(20_000)).encode()
        yield "lone half", name, b'[{"Case ID":"\\ud800","Activity":"\\udc00","Timestamp":"2026-01-01"}]'
        yield "same key", name, b'[{"Case ID":1,"Case ID":2,"Activity":"a","Timestamp":"2026-01-01"}]'
        yield (
            "deep value",
            name,
            b'[{"Case ID":1,"Activity":"a","Timestamp":"2026-01-01","x":' + b"[" * 5_000 + b"]" * 5_000 + b"}]",
        )


def _text() -> Iterator[Bomb]:
    """Yield delimited text of one endless line, of endless columns, of nothing."""
    yield "one line", "x.csv", b"a" * (10 * MB)
    yield "columns", "x.csv", b",".join(b"c%d" % n for n in range(200_000)) + b"\n" + b"," * 199_999 + b"\n"
    yield "open quote", "x.csv", as_text(rows()).encode() + b'"' + b"x,\n" * 500_000
    yield "line breaks", "x.csv", b"\n" * (5 * MB)
    yield "nothing but quotes", "x.csv", b'"' * (4 * MB)
    yield "long cell", "x.csv", as_text(rows()).encode() + b"T-1,Reply,2026-01-01," + b"x" * (5 * MB) + b",L\n"
    yield "nul", "x.csv", bytes(MB)
    yield "cells of one column", "x.txt", b"a\n" * 200_000


def _zip(level: int = 1) -> Iterator[Bomb]:
    """Yield workbooks that unpack to very much, or are no workbooks inside."""
    book = next(export.files["x.xlsx"] for export in exports() if export.kind == "xlsx")
    big = b'<row><c t="inlineStr"><is><t>' + b"x" * 100 + b"</t></is></c></row>"
    parts: dict[str, Callable[[bytes], bytes]] = {
        "rows": lambda old: old.replace(b"<sheetData>", b"<sheetData>" + b"<row/>" * 1_000_000),
        "text": lambda old: old.replace(b"<sheetData>", b"<sheetData>" + big * 100_000),
        "blanks": lambda old: old.replace(b"<sheetData>", b"<sheetData>" + b" " * (150 * MB)),
        "far cell": lambda old: old.replace(b'r="A2"', b'r="XFD1048576"'),
        "far dimension": lambda old: old.replace(b"<dimension ref=", b'<dimension ref="A1:XFD1048576" x='),
        "laughs": lambda old: b'<!DOCTYPE a [<!ENTITY b "' + b"b" * MB + b'">]>' + old.replace(b"<v>", b"<v>&b;&b;&b;"),
    }
    for how, change in parts.items():
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(book)) as old,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
        ):
            for item in old.namelist():
                data = old.read(item)
                new.writestr(item, change(data) if item == "xl/worksheets/sheet1.xml" else data)
        yield f"workbook of {how}", "x.xlsx", stream.getvalue()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new:
        new.writestr("big.csv", bytes(300 * MB))
    yield "zip of zeros", "x.zip", stream.getvalue()
    yield "zip of zeros", "x.xlsx", stream.getvalue()


def _headers() -> Iterator[Bomb]:
    """Yield binary files whose headers promise more than there is."""
    parquet = next(export.files["x.parquet"] for export in exports() if export.kind == "parquet")
    yield "parquet footer length", "x.parquet", parquet[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1"
    yield "parquet of magic", "x.parquet", b"PAR1" * 10
    yield "arrow metadata length", "x.arrow", b"ARROW1\0\0" + struct.pack("<Ii", 2**32 - 1, 2**31 - 1) + b"x" * 50
    yield "arrow stream length", "x.arrow", struct.pack("<Ii", 2**32 - 1, 2**31 - 1) + b"x" * 50
    for export in exports():
        if export.kind in ("sqlite", "duckdb", "ocel.sqlite"):
            name, data = next(iter(export.files.items()))
            yield f"{export.kind} page size", name, data[:16] + b"\xff\xff" + data[18:]
            yield f"{export.kind} page count", name, data[:28] + b"\x7f\xff\xff\xff" + data[32:]
            yield f"{export.kind} half", name, data[: len(data) // 2]


def save(folder: Path) -> None:
    """Write all bombs into a folder, to try them by hand."""
    for number, bomb in enumerate(bombs()):
        for name, data in bomb.files.items():
            (folder / f"{number:02}-{bomb.how.replace(' ', '-')}-{name}").write_bytes(data)
