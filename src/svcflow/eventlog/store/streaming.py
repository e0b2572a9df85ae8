"""A row group part by part, each of whole cases: what is decoded at a time does not grow with the row group.

Reading a row group whole takes its pages from the system for every column at once, which costs more than decoding them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.store.decoding import (
    Rows,
    Values,
    check_times,
    find_cases,
    find_instances,
    name_columns,
    read_values,
    take_integers,
)
from svcflow.eventlog.store.file import File


def stream(file: File, group: int, wanted: Collection[str], rows: int) -> Iterator[Rows]:
    """Yield the instances of a row group in parts of about `rows`, with the columns of `wanted`.

    `firsts` and `kept` are not told. Raises InputError where a value cannot be.
    """
    told = file.groups[group]
    state = _State(sum(before.all_cases for before in file.groups[:group]), told.rows)
    until, cases, instances = state.following + told.all_cases, 0, 0
    for found in file.stream(group, name_columns(file, wanted), rows):
        part = state.take(file, found)
        found.clear()  # before more is read
        cases += len(part.offsets) - 1
        instances += int(part.offsets[-1])
        if len(part.offsets) > 1:
            yield part
    if state.following != until:
        raise file.refuse("its cases are out of order")
    if (cases, instances) != (told.cases, told.instances):
        raise file.refuse(f"row group {group + 1} does not hold what its metadata say")


class _State:
    """What the parts so far leave: the case that comes next, the rows to come, and those of a case that may go on."""

    def __init__(self, following: int, left: int) -> None:
        self.following, self._left = following, left
        self._begun = False
        self._rest: Values | None = None
        self._carried = 0

    def take(self, file: File, found: Mapping[str, Any]) -> Rows:
        """Return the cases that are whole by now, and keep the rest."""
        bounds, kept = self._find_bounds(file, found)
        values = read_values(file, found, kept, self._carried)
        if self._rest is not None:
            for before, column in zip(_list_columns(self._rest), _list_columns(values), strict=True):
                column[: len(before)] = before
        rows = int(bounds[-1])
        offsets = bounds if not self._left else bounds[:-1]
        offsets = np.append(0, offsets[1:][offsets[1:] > offsets[:-1]])  # cases with an instance
        end = int(offsets[-1])
        self._rest, self._carried = _cut(values, end), rows - end
        if values.time is None:
            return Rows(offsets, _NONE, None, codes={name: codes[:end] for name, codes in values.codes.items()})
        time = values.time[:end]
        start = time if values.start is None else values.start[:end]
        check_times(file, time, start, offsets)
        codes = {name: codes[:end] for name, codes in values.codes.items()}
        return Rows(offsets, _NONE, None, time, start, values.has_start[:end], codes)

    def _find_bounds(self, file: File, found: Mapping[str, Any]) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
        """Return where each case begins among the instances, carried ones first, the end, and the new rows kept."""
        case = take_integers(file, found["case"], np.dtype(np.int32), "case")
        goes_on = self._begun and len(case) > 0 and int(case[0]) == self.following - 1
        begins = find_cases(case, self.following - int(goes_on))
        if not len(begins):
            raise file.refuse("its cases are out of order")
        self._begun, self.following, self._left = True, int(case[-1]) + 1, self._left - len(case)
        done, rows = find_instances(file, found), len(case)
        if done is not None:
            before = np.append(0, np.cumsum(done))
            begins, rows = before[begins], int(before[-1])
        bounds = np.append(begins, rows) + self._carried
        if goes_on:
            bounds[0] = 0
        elif self._carried:
            bounds = np.append(0, bounds)
        return bounds, None if done is None else np.flatnonzero(done)


_NONE = np.empty(0, np.int64)


def _list_columns(values: Values) -> list[NDArray[Any]]:
    columns = [] if values.time is None else [values.time, values.has_start]
    columns += [] if values.start is None else [values.start]
    return [*columns, *values.codes.values()]


def _cut(values: Values, low: int) -> Values:
    """Return a copy of the rows from `low` on."""
    time, start = (None if column is None else column[low:].copy() for column in (values.time, values.start))
    codes = {name: column[low:].copy() for name, column in values.codes.items()}
    return Values(time, start, values.has_start[low:].copy(), codes)
