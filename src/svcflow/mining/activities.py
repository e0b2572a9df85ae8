"""Activities: how often, in how many cases, after what waiting, with what processing time.

Waiting before an instance runs from the end of the instance before it in the case. Processing time is known only for
instances whose start is known; where none is, it is ``None``, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import Batch, Log, Millis
from svcflow.mining.grouping import Groups, count, distinct, group, seconds
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.transitions import BusinessClock, business_waiting, case_of_rows, follow

Durations = dict[str, float | int]


class Part(NamedTuple):
    """What one block holds: an activity code per instance, per case, per wait and per processing time."""

    instances: NDArray[np.int64]
    cases: NDArray[np.int64]
    waited: NDArray[np.int64]
    waits: Millis
    open_waits: Millis
    processed: NDArray[np.int64]
    work: Millis


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

    def partial(self, batch: Batch) -> tuple[Part, ...]:
        """Summarise one block."""
        steps = follow(batch, self.activities)
        business = business_waiting(batch, steps, self.clock) if self.clock else steps.waiting[:0]
        started = np.flatnonzero(batch.has_start)
        work = times.processing(batch.start[started], batch.time[started])
        shown = distinct(case_of_rows(batch) * self.activities + batch.activity) % self.activities
        instances = np.bincount(batch.activity, minlength=self.activities)
        return (
            Part(
                instances,
                shown,
                batch.activity[steps.row].astype(np.int64),
                steps.waiting,
                business,
                batch.activity[started].astype(np.int64),
                work,
            ),
        )

    def merge(self, left: tuple[Part, ...], right: tuple[Part, ...]) -> tuple[Part, ...]:
        """Put the blocks of two summaries together."""
        return left + right

    def finish(self, state: tuple[Part, ...], log: Log) -> Activities:
        """Describe each activity that occurs."""
        counts = np.sum([part.instances for part in state], axis=0)
        joined = Part(counts, *(np.concatenate(column) for column in list(zip(*state, strict=True))[1:]))
        waiting = _describe(group(joined.waited, joined.waits), "_s")
        if self.clock:
            for code, figures in _describe(group(joined.waited, joined.open_waits), "_business_s").items():
                waiting[code] |= figures
        processing = _describe(group(joined.processed, joined.work), "_s")
        codes, cases = count(joined.cases)
        order = sorted(zip(codes.tolist(), cases.tolist(), strict=True), key=lambda row: (-counts[row[0]], row[0]))
        columns: dict[str, list[Any]] = {
            "activity": [log.activities[code] for code, _ in order],
            "count": [int(counts[code]) for code, _ in order],
            "cases": [number for _, number in order],
            "waiting": [waiting.get(code) for code, _ in order],
            "processing": [processing.get(code) for code, _ in order],
        }
        return Activities(Table(columns))


def _describe(groups: Groups, unit: str) -> dict[int, Durations]:
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
