"""What a fold is: a summary of a log that can be computed in parts and merged in any order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from svcflow.eventlog.log import Batch, Log, Vocabulary

State = TypeVar("State")
Table_co = TypeVar("Table_co", covariant=True)


class Source(Protocol):
    """What a fold runs over: a `Log` in memory, or a canonical file that stays on disk (`eventlog.store.stored`)."""

    @property
    def activities(self) -> Vocabulary:
        """Return the vocabulary of the activities."""
        ...

    @property
    def instances(self) -> int:
        """Return the number of activity instances."""
        ...

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        ...

    def batches(self, rows: int = ...) -> Iterator[Batch]:
        """Yield all cases in blocks of whole ones."""
        ...

    def batch(self, first: int, last: int) -> Batch:
        """Return some cases as one block."""
        ...


class Fold(Protocol[State, Table_co]):
    """One quantity of a log. `merge` is associative and commutative up to the order of batches.

    A fold that needs but some columns of a batch says which in ``columns``; a file then reads no others.
    """

    def partial(self, batch: Batch) -> State:
        """Summarise one batch of whole cases."""
        ...

    def merge(self, left: State, right: State) -> State:
        """Combine two summaries."""
        ...

    def finish(self, state: State, log: Log) -> Table_co:
        """Turn the summary of the whole log into its table."""
        ...
