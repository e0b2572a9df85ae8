"""Values of attributes on their way into the file: numpy arrays that can be cut and repeated, then Arrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Column
from svcflow.eventlog.store.layout import Kind
from svcflow.eventlog.texts import buffer, find_nulls, integers, strings

WORDS = pa.dictionary(pa.int32(), pa.large_string())
TIMES = pa.timestamp("ms", "UTC")
TYPES = {"text": WORDS, "number": pa.float64(), "boolean": pa.bool_(), "datetime": TIMES}
"""How the values of each kind of attribute stand in the file."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Values of one kind. Text: int32 places in `words`, an Arrow array, -1 missing; others: as in `Column`."""

    kind: Kind
    values: NDArray[Any]
    words: Any = None

    def __len__(self) -> int:
        return len(self.values)

    def repeat(self, sizes: NDArray[np.int64]) -> Cells:
        """Return each value as often as `sizes` says."""
        return Cells(self.kind, np.repeat(self.values, sizes), self.words)

    def cut(self, low: int, high: int) -> Cells:
        """Return the values from `low` on and before `high`; words that they do not use are dropped."""
        values = self.values[low:high]
        if self.words is None or len(self.words) <= 64:
            return Cells(self.kind, values, self.words)
        used = np.zeros(len(self.words) + 1, bool)
        used[values] = True  # -1, the missing value, is the last place
        kept = np.flatnonzero(used[:-1])
        place = np.cumsum(used, dtype=np.int32) - np.int32(1)
        place[-1] = -1
        return Cells(self.kind, place[values], self.words.take(fix(kept, pa.int64())))

    def to_arrow(self) -> Any:
        """Return an Arrow array of the type that `TYPES` gives."""
        if self.words is not None:
            return pa.DictionaryArray.from_arrays(fix(self.values, pa.int32(), self.values < 0), self.words)
        if self.kind == "number":
            return fix(self.values, pa.float64(), np.isnan(self.values))
        if self.kind == "datetime":
            return fix(self.values, TIMES, self.values == MISSING_TIME)
        bits = buffer(np.packbits(self.values > 0, bitorder="little"))
        valid = buffer(np.packbits(self.values >= 0, bitorder="little")) if (self.values < 0).any() else None
        return pa.Array.from_buffers(pa.bool_(), len(self.values), [valid, bits])


def gather(kind: Kind, given: Column | Any) -> Cells:
    """Return the values of a column of a log or of an Arrow array (texts, float64, bool or timestamp)."""
    if isinstance(given, Column):
        if given.kind != kind:
            raise ValueError(f"an attribute of kind {kind} is given as {given.kind}")
        if given.vocabulary is None:
            return Cells(kind, given.values)
        return Cells(kind, given.values - np.int32(1), strings(list(given.vocabulary.texts[1:])))
    array = given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given
    if kind == "text":
        return _gather_words(array)
    if kind == "boolean":
        return Cells(kind, _fill(array.cast(pa.int8()), np.dtype(np.int8), -1))
    if kind == "number":
        return Cells(kind, _fill(array.cast(pa.float64()), np.dtype(np.float64), np.nan))
    return Cells(kind, _fill(array.cast(TIMES), np.dtype(np.int64), MISSING_TIME))


def fix(values: NDArray[Any], kind: Any, missing: NDArray[np.bool_] | None = None) -> Any:
    """Return numbers as an Arrow array without the detour that would import pandas."""
    valid = None if missing is None or not missing.any() else buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [valid, buffer(np.ascontiguousarray(values))])


def _gather_words(array: Any) -> Cells:
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    indices = array.indices.cast(pa.int32())
    return Cells("text", _fill(indices, np.dtype(np.int32), -1), array.dictionary.cast(pa.large_string()))


def _fill(array: Any, dtype: np.dtype[Any], missing: Any) -> NDArray[Any]:
    values = integers(array, dtype)
    nulls = find_nulls(array)
    return values if nulls is None else np.where(nulls, np.array(missing, dtype), values)
