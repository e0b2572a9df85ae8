"""Packed exports: gzip, bzip2, xz, Zstandard, and a zip archive that holds one table; known by their first bytes.

A packed file is unpacked once, to a temporary file. A text table is read several times (encoding, dialect, rows; times
whose order is in doubt once more), and unpacking costs as much as the parse: 10 M rows of 57 bytes in 2.3 s of CPU time
as they stand, in 6.0 s from gzip (1.8 s to unpack, 1.2 s to write).
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from svcflow.errors import InputError
from svcflow.eventlog import spool

BLOCK = 1 << 20
ALLOWED = 1 << 28
"""Bytes that any file may unpack to."""

RATIO = 300
"""A file that unpacks to more than `ALLOWED` may grow this many times: logs grow 5 to 100 times, bombs 1,000 times."""

ZIP = b"PK\x03\x04"
MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    ZIP: "zip",
    b"PK\x05\x06": "zip",
}
SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zip")
OFFICE = ("[Content_Types].xml", "mimetype")
"""Members that a workbook has and a zipped table has not."""

FAULTS = (
    EOFError, OSError, ValueError, IndexError, RuntimeError, struct.error, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile,
)  # fmt: skip
"""What unpacking damaged bytes raises; archives of unknown kinds raise a NotImplementedError, a RuntimeError."""

_HINT = "transfer or export it again"


def recognise(head: bytes) -> str:
    """Return how a file is packed that begins with these bytes, or nothing."""
    return next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), "")


def unpack(path: Path, head: bytes) -> Path:
    """Return the path of the unpacked contents of a file, or its own where it is not packed or a reader unpacks it.

    `head` are its first bytes. Raises InputError where it is damaged, a bomb, or an archive of several files.
    """
    kind = recognise(head)
    if not kind or (kind == "zip" and _is_office(path)):
        return path
    if kind == "gzip" and (path.name.lower().endswith(".xes.gz") or b"<log" in read_head(path)):
        return path
    return spool.write(_name(path), blocks(path, kind))


def read_head(path: Path, size: int = 4096) -> bytes:
    """Return the first bytes of the contents of a packed file, as far as they can be unpacked."""
    try:
        return next(blocks(path))[:size]
    except (StopIteration, InputError):
        return b""


def blocks(path: Path, kind: str = "") -> Iterator[bytes]:
    """Yield the unpacked contents in blocks. Raises InputError where the file is damaged, cut off, or a bomb."""
    with path.open("rb") as raw:
        kind = kind or recognise(raw.read(8))
        raw.seek(0)
        done, most = 0, max(ALLOWED, RATIO * path.stat().st_size)
        try:
            with _open(path, raw, kind) as stream:
                while block := stream.read(BLOCK):
                    done += len(block)
                    if done > most:
                        raise InputError(
                            f"{path.name} unpacks to more than {RATIO} times its size: it looks like a bomb",
                            "if it is an export all the same, unpack it first and give the table",
                        )
                    yield block
        except FAULTS as error:
            raise InputError(f"{path.name} {_explain(error, kind)}", _HINT) from None


def _open(path: Path, raw: IO[bytes], kind: str) -> Any:
    if kind == "gzip":
        return gzip.GzipFile(fileobj=raw)
    if kind == "bzip2":
        return bz2.BZ2File(raw)
    if kind == "xz":
        return lzma.LZMAFile(raw)
    if kind == "zip":
        return _open_member(path, raw)
    import pyarrow as pa  # noqa: PLC0415

    return pa.CompressedInputStream(raw, "zstd")


def _explain(error: Exception, kind: str) -> str:
    text = str(error)
    if isinstance(error, EOFError) or "runcated" in text or "ended before" in text:
        return f"ends too early (truncated {kind})"
    return f"is damaged (bad {kind})"


def _name(path: Path) -> str:
    """Return what the contents are called: the member of an archive by its own name, else the file without suffix."""
    suffix = path.suffix.lower()
    return path.name[: -len(suffix)] if suffix in SUFFIXES and path.name[: -len(suffix)] else path.name


def _is_office(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in OFFICE for name in archive.namelist())
    except FAULTS:
        return False


def _open_member(path: Path, raw: IO[bytes]) -> IO[bytes]:
    """Open the one file of an archive, hidden ones and those of the Mac's finder aside."""
    archive = zipfile.ZipFile(raw)
    members = [m for m in archive.infolist() if not m.filename.endswith("/") and not _is_hidden(m.filename)]
    if len(members) != 1:
        shown = ", ".join(member.filename for member in members[:3]) + (", …" if len(members) > 3 else "")
        raise InputError(
            f"{path.name} holds {len(members)} files" + (f" ({shown})" if members else ""),
            "unpack it and give the folder, a pattern like 'folder/*.csv', or one file",
        )
    if members[0].flag_bits & 1:
        raise InputError(f"{path.name} is locked with a password", "unpack it first and give the table")
    return archive.open(members[0])


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")
