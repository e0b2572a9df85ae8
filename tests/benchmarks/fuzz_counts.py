"""How many rows an input truly holds, counted by plain parsers that share no code with the readers.

A count is a set of numbers that a reader may account for (events, rows said to be dropped and rows said to be passed
over, together); an empty set means that any log of the input would be wrong; ``None`` that no plain parser can tell.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET
from xml.parsers import expat

from fuzz_damage import Input

Count: TypeAlias = set[int] | None

_PASSED = re.compile(r": ([\d,]+) passed over$|(?:^|: )(?:above the header|below the last row) (\d+) lines? left out")
_TEXT = re.compile(r"^(?P<encoding>.+), (?P<name>comma|semicolon|tab|bar|'.+'|\".+\") between columns(?P<style>.*)$")
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


def accounted(log: Any) -> int:
    """Return how many rows a log accounts for: as events, as dropped, as passed over."""
    dropped = sum(fact.count for fact in log.quality if fact.id == "dropped-rows")
    passed = (found for note in log.notes if (found := _PASSED.search(note)))
    return int(log.events) + dropped + sum(int((found[1] or found[2]).replace(",", "")) for found in passed)


def count(given: Input, log: Any) -> Count:
    """Return how many rows the input may hold that was read as `log`."""
    shape = next((role.column for role in log.roles if role.role == "shape"), "events")
    if shape != "events":
        return None
    if given.read == ".":
        return _add(given, log)
    data = given.files[given.read]
    return count_file(given, data, log.notes)


def _add(given: Input, log: Any) -> Count:
    if any(note.startswith("passed over: ") for note in log.notes):
        return None  # files that are no logs by their names are left out, and said
    parts = [count_file(given, data, _notes(log.notes, name)) for name, data in given.files.items()]
    if any(part is None or len(part) != 1 for part in parts):
        return None
    return {sum(next(iter(part)) for part in parts if part)}


def _notes(notes: tuple[str, ...], file: str) -> tuple[str, ...]:
    """Return what is said of one file among several, or of all."""
    return tuple(note.removeprefix(f"{file}: ") for note in notes)


def count_file(given: Input, data: bytes, notes: tuple[str, ...]) -> Count:
    """Return how many rows one file holds, by what it begins as."""
    for magic, unpack in _PACKED.items():
        if data.startswith(magic):
            try:
                data = unpack(data)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError):
                return set()
            if data[:2] == b"PK":
                return _count_workbook(data, given)
            break
    for magic, counter in _BINARY.items():
        if data.startswith(magic):
            return counter(data, given)
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    described = next((found for note in notes if (found := _TEXT.search(note))), None)
    if described:
        return _count_delimited(data, described, notes)
    if text[:1] in (b"[", b"{") and not given.kind.startswith("ocel"):
        return _count_json(data)
    if text[:1] == b"<" and "xes" in given.kind:
        return _count_xes(data)
    return None


def _count_delimited(data: bytes, described: re.Match[str], notes: tuple[str, ...]) -> Count:
    name = described["name"]
    delimiter = _DELIMITERS.get(name) or name[1:-1].encode().decode("unicode_escape")
    wide = "utf-16" in described["encoding"].lower()
    if not wide and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None  # one of several files, and not the one that was described
    try:
        text = (
            data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le")
            if wide
            else data.decode("latin-1")
        )
    except UnicodeDecodeError:
        return None
    text = text.removeprefix("\ufeff").removeprefix("ï»¿")
    headers = 0 if any(note.startswith("no header") for note in notes) else 1
    if "single quotes" in described["style"] or "backslashes" in described["style"]:
        return None
    if '"' not in text or "part of values" in described["style"]:
        lines = re.split(r"\r\n|\n|\r", text)
        return {number - headers for number in _rows([[line] for line in lines])}
    try:
        parsed = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, TypeError):
        return None
    return {number - headers for number in _rows(parsed)}


def _rows(parsed: list[list[str]]) -> set[int]:
    """Return the numbers of rows: those of blanks, delimiters and end marks alone may count or not."""
    rows = parsed[:-1] if parsed and parsed[-1] in ([], [""]) else parsed
    return set(range(sum(bool("".join(row).strip(" ,;\t|\0\x1a")) for row in rows), len(rows) + 1))


def _count_json(data: bytes) -> Count:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    try:
        document = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return _count_lines(text)
    if isinstance(document, list):
        return {len(document), sum(isinstance(item, dict) for item in document)}
    if isinstance(document, dict):
        lists = [len(value) for value in document.values() if isinstance(value, list)]
        return {*lists, 1} if lists else {1}
    return None


def _count_lines(text: str) -> Count:
    lines = [line for line in text.split("\n") if line.strip()]
    if not all(line.lstrip()[:1] == "{" for line in lines) or len(lines) < 2:
        return None if len(lines) > 1 else set()
    return {len(lines)}


def _count_xes(data: bytes) -> Count:
    if b"<!" in data:
        return None
    total, path = 0, []
    try:
        for what, element in ET.iterparse(io.BytesIO(data), events=("start", "end")):
            if what == "end":
                path.pop()
                continue
            path.append(element.tag.rpartition("}")[2].rpartition(":")[2])
            total += len(path) == 3 and path[1:] == ["trace", "event"]
    except ET.ParseError:
        return None if _is_well_formed(data) else set()
    return {total}


def _is_well_formed(data: bytes) -> bool:
    """Return whether XML is well-formed where colons in names mean nothing."""
    try:
        expat.ParserCreate().Parse(data, True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True


def _count_parquet(data: bytes, given: Input) -> Count:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return {parquet.read_table(pa.BufferReader(data)).num_rows, given.rows}
    except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError):
        return {given.rows}  # a damaged column that no role needs is not loaded


def _count_sqlite(data: bytes, given: Input) -> Count:
    if given.kind.startswith("ocel"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(data)
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        connection.text_factory = bytes
        try:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {len(connection.execute(f'SELECT * FROM "{name.decode()}"').fetchall()) for name in names}
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            return set()
        finally:
            connection.close()


def _count_workbook(data: bytes, given: Input) -> Count:
    """Return the rows of each sheet, with a header and without; nothing where the library cannot read them."""
    import warnings

    import openpyxl

    found = {given.rows}  # a sheet whose reference is damaged is lost to the library, not to each reader
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheets = openpyxl.load_workbook(io.BytesIO(data), read_only=False).worksheets
        for sheet in sheets:
            rows = sheet.iter_rows(values_only=True)
            full = sum(any(value not in (None, "") for value in row) for row in rows)
            found |= {full - 1, full}
    except Exception:  # noqa: BLE001 - a library that was not made for damaged files
        return None
    return found


def _unzip(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        return data if "[Content_Types].xml" in names else archive.read(names[0])


def _unzstd(data: bytes) -> bytes:
    import pyarrow as pa

    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        return bytes(stream.read())


_PACKED: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"\x28\xb5\x2f\xfd": _unzstd,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ\0": lzma.decompress,
    b"PK": _unzip,
}
_BINARY: dict[bytes, Callable[[bytes, Input], Count]] = {
    b"PAR1": _count_parquet,
    b"SQLite format 3\0": _count_sqlite,
    b"ARROW1": lambda _, given: {given.rows} if given.rows >= 0 else None,
}
