"""What a Spark worker does: opens the canonical file, summarises its share of the row groups, hands back the states.

This module imports no pyspark: it is what the workers of a cluster import.
"""

from __future__ import annotations

import dataclasses
import pickle
import zlib
from dataclasses import dataclass
from pathlib import Path

from svcflow import __version__, errors
from svcflow.engines.local import Folds, summarise
from svcflow.errors import InputError, SvcflowError
from svcflow.eventlog.store import stored as store
from svcflow.eventlog.store.stored import Stored


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
    """What every task does alike. `mark` tells the file from another one under the same path."""

    path: str
    mark: int
    columns: frozenset[str]
    folds: Folds
    rows: int
    version: str = __version__

    @classmethod
    def over(cls, log: Stored, folds: Folds, rows: int) -> Work:
        """Return the work of running `folds` over blocks of `rows` instances of a file."""
        return cls(str(Path(log.file.path).absolute()), _mark(log), log.columns, folds, rows)

    def __call__(self, groups: tuple[int, ...]) -> bytes:
        """Return the pickled states of the folds over these row groups, or the refusal."""
        try:
            log = dataclasses.replace(self._open(), groups=groups)
            found: object = summarise(log, log.batches(self.rows), self.folds)
        except SvcflowError as error:
            found = Refusal(type(error).__name__, error.message, error.hint)
        return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)

    def _open(self) -> Stored:
        if self.version != __version__:
            raise InputError(
                f"a worker has svcflow {__version__}, this process {self.version}", "install the same version on both"
            )
        log = store.open_store(self.path).only(self.columns)
        if _mark(log) != self.mark:
            raise InputError(f"a worker finds another file at {self.path}", "put it where all workers see the same one")
        return log


def _mark(log: Stored) -> int:
    """Return a number that differs between files of different logs."""
    return zlib.crc32(repr((log.file.groups, log.file.facts, log.activities)).encode())
