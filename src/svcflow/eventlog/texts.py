"""Text columns of Arrow as codes: every distinct text once, and a number per row.

Nothing here hands Python lists or numpy arrays to ``pyarrow.array``: that would import pandas where it is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes, Vocabulary


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column as codes into its distinct texts, in order of first appearance; ``None`` stands for missing."""

    codes: Codes
    texts: tuple[str | None, ...]

    @classmethod
    def unknown(cls, rows: NDArray[np.intp]) -> Encoded:
        """Return a column without any value, long enough for all `rows`."""
        return cls(np.zeros(int(rows.max(initial=-1)) + 1, np.int32), (None,))

    @property
    def distinct(self) -> int:
        """Return how many different values occur, the missing one not counted."""
        return sum(text is not None for text in self.texts)

    def missing(self) -> NDArray[np.bool_]:
        """Return which rows have no value."""
        return np.fromiter((text is None for text in self.texts), bool, len(self.texts))[self.codes]


def encode(column: Any) -> Encoded:
    """Encode an Arrow column of any type; empty and blank texts are missing, everything else is kept as it stands."""
    text = as_text(column)
    encoded = text.dictionary_encode().unify_dictionaries()
    raw: list[str | None] = encoded.chunk(0).dictionary.to_pylist() if encoded.num_chunks else []
    parts = []
    for chunk in encoded.chunks:
        codes = integers(chunk.indices, np.dtype(str(chunk.indices.type)))
        missing = find_nulls(chunk.indices)
        parts.append(codes if missing is None else np.where(missing, len(raw), codes))
    raw.append(None)
    codes = np.concatenate(parts).astype(np.int32, copy=False) if parts else np.empty(0, np.int32)
    return merge_equal(codes, [value if value and not value.isspace() else None for value in raw])


def find_nulls(array: Any) -> NDArray[np.bool_] | None:
    """Return which values of an Arrow array are missing, ``None`` where none is."""
    if not array.null_count:
        return None
    bits = np.unpackbits(np.frombuffer(array.buffers()[0], np.uint8), bitorder="little")
    missing: NDArray[np.bool_] = bits[array.offset : array.offset + len(array)] == 0
    return missing


def merge_equal(codes: Codes, texts: list[str | None]) -> Encoded:
    """Give equal entries of `texts` one code (blank values, values mapped to the same word)."""
    place: dict[str | None, int] = {}
    translate = np.fromiter((place.setdefault(text, len(place)) for text in texts), np.int32, len(texts))
    if len(place) == len(texts):
        return Encoded(codes, tuple(texts))
    return Encoded(translate[codes], tuple(place))


def as_text(column: Any) -> Any:
    """Return an Arrow column as chunks of plain strings."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column
    if pa.types.is_dictionary(kind):
        return column
    if pa.types.is_floating(kind):
        return _write_numbers(column)
    return column.cast(pa.string())


def _write_numbers(column: Any) -> Any:
    """Return floating numbers as texts, each whole one without a point."""
    import pyarrow.compute as pc  # noqa: PLC0415 - only columns that are typed as such need it

    whole = column.cast(pa.int64(), safe=False)
    same = pc.equal(whole.cast(column.type, safe=False), column)  # beyond 2**53 a cast that is safe would refuse
    if pc.all(same).as_py():
        return whole.cast(pa.string())
    return pc.if_else(same, whole.cast(pa.string()), column.cast(pa.string()))


def arrange(encoded: Encoded, *, unknown: bool) -> tuple[Codes, Vocabulary]:
    """Return codes into the sorted vocabulary of the texts in use; with `unknown`, code 0 is the missing value."""
    used = np.zeros(len(encoded.texts), bool)
    used[encoded.codes] = True
    texts = sorted({text for text, use in zip(encoded.texts, used, strict=True) if use and text is not None})
    if unknown:
        texts.insert(0, "")
    place = {text: code for code, text in enumerate(texts)}
    rank = np.fromiter((0 if text is None else place.get(text, 0) for text in encoded.texts), np.int32)
    return (rank[encoded.codes] if len(rank) else encoded.codes), Vocabulary(tuple(texts))


def join(columns: Iterable[Encoded], separator: str = " | ") -> Encoded:
    """Join the texts of several columns of the same length, row by row; a missing part is left out."""
    first, *others = columns
    for other in others:
        pair = first.codes.astype(np.int64) * len(other.texts) + other.codes
        distinct, codes = np.unique(pair, return_inverse=True)
        texts = []
        for value in distinct.tolist():
            parts = (first.texts[value // len(other.texts)], other.texts[value % len(other.texts)])
            texts.append(separator.join(part for part in parts if part) or None)
        first = merge_equal(codes.astype(np.int32), texts)
    return first


def integers(array: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """View the values of an Arrow array of fixed width as numpy, missing values undefined."""
    return np.frombuffer(array.buffers()[1], dtype)[array.offset : array.offset + len(array)]


def strings(texts: list[str]) -> Any:
    """Return an Arrow array of strings."""
    data = "".join(texts).encode("utf-8", "replace")
    lengths: Iterable[int] = map(len, texts)
    if not data.isascii():
        lengths = (len(text.encode("utf-8", "replace")) for text in texts)
    ends = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(lengths, np.int64, len(texts)), out=ends[1:])
    return pa.Array.from_buffers(pa.large_string(), len(texts), [None, buffer(ends), buffer(data)])


def buffer(data: Any) -> Any:
    """Return numpy values or bytes as an Arrow buffer, not copied."""
    return pa.py_buffer(data)


def as_chunks(column: Any) -> Any:
    """Return an Arrow array as a chunked array."""
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
