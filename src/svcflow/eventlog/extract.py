"""Whole lines from the beginning and the end of a text file, and where in the file they stand."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from pathlib import Path

from svcflow.eventlog.encodings import Encoding

HEAD = 1 << 18
TAIL = 1 << 16
_LINE = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Extract:
    """Whole lines of a file, from the byte at `offset`; `whole` says that they are all there are."""

    lines: list[str]
    data: bytes
    offset: int
    encoding: Encoding
    whole: bool

    def locate(self, line: int) -> int:
        """Return the offset in the file of the beginning of a line."""
        if self.encoding.wide:
            return self.offset + len("".join(self.lines[:line]).encode(self.encoding.name))
        if not line:
            return self.offset
        ends = [found.end() for found in _LINE.finditer(self.data)]
        return self.offset + (ends[line - 1] if line <= len(ends) else len(self.data))

    def locate_end(self) -> int:
        """Return the end of the text, without the sign with which old systems end one, and zero bytes behind it."""
        data = self.data if self.encoding.wide else self.data.rstrip(b"\0\x1a")
        return self.offset + len(data)


def read_head(path: Path, encoding: Encoding) -> Extract:
    """Return the beginning of a file up to its last whole line."""
    with path.open("rb") as stream:
        data = stream.read(HEAD)
        whole = not stream.read(1)
    data = data[encoding.mark :]
    lines = split(codecs.getincrementaldecoder(encoding.name)().decode(data, final=False))
    if not whole and len(lines) > 1:
        lines.pop()
    return Extract(lines, data, encoding.mark, encoding, whole)


def read_tail(path: Path, encoding: Encoding) -> Extract:
    """Return the last lines of a file that is longer than its head."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        offset = encoding.mark + (size - TAIL - encoding.mark) // 4 * 4
        stream.seek(offset)
        data = stream.read()
    if not encoding.wide:
        first = _LINE.search(data)
        cut = first.end() if first else 0
        data = data[cut:]
        return Extract(split(data.decode(encoding.name, "replace")), data, offset + cut, encoding, whole=False)
    first_line, *lines = split(data.decode(encoding.name, "replace"))
    cut = len(first_line.encode(encoding.name, "replace"))
    return Extract(lines, data[cut:], offset + cut, encoding, whole=False)


def split(text: str) -> list[str]:
    """Return the lines of a text with their ends: line feed, carriage return, or both."""
    return io.StringIO(text, newline="").readlines()
