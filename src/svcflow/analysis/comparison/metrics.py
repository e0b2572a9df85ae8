"""The metrics that are compared, one value per case: durations, counts and whether something happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.eventlog.log import MISSING_TIME, Log
from svcflow.mining.associations import mark
from svcflow.mining.costs import sum_by_case
from svcflow.mining.mined import Mined
from svcflow.mining.routing import choose_holder

Kind = Literal["duration", "count", "share"]
SIDES = ("provider", "customer", "vendor", "nobody")
FLAGS = {"repeating": "repeating cases", "reopened": "re-opened cases"}
MOVES = {"handed-over": "cases handed over between {}", "ping-pong": "cases in ping-pong between {}"}
PLURALS = {"team": "teams", "resource": "people"}


@dataclass(frozen=True, slots=True)
class CaseMetric:
    """One number for each case that has it: seconds of a duration, a count, or 0 and 1; NaN where there is none.

    `worse` says which direction is bad for customer or centre: 1 up, -1 down, 0 neither.
    """

    id: str
    kind: Kind
    values: NDArray[np.float64]
    worse: int = 1

    def take(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the known values of the chosen cases."""
        values: NDArray[np.float64] = self.values[chosen]
        return values[~np.isnan(values)]


def list_metrics(log: Log, mined: Mined) -> list[CaseMetric]:
    """Return the metrics that a log tells, in the order of a scorecard: time, quality, effort."""
    return [*_list_times(log, mined), *_list_flags(log, mined), *_list_counts(log)]


def _list_times(log: Log, mined: Mined) -> Iterator[CaseMetric]:
    cases, waits = mined.cases, mined.waits
    yield CaseMetric("cycle time", "duration", _in_seconds(cases.cycle, mined.counted))
    resolved = cases.resolve != MISSING_TIME
    both = resolved & mined.counted
    if (cases.resolve[both] != cases.cycle[both]).any():  # else it would be the cycle time once more
        yield CaseMetric("time to resolve", "duration", _in_seconds(cases.resolve, resolved))
    if cases.business_cycle is not None:
        yield CaseMetric("cycle time in open hours", "duration", _in_seconds(cases.business_cycle, mined.counted))
    if bool(log.has_start.any()):
        yield CaseMetric("processing time", "duration", _in_seconds(cases.busy, mined.counted))
    side = np.array([SIDES.index(name) for name in waits.sides] or [0])[waits.pair]
    timed = np.array([timer is not None for timer in waits.timers] or [False])[waits.pair]
    for code, name in enumerate(SIDES):
        own = np.flatnonzero((side == code) & ~timed)
        if len(own):
            yield CaseMetric(f"waiting: {name}", "duration", _sum(log, mined, own))
    if timed.any():
        yield CaseMetric("waiting: timer", "duration", _sum(log, mined, np.flatnonzero(timed)), 0)


def _list_flags(log: Log, mined: Mined) -> Iterator[CaseMetric]:
    holder = choose_holder(log, mined.team_cases)
    moves = {effect: name.format(PLURALS[holder.kind]) for effect, name in MOVES.items()} if holder else {}
    for effect, name in {**FLAGS, **moves}.items():
        try:
            shown = mark(effect, log, mined).shown
        except UsageError:  # the log does not tell; nothing is then said of it
            continue
        yield CaseMetric(name, "share", shown.astype(np.float64))
    if mined.cases.finished is not None:
        yield CaseMetric("cases not settled", "share", (~mined.cases.finished).astype(np.float64), 0)


def _list_counts(log: Log) -> Iterator[CaseMetric]:
    yield CaseMetric("steps", "count", np.diff(log.offsets).astype(np.float64))
    for name, known, codes in (("teams", log.has_teams, log.team), ("people", log.has_resources, log.resource)):
        if known:
            yield CaseMetric(name, "count", _count_distinct(log, codes))


def _count_distinct(log: Log, codes: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return how many different known values each case shows."""
    width = int(codes.max(initial=0)) + 1
    pairs = np.unique(log.case_of_row.astype(np.int64) * width + codes)
    return np.bincount((pairs // width)[pairs % width > 0], minlength=log.cases).astype(np.float64)


def _sum(log: Log, mined: Mined, at: NDArray[np.intp]) -> NDArray[np.float64]:
    waits = mined.waits
    return sum_by_case(waits.case[at], waits.counted[at], log.cases) / 1000


def _in_seconds(millis: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(known, millis, np.nan) / 1000
