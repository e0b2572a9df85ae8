"""Sorted buckets to one sequence of cases, by the beginning of each, a window of time after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.ingest.buckets import Run
from svcflow.eventlog.ingest.rows import narrow, widen
from svcflow.eventlog.ingest.spill import Segment, Spill
from svcflow.eventlog.texts import buffer

CHUNK = 16_384
"""Rows of a piece of a bucket that is read at once, about."""

WINDOW = 1 << 19
"""Rows that are merged at once, about."""

Key = tuple[int, int]
CODES = "code:"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive cases of a bucket: in memory, or two batches in a file."""

    first: Key
    rows: int
    run: Run | None = None
    segments: tuple[Segment, Segment] | None = None

    def load(self, spill: Spill | None) -> Run:
        """Return the cases."""
        if self.run is not None:
            return self.run
        assert spill is not None
        assert self.segments is not None
        return unpack(*(spill.load(segment) for segment in self.segments))


def divide(run: Run, spill: Spill | None, rows: int = CHUNK) -> list[Chunk]:
    """Cut a bucket into chunks of about so many rows, written to `spill` if there is one."""
    offsets = run.offsets
    chunks, first = [], 0
    while first < len(run.sizes):
        last = max(int(np.searchsorted(offsets, offsets[first] + rows, side="right")) - 1, first + 1)
        piece = cut(run, first, last)
        key = (int(run.first_time[first]), int(run.first_row[first]))
        size = int(offsets[last] - offsets[first])
        if spill is None:
            chunks.append(Chunk(key, size, run=piece))
        else:
            cases, values = pack(piece)
            chunks.append(Chunk(key, size, segments=(spill.add(0, cases), spill.add(0, values))))
        first = last
    return chunks


def merge(buckets: Sequence[Sequence[Chunk]], spill: Spill | None, window: int) -> Iterator[Run]:
    """Yield all cases in the order of the log, those of about `window` rows at a time."""
    waiting = [list(reversed(chunks)) for chunks in buckets]
    rests: list[list[Run]] = [[] for _ in buckets]
    for border in [*_find_borders(buckets, window), None]:
        ready = []
        for place, chunks in enumerate(waiting):
            while chunks and (border is None or chunks[-1].first < border):
                rests[place].append(chunks.pop().load(spill))
            keep: list[Run] = []
            for run in rests[place]:
                split = len(run.sizes) if border is None else _count_before(run, border)
                if split:
                    ready.append(cut(run, 0, split))
                if split < len(run.sizes):
                    keep.append(cut(run, split, len(run.sizes)))
            rests[place] = keep
        if ready:
            yield _interleave(ready)


def _find_borders(buckets: Sequence[Sequence[Chunk]], window: int) -> list[Key]:
    """Return the first cases of windows, so that each has about `window` rows."""
    borders, rows = [], 0
    for first, size in sorted((chunk.first, chunk.rows) for chunks in buckets for chunk in chunks):
        if rows >= window:
            borders.append(first)
            rows = 0
        rows += size
    return borders


def _count_before(run: Run, border: Key) -> int:
    """Return how many cases of a bucket begin before the border."""
    time, row = border
    low, high = np.searchsorted(run.first_time, [time, time + 1])
    return int(low + np.searchsorted(run.first_row[low:high], row))


def _interleave(runs: list[Run]) -> Run:
    """Return the cases of several buckets in the order of their beginnings."""
    if len(runs) == 1:
        return runs[0]
    whole = _join(runs)
    ranked = np.lexsort((whole.first_row, whole.first_time))
    begins = whole.offsets[:-1][ranked]
    sizes = whole.sizes[ranked]
    ends = np.cumsum(sizes)
    rows = np.repeat(begins - ends + sizes, sizes) + np.arange(len(whole.time))
    cases = pa.Array.from_buffers(pa.int64(), len(ranked), [None, buffer(ranked.astype(np.int64, copy=False))])
    return Run(
        case=whole.case.take(cases),
        first_time=whole.first_time[ranked],
        first_row=whole.first_row[ranked],
        sizes=sizes,
        events=whole.events[ranked],
        time=whole.time[rows],
        number=whole.number[rows],
        start=None if whole.start is None else whole.start[rows],
        has_start=None if whole.has_start is None else whole.has_start[rows],
        codes={key: codes[rows] for key, codes in whole.codes.items()},
        open=None if whole.open is None else whole.open[rows],
    )


