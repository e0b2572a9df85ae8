"""The short way for the commonest stamps: a whole column as ISO 8601 writes it, read by Arrow's own parser.

What is not beyond doubt is left to `shapes`: other lengths, a first stamp at midnight (is there any time of day?),
anything that Arrow refuses.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Millis
from svcflow.eventlog.texts import buffer, find_nulls, integers

PLAIN = (16, 19, 23, 26)
"""Lengths of a date with a clock: to the minute, second, millisecond, microsecond."""

ZONED = tuple(length + zone for length in (19, 23, 26) for zone in (1, 5, 6))
"""The same with ``Z``, ``+0100`` or ``+01:00``."""

_FIRST = re.compile(r"\d{4}-\d\d-\d\d[T ](?!00:00(?::00(?:\.0*)?)?(?:$|Z|[+-]))\d\d:\d\d")
_EARLIEST = -62_135_596_800_000  # the year 1
Found = tuple[Millis, bool, int]


def read_plain(column: Any) -> Found | None:
    """Return UTC milliseconds, whether the stamps name a zone, and how many are finer; ``None`` if in any doubt."""
    parts: list[Millis] = []
    zoned, finer = set(), 0
    for chunk in column.chunks:
        found = _read_chunk(chunk) if len(chunk) else None
        if len(chunk) and found is None:
            return None
        if found is not None:
            parts.append(found[0])
            zoned.add(found[1])
            finer += found[2]
    return (np.concatenate(parts), zoned.pop(), finer) if len(zoned) == 1 else None


def _read_chunk(chunk: Any) -> Found | None:
    lengths, missing = measure(chunk)
    sizes = set(np.flatnonzero(np.bincount(np.minimum(lengths, 64))).tolist()) - {0}
    if not sizes or not (sizes <= set(PLAIN) or sizes <= set(ZONED)):
        return None
    if not _FIRST.match(chunk[int(np.argmax(lengths > 0))].as_py()):
        return None
    zoned = not sizes <= set(PLAIN)
    fine = max(sizes) >= 26 if not zoned else not sizes <= {20, 24, 25, 28, 29}
    if missing is not None:
        valid = buffer(np.packbits(~missing, bitorder="little"))
        chunk = chunk.slice(0) if not chunk.offset else pa.concat_arrays([chunk])
        chunk = pa.Array.from_buffers(chunk.type, len(chunk), [valid, *chunk.buffers()[1:]])
    try:
        stamps = chunk.cast(pa.timestamp("us" if fine else "ms", "UTC" if zoned else None))
    except pa.ArrowInvalid:
        return None
    return _take_out(integers(stamps, np.dtype(np.int64)), missing, zoned=zoned, fine=fine)


def _take_out(raw: Millis, missing: NDArray[np.bool_] | None, *, zoned: bool, fine: bool) -> Found | None:
    values = raw // 1000 if fine else raw
    finer = raw % 1000 != 0 if fine else None
    if missing is not None:
        values = np.where(missing, MISSING_TIME, values)
        finer = finer & ~missing if finer is not None else None
    lowest = values.min() if missing is None else values[~missing].min()
    return None if lowest < _EARLIEST else (values, zoned, 0 if finer is None else int(finer.sum()))


def measure(array: Any) -> tuple[NDArray[np.int64], NDArray[np.bool_] | None]:
    """Return the length of each text in bytes (missing ones: 0) and which are missing or empty, if any."""
    wide = np.dtype(np.int64) if "large" in str(array.type) else np.dtype(np.int32)
    offsets = np.frombuffer(array.buffers()[1], wide)[array.offset : array.offset + len(array) + 1]
    lengths = np.diff(offsets).astype(np.int64)
    nulls = find_nulls(array)
    if nulls is not None:
        lengths[nulls] = 0
    missing = lengths == 0
    return lengths, missing if missing.any() else None
