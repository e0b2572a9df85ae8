"""Groups the texts of a column by length and shape, block by block, and has each group's numbers extracted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.stamps.fields import CLASSES, UNREADABLE, Bytes, Parts, extract
from svcflow.eventlog.stamps.formats import Layout
from svcflow.eventlog.texts import find_nulls

BLOCK = 32_768
LONGEST = 64
MOST_SHAPES = 2_000
"""A column with more unknown shapes than this holds no times; further ones are not looked at."""

Matcher = Callable[[bytes], Layout | None]


def read_parts(column: Any, match: Matcher) -> Parts:
    """Return the parts of all stamps in an Arrow chunked array of strings."""
    parts = Parts.empty(len(column))
    known: dict[bytes, Layout | None] = {}

    def find(shape: bytes) -> Layout | None:
        if shape not in known and len(known) < MOST_SHAPES:
            known[shape] = match(shape)
        return known.get(shape)

    base = 0
    for chunk in column.chunks:
        for low in range(0, len(chunk), BLOCK):
            piece = chunk.slice(low, BLOCK)
            for texts, rows in _by_length(piece):
                _fill(texts, rows + base + low, find, parts)
        base += len(chunk)
    return parts


def _by_length(array: Any) -> Iterator[tuple[Bytes, NDArray[np.intp]]]:
    """Yield texts of equal length as a matrix of bytes, with their rows; missing ones are left out."""
    wide = np.dtype(np.int64) if "large" in str(array.type) else np.dtype(np.int32)
    _, ends, data = array.buffers()
    offsets = np.frombuffer(ends, wide)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    letters = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    lengths = np.minimum(np.diff(offsets), LONGEST + 1)
    missing = find_nulls(array)
    if missing is not None:
        lengths[missing] = 0
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        if not length:
            continue
        rows = np.flatnonzero(lengths == length)
        if len(rows) == len(array) and length <= LONGEST:
            yield letters[offsets[0] : offsets[-1]].reshape(-1, length), rows
        else:
            yield letters[offsets[rows][:, None] + np.arange(length)], rows


def _fill(texts: Bytes, rows: NDArray[np.intp], find: Matcher, parts: Parts) -> None:
    """Peel off one shape after the other: nearly always there is only one."""
    if texts.shape[1] > LONGEST:
        parts.kind[rows] = UNREADABLE
        return
    shapes = CLASSES[texts]
    for _ in range(16):
        same = (shapes == shapes[0]).all(axis=1)
        if same.all():
            _take(texts, rows, find, parts)
            return
        _take(texts[same], rows[same], find, parts)
        texts, shapes, rows = texts[~same], shapes[~same], rows[~same]
    distinct, group = np.unique(shapes, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    borders = np.searchsorted(group.ravel()[order], np.arange(1, len(distinct)))
    for chosen in np.split(order, borders):
        _take(texts[chosen], rows[chosen], find, parts)


def _take(texts: Bytes, rows: NDArray[np.intp], find: Matcher, parts: Parts) -> None:
    """Extract the numbers of texts that all have one shape."""
    shape = CLASSES[texts[0]].tobytes()
    if not shape.strip(b" "):
        return
    layout = find(shape)
    if layout is None:
        parts.kind[rows] = UNREADABLE
    else:
        extract(texts, layout, rows, parts)
