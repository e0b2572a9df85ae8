"""Which cases a run plays and the random numbers of their instances, the same for every change of the same run.

The numbers belong to an instance's place, not to what happens to it: the run as it is and the run with a change share
them, and so does a heavier load with a lighter one, so that differences are differences of the change alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.simulation.arrays import Floats, Ints
from svcflow.simulation.traces import WEEK, Traces

_LEAST_WEEKS = 6


@dataclass(frozen=True, eq=False)
class Picks:
    """The cases of a run: number in the log, week of the run, milliseconds they are moved by, a coin for each."""

    case: Ints
    week: Ints
    shift: Floats
    coin: Floats


@dataclass(frozen=True, eq=False)
class Draws:
    """The instances of picked cases: row of the log, pick, and four uniform numbers each.

    ``offsets[p]:offsets[p + 1]`` are the instances of pick `p`.
    """

    row: Ints
    pick: Ints
    offsets: Ints
    work: Floats
    late: Floats
    delay: Floats
    coin: Floats


def list_whole_weeks(traces: Traces) -> Ints:
    """Return the weeks of the log that may be drawn: the first and the last, which are cut, only if need be."""
    weeks = np.arange(traces.weeks)
    return weeks[1:-1] if len(weeks) >= _LEAST_WEEKS else weeks


def draw_weeks(traces: Traces, count: int, rng: np.random.Generator) -> Ints:
    """Return `count` whole weeks of the log, drawn with replacement."""
    whole = list_whole_weeks(traces)
    return np.asarray(whole[rng.integers(0, len(whole), count)], dtype=np.int64)


def pick(traces: Traces, blocks: Ints | None, load: float, seed: int) -> tuple[Picks, Draws]:
    """Return the cases of a run at a load, and their random numbers; `blocks` are weeks of the log in their order.

    Without `blocks` the log's own cases come when they came. At a load below 1 cases are left out, above 1 some come
    twice, the second one at the time of another case of the same week.
    """
    case, week, shift = _place(traces, blocks)
    rng = np.random.default_rng([seed, 1])
    parts: list[tuple[Ints, Ints, Floats, Floats, Floats]] = []
    for copy in range(max(int(np.ceil(load)), 1)):
        stream = np.random.default_rng([seed, 2, copy])
        coin, kept = stream.random(len(case)), rng.random(len(case)) < load - copy
        moved = shift if copy == 0 else shift + _swap(traces.arrival[case] + shift, week, stream)
        sizes = np.diff(traces.log.offsets)[case]
        numbers = stream.random((4, int(sizes.sum())))
        rows = np.repeat(kept, sizes)
        parts.append((case[kept], week[kept], moved[kept], coin[kept], numbers[:, rows]))
    case, week, shift, coin = (np.concatenate([part[column] for part in parts]) for column in range(4))
    numbers = np.concatenate([part[4] for part in parts], axis=1)
    sizes = np.diff(traces.log.offsets)[case]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    owner = np.repeat(np.arange(len(case)), sizes)
    row = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - traces.log.offsets[case], sizes)
    return Picks(case, week, shift, coin), Draws(row, owner, offsets, *numbers)


def _place(traces: Traces, blocks: Ints | None) -> tuple[Ints, Ints, Floats]:
    """Return the cases of the blocks, the week of the run each comes in, and how far it is moved."""
    week = traces.week
    if blocks is None:
        return np.arange(traces.log.cases), week, np.zeros(traces.log.cases)
    order = np.argsort(week, kind="stable")
    begins = np.searchsorted(week[order], np.arange(traces.weeks + 1))
    sizes = (begins[1:] - begins[:-1])[blocks]
    ends = np.cumsum(sizes)
    place = np.arange(int(ends[-1])) - np.repeat(ends - sizes - begins[blocks], sizes)
    case, number = order[place], np.repeat(np.arange(len(blocks)), sizes)
    return case, number, (number - week[case]) * float(WEEK)


def _swap(arrival: Floats, week: Ints, rng: np.random.Generator) -> Floats:
    """Return by how much each case must be moved to come when another one of its week comes, give or take an hour."""
    order = np.argsort(week, kind="stable")
    mixed = order[np.lexsort((rng.random(len(week)), week[order]))]
    found = np.empty(len(week))
    found[order] = arrival[mixed]
    return np.asarray(np.maximum(found + (rng.random(len(week)) - 0.5) * 3_600_000.0, 0.0) - arrival, dtype=np.float64)
