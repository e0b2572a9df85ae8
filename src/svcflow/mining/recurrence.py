"""What stands more than once in a case, found without sorting.

Keys of a case are activities, holders, or pairs of them. Short cases are compared with themselves, moved on by one
place, by two and so on. Elsewhere each key of a case has a cell, and its places write in it: a place that finds
another's number in its cell knows that it is not alone. Cells are few where keys are; many keys share cells, and only
what meets there is looked at more closely.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch
from svcflow.kernels import loops
from svcflow.kernels.twins import compiled_by
from svcflow.mining.grouping import Ints
from svcflow.mining.shapes import find_shapes
from svcflow.mining.transitions import derive

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

CELLS = 4096
"""Up to so many keys each has a cell of its own in each case."""
_SHARED = 2048
_ROOM = 1 << 21
_ROUNDS = 12
LAGS = 48
"""Cases of up to so many instances are compared with themselves."""
_MIX = np.int64(0x1E3779B97F4A7C15)

_scratch = threading.local()


@dataclass(frozen=True, slots=True)
class Recurrences:
    """One entry for each instance whose activity stood in its case before, in log order.

    `row` is its place in the block and `before` that of the previous instance of the same activity; `first` is
    the place of the activity's first instance in the case.
    """

    row: Rows
    before: Rows
    first: Rows
    case: Rows


def recur(batch: Batch) -> Recurrences:
    """Return the recurrences of a block."""
    return derive(batch, "recurrences", lambda: Recurrences(*find_recurrences(batch)))


def _pass_over(batch: Batch) -> tuple[Rows, Rows, Rows, Rows]:
    return loops.find_recurrences(batch.activity, batch.offsets, int(batch.activity.max(initial=-1)) + 1)


@compiled_by(_pass_over)
def find_recurrences(batch: Batch) -> tuple[Rows, Rows, Rows, Rows]:
    """Work the recurrences out for each shape of the block and hand them to its cases."""
    shapes = find_shapes(batch)
    before = link_shapes(batch)
    row = np.flatnonzero(before >= 0)
    owner = shapes.owners.take(row)
    begins = shapes.offsets.take(owner)
    inside = [column - begins for column in (row, before.take(row), find_heads(before, row))]
    sizes = np.bincount(owner, minlength=len(shapes.shown))
    case = np.flatnonzero(sizes.take(shapes.of_case))
    shape = shapes.of_case.take(case)
    counts = sizes.take(shape)
    ends = np.cumsum(counts)
    place = np.repeat((np.cumsum(sizes) - sizes).take(shape) - ends + counts, counts)
    place += np.arange(len(place))
    base = np.repeat(batch.offsets.take(case), counts)
    rows, earlier, heads = (column.take(place) + base for column in inside)
    return rows, earlier, heads, np.repeat(case, counts)


def link_shapes(batch: Batch) -> Rows:
    """Return for each entry of the shapes of a block the previous one of its activity there, -1 where there is none."""
    shapes, space = find_shapes(batch), int(batch.activity.max(initial=0)) + 1
    return derive(batch, "links", lambda: chain(shapes.owners, shapes.activity, space))


def find_heads(before: Rows, row: Rows) -> Rows:
    """Return the first place of the chain of each of `row`, the places that have one before them in `before`."""
    heads = np.arange(len(before))
    found = before.take(row)
    while True:
        heads[row] = found
        further = heads.take(found)  # doubles the way that is gone in one round
        if np.array_equal(further, found):
            return found
        found = further


@compiled_by(loops.find_pairs_again)
def find_pairs_again(case: Ints, values: NDArray[np.int32], before: Rows) -> Rows:
    """Return the places that repeat in their case which value comes right after which, ascending.

    `before` is what `chain` says of the values. Only what has been there before can come again, so few are looked at:
    each goes back from one time its value stood there to the time before.
    """
    place = np.flatnonzero(before >= 0)
    place = place[before.take(place - 1) >= 0] if len(place) else place
    earlier, found = before.take(place), [place[:0]]
    while len(place):
        prior = np.maximum(earlier - 1, 0)
        same = (values.take(prior) == values.take(place - 1)) & (case.take(prior) == case.take(place)) & (earlier > 0)
        found.append(place[same])
        place, earlier = place[~same], before.take(earlier[~same])
        place, earlier = place[earlier >= 0], earlier[earlier >= 0]
    return np.sort(np.concatenate(found))


def begin_self_loops(again: Recurrences) -> NDArray[np.bool_]:
    """Return which recurrences begin a self-loop: at once, and not already the next round of one."""
    at_once = again.before == again.row - 1
    continues = np.zeros(len(again.row), np.bool_)
    continues[1:] = at_once[:-1] & (again.row[:-1] == again.row[1:] - 1)
    begins: NDArray[np.bool_] = at_once & ~continues
    return begins


def find_firsts(case: Ints, key: Ints, space: int) -> Ints:
    """Return one place for each distinct pair of `case` and `key`, ascending; cases ascend, keys are below `space`."""
    alone = np.zeros(len(key), np.bool_)
    for low, cells, lasts in _stamp(case, key, space):
        alone[low : low + len(cells)] = lasts
    if space > CELLS:
        met = np.flatnonzero(_meet(case, key, space))
        alone[met] = False
        alone[met[np.unique(case[met] * space + key[met], return_index=True)[1]]] = True
    return np.flatnonzero(alone)


def find_repeated(case: Ints, key: Ints, space: int) -> Flags:
    """Return for each place whether its `key` stands more than once in its `case`."""
    met = _meet(case, key, space)
    if space > CELLS and met.any():
        places = np.flatnonzero(met)
        _, inverse, counts = np.unique(case[places] * space + key[places], return_inverse=True, return_counts=True)
        met[places] = counts[inverse] > 1
    return met


def chain(case: Ints, key: NDArray[np.int32], space: int) -> Rows:
    """Return for each place the previous one with its key in its case, -1 where there is none; cases ascend."""
    return link(case, key, space) if space <= len(key) + CELLS else link_sparsely(case, key, space)


@compiled_by(loops.link)
def link(group: Ints, key: NDArray[np.int32], space: int) -> Rows:
    """Do the work of `chain` where a place for each key is not too much."""
    return link_sparsely(group, key, space)


def link_sparsely(case: Ints, key: NDArray[np.int32], space: int) -> Rows:
    """Do the work of `chain` without a place for each key."""
    before = np.full(len(key), -1)
    if not len(key):
        return before
    begins = np.append(0, np.flatnonzero(case[1:] != case[:-1]) + 1)
    lengths = np.diff(begins, append=len(key))
    longest = int(lengths.max())
    place, earlier = _look_back(key.astype(_narrow(space)), begins, lengths, min(longest, LAGS))
    before[place] = earlier
    if longest > LAGS:
        long = lengths > LAGS
        rows = np.flatnonzero(np.repeat(long, lengths))
        number = np.repeat(np.arange(int(long.sum())), lengths[long])
        found = _chain_long(number, key.take(rows).astype(np.int64), space)
        before[rows] = np.where(found >= 0, rows.take(found), -1)
    return before


def _narrow(space: int) -> type[np.unsignedinteger]:
    sizes = ((1 << 8, np.uint8), (1 << 16, np.uint16), (1 << 32, np.uint32))
    return next((size for most, size in sizes if space <= most), np.uint64)


def _look_back(key: NDArray[np.unsignedinteger], begins: Ints, lengths: Ints, lags: int) -> tuple[Rows, Rows]:
    """Return the places that have their key before them in a case of up to `lags` places, and the nearest one there.

    A place keeps 256 less the least lag at which it equals another; that counts where the lag does not leave the case.
    """
    nearest = np.zeros(len(key), np.uint8)
    room = np.empty(len(key), np.bool_)
    for lag in range(1, lags):
        same = np.equal(key[lag:], key[:-lag], out=room[lag:]).view(np.uint8)
        same *= np.uint8(256 - lag)
        np.maximum(nearest[lag:], same, out=nearest[lag:])
    least = np.repeat(begins.astype(np.uint8) - np.uint8(1), lengths)
    least -= np.arange(len(key)).astype(np.uint8)  # 255 less the place within the case
    place = np.flatnonzero(nearest > least)
    return place, place - 256 + nearest.take(place)


def _chain_long(case: Ints, key: Ints, space: int) -> Rows:
    """Do the work of `chain` by cells."""
    before = np.full(len(key), -1)
    places = np.flatnonzero(find_repeated(case, key, space))
    if len(places):
        cells = case.take(places) * space + key.take(places)
        cells -= cells[0] - cells[0] % space
        if space > CELLS or int(cells[-1]) > 2 * _ROOM:
            cells = np.unique(cells, return_inverse=True)[1]
        earlier = _chain_cells(cells)
        linked = earlier >= 0
        before[places[linked]] = places[earlier[linked]]
    return before


def _chain_cells(cells: Ints) -> Rows:
    """Do the work of `chain` for places given by their cells: round by round, the last place of each cell goes."""
    before = np.full(len(cells), -1)
    size = int(cells.max()) + 1
    stamps, later = _lend("stamps", size), _lend("later", size)
    left, there, rounds = np.arange(len(cells), dtype=np.int32), cells, 0
    while len(left) and rounds < _ROUNDS:
        stamps[there] = left
        last = stamps.take(there) == left
        gone, from_cells = left[last], there[last]
        if rounds:
            before[later.take(from_cells)] = gone
        later[from_cells] = gone
        left, there, rounds = left[~last], there[~last], rounds + 1
    if len(left):
        order = np.argsort(there, kind="stable")
        ordered, place = there[order], left[order]
        heads = np.r_[True, ordered[1:] != ordered[:-1]]
        before[place[1:][~heads[1:]]] = place[:-1][~heads[1:]]
        tails = np.r_[heads[1:], True]
        before[later.take(ordered[tails])] = place[tails]
    return before


def _meet(case: Ints, key: Ints, space: int) -> Flags:
    """Return which places share a cell with another of their case."""
    met = np.zeros(len(key), np.bool_)
    for low, cells, lasts in _stamp(case, key, space):
        again = cells[~lasts]
        if len(again):
            stamps = _lend("stamps", 0)
            stamps[again] = -1
            met[low : low + len(cells)] = stamps.take(cells) < 0
    return met


def _stamp(case: Ints, key: Ints, space: int) -> Iterator[tuple[int, Ints, Flags]]:
    """Yield parts of whole cases: where one begins, the cell of each place, and whether it is the last in its cell."""
    if space > CELLS:
        key, space = (key * _MIX >> 40) & (_SHARED - 1), _SHARED
    low, step = 0, _ROOM // max(space, 1)
    while low < len(key):
        high = int(np.searchsorted(case, case[low] + step))
        cells = (case[low:high] - case[low]) * space
        cells += key[low:high]
        stamps = _lend("stamps", (int(case[high - 1]) - int(case[low]) + 1) * space)
        places = np.arange(len(cells), dtype=np.int32)
        stamps[cells] = places
        yield low, cells, stamps.take(cells) == places
        low = high


def _lend(name: str, size: int) -> NDArray[np.int32]:
    """Return an array that this thread writes to before it reads, of at least that size."""
    kept: NDArray[np.int32] | None = getattr(_scratch, name, None)
    if kept is None or len(kept) < size:
        kept = np.empty(max(size, 1 << 16), np.int32)
        if size <= 2 * _ROOM + CELLS:
            setattr(_scratch, name, kept)
    return kept
