"""Cases: cycle time, the part of it somebody works, time to resolve, and which cases are still open.

Cycle time = last end - first start; it is the sum of touch time (the union of the case's instances) and waiting.
Time to resolve runs from the first start to the last completion of a *resolving* activity: a done activity that does
not mostly follow another one, as closing does, which in most service desks a timer makes (metrics.md 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import MISSING_TIME, Batch, Codes, Log, Millis
from svcflow.kernels import loops
from svcflow.kernels.twins import compiled_by
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import BOUNDED, Detail, Durations
from svcflow.mining.grouping import Ints, all_seconds, mark
from svcflow.mining.settling import SettlingFold, choose_openers
from svcflow.mining.shapes import find_shapes
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.tallies import Adder, Counter, Sums, Tally
from svcflow.mining.transitions import BusinessClock, measure_cycles, take_times


def choose_resolving(log: Log, done: Codes) -> Codes:
    """Return the codes of those done activities that resolve a case, given the codes of all; see `settling`."""
    return choose_openers(
        SettlingFold(len(log.activities), done).partial(log.batch(0, log.cases)), done, log.activities
    )


class Part(NamedTuple):
    """What one block holds: one number per case in each array; `resolve` is MISSING_TIME where never resolved."""

    first_case: int
    cycle: Millis
    busy: Millis
    open_cycle: Millis
    resolve: Millis
    finished: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cases(Tabular):
    """One entry for each case of the log, in its order; durations are milliseconds.

    `resolve` is MISSING_TIME where the case was never resolved; `finished` tells that its last activity is a done
    one, and is ``None`` where the log does not say what done is. `business_cycle` is ``None`` without a clock.
    """

    ids: Sequence[str]
    cycle: Millis
    busy: Millis
    business_cycle: Millis | None
    resolve: Millis
    finished: NDArray[np.bool_] | None

    @property
    def waiting(self) -> Millis:
        """Return cycle time less touch time."""
        return self.cycle - self.busy

    @property
    def open_cases(self) -> int | None:
        """Return how many cases do not end in a done activity, ``None`` where that is not known."""
        return None if self.finished is None else int((~self.finished).sum())

    def to_table(self) -> Table:
        """Return case, cycle_time_s, touch_s, waiting_s, resolve_time_s and open of each case."""
        resolved = self.resolve != MISSING_TIME
        columns: dict[str, list[object]] = {
            "case": [*self.ids],
            "cycle_time_s": [*all_seconds(self.cycle)],
            "touch_s": [*all_seconds(self.busy)],
            "waiting_s": [*all_seconds(self.waiting)],
            "resolve_time_s": [
                s if known else None for s, known in zip(all_seconds(self.resolve), resolved.tolist(), strict=True)
            ],
            "open": [None] * len(self.ids) if self.finished is None else (~self.finished).tolist(),
        }
        if self.business_cycle is not None:
            columns["cycle_time_business_s"] = [*all_seconds(self.business_cycle)]
        return Table(columns)


@dataclass(frozen=True, slots=True)
class CasesFold:
    """Computes `Cases` of a log in memory.

    `done` and `resolving` are activity codes, `done` is ``None`` where nobody knows.
    """

    done: Codes | None
    resolving: Codes
    clock: BusinessClock | None = None

    def partial(self, batch: Batch) -> tuple[Part, ...]:
        """Summarise one block."""
        return (measure_cases(batch, self.done, self.resolving, self.clock),)

    def merge(self, left: tuple[Part, ...], right: tuple[Part, ...]) -> tuple[Part, ...]:
        """Put the blocks of two summaries together."""
        return left + right

    def finish(self, state: tuple[Part, ...], log: Log) -> Cases:
        """Put the blocks in the order of the cases."""
        parts = sorted(state, key=lambda part: part.first_case)
        _, cycle, busy, open_cycle, resolve, finished = zip(*parts, strict=True)
        return Cases(
            log.case_ids,
            np.concatenate(cycle),
            np.concatenate(busy),
            np.concatenate(open_cycle) if self.clock else None,
            np.concatenate(resolve),
            np.concatenate(finished) if self.done is not None else None,
        )


def measure_cases(batch: Batch, done: Codes | None, resolving: Codes, clock: BusinessClock | None) -> Part:
    """Return what one block holds of its cases."""
    width = int(batch.activity.max(initial=0)) + 1
    marks = mark(resolving, width).view(np.uint8)
    marks = marks + 2 * mark(resolving if done is None else done, width).view(np.uint8)
    cycle, resolve, finished = settle_cases(batch, marks)
    timed = bool(batch.has_start.any())
    busy = times.busy(batch.start, batch.time, batch.offsets) if timed else np.zeros_like(cycle)
    open_cycle = cycle[:0]
    if clock:
        ends = batch.time[batch.offsets[1:] - 1]
        open_cycle = clock.elapsed_all(ends - cycle, ends)
    return Part(batch.first_case, cycle, busy, open_cycle, resolve, finished)


def _pass_over(batch: Batch, marks: NDArray[np.uint8]) -> tuple[Millis, Millis, NDArray[np.bool_]]:
    return loops.measure_cases(batch.offsets, take_times(batch), batch.activity, marks)


@compiled_by(_pass_over)
def settle_cases(batch: Batch, marks: NDArray[np.uint8]) -> tuple[Millis, Millis, NDArray[np.bool_]]:
    """Return cycle time and time to resolve of each case, and whether it ends in a done activity.

    `marks` has bit 0 for activities that resolve, bit 1 for those that are done.
    """
    cycle = measure_cycles(batch)
    last = batch.offsets[1:] - 1
    begins = batch.time[last] - cycle
    resolve = np.full(len(cycle), MISSING_TIME)
    shapes = find_shapes(batch)
    place = np.flatnonzero(marks.take(shapes.activity) & 1)
    reached = np.full(len(shapes.shown), -1)
    reached[shapes.owners.take(place)] = place  # places ascend, so the last one of a shape stays
    reached = (reached - shapes.offsets[:-1]).take(shapes.of_case)
    case = np.flatnonzero(reached >= 0)
    resolve[case] = batch.time.take(batch.offsets.take(case) + reached.take(case)) - begins.take(case)
    return cycle, resolve, marks.take(batch.activity.take(last)) > 1


class Figures(NamedTuple):
    """What is known of many cases together. Each has one key: 1 for the cases that statistics take in, 0 for others."""

    cycle: Durations
    business: Durations
    """Empty without a clock."""
    touch: Sums
    resolve: Durations
    """By key 0, of the cases that were resolved."""
    longest: Ints
    """The longest cycle and business cycle of the cases counted, and the longest time to resolve; -1 for none."""
    finished: Tally
    """How many cases end in a done activity (key 1), how many do not (key 0)."""


@dataclass(frozen=True, slots=True)
class FiguresFold:
    """Summarises cases in bounded space. `open_left_out`: statistics take in only cases that end in a done activity."""

    done: Codes | None
    resolving: Codes
    clock: BusinessClock | None = None
    open_left_out: bool = False
    detail: Detail = BOUNDED
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> Figures:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Figures, right: Figures) -> Figures:
        """Put two summaries together."""
        return Figures(
            left.cycle.merge(right.cycle),
            left.business.merge(right.business),
            left.touch.merge(right.touch),
            left.resolve.merge(right.resolve),
            np.maximum(left.longest, right.longest),
            left.finished.merge(right.finished),
        )

    def finish(self, state: Figures, log: Source) -> Figures:
        """Return the summary as it is."""
        return state


class Gathered:
    """What the blocks so far hold."""

    def __init__(self, fold: FiguresFold) -> None:
        self._fold = fold
        self._cycle, self._business, self._resolve = (Collector(2, fold.detail) for _ in range(3))
        self._touch, self._finished = Adder(2), Counter(2)
        self._longest = np.full(3, -1)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        fold = self._fold
        found = measure_cases(batch, fold.done, fold.resolving, fold.clock)
        finished = found.finished.astype(np.int64)
        counted = finished if fold.open_left_out else np.ones_like(finished)
        resolved = found.resolve[found.resolve != MISSING_TIME]
        self._cycle.add(counted, found.cycle)
        if fold.clock:
            self._business.add(counted, found.open_cycle)
        self._resolve.add(np.zeros_like(resolved), resolved)
        self._touch.add(counted, found.busy)
        self._finished.add(finished)
        lasting = (found.cycle, found.open_cycle, resolved)
        if fold.open_left_out:
            lasting = (found.cycle[counted > 0], found.open_cycle[counted[: len(found.open_cycle)] > 0], resolved)
        longest = [int(durations.max(initial=-1)) for durations in lasting]
        self._longest = np.maximum(self._longest, longest)

    def state(self) -> Figures:
        """Return the state of the blocks so far."""
        return Figures(
            self._cycle.state(),
            self._business.state(),
            self._touch.state(),
            self._resolve.state(),
            self._longest.copy(),
            self._finished.state(),
        )
