"""What a Spark worker does: opens the canonical file, summarises its share of the row groups, hands back the states.

This module imports no pyspark: it is what the workers of a cluster import.
"""

from __future__ import annotations

import dataclasses
import pickle
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svcflow import __version__, errors
from svcflow.engines.local import Folds, summarise
from svcflow.errors import InputError, SvcflowError
from svcflow.eventlog.store import stored as store
from svcflow.eventlog.store.stored import Stored

LARGE = 1 << 16
"""Bytes: Java copies what goes through it several times."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of a worker that has one line to say, so that it reads as it would in this process."""

    kind: str
    message: str
    hint: str

    def restore(self) -> SvcflowError:
        """Return the error."""
        kind: type[SvcflowError] = getattr(errors, self.kind, SvcflowError)
        return kind(self.message, self.hint)


@dataclass(frozen=True, slots=True)
class Work:
    """What every task does alike. `mark` tells the file from another one under the same path.

    States go through Java to the one who asked; where workers share a `folder` with it, large ones go through that.
    """

    path: str
    mark: int
    columns: frozenset[str]
    folds: Folds
    rows: int
    folder: str = ""
    version: str = __version__

    @classmethod
    def over(cls, log: Stored, folds: Folds, rows: int, *, folder: str = "") -> Work:
        """Return the work of running `folds` over blocks of `rows` instances of a file."""
        return cls(str(Path(log.file.path).absolute()), _mark(log), log.columns, folds, rows, folder)

    def __call__(self, groups: tuple[int, ...]) -> bytes:
        """Return the states of the folds over these row groups, or the refusal, for `receive`."""
        try:
            log = dataclasses.replace(self._open(), groups=groups)
            found: object = summarise(log, log.batches(self.rows), self.folds)
        except SvcflowError as error:
            found = Refusal(type(error).__name__, error.message, error.hint)
        told = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
        return told if len(told) < LARGE or not self.folder else self._put_down(told)

    def _put_down(self, told: bytes) -> bytes:
        """Write what is told to a file of its own and return where that is."""
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".state", delete=False) as file:
            file.write(told)
        return pickle.dumps(Path(file.name))

    def _open(self) -> Stored:
        if self.version != __version__:
            raise InputError(
                f"a worker has svcflow {__version__}, this process {self.version}", "install the same version on both"
            )
        log = store.open_store(self.path).only(self.columns)
        if _mark(log) != self.mark:
            raise InputError(f"a worker finds another file at {self.path}", "put it where all workers see the same one")
        return log


def receive(told: bytes) -> Any:
    """Return what a worker handed back: states by fold, or a `Refusal`."""
    found = pickle.loads(told)  # noqa: S301 - of our own worker
    if not isinstance(found, Path):
        return found
    with found.open("rb") as file:
        return pickle.load(file)  # noqa: S301


def _mark(log: Stored) -> int:
    """Return a number that differs between files of different logs."""
    return zlib.crc32(repr((log.file.groups, log.file.facts, log.activities)).encode())
