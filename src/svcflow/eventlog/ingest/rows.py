"""Rows of an export as numbers, in memory and as Arrow batches on their way to the disk and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.texts import buffer, integers

TYPES = {
    np.dtype(np.uint8): pa.uint8(),
    np.dtype(np.uint16): pa.uint16(),
    np.dtype(np.uint32): pa.uint32(),
    np.dtype(np.int64): pa.int64(),
}
CODES = "code:"
SECONDS = ":s"
FIXED = ("row", "number", "time", "start", "kind")


@dataclass(slots=True)
class Rows:
    """Events: the text of their case (an Arrow array), their place in the export, their times, codes by field.

    `row` counts the events of the export from 0, `number` (``None``: ``row + 1``) is what a message calls the row.
    `time` and `start` are UTC milliseconds or MISSING_TIME, `kind` says what an event does to an instance.
    """

    case: Any
    row: NDArray[np.int64]
    time: NDArray[np.int64]
    start: NDArray[np.int64] | None = None
    kind: NDArray[np.uint8] | None = None
    number: NDArray[np.int64] | None = None
    codes: dict[str, NDArray[np.int32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Return the number of each row in the file."""
        return self.row + 1 if self.number is None else self.number

    def take(self, rows: NDArray[np.intp]) -> Rows:
        """Return some of the rows."""
        indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, buffer(rows.astype(np.int64, copy=False))])
        fixed = {name: getattr(self, name) for name in FIXED}
        cut: dict[str, Any] = {name: None if values is None else values[rows] for name, values in fixed.items()}
        return Rows(self.case.take(indices), codes={key: codes[rows] for key, codes in self.codes.items()}, **cut)

    def slice(self, low: int, high: int) -> Rows:
        """Return the rows from `low` on and before `high`."""
        fixed = {name: getattr(self, name) for name in FIXED}
        cut: dict[str, Any] = {name: None if values is None else values[low:high] for name, values in fixed.items()}
        codes = {key: codes[low:high] for key, codes in self.codes.items()}
        return Rows(self.case.slice(low, high - low), codes=codes, **cut)

    def pack(self) -> Any:
        """Return the rows as an Arrow batch with the narrowest columns that hold them."""
        columns = {"case": self.case}
        for name in FIXED:
            values = getattr(self, name)
            if values is None:
                continue
            if name in ("time", "start") and len(values) and _are_seconds(values):
                columns[name + SECONDS] = narrow(values // 1000)
            else:
                columns[name] = narrow(values)
        columns |= {CODES + key: narrow(codes) for key, codes in self.codes.items()}
        return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))

    @classmethod
    def unpack(cls, batches: Sequence[Any]) -> Rows:
        """Return the rows of several batches, one after the other; a field that one of them lacks is unknown there."""
        names = {name.removesuffix(SECONDS) for batch in batches for name in batch.schema.names}
        columns = {name: np.concatenate([_restore(batch, name) for batch in batches]) for name in names - {"case"}}
        codes = {name.removeprefix(CODES): columns.pop(name) for name in names if name.startswith(CODES)}
        case = pa.concat_arrays([batch.column("case") for batch in batches])
        return cls(case, codes=codes, **columns)


def _are_seconds(values: NDArray[np.int64]) -> bool:
    return not (values % 1000).any() and int(values.min()) >= 0 and int(values.max()) < 1000 << 32


def narrow(values: NDArray[Any]) -> Any:
    """Return whole numbers or flags as an Arrow array of the narrowest type that holds them."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    dtype = np.dtype(np.int64)
    if low >= 0 and high < 1 << 32:
        dtype = np.min_scalar_type(high)
    return pa.Array.from_buffers(TYPES[dtype], len(values), [None, buffer(np.ascontiguousarray(values, dtype))])


def widen(column: Any, dtype: Any) -> NDArray[Any]:
    """Return a narrow Arrow array as numpy of that type."""
    return integers(column, np.dtype(str(column.type))).astype(dtype)


def _restore(batch: Any, name: str) -> NDArray[Any]:
    """Return a column of a batch as numpy in its usual type; unknown where the batch has no such column."""
    dtype: Any = np.int32 if name.startswith(CODES) else np.uint8 if name == "kind" else np.int64
    if batch.schema.get_field_index(name) >= 0:
        return widen(batch.column(name), dtype)
    if batch.schema.get_field_index(name + SECONDS) >= 0:
        return widen(batch.column(name + SECONDS), dtype) * 1000
    return np.asarray(_restore(batch, "row") + 1 if name == "number" else np.zeros(batch.num_rows, dtype))
