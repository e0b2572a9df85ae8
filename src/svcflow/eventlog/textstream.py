"""The rows of a text table as a stream of UTF-8 that a parser reads: as they stand, decoded, or written anew.

What the parser knows (one character between columns, one kind of quote) goes to it as it is; anything else is divided
here, row by row, and written as plain CSV. Rows stay rows: their number, their order and their number of cells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from svcflow.errors import InputError
from svcflow.eventlog import alignment, delimiters
from svcflow.eventlog.dialect import Dialect
from svcflow.eventlog.encodings import Encoding

ROWS = 4_096
"""Rows written anew at once."""

DELIMITER = ","
"""Between columns of rows that are written anew."""


def is_plain(form: Dialect, encoding: Encoding) -> bool:
    """Return whether a parser can divide the rows as they stand."""
    style = form.style
    one = len(style.delimiter) == 1 and style.delimiter.isascii() and style.delimiter != " "
    return one and not style.escape and not style.spaced and not form.drawing and not encoding.nuls


def open_rows(path: Path, encoding: Encoding, form: Dialect) -> Any:
    """Return an Arrow stream of the rows of data: no header, nothing that stands above or below."""
    import pyarrow as pa  # noqa: PLC0415

    if not is_plain(form, encoding):
        return pa.PythonFile(_Pieces(_write(path, encoding, form)), mode="r")
    stream = pa.OSFile(str(path), "r").get_stream(form.first, max(0, form.end - form.first))
    return stream if encoding.name == "utf-8" else pa.transcoding_input_stream(stream, encoding.name, "utf-8")


def _write(path: Path, encoding: Encoding, form: Dialect) -> Iterator[bytes]:
    """Yield the rows as plain CSV."""
    with path.open("rb") as raw:
        raw.seek(form.first)
        text = io.TextIOWrapper(
            io.BufferedReader(_Segment(raw, form.end - form.first), 1 << 20), encoding.name, newline=""
        )
        lines = (line.replace("\0", "") for line in text) if encoding.nuls else text
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=DELIMITER, lineterminator="\n")
        try:
            for count, cells in enumerate(_divide(lines, form), 1):
                writer.writerow(cells)
                if count % ROWS == 0:
                    yield out.getvalue().encode("utf-8")
                    out.seek(0)
                    out.truncate()
        except csv.Error as error:
            raise InputError(
                f"{path.name} cannot be read as a table: {error}",
                "is a quote opened and never closed? state `delimiter:` in a mapping file (-m)",
            ) from None
        yield out.getvalue().encode("utf-8")


def _divide(lines: Any, form: Dialect) -> Iterator[list[str]]:
    if form.drawing:
        return alignment.divide(lines, form.drawing)
    return (cells for _, cells in delimiters.divide(lines, form.style))


class _Segment(io.RawIOBase):
    """So many bytes of a file, from where it stands."""

    def __init__(self, file: Any, size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


class _Pieces:
    """Pieces of bytes as a file that can only be read."""

    closed = False

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes; none at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        taken, self._rest = (self._rest[:size], self._rest[size:]) if size >= 0 else (self._rest, b"")
        return taken

    def close(self) -> None:
        """Close it."""
        self.closed = True
