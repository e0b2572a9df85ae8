"""What the reader of databases needs of each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from svcflow.errors import InputError
from svcflow.eventlog.declared import Leaf, convert, find_leaves


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a query: the columns' names and declared kinds, what to say of them, and blocks of their values.

    A block holds one Arrow chunked array a name. `blocks` can be consumed once.
    """

    names: tuple[str, ...]
    kinds: Mapping[str, str]
    facts: tuple[str, ...]
    blocks: Iterator[dict[str, Any]]


class Connection(Protocol):
    """An open database that cannot be written through this connection."""

    name: str
    """For messages: without user and password."""

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of all tables and views."""

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""

    def select(self, table: str) -> str:
        """Return a query for all rows of a table, in the order in which they were written where that is known."""

    def ask(self, query: str, rows: int) -> Result:
        """Run a query. Raises InputError where the database refuses it."""

    def close(self) -> None:
        """Let go of the database."""


def from_batches(schema: Any, batches: Iterator[Any]) -> Result:
    """Return the result of a database that answers in Arrow record batches."""
    import pyarrow as pa  # noqa: PLC0415

    leaves, facts = find_leaves(schema)

    def column(batch: Any, leaf: Leaf) -> Any:
        return convert(pa.chunked_array([batch.column(leaf.root)]), leaf)

    blocks = ({leaf.name: column(batch, leaf) for leaf in leaves} for batch in batches)
    return Result(tuple(leaf.name for leaf in leaves), {}, tuple(facts), blocks)


def drain(
    reader: Any, errors: tuple[type[Exception], ...], refused: Callable[[Exception], InputError]
) -> Iterator[Any]:
    """Yield the record batches of a reader that hold rows; what fails on the way is told as `refused` tells it."""
    import pyarrow as pa  # noqa: PLC0415

    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (*errors, pa.ArrowException) as error:
            raise refused(error) from None
        if batch.num_rows:
            yield batch
