"""A row group as numpy columns, every value judged before anything is computed from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.eventlog.store.file import File
from svcflow.eventlog.store.pieces import EARLIEST, LATEST, coded, width
from svcflow.eventlog.texts import find_nulls, integers
from svcflow.kernels import loops
from svcflow.kernels.twins import compiled_by

TIMES = ("time", "start")
PEOPLE = ("resource", "team")
ALL = frozenset({*TIMES, "activity", *PEOPLE})
"""The columns of a `Batch` that can be asked for."""


def _no_times() -> Millis:
    return np.empty(0, np.int64)


def _no_flags() -> NDArray[np.bool_]:
    return np.empty(0, np.bool_)


@dataclass(frozen=True, slots=True)
class Rows:
    """The instances of a row group; columns that were not asked for are empty.

    Case `c` of those that have an instance owns ``offsets[c]:offsets[c + 1]``; `firsts` is the place in the group of
    the first row of each, `kept` the places of the instances, ``None`` where all rows are such. Times are in units of
    `unit` milliseconds, codes as narrow as the file has them, until they are widened.
    """

    offsets: NDArray[np.int64]
    firsts: NDArray[np.int64]
    kept: NDArray[np.int64] | None
    time: Millis = field(default_factory=_no_times)
    start: Millis = field(default_factory=_no_times)
    has_start: NDArray[np.bool_] = field(default_factory=_no_flags)
    codes: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    unit: int = 1

    def widen(self, low: int, high: int) -> Rows:
        """Return some rows with times in milliseconds and codes as a `Batch` has them; offsets stay as they are."""
        time = self.time[low:high] * self.unit if self.unit > 1 else self.time[low:high]
        start = time
        if self.start is not self.time:
            start = self.start[low:high] * self.unit if self.unit > 1 else self.start[low:high]
        codes = {name: values[low:high].astype(np.int32, copy=False) for name, values in self.codes.items()}
        return Rows(self.offsets, self.firsts, self.kept, time, start, self.has_start[low:high], codes)


def decode(file: File, group: int, wanted: Collection[str] = ALL) -> Rows:
    """Return the instances of a row group with the columns of `wanted`. Raises InputError where a value cannot be."""
    rows = read_rows(file, group, wanted)
    return rows.widen(0, int(rows.offsets[-1]))


def read_rows(file: File, group: int, wanted: Collection[str] = ALL) -> Rows:
    """Return what `decode` does, every value judged, but as the file has it: whoever takes a part widens that."""
    layout, told = file.layout, file.groups[group]
    names = ["case", *(["open"] if layout.opens else []), *(name for name in coded(layout) if name in wanted)]
    timed = "time" in wanted or "start" in wanted
    names += ["time"] if timed else []
    names += ["start"] if layout.starts and "start" in wanted else []
    found = file.read(group, names)
    offsets, firsts, kept = _find_cases(file, group, found)
    if len(offsets) - 1 != told.cases or int(offsets[-1]) != told.instances:
        raise file.refuse(f"row group {group + 1} does not hold what its metadata say")
    codes = {name: _read_codes(file, found[name], name) for name in coded(layout) if name in wanted}
    if kept is not None:
        codes = {name: values[kept] for name, values in codes.items()}
    if not timed:
        return Rows(offsets, firsts, kept, codes=codes)
    unit = 1000 if layout.unit == "s" else 1
    time, _ = _read_times(found["time"])
    time = time if kept is None else time[kept]
    _check_order(file, time, offsets)
    _check_years(file, time.take(offsets[1:] - 1), unit)
    _check_years(file, time.take(offsets[:-1]), unit)
    if "start" not in found:
        return Rows(offsets, firsts, kept, time, time, np.zeros(len(time), np.bool_), codes, unit)
    start, nulls = _read_times(found["start"])
    _check_years(file, start, unit)
    has_start = np.ones(len(start), np.bool_) if nulls is None else ~nulls
    if kept is not None:
        start, has_start = start[kept], has_start[kept]
    start = np.where(has_start, start, time)
    if (start > time).any():
        raise file.refuse("an instance starts after its completion")
    return Rows(offsets, firsts, kept, time, start, has_start, codes, unit)


def take_integers(file: File, array: Any, dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    """Return the values of a column without missing ones, not copied."""
    if array.null_count:
        raise file.refuse(f"column {name!r} has gaps")
    return integers(array, dtype)


def _find_cases(
    file: File, group: int, found: dict[str, Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64] | None]:
    """Return offsets, first rows and kept rows as in `Rows`. Cases must go on where the last group ended."""
    case = take_integers(file, found["case"], np.dtype(np.int32), "case")
    firsts = find_cases(case, sum(told.all_cases for told in file.groups[:group]))
    if len(firsts) != file.groups[group].all_cases:
        raise file.refuse("its cases are out of order")
    offsets = np.r_[firsts, len(case)]
    if "open" not in found or not found["open"].true_count:
        return offsets, firsts, None
    if found["open"].null_count:
        raise file.refuse("column 'open' has gaps")
    bits = np.unpackbits(np.frombuffer(found["open"].buffers()[1], np.uint8), bitorder="little")
    low = found["open"].offset
    done = bits[low : low + len(case)] == 0
    sizes = np.add.reduceat(done.astype(np.int64), firsts)
    shown = sizes > 0
    return np.r_[0, np.cumsum(sizes[shown])], firsts[shown], np.flatnonzero(done)


def _read_codes(file: File, array: Any, name: str) -> NDArray[Any]:
    vocabulary = coded(file.layout)[name]
    codes = take_integers(file, array, width(vocabulary), name)
    if len(codes) and int(codes.max()) >= len(vocabulary):
        raise file.refuse(f"column {name!r} holds a code outside its vocabulary")
    return codes


def _read_times(array: Any) -> tuple[Millis, NDArray[np.bool_] | None]:
    """Return times in the unit of the file, and which of them are missing; those are 0."""
    nulls = find_nulls(array)
    times: Millis = integers(array, np.dtype(np.int64))
    return (times if nulls is None else np.where(nulls, 0, times)), nulls


def _check_years(file: File, times: Millis, unit: int) -> None:
    if len(times) and (int(times.min()) < EARLIEST // unit or int(times.max()) > LATEST // unit):
        raise file.refuse("a time lies outside the years 1 to 9999")


def _check_order(file: File, time: Millis, offsets: NDArray[np.int64]) -> None:
    if count_disorder(offsets, time):
        raise file.refuse("the times of a case are out of order")


@compiled_by(loops.find_cases)
def find_cases(numbers: NDArray[np.int32], following: int) -> NDArray[np.int64]:
    """Return the first row of each case if cases are numbered on from `following`, else nothing."""
    firsts = np.flatnonzero(np.diff(numbers, prepend=following - 1))
    if not np.array_equal(numbers[firsts], np.arange(following, following + len(firsts))):
        return firsts[:0]
    return firsts


@compiled_by(loops.count_disorder)
def count_disorder(offsets: NDArray[np.int64], time: Millis) -> int:
    """Return how many rows have a time before that of the row before them in their case."""
    back = time[1:] < time[:-1]
    back[offsets[1:-1] - 1] = False
    return int(np.count_nonzero(back))
