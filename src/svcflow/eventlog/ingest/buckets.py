"""One bucket of whole cases: exact cases, instances in order, what the checks of quality need of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.instances import Pairs, pair_columns, pair_lifecycle, take_each
from svcflow.eventlog.ordering import order_cases
from svcflow.eventlog.texts import buffer, integers


@dataclass(slots=True)
class Run:
    """The cases of one bucket, by the time of their first instance, ties by its place in the export.

    One value a case: `case` (text), `first_time`, `first_row`, `sizes` (rows), `events`. One value a row: `time`,
    `number` (in the export), `start` and `has_start` where starts are known, `codes` by field.
    """

    case: Any
    first_time: NDArray[np.int64]
    first_row: NDArray[np.int64]
    sizes: NDArray[np.int64]
    events: NDArray[np.int64]
    time: NDArray[np.int64]
    number: NDArray[np.int64]
    start: NDArray[np.int64] | None
    has_start: NDArray[np.bool_] | None
    codes: dict[str, NDArray[np.int32]] = field(default_factory=dict)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Return where each case begins among the rows."""
        offsets = np.zeros(len(self.sizes) + 1, np.int64)
        np.cumsum(self.sizes, out=offsets[1:])
        return offsets


@dataclass(frozen=True, slots=True)
class Numbered:
    """The rows of a bucket with a number for each case: `texts` (Arrow) holds the text of each."""

    rows: Rows
    case: NDArray[np.int32]
    texts: Any


def number_cases(rows: Rows) -> Numbered:
    """Give each case a number, in order of appearance."""
    encoded = rows.case.dictionary_encode()
    return Numbered(rows, integers(encoded.indices, np.dtype(np.int32)), encoded.dictionary)


def pair(bucket: Numbered, activity: str, *, transitions: bool) -> Pairs:
    """Return the activity instances of the rows. `transitions`: the log holds other transitions than completions."""
    rows = bucket.rows
    if rows.kind is not None and transitions:
        return pair_lifecycle(bucket.case, rows.codes[activity], rows.time, rows.kind)
    if rows.start is not None:
        return pair_columns(rows.time, rows.start)
    return take_each(rows.time)


def arrange(bucket: Numbered, pairs: Pairs) -> tuple[Run, NDArray[np.intp]]:
    """Return the instances of a bucket in the order of the log, and the row of each."""
    order, offsets, codes = order_cases(bucket.case[pairs.rows], pairs.time)
    chosen = pairs.rows[order]
    time = pairs.time[order]
    known = pairs.has_start.any()
    firsts = offsets[:-1]
    cases = pa.Array.from_buffers(pa.int64(), len(codes), [None, buffer(codes.astype(np.int64))])
    run = Run(
        case=bucket.texts.take(cases),
        first_time=time[firsts],
        first_row=bucket.rows.row[chosen[firsts]],
        sizes=np.diff(offsets),
        events=np.bincount(bucket.case, minlength=len(bucket.texts))[codes],
        time=time,
        number=bucket.rows.numbers[chosen],
        start=pairs.start[order] if known else None,
        has_start=pairs.has_start[order] if known else None,
        codes={key: values[chosen] for key, values in bucket.rows.codes.items()},
    )
    return run, chosen


def find_changing(run: Run, keys: list[str]) -> set[str]:
    """Return the fields that have more than one value within some case."""
    firsts = run.offsets[:-1]
    changing = set()
    for key in keys:
        codes = run.codes[key]
        change = codes[1:] != codes[:-1]
        change[firsts[1:] - 1] = False
        if change.any():
            changing.add(key)
    return changing