def _join(runs: list[Run]) -> Run:
    def chain(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(run, name) for run in runs])

    starts = any(run.start is not None for run in runs)
    return Run(
        case=pa.concat_arrays([run.case for run in runs]),
        first_time=chain("first_time"),
        first_row=chain("first_row"),
        sizes=chain("sizes"),
        events=chain("events"),
        time=chain("time"),
        number=chain("number"),
        start=np.concatenate([run.time if run.start is None else run.start for run in runs]) if starts else None,
        has_start=np.concatenate([_known(run) for run in runs]) if starts else None,
        codes={key: np.concatenate([_codes(run, key) for run in runs]) for key in {k for r in runs for k in r.codes}},
        open=np.concatenate([_opened(run) for run in runs]) if any(run.open is not None for run in runs) else None,
    )


def _known(run: Run) -> NDArray[np.bool_]:
    return np.zeros(len(run.time), bool) if run.has_start is None else run.has_start


def _opened(run: Run) -> NDArray[np.bool_]:
    return np.zeros(len(run.time), bool) if run.open is None else run.open


def _codes(run: Run, key: str) -> NDArray[np.int32]:
    """Return the codes of a field; a bucket that does not have it holds no value of it."""
    return run.codes[key] if key in run.codes else np.zeros(len(run.time), np.int32)


def cut(run: Run, first: int, last: int) -> Run:
    """Return cases ``first <= c < last``."""
    offsets = run.offsets
    low, high = int(offsets[first]), int(offsets[last])
    return Run(
        case=run.case.slice(first, last - first),
        first_time=run.first_time[first:last],
        first_row=run.first_row[first:last],
        sizes=run.sizes[first:last],
        events=run.events[first:last],
        time=run.time[low:high],
        number=run.number[low:high],
        start=None if run.start is None else run.start[low:high],
        has_start=None if run.has_start is None else run.has_start[low:high],
        codes={key: codes[low:high] for key, codes in run.codes.items()},
        open=None if run.open is None else run.open[low:high],
    )


def pack(run: Run) -> tuple[Any, Any]:
    """Return the cases and the rows as two Arrow batches."""
    cases = {"case": run.case}
    cases |= {name: narrow(getattr(run, name)) for name in ("first_time", "first_row", "sizes", "events")}
    values = {"time": narrow(run.time), "number": narrow(run.number)}
    if run.start is not None and run.has_start is not None:
        values |= {"start": narrow(run.start), "has_start": narrow(run.has_start)}
    values |= {"open": narrow(run.open)} if run.open is not None else {}
    values |= {CODES + key: narrow(codes) for key, codes in run.codes.items()}
    return tuple(pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)) for columns in (cases, values))


def unpack(cases: Any, values: Any) -> Run:
    """Return the run that was packed."""
    starts = values.schema.get_field_index("start") >= 0
    return Run(
        case=cases.column("case"),
        first_time=widen(cases.column("first_time"), np.int64),
        first_row=widen(cases.column("first_row"), np.int64),
        sizes=widen(cases.column("sizes"), np.int64),
        events=widen(cases.column("events"), np.int64),
        time=widen(values.column("time"), np.int64),
        number=widen(values.column("number"), np.int64),
        start=widen(values.column("start"), np.int64) if starts else None,
        has_start=widen(values.column("has_start"), np.bool_) if starts else None,
        codes={
            name.removeprefix(CODES): widen(values.column(name), np.int32)
            for name in values.schema.names
            if name.startswith(CODES)
        },
        open=widen(values.column("open"), np.bool_) if values.schema.get_field_index("open") >= 0 else None,
    )
