"""Files that are written whole or not at all: beside their place, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def reserve(target: Path) -> Path:
    """Return a new empty file beside `target`, with the rights that `target` has, or that a new file has here."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=".svcflow.", suffix=".part")
    mask = os.umask(0)
    os.umask(mask)
    try:
        os.fchmod(handle, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~mask)
    finally:
        os.close(handle)
    return Path(name)


def replace(path: Path, data: bytes) -> None:
    """Write `data` to `path`; who is interrupted leaves it as it was. Raises `OSError` where the system refuses."""
    beside = reserve(path)
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
