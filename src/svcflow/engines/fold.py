"""What a fold is: a summary of a log that can be computed in parts and merged in any order.

A **state** is plain: numpy arrays, numbers and tuples (named ones too) of them, so that it can be pickled and sent. It
is a pure function of the cases that it summarises, whatever they were cut into: ``merge`` is associative and
commutative, and the states of any split, any number of threads and any order are equal byte for byte. Whoever runs
folds somewhere else (a worker of a cluster, say) takes `local.summarise` over the batches of each part, which returns
the state of each fold by name, and `local.merge` over what the parts returned; ``finish`` then makes the tables.

A fold may have ``begin() -> Accumulator`` beside ``partial``: one that takes block after block in place is several
times cheaper than a state per block that is merged. Accumulators stay where they are; only their states travel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from svcflow.eventlog.log import Batch, Log, Vocabulary

State = TypeVar("State")
State_co = TypeVar("State_co", covariant=True)
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


class Accumulator(Protocol[State_co]):
    """The summary of the batches that it was given, kept in whatever form is quickest to add to."""

    def add(self, batch: Batch) -> None:
        """Take one batch of whole cases in."""
        ...

    def state(self) -> State_co:
        """Return the state of all batches so far, which is the same as that of their partial states merged."""
        ...


class Accumulating(Fold[State, Table_co], Protocol[State, Table_co]):
    """A fold that can also take block after block in place."""

    def begin(self) -> Accumulator[State]:
        """Return an accumulator of nothing."""
        ...


def summarise_one(fold: Accumulating[State, Table_co], batch: Batch) -> State:
    """Return the state of one batch, by way of an accumulator: what such a fold's ``partial`` is."""
    gathered = fold.begin()
    gathered.add(batch)
    return gathered.state()
