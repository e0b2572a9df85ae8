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
    """The instances of a row group or of a part of one; columns that were not asked for are empty.

    Case `c` of those that have an instance owns ``offsets[c]:offsets[c + 1]``; `firsts` is the place in the group of
    the first row of each, `kept` the places of the instances, ``None`` where all rows are such.
    """

    offsets: NDArray[np.int64]
    firsts: NDArray[np.int64]
    kept: NDArray[np.int64] | None
    time: Millis = field(default_factory=_no_times)
    start: Millis = field(default_factory=_no_times)
    has_start: NDArray[np.bool_] = field(default_factory=_no_flags)
    codes: Mapping[str, NDArray[np.int32]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Values:
    """Columns of some rows, each value judged by itself: times in milliseconds, codes as a `Batch` has them.

    `time` is ``None`` where no times were asked for, `start` where the file has none; it is the completion where an
    instance has none.
    """

    time: Millis | None
    start: Millis | None
    has_start: NDArray[np.bool_]
    codes: Mapping[str, NDArray[np.int32]]


def name_columns(file: File, wanted: Collection[str]) -> list[str]:
    """Return the columns of the file that `wanted` and the cases are read from."""
    layout = file.layout
    names = ["case", *(["open"] if layout.opens else []), *(name for name in coded(layout) if name in wanted)]
    names += ["time"] if "time" in wanted or "start" in wanted else []
    return [*names, *(["start"] if layout.starts and "start" in wanted else [])]


def decode(file: File, group: int, wanted: Collection[str] = ALL) -> Rows:
    """Return the instances of a row group with the columns of `wanted`. Raises InputError where a value cannot be."""
    told = file.groups[group]
    found = file.read(group, name_columns(file, wanted))
    offsets, firsts, kept = _find_cases(file, group, found)
    if len(offsets) - 1 != told.cases or int(offsets[-1]) != told.instances:
        raise file.refuse(f"row group {group + 1} does not hold what its metadata say")
    values = read_values(file, found, kept)
    if values.time is None:
        return Rows(offsets, firsts, kept, codes=values.codes)
    start = values.time if values.start is None else values.start
    check_times(file, values.time, start, offsets)
    return Rows(offsets, firsts, kept, values.time, start, values.has_start, values.codes)


def read_values(file: File, found: Mapping[str, Any], kept: NDArray[np.int64] | None, room: int = 0) -> Values:
    """Return the columns of some rows, of those `kept` if that is given, with `room` for others before them."""
    known = coded(file.layout)
    codes = {name: _read_codes(file, (name, found[name]), kept, room) for name in known if name in found}
    if "time" not in found:
        return Values(None, None, np.empty(0, np.bool_), codes)
    time, _ = _read_times(file, found["time"], kept, room)
    if "start" not in found:
        return Values(time, None, np.zeros(len(time), np.bool_), codes)
    start, nulls = _read_times(file, found["start"], kept, room)
    has_start = np.ones(len(start), np.bool_)
    if nulls is not None:
        has_start[room:] = ~nulls
        start[~has_start] = time[~has_start]
    return Values(time, start, has_start, codes)


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
    done = find_instances(file, found)
    if done is None:
        return np.append(firsts, len(case)), firsts, None
    sizes = np.add.reduceat(done, firsts, dtype=np.int64)
    shown = sizes > 0
    return np.append(0, np.cumsum(sizes[shown])), firsts[shown], np.flatnonzero(done)


def find_instances(file: File, found: Mapping[str, Any]) -> NDArray[np.bool_] | None:
    """Return which of some rows are instances, ``None`` where all are."""
    if "open" not in found or not found["open"].true_count:
        return None
    if found["open"].null_count:
        raise file.refuse("column 'open' has gaps")
    low, rows = found["open"].offset, len(found["open"])
    bits = np.unpackbits(np.frombuffer(found["open"].buffers()[1], np.uint8), bitorder="little")
    done: NDArray[np.bool_] = bits[low : low + rows] == 0
    return done


def _read_codes(file: File, column: tuple[str, Any], kept: NDArray[np.int64] | None, room: int) -> NDArray[np.int32]:
    name, array = column
    vocabulary = coded(file.layout)[name]
    codes = take_integers(file, array, width(vocabulary), name)
    if len(codes) and int(codes.max()) >= len(vocabulary):
        raise file.refuse(f"column {name!r} holds a code outside its vocabulary")
    codes = codes if kept is None else codes[kept]
    taken = np.empty(room + len(codes), np.int32)
    taken[room:] = codes
    return taken


def _read_times(
    file: File, array: Any, kept: NDArray[np.int64] | None, room: int
) -> tuple[Millis, NDArray[np.bool_] | None]:
    """Return times and which of them are missing; those are 0."""
    unit = 1000 if file.layout.unit == "s" else 1
    times: Millis = integers(array, np.dtype(np.int64))
    nulls = find_nulls(array)
    if nulls is not None:
        times = np.where(nulls, 0, times)
    if len(times) and (int(times.min()) < EARLIEST // unit or int(times.max()) > LATEST // unit):
        raise file.refuse("a time lies outside the years 1 to 9999")
    if kept is not None:
        times, nulls = times[kept], nulls if nulls is None else nulls[kept]
    found = np.empty(room + len(times), np.int64)
    np.multiply(times, unit, out=found[room:])
    return found, nulls


def check_times(file: File, time: Millis, start: Millis, offsets: NDArray[np.int64]) -> None:
    """Refuse a file in which a case goes back in time, or an instance."""
    if count_disorder(offsets, time):
        raise file.refuse("the times of a case are out of order")
    if start is not time and (start > time).any():
        raise file.refuse("an instance starts after its completion")


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
