"""One bucket of whole cases: exact cases, instances in order, what the checks of quality need of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.instances import Pairs, pair_columns, pair_lifecycle, take_each
from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.ordering import order_cases
from svcflow.eventlog.texts import buffer, integers


@dataclass(slots=True)
class Run:
    """The cases of one bucket, by the time of their first instance, ties by its place in the export.

    One value a case: `case` (text), `first_time`, `first_row`, `sizes` (rows), `events`. One value a row: `time`,
    `number` (in the export), `start` and `has_start` where starts are known, `codes` by field. Rows that are `open`
    were begun and not completed; they stand behind the instances of their case, or are a case alone.
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
    open: NDArray[np.bool_] | None = None

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Return where each case begins among the rows."""
        offsets = np.zeros(len(self.sizes) + 1, np.int64)
        np.cumsum(self.sizes, out=offsets[1:])
        return offsets


def keep(run: Run, rows: NDArray[np.bool_]) -> Run:
    """Return some rows of a run, and the cases that have any of them."""
    sizes = np.add.reduceat(rows.astype(np.int64), run.offsets[:-1]) if len(run.sizes) else run.sizes
    cases = np.flatnonzero(sizes)
    indices = pa.Array.from_buffers(pa.int64(), len(cases), [None, buffer(cases.astype(np.int64, copy=False))])
    return Run(
        case=run.case.take(indices),
        first_time=run.first_time[cases],
        first_row=run.first_row[cases],
        sizes=sizes[cases],
        events=run.events[cases],
        time=run.time[rows],
        number=run.number[rows],
        start=None if run.start is None else run.start[rows],
        has_start=None if run.has_start is None else run.has_start[rows],
        codes={key: codes[rows] for key, codes in run.codes.items()},
        open=None if run.open is None else run.open[rows],
    )


def show(run: Run) -> Run:
    """Return the instances of a run, without what is open."""
    return run if run.open is None else replace(keep(run, ~run.open), open=None)


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
    return (_add_open(run, bucket, pairs, chosen) if len(pairs.open) else run), chosen


def _add_open(run: Run, bucket: Numbered, pairs: Pairs, chosen: NDArray[np.intp]) -> Run:
    """Return the run, whose rows are the `chosen` ones, with what is open."""
    rows, waiting = bucket.rows, pairs.open
    begun = rows.time[waiting]
    begun = begun if rows.start is None else np.where(begun == MISSING_TIME, rows.start[waiting], begun)
    cases, first_time, first_row = _place_cases(run, bucket, (waiting, begun), chosen)
    rank = np.zeros(len(bucket.texts), np.int64)
    rank[cases] = np.arange(len(cases))
    places = np.r_[chosen, waiting]
    opened = np.arange(len(places)) >= len(chosen)
    time, of = np.r_[run.time, begun], rank[bucket.case[places]]
    order = np.lexsort((time, opened, of))
    moved = places[order]
    indices = pa.Array.from_buffers(pa.int64(), len(cases), [None, buffer(cases)])
    none = np.zeros(len(waiting), bool)
    return Run(
        case=bucket.texts.take(indices),
        first_time=first_time,
        first_row=first_row,
        sizes=np.bincount(of, minlength=len(cases)),
        events=np.bincount(bucket.case, minlength=len(bucket.texts))[cases],
        time=time[order],
        number=rows.numbers[moved],
        start=None if run.start is None else np.r_[run.start, begun][order],
        has_start=None if run.has_start is None else np.r_[run.has_start, none][order],
        codes={key: values[moved] for key, values in rows.codes.items()},
        open=opened[order],
    )


def _place_cases(
    run: Run, bucket: Numbered, waiting: tuple[NDArray[np.intp], NDArray[np.int64]], chosen: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the cases in the order of the log, and of each the time and the row of its first instance.

    A case without any begins with the first of its `waiting` rows (with their times).
    """
    rows, times = waiting
    case, row = bucket.case[rows], bucket.rows.row[rows]
    first_time, first_row = (np.zeros(len(bucket.texts), np.int64) for _ in range(2))
    order = np.lexsort((row, times, case))[::-1]  # the first row of each case is written last
    first_time[case[order]], first_row[case[order]] = times[order], row[order]
    known = bucket.case[chosen[run.offsets[:-1]]]
    first_time[known], first_row[known] = run.first_time, run.first_row
    there = np.union1d(known, case)
    cases: NDArray[np.int64] = there[np.lexsort((first_row[there], first_time[there]))].astype(np.int64)
    return cases, first_time[cases], first_row[cases]


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
