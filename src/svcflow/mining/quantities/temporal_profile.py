"""Temporal profile: the usual time between any two activities of a case, and how often it is far off.

**What.** For each ordered pair of activities of which the second comes at any time after the first in a case: how
often, the mean and the standard deviation of the time from the end of the first to the start of the second, and how
many of these times lie more than three deviations from the mean.

**How.** Every pair of instances i before j counts for which j starts when i has ended or later, as in pm4py's temporal
profile; the deviation is that of a sample (n - 1). Sums and sums of squares are exact whole numbers.

**Limits.** Pairs of instances more than 100 apart in their case are not counted. Of a log in which there are more than
some two million pairs every n-th case is taken (``sampled_cases_share``): figures are then estimates. Of large logs
outliers are counted by the cells of histograms. Times are those of the wall clock. With more than 1,024 activities
nothing is told.

**Differences.** pm4py counts all pairs, however far apart, of all cases; of events at the same instant its variant for
data frames also counts those in the other order, its variant for event logs does not, nor does this. Of a single time
pm4py says that the deviation is 0; here it is not known.

**Source.** Stertz, Mangler, Rinderle-Ma: Temporal Conformance Checking at Runtime based on Time-infused Process Models
(2020).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.collecting import Collector
from svcflow.mining.describing import choose_detail
from svcflow.mining.durations import BITS, CELLS, Detail, Durations, find_middles
from svcflow.mining.grouping import all_seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.squares import LIMBS, add_squares, find_deviations
from svcflow.mining.tables import Table
from svcflow.mining.transitions import case_of_rows

TITLE = {"en": "Time between any two activities", "zh": "任意两活动之间的时间"}
DEFINITION = "temporal-profile"
MISSING = {
    "en": "Instances that overlap have no time between them; they are left out.",
    "zh": "重叠的实例之间没有时间间隔：不计入。",
}

MOST_ACTIVITIES = 1024
MOST_PAIRS = 2_000_000
MOST_APART = 100
SIGMAS = 3.0
MOST_ROWS = 2_000


class State(NamedTuple):
    """Times by pair (``first * activities + second``), and the parts of the sums of their squares."""

    times: Durations
    squares: NDArray[np.int64]


@dataclass(frozen=True)
class TemporalProfileFold:
    """Collects the times between any two instances of every `stride`-th case."""

    setting: Setting
    detail: Detail
    stride: int
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    @property
    def width(self) -> int:
        """Return the number of activities, 0 where there are too many."""
        width = len(self.setting.activities)
        return width if width <= MOST_ACTIVITIES else 0

    def begin(self) -> TemporalProfile:
        """Return an accumulator of nothing."""
        return TemporalProfile(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        return State(left.times.merge(right.times), left.squares + right.squares)

    def finish(self, state: State, log: Log) -> Measured:
        """Return the pairs, the most frequent first."""
        if not self.width:
            return decline(
                f"more than {MOST_ACTIVITIES:,} activities: there are too many pairs",
                f"活动超过 {MOST_ACTIVITIES:,} 种：活动对过多",
            )
        if not len(state.times.keys):
            return decline("no case has two instances one after the other", "没有案例包含先后两个实例")
        return Measured(
            _tabulate(self, state),
            {"pairs": len(state.times.keys), "sampled_cases_share": 1 / self.stride, "sigmas": SIGMAS},
            int(state.times.counts.sum()),
            "pairs of instances",
            "elapsed",
            approximate=self.stride > 1 or bool((state.times.kept_counts() < state.times.counts).any()),
        )


def _tabulate(fold: TemporalProfileFold, state: State) -> Table:
    times = state.times
    deviations = find_deviations(times.counts, times.totals, state.squares[:, times.keys])
    outside = _count_outside(times, times.means - SIGMAS * deviations, times.means + SIGMAS * deviations)
    order = np.lexsort((times.keys, -times.counts))[:MOST_ROWS]
    first, second = np.divmod(times.keys[order], fold.width)
    counts = times.counts[order]
    activities = fold.setting.activities
    columns: dict[str, list[Any]] = {
        "first": [activities[code] for code in first.tolist()],
        "later": [activities[code] for code in second.tolist()],
        "count": counts.tolist(),
        "mean_s": all_seconds(times.means[order]),
        "deviation_s": [None if math.isnan(value) else round(value) / 1000 for value in deviations[order].tolist()],
        "outliers": outside[order].tolist(),
        "outlier_share": (outside[order] / counts).tolist(),
    }
    return Table(columns)


def _count_outside(times: Durations, low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many times of each key lie below `low` or above `high`; of histograms the middles of cells count."""
    keeps = times.counts <= times.keep if times.keep >= 0 else np.ones(len(times.keys), np.bool_)
    at = np.repeat(np.arange(len(times.keys)), np.where(keeps, times.counts, 0))
    beyond = (times.kept < low[at]) | (times.kept > high[at])
    found = np.bincount(at[beyond], minlength=len(times.keys))
    at = np.searchsorted(times.keys, times.cells >> BITS)
    middles = find_middles(times.cells & (CELLS - 1))
    beyond = (middles < low[at]) | (middles > high[at])
    return found + np.bincount(at[beyond], weights=times.filled[beyond], minlength=len(times.keys)).astype(np.int64)


class TemporalProfile:
    """The times of the blocks so far."""

    def __init__(self, fold: TemporalProfileFold) -> None:
        self._width, self._stride = fold.width, fold.stride
        self._times = Collector(fold.width * fold.width, fold.detail)
        self._squares = np.zeros((LIMBS, fold.width * fold.width), np.int64)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if not self._width:
            return
        case = case_of_rows(batch)
        row = np.arange(len(case))
        if self._stride > 1:
            row = np.flatnonzero((case + batch.first_case) % self._stride == 0)
            case = case[row]
        starts, ends, activity = batch.start[row], batch.time[row], batch.activity[row].astype(np.int64)
        for lag in range(1, MOST_APART + 1):
            at = np.flatnonzero(case[lag:] == case[:-lag])
            if not len(at):
                return
            spent = starts[at + lag] - ends[at]
            after = spent >= 0
            keys = (activity[at] * self._width + activity[at + lag])[after]
            self._times.add(keys, spent[after])
            add_squares(self._squares, keys, spent[after])

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return State(self._times.state(), self._squares.copy())


def prepare(setting: Setting) -> TemporalProfileFold:
    """Return the fold of this quantity."""
    length = setting.instances / max(setting.cases, 1)
    pairs = setting.instances * min(length, MOST_APART) / 2
    return TemporalProfileFold(setting, choose_detail(setting), max(math.ceil(pairs / MOST_PAIRS), 1))
