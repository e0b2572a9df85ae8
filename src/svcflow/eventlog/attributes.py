"""Attributes of cases and events, encoded when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Column
from svcflow.eventlog.texts import Encoded, arrange


class Attributes(Mapping[str, Column]):
    """A mapping of names to columns whose values are made on first use and then kept."""

    def __init__(self, make: Callable[[str], Column], names: Callable[[], tuple[str, ...]]) -> None:
        self._make = make
        self._list = names
        self._names: tuple[str, ...] | None = None
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            if name not in self.names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __repr__(self) -> str:
        return f"Attributes({', '.join(self.names)})"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names, which are decided on first use."""
        if self._names is None:
            self._names = self._list()
        return self._names

    def take(self, rows: NDArray[np.intp]) -> Attributes:
        """Return the same attributes for some rows only, as lazy as these."""
        return Attributes(lambda name: cut(self[name], rows), lambda: self.names)


def cut(column: Column, rows: NDArray[np.intp]) -> Column:
    """Return a column with only those rows; texts no longer in use leave its vocabulary."""
    values = column.values[rows]
    if column.vocabulary is None:
        return Column(column.kind, values)
    texts = tuple(text or None for text in column.vocabulary.texts)
    codes, vocabulary = arrange(Encoded(values.astype(np.int32, copy=False), texts), unknown=True)
    return Column("text", codes, vocabulary)
