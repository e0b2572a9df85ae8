"""From a place to its raw columns: unpack, find the reader, read whole or in blocks, several files as one."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from svcflow import plugins
from svcflow.errors import InputError, MappingError
from svcflow.eventlog import compression, places, readers, union
from svcflow.eventlog.places import Place
from svcflow.eventlog.raw import RawTable, Stated
from svcflow.eventlog.readers import database

PARTS = ("sheet", "table", "query", "objects", "records")
"""What of `Stated` chooses a part of a file."""

FORMATS = "give CSV, TSV, XLSX, JSON, Parquet, Arrow, XES, OCEL, SQLite or DuckDB"


def read_table(given: str | os.PathLike[str] | Place, stated: Stated) -> RawTable:
    """Read the raw columns of a log: a file, a folder or pattern of files, ``-``, or the URL of a database."""
    place = given if isinstance(given, Place) else places.find(given)
    if place.url:
        return database.read_url(place.url, stated)
    if len(place.files) > 1:
        return union.read(place, lambda file: _read_file(file, stated))
    return _read_file(place.files[0], stated, place.facts)


def stream_table(given: str | os.PathLike[str] | Place, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the raw columns of a log in blocks of about `rows` rows: see `svcflow.eventlog.readers`.

    A format whose reader cannot stream comes as one block.
    """
    place = given if isinstance(given, Place) else places.find(given)
    if place.url:
        yield from database.stream_url(place.url, stated, rows)
    elif len(place.files) > 1:
        yield from union.stream(place, lambda file, size: _stream_file(file, stated, size), rows)
    else:
        yield from _stream_file(place.files[0], stated, rows, place.facts)


def find_reader(path: Path) -> tuple[ModuleType, bytes]:
    """Return the reader for a file, and the file's first bytes. Raises InputError where it cannot be read at all."""
    head = read_head(path)
    for reader in sorted(plugins.find(readers).values(), key=lambda module: (module.RANK, module.__name__)):
        if reader.recognise(path, head):
            return reader, head
    raise InputError(f"{path.name} is in no format that svcflow reads", FORMATS)


def read_head(path: Path) -> bytes:
    """Return the first bytes of a file. Raises InputError where there are none, or no file."""
    try:
        if path.is_dir():
            raise InputError(f"{path.name or path} is a directory", "name a file, or a folder of exports")
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist", "check the path") from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be read: {reason}", "check the path and its permissions") from None
    if not head:
        raise InputError(f"{path.name} is empty", "export it again: it should hold a header and one row per event")
    return head


def _unpack(path: Path) -> Path:
    head = read_head(path)
    unpacked = compression.unpack(path, head)
    if unpacked is not path and compression.recognise(read_head(unpacked)) not in ("", "zip"):
        raise InputError(f"{path.name} is packed more than once", "unpack it first")
    return unpacked


def _read_file(path: Path, stated: Stated, facts: tuple[str, ...] = ()) -> RawTable:
    unpacked = _unpack(path)
    reader = _choose_reader(unpacked, stated)
    return _hold(reader.read(unpacked, stated), unpacked, facts)


def _stream_file(path: Path, stated: Stated, rows: int, facts: tuple[str, ...] = ()) -> Iterator[RawTable]:
    unpacked = _unpack(path)
    reader = _choose_reader(unpacked, stated)
    if hasattr(reader, "stream"):
        for block in reader.stream(unpacked, stated, rows):
            yield _hold(block, unpacked, facts)
    else:
        yield _hold(reader.read(unpacked, stated), unpacked, facts)


def _choose_reader(path: Path, stated: Stated) -> ModuleType:
    """Return the reader of a file. Raises MappingError where a part of the file is stated that the format has not."""
    reader, _ = find_reader(path)
    known = getattr(reader, "PARTS", ())
    for part in PARTS:
        if getattr(stated, part) and part not in known:
            raise MappingError(
                f"{path.name} has no {part} to choose: it is read by the reader {plugins.identify(reader)!r}",
                f"leave out --{part} (in a mapping: source.{part})",
            )
    return reader


def _hold(table: RawTable, path: Path, facts: tuple[str, ...]) -> RawTable:
    """Return the table with more facts; its columns keep a temporary file alive as long as they may be loaded."""

    def load(name: str, _kept: Path = path) -> Any:
        return table.load(name)

    return dataclasses.replace(table, load=load, facts=(*facts, *table.facts))
