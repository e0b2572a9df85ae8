"""Which cases go first: a priority field of the log, kept only if it shows in the order of the work.

The values are ordered by how long they wait within the queue of their team and day in the odd weeks; the order is kept
if it foretells the ranks of the waits in the even weeks.
"""

from __future__ import annotations

import re

import numpy as np

from svcflow.eventlog.log import UNKNOWN
from svcflow.eventlog.selection import first_values
from svcflow.simulation.arrays import Floats, Ints
from svcflow.simulation.stations import Stations
from svcflow.simulation.traces import WEEK, Traces

NAMED = re.compile(r"priorit|urgen|severit|impact|vip|sla.?class|优先|紧急|严重|级别", re.IGNORECASE)
FORETOLD = 0.08
"""Rank correlation from which on a field is taken to rule the order of work."""
MOST_VALUES = 12
LEAST = 200
_DAY = 86_400_000


def find_priority(traces: Traces, stations: Stations) -> tuple[Ints, str | None]:
    """Return a rank for each case, lower first, and the field it is from; zeros where no field shows in the work."""
    log = traces.log
    rows = np.flatnonzero(stations.of_row >= 0)
    place = _rank_in_queue(traces, stations, rows)
    known = ~np.isnan(place)
    rows, place = rows[known], place[known]
    even = (traces.enabled[rows] // WEEK % 2) == 0
    columns = first_values(log)
    for name in columns if len(rows) >= LEAST else ():
        if not NAMED.search(name):
            continue
        codes = _encode(columns[name].values, text=columns[name].vocabulary is not None)
        if codes is None:
            continue
        value = codes[traces.case[rows]]
        width = int(codes.max()) + 1
        means = _average(value[~even], place[~even], width)
        if np.isnan(means[np.unique(value[even])]).any() or not even.any() or np.ptp(means[~np.isnan(means)]) == 0:
            continue
        foretold = np.corrcoef(means[value[even]], place[even])[0, 1] if np.ptp(means[value[even]]) else 0.0
        if foretold >= FORETOLD:
            order = np.argsort(np.argsort(np.nan_to_num(means, nan=0.5), kind="stable"), kind="stable")
            return order[codes].astype(np.int64), name
    return np.zeros(log.cases, np.int64), None


def _rank_in_queue(traces: Traces, stations: Stations, rows: Ints) -> Floats:
    """Return where the sojourn of each row stands among those of its team and day, 0..1; NaN among fewer than five."""
    group = stations.of_row[rows] * 1_000_000 + (traces.enabled[rows] // _DAY).astype(np.int64)
    order = np.lexsort((traces.sojourn[rows], group))
    begins = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(np.append(begins, len(order)))
    found = np.empty(len(rows))
    found[order] = (np.arange(len(order)) - np.repeat(begins, sizes) + 0.5) / np.repeat(sizes, sizes)
    few = np.empty(len(rows), np.bool_)
    few[order] = np.repeat(sizes, sizes) < 5
    return np.where(few, np.nan, found)


def _encode(values: np.typing.NDArray[np.generic], *, text: bool) -> Ints | None:
    distinct, codes = np.unique(values, return_inverse=True)
    few = 2 <= len(distinct) <= MOST_VALUES and (not text or bool((distinct != UNKNOWN).any()))
    return codes.astype(np.int64) if few else None


def _average(value: Ints, place: Floats, width: int) -> Floats:
    counts = np.bincount(value, minlength=width)
    sums = np.bincount(value, place, width)
    return np.where(counts >= 20, sums / np.maximum(counts, 1), np.nan)
