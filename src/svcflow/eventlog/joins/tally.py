"""What joined files say about the quality of the log, once all its rows went through."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from svcflow.eventlog.joins.joining import Joining
from svcflow.eventlog.log import MISSING_TIME, Column, Log, Quality
from svcflow.eventlog.quality.catalogue import found as state


def examine(log: Log, joinings: Iterable[Joining]) -> Log:
    """Return the log with what is to be said about its joined files. Raises MappingError below a required share."""
    files = tuple(joinings)
    for joining in files:
        joining.check_share()
    found = tuple(fact for fact in (_unmatched(files), _unused(files), _out_of_time(log, files)) if fact is not None)
    return dataclasses.replace(log, quality=(*log.quality, *found)) if found else log


def _unmatched(joinings: tuple[Joining, ...]) -> Quality | None:
    """Count rows of the log without partner."""
    lacking = [joining for joining in joinings if joining.matches.matched < joining.matches.rows]
    count = sum(joining.matches.rows - joining.matches.matched for joining in lacking)
    rows = sum(joining.matches.rows for joining in joinings)
    text = "; ".join(
        f"{j.matches.rows - j.matches.matched:,} of {j.matches.rows:,} rows have no partner in {j.join.file}"
        for j in lacking
    )
    first = tuple(lacking[0].matches.first) if lacking else ()
    return state("join-unmatched", count, count / rows, text, first) if count else None


def _unused(joinings: tuple[Joining, ...]) -> Quality | None:
    """Count keys of joined files that occur nowhere in the log."""
    lacking = [(joining.join.file, joining.matches.used) for joining in joinings if not joining.matches.used.all()]
    count = sum(int((~used).sum()) for _, used in lacking)
    keys = sum(len(joining.matches.used) for joining in joinings)
    text = "; ".join(f"{int((~used).sum()):,} of {len(used):,} keys of {file} occur nowhere" for file, used in lacking)
    return state("join-unused", count, count / keys, f"{text} in the log") if count else None


def _out_of_time(log: Log, joinings: tuple[Joining, ...]) -> Quality | None:
    """Count times in joined files that all lie after the log: an extract of another time.

    Times before it are nothing strange: customers are older than their requests.
    """
    end = int(log.time.max())
    told, count = [], 0
    for joining in joinings:
        times = _read_times(log, joining)
        inside = any(bool((values <= end).any()) for values in times.values())
        if not times or inside:
            continue
        sizes = {name: len(values) for name, values in times.items()}
        count += sum(sizes.values())
        told += [f"{joining.join.file}: all {size:,} times in {name!r}" for name, size in sizes.items()]
    if not count:
        return None
    return state("join-out-of-time", count, 1.0, f"{'; '.join(told)} lie after the end of the log")


def _read_times(log: Log, joining: Joining) -> dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the known values of the joined columns that hold times."""
    columns: dict[str, Column] = {}
    for name in joining.names:
        for attributes in (log.case_attributes, log.attributes):
            if name in attributes and attributes[name].kind == "datetime":
                columns[name] = attributes[name]
    times = {name: column.values[column.values != MISSING_TIME] for name, column in columns.items()}
    return {name: values.astype(np.int64, copy=False) for name, values in times.items() if len(values)}
