"""Which encoding a text file is in: proved by its bytes, or stated and verified."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from svcflow.errors import InputError

BLOCK = 1 << 22
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WORDS = {"utf-8-sig": "UTF-8 with a byte order mark", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


def describe(encoding: str) -> str:
    """Return the name of an encoding as people write it."""
    return WORDS.get(encoding, encoding.upper())


def detect(path: Path) -> str:
    """Return the encoding of a text file, decided by the whole of its bytes.

    Raises InputError where the bytes are no text at all.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), "") or _wide(head)
    if marked:
        return verify(path, marked)
    if b"\0" in head or len(re.findall(rb"[\x01-\x08\x0b\x0e-\x1a\x7f]", head)) > len(head) // 50 + 1:
        raise InputError(
            f"{path.name} is not a text table: it holds binary data", "give a CSV, TSV, XES or Parquet file"
        )
    if find_fault(path, "utf-8") is None:
        return "utf-8"
    if _looks_chinese(path):
        return "gb18030"
    return "cp1252" if find_fault(path, "cp1252") is None else "latin-1"


def verify(path: Path, encoding: str) -> str:
    """Return the Python name of a stated encoding after decoding the whole file with it.

    Raises InputError that names the offset of the first byte that does not fit.
    """
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise InputError(f"unknown encoding {encoding!r}", "use utf-8, utf-16, cp1252, latin-1 or gb18030") from None
    fault = find_fault(path, name)
    if fault is not None:
        offset, byte = fault
        raise InputError(
            f"{path.name} is not {describe(name)}: byte 0x{byte:02X} at offset {offset:,} does not fit",
            "export it again, or state the right `encoding:` in a mapping file (-m)",
        )
    return name


def find_fault(path: Path, encoding: str) -> tuple[int, int] | None:
    """Return offset and value of the first byte that is not valid in `encoding`, or ``None``."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    with path.open("rb") as stream:
        while True:
            block = stream.read(BLOCK)
            pending = len(decoder.getstate()[0])
            try:
                if not (encoding == "utf-8" and not pending and block.isascii()):
                    decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                place = offset - pending + error.start
                return place, error.object[error.start] if error.start < len(error.object) else 0
            offset += len(block)
            if not block:
                return None


def _wide(head: bytes) -> str:
    """Return the kind of UTF-16 that `head` is in without a mark: every second byte of plain text is zero."""
    half = len(head) // 2
    if half < 2:
        return ""
    if head[1::2].count(0) > 0.6 * half and head[::2].count(0) == 0:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > 0.6 * half and head[1::2].count(0) == 0 else ""


def _looks_chinese(path: Path) -> bool:
    """Return whether the file decodes as GB18030 and its characters are pairs of high bytes.

    Accented letters of Western text stand alone between ASCII letters; Chinese comes in runs of two bytes above 0xA0.
    """
    if find_fault(path, "gb18030") is not None:
        return False
    with path.open("rb") as stream:
        runs = re.findall(rb"[\x80-\xff]+", stream.read(BLOCK))
    even = sum(len(run) for run in runs if len(run) % 2 == 0 and min(run) >= 0xA1)
    total = sum(map(len, runs))
    if not total:
        return False
    if even > 0.9 * total:
        return True
    common = b"".join(runs).decode("gb18030", "ignore")
    chinese = sum("\u4e00" <= char <= "\u9fff" or char in "，。：；（）、！？" for char in common)
    return even > 0.5 * total and chinese * 2 > 0.8 * total
