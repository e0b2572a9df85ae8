"""What a fold is: a summary of a log that can be computed in parts and merged in any order."""

from __future__ import annotations

from typing import Protocol, TypeVar

from svcflow.eventlog.log import Batch, Log

State = TypeVar("State")
Table_co = TypeVar("Table_co", covariant=True)


class Fold(Protocol[State, Table_co]):
    """One quantity of a log. `merge` is associative and commutative up to the order of batches."""

    def partial(self, batch: Batch) -> State:
        """Summarise one batch of whole cases."""
        ...

    def merge(self, left: State, right: State) -> State:
        """Combine two summaries."""
        ...

    def finish(self, state: State, log: Log) -> Table_co:
        """Turn the summary of the whole log into its table."""
        ...
