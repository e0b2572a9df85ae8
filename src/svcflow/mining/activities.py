"""Activities: how often, in how many cases, after what waiting, with what processing time.

Waiting before an instance runs from the end of the instance before it in the case. Processing time is known only for
instances whose start is known; where none is, it is ``None``, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from svcflow import times
from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import EXACT, Detail, Durations
from svcflow.mining.grouping import seconds
from svcflow.mining.recurrence import recur
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.tallies import Counter, Tally, merge_parts
from svcflow.mining.transitions import BusinessClock, activity_codes, business_waiting, follow, take_columns

Figures = dict[str, float | int]


class State(NamedTuple):
    """By activity code: instances, cases that show it, waiting before it, processing where the start is known."""

    instances: Tally
    cases: Tally
    waiting: Durations
    business: Durations
    """Empty without a clock."""
    processing: Durations


@dataclass(frozen=True, slots=True)
class Activities(Tabular):
    """One row for each activity, by falling count; `waiting` and `processing` hold figures in seconds or ``None``."""

    table: Table

    def to_table(self) -> Table:
        """Return activity, count, cases, waiting and processing."""
        return self.table


@dataclass(frozen=True, slots=True)
class ActivitiesFold:
    """Computes `Activities`; with a `clock`, waiting also in business time."""

    activities: int
    clock: BusinessClock | None = None
    detail: Detail = EXACT
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        return merge_parts(left, right)

    def finish(self, state: State, log: Source) -> Activities:
        """Describe each activity that occurs."""
        waiting = _describe(state.waiting, "_s")
        for code, figures in _describe(state.business, "_business_s").items():
            waiting[code] |= figures
        processing = _describe(state.processing, "_s")
        codes, counts = state.instances
        order = np.lexsort((codes, -counts))
        shown = codes[order].tolist()
        columns: dict[str, list[Any]] = {
            "activity": [log.activities[code] for code in shown],
            "count": counts[order].tolist(),
            "cases": state.cases.of(codes[order]).tolist(),
            "waiting": [waiting.get(code) for code in shown],
            "processing": [processing.get(code) for code in shown],
        }
        return Activities(Table(columns))


class Gathered:
    """What the blocks so far hold."""

    def __init__(self, fold: ActivitiesFold) -> None:
        self._fold = fold
        self._instances, self._again = (Counter(fold.activities) for _ in range(2))
        self._waiting, self._business, self._processing = (Collector(fold.activities, fold.detail) for _ in range(3))

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        fold = self._fold
        tallied = self._tally(batch)
        activity = activity_codes(batch)
        if fold.clock or not tallied:
            steps = follow(batch, fold.activities)
            target = activity.take(steps.row)
        if not tallied:
            self._instances.add(activity)
            self._again.add(activity.take(recur(batch).row))
            self._waiting.add(target, steps.waiting)
        if fold.clock:
            self._business.add(target, business_waiting(batch, steps, fold.clock))
        started = np.flatnonzero(batch.has_start)
        if len(started):
            work = times.processing(batch.start[started], batch.time[started])
            self._processing.add(activity.take(started), work)

    def _tally(self, batch: Batch) -> bool:
        """Take a block in by one loop over it, but for open hours and work; return whether that could be done."""
        places, instances, again = self._waiting.places(), self._instances.places, self._again.places
        if not is_built() or places is None or places.number is not None or instances is None or again is None:
            return False
        self._waiting.keep(
            *passes.tally_activities(take_columns(batch, self._fold.activities), places, instances, again)
        )
        return True

    def state(self) -> State:
        """Return the state of the blocks so far."""
        instances = self._instances.state()
        counted = (instances, instances.minus(self._again.state()))
        return State(*counted, self._waiting.state(), self._business.state(), self._processing.state())


def _describe(groups: Durations, unit: str) -> dict[int, Figures]:
    """Return count, total, mean, median and P90 in seconds for each activity code."""
    figures = {
        "total": groups.totals,
        "mean": groups.means,
        "median": groups.quantile(0.5),
        "p90": groups.quantile(0.9),
    }
    return {
        code: {"count": int(groups.counts[place])}
        | {f"{name}{unit}": seconds(values[place]) for name, values in figures.items()}
        for place, code in enumerate(groups.keys.tolist())
    }
