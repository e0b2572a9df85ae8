"""The same event in two exports is one event: within a bucket of whole cases, all cases at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.ingest.buckets import Numbered
from svcflow.eventlog.instances import START
from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.texts import integers

Mask = NDArray[np.bool_]


def unite(bucket: Numbered, activity: str) -> Numbered:
    """Return a bucket whose earlier rows (`row` below 0) and later rows are united, in the order of `row`.

    An event is the same by case, activity, time, start and transition. What occurs several times on both sides occurs
    as often as on the side that has more of it. The later row's values win, at the place of the earlier. A row that was
    begun and not completed gives way to a later one with the same start that is. The file keeps steps, not the places
    of their starts: where a start stands at the same time as other events, the later export says which came first.
    """
    rows = bucket.rows
    later = rows.row >= 0
    begun = _believe(rows.start, rows.time)
    kind = np.zeros(len(rows), np.int64) if rows.kind is None else rows.kind.astype(np.int64)
    case, name = bucket.case.astype(np.int64), rows.codes[activity].astype(np.int64)
    row = rows.row.copy()
    gone = _replace([case, name, rows.time, begun, kind], row, later, np.ones(len(rows), bool))
    _place_starts(np.stack([case, rows.time], axis=1), row, rows.row, (kind == START) & ~later)
    if rows.start is not None:
        open_ = (rows.time == MISSING_TIME) & ~later
        fresh = later & (rows.time != MISSING_TIME) & (row >= 0)  # not an earlier event again
        gone |= _replace([case, name, rows.start], row, later, (open_ | fresh) & ~gone)
    kept = np.flatnonzero(~gone)
    kept = kept[np.argsort(row[kept], kind="stable")]
    chosen = rows.take(kept)
    chosen.number = rows.numbers[kept]
    chosen.row = row[kept]
    return number_again(Numbered(chosen, bucket.case[kept], bucket.texts))


def number_again(bucket: Numbered) -> Numbered:
    """Return the bucket with its cases numbered in order of appearance; ones without rows are gone."""
    encoded = bucket.rows.case.dictionary_encode()
    return Numbered(bucket.rows, integers(encoded.indices, np.dtype(np.int32)), encoded.dictionary)


def _believe(start: NDArray[np.int64] | None, time: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return starts, those after the completion as unknown: the file does not keep them."""
    if start is None:
        return np.zeros(len(time), np.int64)
    return np.where((start > time) & (time != MISSING_TIME), MISSING_TIME, start)


def _place_starts(moments: NDArray[np.int64], row: NDArray[np.int64], told: NDArray[np.int64], starts: Mask) -> None:
    """Order events that took an earlier one's place, and stand at the moment of an earlier start, as they were `told`.

    `moments` are case and time of each row; `row` is changed.
    """
    known = np.unique(moments[starts], axis=0)
    moved = np.flatnonzero((told >= 0) & (row < 0))
    if not len(known) or not len(moved):
        return
    _, group = np.unique(np.concatenate([known, moments[moved]]), axis=0, return_inverse=True)
    of_start, group = group.ravel()[: len(known)], group.ravel()[len(known) :]
    at = np.isin(group, of_start)
    moved, group = moved[at], group[at]
    row[moved[np.lexsort((told[moved], group))]] = row[moved[np.lexsort((row[moved], group))]]


def _replace(keys: list[NDArray[np.int64]], row: NDArray[np.int64], later: Mask, among: Mask) -> Mask:
    """Match the n-th earlier row of each key with its n-th later one, which takes its place; return what is gone."""
    gone = np.zeros(len(row), bool)
    places = np.flatnonzero(among)
    if not len(places):
        return gone
    chosen = [key[places] for key in keys]
    order = np.lexsort((row[places], later[places], *chosen))
    same = np.ones(len(order) - 1, bool)
    for key in chosen:
        same &= key[order[1:]] == key[order[:-1]]
    side = later[places][order]
    group = np.r_[0, np.cumsum(~same)]
    block = np.flatnonzero(np.r_[True, ~same | (side[1:] != side[:-1])])  # one side of one key
    rank = np.arange(len(order)) - np.repeat(block, np.diff(np.r_[block, len(order)]))
    pairs = np.lexsort((side, rank, group))
    first, second = pairs[:-1], pairs[1:]
    met = (group[first] == group[second]) & (rank[first] == rank[second]) & ~side[first] & side[second]
    old, new = places[order[first[met]]], places[order[second[met]]]
    row[new] = row[old]
    gone[old] = True
    return gone
