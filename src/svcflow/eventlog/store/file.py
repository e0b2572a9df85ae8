"""A canonical file that is open for reading: its metadata judged, its row groups read column by column."""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from svcflow.errors import InputError
from svcflow.eventlog.store import metadata
from svcflow.eventlog.store.metadata import Damage, Document
from svcflow.eventlog.store.pieces import build_schema

MAGIC = b"PAR1"
MOST_ROWS_PER_BYTE = 128
"""A file that claims more rows than this a byte is no log: one row repeated in a single case comes to 66."""
_FREE_ROWS = 1 << 20
_FAULTS = (pa.ArrowException, OSError, ValueError, KeyError, MemoryError, OverflowError)


class File:
    """An open canonical file. Raises InputError, in one line, for all that is not as it should be."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._readers = threading.local()
        try:
            self._source = pa.OSFile(str(self.path), "rb")  # a file cut short while it is mapped would end the process
            self._parquet = self._find_reader()
            known = self._parquet.metadata.metadata or {}
        except FileNotFoundError:
            raise InputError(f"{path} does not exist", "check the path") from None
        except _FAULTS as error:
            raise self.refuse(first_line(error)) from None
        if metadata.KEY not in known:
            raise InputError(f"{self.path.name} is no canonical file of svcflow", "make one with `svcflow import`")
        try:
            self.document = self._judge(known[metadata.KEY], known.get(metadata.CHECKSUM, b""))
        except Damage as error:
            raise self.refuse(str(error)) from None
        self.layout = self.document.layout
        self.facts = self.document.facts
        self.groups = self.document.groups

    def refuse(self, reason: str) -> InputError:
        """Return the error that says what is wrong with the file."""
        return InputError(
            f"{self.path.name} is damaged: {reason}", "transfer the file again, or import the export again"
        )

    def read(self, group: int, columns: Iterable[str]) -> dict[str, Any]:
        """Return columns of a row group as Arrow arrays, by name."""
        names = list(columns)
        try:
            table = self._find_reader().read_row_group(group, columns=names, use_threads=False)
            found = {name: _join(table.column(name)) for name in names}
        except _FAULTS as error:
            raise self.refuse(first_line(error)) from None
        for name, array in found.items():
            if len(array) != self.groups[group].rows:
                raise self.refuse(f"column {name!r} has {len(array):,} of {self.groups[group].rows:,} rows")
        return found

    def stream(self, group: int, columns: Iterable[str], rows: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of a row group so many at a time, the same columns of them; none is held on to."""
        names, seen = list(columns), 0
        try:
            parts = self._find_reader().iter_batches(rows, row_groups=[group], columns=names, use_threads=False)
            for part in parts:
                seen += len(part)
                yield {name: part.column(name) for name in names}
                del part
        except _FAULTS as error:
            raise self.refuse(first_line(error)) from None
        if seen != self.groups[group].rows:
            raise self.refuse(f"row group {group + 1} has {seen:,} of {self.groups[group].rows:,} rows")

    def _find_reader(self) -> Any:
        """Return the reader of this thread: two threads that share one crash."""
        from pyarrow import parquet  # noqa: PLC0415 - engines know this class, and most logs are no such file

        known = getattr(self._readers, "known", None)
        if known is None:
            known = self._readers.known = parquet.ParquetFile(
                self._source, page_checksum_verification=True, thrift_string_size_limit=1 << 30
            )
        return known

    def _judge(self, text: bytes, checksum: bytes) -> Document:
        """Return the metadata, once they agree with their checksum and with what Parquet says of the file."""
        document = metadata.read(text, self.path.name)
        if checksum != f"{zlib.crc32(text):08x}".encode():
            raise Damage("its metadata do not agree with their checksum")
        told = self._parquet.metadata
        rows = [group.rows for group in document.groups]
        if told.num_row_groups != len(rows) or [told.row_group(i).num_rows for i in range(len(rows))] != rows:
            raise Damage("its row groups are not those that its metadata name")
        if sum(rows) > max(_FREE_ROWS, self.path.stat().st_size * MOST_ROWS_PER_BYTE):
            raise Damage(f"it claims {sum(rows):,} rows in {self.path.stat().st_size:,} bytes")
        try:
            schema = self._parquet.schema_arrow
        except _FAULTS as error:
            raise Damage(first_line(error)) from None
        for wanted in build_schema(document.layout):
            if schema.get_field_index(wanted.name) < 0:
                raise Damage(f"column {wanted.name!r} is missing or stands twice")
            if not _is_same(schema.field(wanted.name).type, wanted.type):
                raise Damage(f"column {wanted.name!r} has the wrong type")
        return document


def recognise(path: Path) -> bool:
    """Return whether a file is a canonical one, whole or damaged, from its first bytes and its last."""
    with path.open("rb") as stream:
        if stream.read(4) != MAGIC:
            return False
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(size - 8, 0))
        tail = stream.read(8)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != MAGIC or not 0 < length <= size - 12:
            return False
        stream.seek(size - 8 - length)
        if metadata.CHECKSUM not in stream.read(length):
            return False
    from pyarrow import parquet  # noqa: PLC0415

    try:
        return metadata.KEY in (parquet.read_metadata(path).metadata or {})
    except _FAULTS:
        return True


def first_line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__


def _join(column: Any) -> Any:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks()


def _is_same(found: Any, wanted: Any) -> bool:
    if pa.types.is_dictionary(wanted):
        if not pa.types.is_dictionary(found) or found.index_type != wanted.index_type:
            return False
        return bool(pa.types.is_string(found.value_type) or pa.types.is_large_string(found.value_type))
    return bool(found == wanted)
