"""Canonical files back to logs: the columns that all figures rest on at once, attributes and case ids when needed."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.eventlog.store.decoding import ALL, decode
from svcflow.eventlog.store.file import File
from svcflow.eventlog.store.lazy import Lazy

Columns = dict[str, NDArray[Any]]
_COLUMNS = {
    "time": np.int64,
    "start": np.int64,
    "has_start": np.bool_,
    "activity": np.int32,
    "resource": np.int32,
    "team": np.int32,
}


def open(path: str | os.PathLike[str]) -> Log:  # noqa: A001 - what one does with a file
    """Return the log in a canonical file. Raises InputError, in one line, where the file is damaged or newer."""
    return load(File(path))


def load(file: File) -> Log:
    """Return the log in a file that is open."""
    total = sum(group.instances for group in file.groups)
    columns: Columns = {name: np.empty(total, dtype) for name, dtype in _COLUMNS.items()}
    offsets, firsts, kept = _fill(file, columns)
    rows = None if len(kept) == 0 else np.concatenate(kept)
    order = None
    if not file.layout.ordered:
        order = _order_cases(file, columns["time"][offsets[:-1]], firsts)
        offsets, moved = _move_cases(offsets, order)
        columns = {name: values[moved] for name, values in columns.items()}
        rows = moved if rows is None else rows[moved]
    lazy = Lazy(file, firsts, order, rows)
    return _build(file, columns, offsets, lazy)


def _build(file: File, columns: Columns, offsets: NDArray[np.int64], lazy: Lazy) -> Log:
    layout, facts = file.layout, file.facts
    events = None
    if facts.counted:
        events = lazy.count_events() if layout.counts else np.diff(offsets)
    return Log(
        source=facts.source,
        zone=facts.zone,
        case_ids=lazy.case_ids(),
        offsets=offsets,
        time=columns["time"],
        start=columns["start"],
        has_start=columns["has_start"],
        activity=columns["activity"],
        resource=columns["resource"],
        team=columns["team"],
        activities=layout.activities,
        resources=layout.resources,
        teams=layout.teams,
        events=facts.events,
        attributes=lazy.attributes("event"),
        case_attributes=lazy.attributes("case"),
        roles=facts.roles,
        quality=facts.quality,
        done=facts.done,
        machines=facts.machines,
        sides=facts.sides,
        states=facts.states,
        case_events=events,
        notes=facts.notes,
    )


def _fill(file: File, columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64], list[NDArray[np.int64]]]:
    """Decode all row groups into `columns`; return offsets, the first row of each case, and the rows of instances.

    The latter are empty where every row of the file is an instance.
    """
    offsets, firsts, kept = [np.zeros(1, np.int64)], [np.empty(0, np.int64)], []
    low = base = 0
    for group, told in enumerate(file.groups):
        rows = decode(file, group, ALL)
        part = slice(low, low + told.instances)
        for name in ("time", "start", "has_start"):
            columns[name][part] = getattr(rows, name)
        for name, codes in rows.codes.items():
            columns[name][part] = codes
        offsets.append(rows.offsets[1:] + low)
        firsts.append(rows.firsts + base)
        if file.layout.opens:
            kept.append((np.arange(told.rows) if rows.kept is None else rows.kept) + base)
        low += told.instances
        base += told.rows
    return np.concatenate(offsets), np.concatenate(firsts), kept


def _order_cases(file: File, begins: NDArray[np.int64], firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of the cases in the order that `Log` promises: by first instance, ties by its place."""
    from svcflow.eventlog.texts import find_nulls, integers  # noqa: PLC0415 - most files are in order

    places = [np.empty(0, np.int64)]
    base = 0
    for group, told in enumerate(file.groups):
        array = file.read(group, ["case_row"])["case_row"]
        low, high = np.searchsorted(firsts, (base, base + told.rows))
        chosen = firsts[low:high] - base
        missing = find_nulls(array)
        if missing is not None and missing[chosen].any():
            raise file.refuse("the place of a case is not known")
        places.append(integers(array, np.dtype(np.int64))[chosen])
        base += told.rows
    return np.lexsort((np.concatenate(places), begins))


def _move_cases(offsets: NDArray[np.int64], order: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the offsets of cases in another order, and where each of their rows comes from."""
    sizes = np.diff(offsets)[order]
    moved = np.r_[0, np.cumsum(sizes)]
    return moved, np.repeat(offsets[:-1][order] - moved[:-1], sizes) + np.arange(moved[-1])
