"""A result as named columns: rows for JSON, Arrow and pandas on demand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length holding plain Python values; seconds stand in columns that end in ``_s``.

    >>> table = Table({"activity": ["a", "b"], "count": [3, 1]})
    >>> len(table), table.to_rows()[1]
    (2, {'activity': 'b', 'count': 1})
    """

    columns: Mapping[str, list[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = list(self.columns)
        return (dict(zip(names, values, strict=True)) for values in zip(*self.columns.values(), strict=True))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the table as a list of dicts."""
        return list(self)

    def to_arrow(self) -> pa.Table:
        """Return the table as a `pyarrow.Table`."""
        import pyarrow as pa  # noqa: PLC0415 - heavy

        return pa.table(dict(self.columns))

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a `pandas.DataFrame`."""
        import pandas as pd  # noqa: PLC0415 - heavy

        return pd.DataFrame(dict(self.columns))


class Tabular(ABC):
    """A result that can be read as one table."""

    __slots__ = ()

    @abstractmethod
    def to_table(self) -> Table:
        """Return the result as a table."""

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the table as a list of dicts."""
        return self.to_table().to_rows()

    def to_arrow(self) -> pa.Table:
        """Return the table as a `pyarrow.Table`."""
        return self.to_table().to_arrow()

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a `pandas.DataFrame`."""
        return self.to_table().to_pandas()
