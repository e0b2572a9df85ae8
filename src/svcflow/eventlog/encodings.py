"""Which encoding a text file is in: proved by its bytes, or stated and verified; a choice among several is said."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from svcflow.errors import InputError
from svcflow.eventlog import letters

BLOCK = 1 << 18
"""Bytes looked at together: they stay in the cache of the processor."""
HEAD = 1 << 16
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; those of UTF-32 come first, since that of UTF-16 begins alike."""

WORDS = {
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "iso8859-1": "Latin-1",
    "cp932": "Shift-JIS",
    "cp950": "Big5",
}
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x1e\x7f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a file: its name in Python, how many bytes its mark takes, what else its bytes show.

    `nuls` is how many zero bytes stand in the text, `quotes` whether it may hold quotes; `note` says which choice was
    made where the bytes do not prove it.
    """

    name: str
    mark: int = 0
    nuls: int = 0
    quotes: bool = True
    note: str = ""

    def describe(self) -> str:
        """Return the name as people write it."""
        text = WORDS.get(self.name, self.name.upper())
        return f"{text} with a byte order mark" if self.mark and self.name == "utf-8" else text

    @property
    def wide(self) -> bool:
        """Return whether every character takes two or four bytes."""
        return self.name in WIDE


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over all bytes of a file shows."""

    fault: tuple[int, int] | None
    """Offset and value of the first byte that is not UTF-8."""
    nuls: int
    quotes: bool


def detect(path: Path, stated: str = "") -> Encoding:
    """Return the encoding of a text file, decided by the whole of its bytes, or the stated one after checking them.

    Raises InputError where the bytes are no text at all, or do not fit what is stated or what they mostly are.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    mark, marked = next(((mark, name) for mark, name in MARKS if head.startswith(mark)), (b"", ""))
    if stated:
        return _verify(path, stated, mark, marked)
    wide = marked if marked in WIDE else letters.find_wide(head)
    if wide:
        return _verify(path, wide, mark, marked)
    survey = _survey(path)
    if _is_binary(head):
        raise InputError(f"{path.name} is not a text table: it holds binary data", "give a table, XES or Parquet file")
    if survey.fault is None:
        return Encoding("utf-8", len(mark), survey.nuls, survey.quotes)
    offset, byte = survey.fault
    if marked or letters.is_mostly_utf8(head[: max(offset, 1)], _around(path, offset)):
        raise InputError(
            f"{path.name} is UTF-8 but for byte 0x{byte:02X} at offset {offset:,}",
            "export it again, or state an `encoding:` in a mapping file (-m)",
        )
    name, note = letters.choose(path, offset, lambda name: find_fault(path, name) is None)
    return Encoding(name, 0, survey.nuls, survey.quotes, note)


def find_fault(path: Path, encoding: str) -> tuple[int, int] | None:
    """Return offset and value of the first byte that is not valid in `encoding`, or ``None``."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    with path.open("rb", buffering=0) as stream:
        while True:
            block = stream.read(BLOCK)
            fault = _decode(decoder, block, offset, encoding)
            if fault or not block:
                return fault
            offset += len(block)


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, offset: int, encoding: str) -> tuple[int, int] | None:
    pending = len(decoder.getstate()[0])
    try:
        if encoding != "utf-8" or pending or not block or not block.isascii():
            decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        return offset - pending + error.start, error.object[error.start] if error.start < len(error.object) else 0
    return None


def _survey(path: Path) -> Survey:
    """Pass once over all bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = nuls = 0
    fault: tuple[int, int] | None = None
    quotes = False
    with path.open("rb", buffering=0) as stream:
        while True:
            block = stream.read(BLOCK)
            fault = fault or _decode(decoder, block, offset, "utf-8")
            if not block:
                return Survey(fault, nuls, quotes)
            nuls += block.count(0) if 0 in block else 0
            quotes = quotes or b'"' in block or b"'" in block
            offset += len(block)


def _verify(path: Path, stated: str, mark: bytes, marked: str) -> Encoding:
    """Return a stated encoding after decoding the whole file with it; a mark says in which order the bytes stand."""
    try:
        name = codecs.lookup(stated).name
    except LookupError:
        raise InputError(f"unknown encoding {stated!r}", "use utf-8, utf-16, cp1252, latin-1 or gb18030") from None
    family = name.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    if marked.startswith(family):
        name = marked
    elif name in ("utf-16", "utf-32", "utf-8-sig"):
        name = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}[name]
    encoding = Encoding(name, len(mark) if marked == name else 0)
    fault = find_fault(path, name)
    if fault is not None:
        offset, byte = fault
        raise InputError(
            f"{path.name} is not {encoding.describe()}: byte 0x{byte:02X} at offset {offset:,} does not fit",
            "export it again, or state the right `encoding:` in a mapping file (-m)",
        )
    if encoding.wide:
        return encoding
    survey = _survey(path)
    return Encoding(name, encoding.mark, survey.nuls, survey.quotes)


def _is_binary(head: bytes) -> bool:
    """Return whether bytes are no text: control signs beyond a few. Zero bytes may stand behind a text that was cut."""
    body = head.rstrip(b"\0\x1a")
    strange = len(_CONTROL.findall(body)) + body.count(0) + (len(head) - len(body) if len(body) < 64 else 0)
    return strange > len(body) // 50 + 1


def _around(path: Path, offset: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, offset - HEAD // 2))
        return stream.read(HEAD)
