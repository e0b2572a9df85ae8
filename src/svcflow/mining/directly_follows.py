"""Directly-follows: how often one activity comes right after another, in how many cases, after what waiting.

The waiting of a pair runs from the end of the first instance to the start of the second (metrics.md 2). Where the two
overlap it is 0, and counted in `overlaps`. Percentiles are exact of a log in memory, else within 1 % (see
`svcflow.mining.durations`). With one time stamp per event the figure is the
sojourn time of the second activity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch, Vocabulary
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import EXACT, Detail, Durations
from svcflow.mining.grouping import all_seconds, say_known
from svcflow.mining.recurrence import find_pairs_again, link_shapes
from svcflow.mining.shapes import find_shapes
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.tallies import Counter, Tally, merge_parts
from svcflow.mining.timers import Timer
from svcflow.mining.transitions import BusinessClock, business_waiting, follow, take_columns
from svcflow.mining.waits import Waits


class State(NamedTuple):
    """The waiting of each pair (``before * activities + after``), the cases that show it, how often it overlaps."""

    waiting: Durations
    business: Durations
    """Empty without a clock."""
    cases: Tally
    overlaps: Tally


@dataclass(frozen=True, slots=True)
class DirectlyFollows(Tabular):
    """Pairs by falling count. `source` and `target` are activity codes; durations are milliseconds."""

    activities: Vocabulary
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    count: NDArray[np.int64]
    cases: NDArray[np.int64]
    overlaps: NDArray[np.int64]
    total: NDArray[np.int64]
    mean: NDArray[np.float64]
    median: NDArray[np.float64]
    p90: NDArray[np.float64]
    business_total: NDArray[np.int64] | None
    business_median: NDArray[np.float64] | None
    business_p90: NDArray[np.float64] | None
    sides: tuple[str, ...] = ()
    timers: tuple[Timer | None, ...] = ()
    """Who owns each pair's wait, and the timer behind it; empty where that was not judged."""

    def __len__(self) -> int:
        return len(self.source)

    def to_table(self) -> Table:
        """Return the pairs by name, durations in seconds."""
        texts = self.activities.texts
        columns: dict[str, list[object]] = {
            "from": [texts[code] for code in self.source.tolist()],
            "to": [texts[code] for code in self.target.tolist()],
            "count": self.count.tolist(),
            "cases": self.cases.tolist(),
            "total_s": [*all_seconds(self.total)],
            "mean_s": [*all_seconds(self.mean)],
            "median_s": [*say_known(self.median)],
            "p90_s": [*say_known(self.p90)],
            "overlaps": self.overlaps.tolist(),
        }
        if self.business_total is not None and self.business_median is not None and self.business_p90 is not None:
            columns["total_business_s"] = [*all_seconds(self.business_total)]
            columns["mean_business_s"] = [*all_seconds(self.business_total / self.count)]
            columns["median_business_s"] = [*say_known(self.business_median)]
            columns["p90_business_s"] = [*say_known(self.business_p90)]
        if self.sides:
            columns["side"] = [*self.sides]
            columns["timer"] = [timer is not None for timer in self.timers]
        return Table(columns)


def join_judgement(pairs: DirectlyFollows, waits: Waits) -> DirectlyFollows:
    """Return `pairs` with the sides and timers that were judged on the log's waits."""
    place = {pair: i for i, pair in enumerate(zip(waits.source.tolist(), waits.target.tolist(), strict=True))}
    at = [place[pair] for pair in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)]
    return replace(pairs, sides=tuple(waits.sides[i] for i in at), timers=tuple(waits.timers[i] for i in at))


@dataclass(frozen=True, slots=True)
class DirectlyFollowsFold:
    """Computes `DirectlyFollows`; with a `clock`, in business time beside elapsed time."""

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

    def finish(self, state: State, log: Source) -> DirectlyFollows:
        """Put the most frequent pairs first."""
        waited, opened = state.waiting, state.business
        order = np.lexsort((waited.keys, -waited.counts))
        keys = waited.keys[order]
        source, target = np.divmod(keys, max(self.activities, 1))
        timed = self.clock is not None
        return DirectlyFollows(
            log.activities,
            source,
            target,
            waited.counts[order],
            state.cases.of(keys),
            state.overlaps.of(keys),
            waited.totals[order],
            waited.means[order],
            waited.quantile(0.5)[order],
            waited.quantile(0.9)[order],
            opened.totals[order] if timed else None,
            opened.quantile(0.5)[order] if timed else None,
            opened.quantile(0.9)[order] if timed else None,
        )


class Gathered:
    """What the blocks so far hold."""

    def __init__(self, fold: DirectlyFollowsFold) -> None:
        self._fold = fold
        self._space = fold.activities * fold.activities
        self._waiting = Collector(self._space, fold.detail)
        self._business = Collector(self._space, fold.detail)
        self._again = Counter(self._space)
        self._overlaps = Counter(self._space)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if self._fold.clock:
            steps = follow(batch, self._fold.activities)
            self._business.add(steps.pair, business_waiting(batch, steps, self._fold.clock))
        taken = self._tally(batch)
        if taken < len(batch.offsets) - 1:
            self._add_columns(batch.skip(taken) if taken else batch)

    def _tally(self, batch: Batch) -> int:
        """Take cases in by one loop over the block; return how many, none at all where it cannot be done so."""
        places, again, overlaps = self._waiting.places(), self._again.places, self._overlaps.places
        if not is_built() or places is None or again is None or overlaps is None:
            return 0
        taken, keys, values = passes.tally_steps(take_columns(batch, self._fold.activities), places, again, overlaps)
        self._waiting.keep(keys, values)
        return taken

    def _add_columns(self, batch: Batch) -> None:
        """Take a block in by one column after the other."""
        steps = follow(batch, self._fold.activities)
        self._waiting.add(steps.pair, steps.waiting)
        self._count_again(batch)
        if steps.overlaps.any():
            self._overlaps.add(steps.pair[steps.overlaps])

    def _count_again(self, batch: Batch) -> None:
        """Count the steps that a case has shown before."""
        shapes = find_shapes(batch)
        case, activity = shapes.owners, shapes.activity
        again = find_pairs_again(case, activity, link_shapes(batch))
        pair = activity.take(again - 1).astype(np.int64) * self._fold.activities + activity.take(again)
        self._again.add(pair, shapes.cases.take(case.take(again)))

    def state(self) -> State:
        """Return the state of the blocks so far."""
        waiting = self._waiting.state()
        cases = Tally(waiting.keys, waiting.counts).minus(self._again.state())
        return State(waiting, self._business.state(), cases, self._overlaps.state())
