"""Rework: what is done again, by whom, how long the loop takes, and what comes back after it was settled.

metrics.md 5, in the words of bupaR: a self-loop is the same activity again at once (three in a row are one self-loop),
a repetition comes after something else; a *repeat* is by the same resource as the time before, a *redo* by another.
Start and complete events have been paired into instances before, so that a pair is not rework.

Net loop gain of an activity = loops that leave it - loops that enter it, a loop being a directly-follows step to an
activity the case has seen before: above 0, loops start here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log, Millis
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.grouping import Ints, all_seconds, count_runs, mark
from svcflow.mining.recurrence import Recurrences, recur
from svcflow.mining.shapes import find_shapes
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.transitions import take_columns

NOTHING = np.empty(0, np.int32)


class Part(NamedTuple):
    """What one block holds: counts of the log, and one number per activity code in each of the arrays."""

    counts: NDArray[np.int64]
    repeats: NDArray[np.int64]
    redos: NDArray[np.int64]
    unattributed: NDArray[np.int64]
    cases: NDArray[np.int64]
    cost: NDArray[np.int64]
    gain: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rework(Tabular):
    """The rework of a log.

    `immediate_repeats` counts pairs of equal neighbours, `self_loops` their runs, in `self_loop_cases`;
    `repeating_cases` show some activity twice. `reopens` go from a done activity to one that is not, in
    `reopen_cases`; both are ``None`` where the log does not say what done is.
    `activities` has one row for each activity that recurs, by falling cost; `cost_s` is the time from its first
    completion in a case to its last. `repeats` and `redos` are ``None`` where no resource is known.
    """

    immediate_repeats: int
    self_loops: int
    self_loop_cases: int
    repeating_cases: int
    reopens: int | None
    reopen_cases: int | None
    activities: Table

    def to_table(self) -> Table:
        """Return the activities that recur."""
        return self.activities


@dataclass(frozen=True, slots=True)
class ReworkFold:
    """Computes `Rework`; `done` are the codes of activities that settle the matter, ``None`` where nobody knows."""

    activities: int
    done: Codes | None

    columns: ClassVar[frozenset[str]] = frozenset({"time", "activity", "resource"})

    def partial(self, batch: Batch) -> Part:
        """Summarise one block."""
        if not is_built():
            return self.summarise(batch, recur(batch))
        settled = mark(NOTHING if self.done is None else self.done, self.activities)
        counts, weighed = passes.tally_rework(take_columns(batch, self.activities), batch.resource, settled)
        return Part(counts, *weighed)

    def summarise(self, batch: Batch, again: Recurrences) -> Part:
        """Summarise a block, of which these recurrences are looked at."""
        rows = (again.row, again.before, again.first)
        weighed = weigh_recurrences(rows, batch.activity, batch.resource, batch.time, activities=self.activities)
        return Part(_count(batch, again, self.done), *weighed)

    def merge(self, left: Part, right: Part) -> Part:
        """Add two summaries."""
        return Part(*(a + b for a, b in zip(left, right, strict=True)))

    def finish(self, state: Part, log: Log) -> Rework:
        """Name the activities that recur."""
        immediate, loops, loop_cases, repeating, reopens, reopen_cases = state.counts.tolist()
        known_done = self.done is not None
        recurring = np.flatnonzero(state.cases)
        order = recurring[np.lexsort((recurring, -state.cost[recurring]))]
        none = [None] * len(order)
        table = Table(
            {
                "activity": [log.activities[code] for code in order.tolist()],
                "repeats": state.repeats[order].tolist() if log.has_resources else none,
                "redos": state.redos[order].tolist() if log.has_resources else none,
                "unattributed": state.unattributed[order].tolist(),
                "cases": state.cases[order].tolist(),
                "cost_s": [*all_seconds(state.cost[order])],
                "net_loop_gain": state.gain[order].tolist(),
            }
        )
        return Rework(
            immediate,
            loops,
            loop_cases,
            repeating,
            reopens if known_done else None,
            reopen_cases if known_done else None,
            table,
        )


def weigh_recurrences(
    again: tuple[Ints, Ints, Ints], activity: Codes, resource: Codes, time: Millis, *, activities: int
) -> Ints:
    """Return rows of repeats, redos, unattributed, cases, cost and gain by activity; `again`: row, before, first."""
    row, before, first = again
    codes, now, then = activity[row], resource[row], resource[before]
    known = (now != UNKNOWN) & (then != UNKNOWN)

    def per_activity(codes: Codes) -> Ints:
        return np.bincount(codes, minlength=activities)

    goes_on = np.zeros(len(activity), np.bool_)
    goes_on[before] = True
    last = np.flatnonzero(~goes_on.take(row))
    cost = np.zeros(activities, np.int64)
    np.add.at(cost, codes[last], time[row[last]] - time[first[last]])
    return np.stack(
        [
            per_activity(codes[known & (now == then)]),
            per_activity(codes[known & (now != then)]),
            per_activity(codes[~known]),
            per_activity(codes[last]),
            cost,
            per_activity(activity[row - 1]) - per_activity(codes),
        ]
    )


def _count(batch: Batch, again: Recurrences, done: Codes | None) -> Ints:
    """Return immediate repeats, self-loops, their cases, repeating cases, re-opens, their cases."""
    at_once = again.before == again.row - 1
    continues = np.zeros(len(batch.activity) + 1, np.bool_)
    continues[again.row[at_once]] = True
    begins = at_once & ~continues[again.row - 1]
    shapes = find_shapes(batch)
    settled = mark(NOTHING if done is None else done, int(batch.activity.max(initial=0)) + 1).take(shapes.activity)
    leaves = settled[:-1] & ~settled[1:]
    leaves[shapes.offsets[1:-1] - 1] = False
    reopened = np.bincount(shapes.owners.take(np.flatnonzero(leaves)), minlength=len(shapes.cases))
    return np.array(
        [
            int(at_once.sum()),
            int(begins.sum()),
            count_runs(again.case[begins]),
            count_runs(again.case),
            int((reopened * shapes.cases).sum()),
            int(shapes.cases[reopened > 0].sum()),
        ],
        np.int64,
    )
