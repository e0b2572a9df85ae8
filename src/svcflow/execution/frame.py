"""Results as columns: numpy arrays and coded texts, handed out as rows, Arrow or pandas on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Values: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column: `codes` are indices into `texts`; a negative code is no text."""

    codes: NDArray[np.int32]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def get(self, row: int) -> str:
        """Return the text at `row`, empty where there is none."""
        code = int(self.codes[row])
        return self.texts[code] if code >= 0 else ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Named columns of equal length. Columns in `times` are milliseconds since 1970 UTC, MISSING_TIME unknown.

    Columns in `told` are texts made from a row's number only when somebody asks for them; those in `derived` are made
    from the others, for all rows or for some.
    """

    columns: Mapping[str, Values | Coded]
    times: tuple[str, ...] = ()
    told: Mapping[str, Callable[[int], str]] = field(default_factory=dict)
    derived: Mapping[str, Callable[[Frame, Any], Values | Coded]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Any:
        return self.columns[name] if name in self.columns else self.derived[name](self, slice(None))

    def get(self, row: int) -> dict[str, Any]:
        """Return one row as plain Python values; unknown numbers, times and texts are ``None``."""
        plain = {name: _plain(column, row, name in self.times) for name, column in self.columns.items()}
        here = np.asarray([row])
        plain |= {name: _plain(derive(self, here), 0, name in self.times) for name, derive in self.derived.items()}
        return plain | {name: tell(row) for name, tell in self.told.items()}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self.get(row) for row in range(len(self)))

    def take(self, rows: NDArray[np.int64]) -> Frame:
        """Return some rows as a frame of their own."""
        columns = {
            name: Coded(column.codes[rows], column.texts) if isinstance(column, Coded) else column[rows]
            for name, column in self.columns.items()
        }
        told = {name: _told_of(tell, rows) for name, tell in self.told.items()}
        return Frame(columns, self.times, told, self.derived)

    def to_arrow(self) -> pa.Table:
        """Return the frame as a `pyarrow.Table`: texts as dictionaries, times as UTC time stamps."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and most callers read the arrays

        names = (*self.columns, *self.derived)
        arrays = {name: _to_arrow(self[name], name in self.times) for name in names}
        for name, tell in self.told.items():
            arrays[name] = _texts_to_arrow([tell(row) for row in range(len(self))])
        return pa.table(arrays)

    def to_pandas(self) -> pd.DataFrame:
        """Return the frame as a `pandas.DataFrame`."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame


def _told_of(tell: Callable[[int], str], rows: NDArray[np.int64]) -> Callable[[int], str]:
    return lambda row: tell(int(rows[row]))


def coded(texts: list[str]) -> Coded:
    """Return a coded column of texts; an empty text is no text."""
    known: dict[str, int] = {"": -1}
    codes = [known.setdefault(text, len(known) - 1) for text in texts]
    return Coded(np.asarray(codes, np.int32), tuple(known)[1:])


def _plain(column: Values | Coded, row: int, is_time: bool) -> Any:
    if isinstance(column, Coded):
        return column.get(row) or None
    value = column[row].item()
    if (is_time and value == MISSING_TIME) or value != value:  # noqa: PLR0124 - NaN differs from itself
        return None
    return value


def _to_arrow(column: Values | Coded, is_time: bool) -> Any:
    # From buffers: `pa.array(ndarray)` loads pandas wherever it is installed.
    import pyarrow as pa  # noqa: PLC0415

    if isinstance(column, Coded):
        codes = _fixed(column.codes, pa.int32(), column.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, _texts_to_arrow(list(column.texts)))
    if is_time:
        return _fixed(column, pa.timestamp("ms", "UTC"), column == MISSING_TIME)
    if column.dtype == np.bool_:
        return _fixed(column.astype(np.int8), pa.int8(), np.zeros(len(column), np.bool_)).cast(pa.bool_())
    missing = np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), np.bool_)
    return _fixed(column, pa.from_numpy_dtype(column.dtype), missing)


def _fixed(values: Values, kind: pa.DataType, missing: NDArray[np.bool_]) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    valid = pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes()) if missing.any() else None
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(np.ascontiguousarray(values).data)])


def _texts_to_arrow(texts: list[str]) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    return pa.Array.from_buffers(
        pa.large_string(), len(texts), [None, pa.py_buffer(offsets.data), pa.py_buffer(b"".join(encoded))]
    )
