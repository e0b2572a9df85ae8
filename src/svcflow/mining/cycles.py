"""Cycles: the shortest ways on which cases come back to an activity, and sequences without their loops.

A cycle is a stretch of at most `LONGEST` instances after which its first activity stands again, without any activity
twice on the way: A B C A is a cycle of length 3, A A one of length 1. Rounds of one cycle without a break are one
*pass*: A B A B A goes round A-B twice, in one pass that enters at A.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch
from svcflow.mining.recurrence import recur

LONGEST = 6

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passes:
    """One entry for each pass, in log order.

    `steps` holds its activities from where it enters, then -1, in `LONGEST` columns; `rounds` how often it comes back
    to the first of them; `millis` the time from its first completion to its last.
    """

    case: Ints
    length: Ints
    steps: Ints
    rounds: Ints
    millis: Ints


def find_passes(batch: Batch) -> Passes:
    """Return the passes of a block."""
    again = recur(batch)
    before = np.full(len(batch.activity), -1, np.int64)
    before[again.row] = again.before
    near = np.flatnonzero(again.row - again.before <= LONGEST)
    row, length, case = again.row[near], again.row[near] - again.before[near], again.case[near]
    shortest = np.ones(len(row), np.bool_)
    for back in range(1, LONGEST):
        inside = np.flatnonzero(length > back)
        shortest[inside] &= before[row[inside] - back] < row[inside] - length[inside]
    row, length, case = row[shortest], length[shortest], case[shortest]
    new = np.ones(len(row), np.bool_)
    new[1:] = (row[1:] != row[:-1] + 1) | (length[1:] != length[:-1])
    starts = np.flatnonzero(new)
    windows = np.diff(np.append(starts, len(row)))
    row, length, case = row[starts], length[starts], case[starts]
    rounds = 1 + (windows - 1) // length
    first = row - length
    place = first[:, None] + np.arange(LONGEST)
    steps = np.where(
        np.arange(LONGEST) < length[:, None],
        batch.activity[np.minimum(place, max(len(batch.activity) - 1, 0))] if len(row) else place,
        -1,
    ).astype(np.int64)
    return Passes(case, length, steps, rounds, batch.time[first + rounds * length] - batch.time[first])


def turn(steps: tuple[int, ...]) -> tuple[int, ...]:
    """Return the same cycle from its smallest step on.

    >>> turn((3, 1, 2)), turn((5,))
    ((1, 2, 3), (5,))
    """
    at = steps.index(min(steps))
    return steps[at:] + steps[:at]


def fold_loops(values: Ints, lengths: Ints, longest: int = LONGEST) -> tuple[Ints, Ints]:
    """Return sequences (one after another, of these lengths) with what is repeated at once standing there once.

    Repeated stretches of up to `longest` are folded, short ones first, until nothing is repeated.

    >>> values, lengths = fold_loops(np.array([1, 2, 1, 2, 2, 3, 1, 1]), np.array([6, 2]))
    >>> values.tolist(), lengths.tolist()
    ([1, 2, 3, 1], [3, 1])
    """
    changed = True
    while changed:
        changed = False
        for size in range(1, longest + 1):
            kept = _unfold_once(values, lengths, size)
            if not kept.all():
                owner = np.repeat(np.arange(len(lengths)), lengths)
                values, lengths = values[kept], np.bincount(owner[kept], minlength=len(lengths))
                changed = True
    return values, lengths


def _unfold_once(values: Ints, lengths: Ints, size: int) -> NDArray[np.bool_]:
    """Return which values stay when stretches of this size that repeat the one before them go."""
    stays = np.ones(len(values), np.bool_)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    same = np.zeros(len(values), np.bool_)
    same[size:] = (values[size:] == values[:-size]) & (owner[size:] == owner[:-size])
    edge = np.diff(np.concatenate([[0], same.astype(np.int8), [0]]))
    low, high = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    whole = (high - low) // size * size
    if whole.any():
        border = np.zeros(len(values) + 1, np.int64)
        np.add.at(border, low, 1)
        np.add.at(border, low + whole, -1)
        stays = np.cumsum(border[:-1]) == 0
    return stays
