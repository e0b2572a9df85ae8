"""The work of shares of resources in temporary files, one for each share: a single pass over a log writes all of them.

What is written are numbers alone, codes and milliseconds; the folder vanishes with what it was needed for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.errors import InputError
from svcflow.eventlog.log import Batch

Columns = tuple[NDArray[Any], ...]


class Gathering(Protocol):
    """Says what is gathered of each instance."""

    @property
    def columns(self) -> frozenset[str]:
        """Return which columns of a batch are read."""
        ...

    @property
    def size(self) -> int:
        """Return how many bytes an instance takes."""
        ...

    def gather(self, batch: Batch, chosen: NDArray[np.bool_]) -> Columns:
        """Return columns of the instances of chosen resources (by code) in a block: case, resource, and what else."""
        ...


class Spool(NamedTuple):
    """A temporary file, and how many instances each piece of it has: column after column."""

    path: str
    pieces: tuple[int, ...]


class Spooled(NamedTuple):
    """The temporary files of each share, and of what type the columns are."""

    spools: tuple[tuple[Spool, ...], ...]
    types: tuple[np.dtype[Any], ...]

    def merge(self, other: Spooled) -> Spooled:
        """Put the files of two parts of a log together."""
        spools = tuple(mine + theirs for mine, theirs in zip(self.spools, other.spools, strict=True))
        return Spooled(spools, self.types)

    def read(self, share: int) -> Columns:
        """Return the columns of a share, case by case."""
        spools = self.spools[share]
        columns = tuple(np.empty(sum(sum(spool.pieces) for spool in spools), kind) for kind in self.types)
        begin = 0
        for spool in spools:
            with Path(spool.path).open("rb") as file:
                for rows in spool.pieces:
                    for column in columns:
                        _fill(file, column[begin : begin + rows])
                    begin += rows
        return sort_cases(columns)


@dataclass(frozen=True, slots=True)
class SpoolFold:
    """Writes the work of resources in files in `folder`, one for each of `count` shares; `share` is -1 for no share."""

    gathering: Gathering
    share: NDArray[np.int16]
    count: int
    folder: str

    @property
    def columns(self) -> frozenset[str]:
        """Return which columns are read."""
        return self.gathering.columns

    def begin(self) -> Spooler:
        """Return an accumulator of nothing."""
        return Spooler(self)

    def partial(self, batch: Batch) -> Spooled:
        """Write the work of one block."""
        return summarise_one(self, batch)

    def merge(self, left: Spooled, right: Spooled) -> Spooled:
        """Put two parts together."""
        return left.merge(right)

    def finish(self, state: Spooled, log: Source) -> Spooled:
        """Return the files as they are."""
        return state


class Spooler:
    """The files of the blocks so far."""

    def __init__(self, fold: SpoolFold) -> None:
        self._fold = fold
        self._files: dict[int, IO[bytes]] = {}
        self._pieces: list[list[int]] = [[] for _ in range(fold.count)]
        self._types: tuple[np.dtype[Any], ...] = ()

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        share = self._fold.share
        columns = self._fold.gathering.gather(batch, share >= 0)
        self._types = tuple(column.dtype for column in columns)
        number = share[columns[1]]
        order = np.argsort(number, kind="stable")
        columns = tuple(column[order] for column in columns)
        bounds = np.searchsorted(number[order], np.arange(self._fold.count + 1))
        for place in np.flatnonzero(np.diff(bounds)).tolist():
            low, high = bounds[place : place + 2].tolist()
            file = self._find_file(place)
            for column in columns:
                file.write(column[low:high].data)
            self._pieces[place].append(high - low)

    def state(self) -> Spooled:
        """Return the files so far, closed."""
        for file in self._files.values():
            file.close()
        return Spooled(tuple(self._tell(place) for place in range(self._fold.count)), self._types)

    def _tell(self, place: int) -> tuple[Spool, ...]:
        return (Spool(self._files[place].name, tuple(self._pieces[place])),) if place in self._files else ()

    def _find_file(self, place: int) -> IO[bytes]:
        if place not in self._files:
            self._files[place] = NamedTemporaryFile(dir=self._fold.folder, delete=False)  # noqa: SIM115 - see `state`
        return self._files[place]


@contextmanager
def open_folder() -> Iterator[str]:
    """Give a folder that vanishes afterwards. Raises InputError where there is no room for what is written in it."""
    try:
        with ExitStack() as stack:
            yield stack.enter_context(TemporaryDirectory(prefix="svcflow.", ignore_cleanup_errors=True))
    except OSError as error:
        raise InputError(
            f"a temporary file cannot be written: {error.strerror}", "make room, or set TMPDIR to a folder that has it"
        ) from None


def sort_cases(columns: Columns) -> Columns:
    """Return columns case by case; blocks of several threads come in any order."""
    case = columns[0]
    if not bool((case[1:] < case[:-1]).any()):
        return columns
    order = np.argsort(case, kind="stable")
    return tuple(column[order] for column in columns)


def _fill(file: IO[bytes], column: NDArray[Any]) -> None:
    if file.readinto(column.data) != column.nbytes:  # type: ignore[attr-defined]
        raise OSError(5, "it is shorter than what was written")
