"""Events to instances in the order of the log: cases by their beginning, instances by time, ties as in the file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.events import Events, Rows
from svcflow.eventlog.instances import Pairs, pair_columns, pair_lifecycle, take_each
from svcflow.eventlog.sorting import sort_rows


@dataclass(frozen=True, slots=True)
class Ordered:
    """Instances in the order of the log: the source row of each, and the cases they belong to."""

    rows: Rows
    offsets: NDArray[np.int64]
    case_ids: tuple[str, ...]
    events: NDArray[np.int64]
    order: Rows


def pair(events: Events) -> Pairs:
    """Return the activity instances of the events."""
    time = events.time.values
    kinds = events.transition
    if kinds is not None and (kinds != 2).any():
        return pair_lifecycle(events.case.codes, events.activity.codes, time, kinds)
    if events.start is not None:
        return pair_columns(time, events.start.values)
    return take_each(time)


def arrange_cases(events: Events, pairs: Pairs) -> Ordered:
    """Sort instances by case, time and source order; number cases by the time of their first instance."""
    order, offsets, codes = order_cases(events.case.codes[pairs.rows], pairs.time)
    texts = events.case.texts
    case_ids = tuple(texts[code] or "" for code in codes.tolist())
    counts = np.bincount(events.case.codes, minlength=len(texts))[codes]
    return Ordered(events.rows[pairs.rows[order]], offsets, case_ids, counts, order)


def order_cases(case: NDArray[np.int32], time: NDArray[np.int64]) -> tuple[Rows, NDArray[np.int64], NDArray[np.int32]]:
    """Return the order of instances, where each case begins in it, and the code of each case.

    Cases go by the time of their first instance, ties by its place in the source, which is the order of the rows given.
    """
    order = sort_rows(case, time)
    case = case[order]
    borders = np.flatnonzero(np.diff(case)) + 1
    firsts = np.r_[0, borders][: len(case)]
    sizes = np.diff(np.r_[firsts, len(case)])
    ranked = np.lexsort((order[firsts], time[order[firsts]]))
    offsets = np.zeros(len(firsts) + 1, np.int64)
    np.cumsum(sizes[ranked], out=offsets[1:])
    places = np.repeat(firsts[ranked] - offsets[:-1], sizes[ranked]) + np.arange(len(case))
    return order[places], offsets, case[firsts[ranked]]
