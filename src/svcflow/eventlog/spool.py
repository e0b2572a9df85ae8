"""Bytes that came packed or through a pipe, as a file that vanishes when nobody reads it any more.

Where the system can open a file that has no name, it has none: nothing is left behind, however the process ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from svcflow.errors import InputError

if TYPE_CHECKING:
    Concrete = Path
else:
    Concrete = type(Path())


class Spooled(Concrete):
    """The path of a temporary file, called in messages what the bytes in it are called.

    The file lives as long as this object, so whoever opens the path later has to keep the object.
    """

    label: str

    @property
    def name(self) -> str:
        """Return what the bytes are called: the name of the packed file, or where they came from."""
        return getattr(self, "label", "") or super().name


def write(label: str, blocks: Iterable[bytes]) -> Spooled:
    """Write blocks of bytes to a temporary file. Raises InputError where there is no room for them."""
    file = _create(label)
    try:
        for block in blocks:
            file.write(block)
        file.flush()
    except OSError as error:
        file.close()
        raise _no_room(label, error) from None
    except BaseException:
        file.close()
        raise
    path = Spooled(_path(file))
    path.label = label
    weakref.finalize(path, file.close)
    return path


@contextlib.contextmanager
def name(path: Path) -> Iterator[Path]:
    """Give the contents of a temporary file a name while something opens them that follows links to files.

    Any other path is given as it is. Raises InputError where there is no room for a copy.
    """
    if not isinstance(path, Spooled):
        yield path
        return
    with contextlib.ExitStack() as stack:
        try:
            copy = stack.enter_context(tempfile.NamedTemporaryFile())
            with path.open("rb") as file:
                shutil.copyfileobj(file, copy, 1 << 20)
            copy.flush()
        except OSError as error:
            raise _no_room(path.name, error) from None
        yield Path(copy.name)


def _create(label: str) -> IO[bytes]:
    try:
        return tempfile.TemporaryFile() if _has_descriptors() else tempfile.NamedTemporaryFile()
    except OSError as error:
        raise _no_room(label, error) from None


def _no_room(label: str, error: OSError) -> InputError:
    return InputError(
        f"{label} cannot be written to {tempfile.gettempdir()}: {error.strerror or error}",
        "make room there, or name another folder in the environment variable TMPDIR",
    )


def _path(file: IO[bytes]) -> str:
    return f"/proc/{os.getpid()}/fd/{file.fileno()}" if _has_descriptors() else str(file.name)


def _has_descriptors() -> bool:
    return Path(f"/proc/{os.getpid()}/fd").is_dir()
