"""Directly-follows: how often one activity comes right after another, in how many cases, after what waiting.

The waiting of a pair runs from the end of the first instance to the start of the second (metrics.md 2). Where the two
overlap it is 0, and counted in `overlaps`. Percentiles are exact. With one time stamp per event the figure is the
sojourn time of the second activity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Log, Millis, Vocabulary
from svcflow.mining.grouping import Groups, all_seconds, count, distinct, group, look_up
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.timers import Timer
from svcflow.mining.transitions import BusinessClock, business_waiting, follow
from svcflow.mining.waits import Waits


class Part(NamedTuple):
    """What one block holds: a pair and waiting per transition, a pair per case that shows it, pairs that overlap."""

    pairs: NDArray[np.int64]
    waits: Millis
    business: Millis
    cases: NDArray[np.int64]
    overlaps: NDArray[np.int64]


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
            "median_s": [*all_seconds(self.median)],
            "p90_s": [*all_seconds(self.p90)],
            "overlaps": self.overlaps.tolist(),
        }
        if self.business_total is not None and self.business_median is not None and self.business_p90 is not None:
            columns["total_business_s"] = [*all_seconds(self.business_total)]
            columns["mean_business_s"] = [*all_seconds(self.business_total / self.count)]
            columns["median_business_s"] = [*all_seconds(self.business_median)]
            columns["p90_business_s"] = [*all_seconds(self.business_p90)]
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

    def partial(self, batch: Batch) -> tuple[Part, ...]:
        """Summarise one block."""
        steps = follow(batch, self.activities)
        width = self.activities * self.activities
        shown = distinct(steps.case * width + steps.pair)
        business = business_waiting(batch, steps, self.clock) if self.clock else steps.waiting[:0]
        return (Part(steps.pair, steps.waiting, business, shown % width, steps.pair[steps.overlaps]),)

    def merge(self, left: tuple[Part, ...], right: tuple[Part, ...]) -> tuple[Part, ...]:
        """Put the blocks of two summaries together."""
        return left + right

    def finish(self, state: tuple[Part, ...], log: Log) -> DirectlyFollows:
        """Group all waits by pair."""
        pairs, waits, business, shown, overlapped = (np.concatenate(column) for column in zip(*state, strict=True))
        waited = group(pairs, waits)
        case_counts = count(shown)[1]
        overlaps = look_up(waited.keys, *count(overlapped))
        order = np.lexsort((waited.keys, -waited.counts))
        opened: Groups | None = group(pairs, business) if self.clock else None
        source, target = np.divmod(waited.keys, self.activities)
        return DirectlyFollows(
            log.activities,
            source[order],
            target[order],
            waited.counts[order],
            case_counts[order],
            overlaps[order],
            waited.totals[order],
            waited.means[order],
            waited.quantile(0.5)[order],
            waited.quantile(0.9)[order],
            opened.totals[order] if opened else None,
            opened.quantile(0.5)[order] if opened else None,
            opened.quantile(0.9)[order] if opened else None,
        )
