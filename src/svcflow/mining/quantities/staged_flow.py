"""The stages that cases pass, in the order most take: who reaches each, how long after the start and the stage before.

**What.** A stage is an activity, reached when a case first starts it. For each: the cases that reach it and their share
of all; the stage that most often comes before; the time from the start of the case and from the stage before; how many
cases are on their way to it at a time (``on_the_way``, the queue before it); and the share of its cases that reach
no further stage (``stops_share``), with those of them that are known to be open.

**How.** Stages are ordered by which of two comes first in most cases that reach both, averaged over all other stages.
On the way are the cases between the stage before and this one: their times added up, divided by the span of the log
(Little's law).

**Limits.** A case that comes back to a stage has reached it once. Where instances overlap, a stage may start before the
one that completed earlier: the time between them is 0 then. Stages that some cases skip make the time from the stage
before one from different stages: ``after`` names the usual one.

**Source.** Staged process flow as in Nguyen et al., Mining Staged Process Flows (2016); milestones of case
management.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.collecting import Collector
from svcflow.mining.describing import choose_detail, is_approximate, list_durations
from svcflow.mining.durations import Detail, Durations
from svcflow.mining.lives import find_lives
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.stages import find_stages, list_precedences, order_stages
from svcflow.mining.tables import Table
from svcflow.mining.tallies import Counter, Tally

TITLE = {"en": "Stages of the flow", "zh": "流程阶段"}
DEFINITION = "staged-flow"
MISSING = {
    "en": "Every instance has an activity: nothing is missing. Open cases count with the stages they have reached.",
    "zh": "每个实例都有活动：无缺失。未结案例按已到达的阶段计入。",
}

CASES, STOPS, OPEN = range(3)


class State(NamedTuple):
    """Times to each stage, from the stage before, which stage that was, which come first, three sums by activity."""

    since_begin: Durations
    since_before: Durations
    before: Tally
    precedences: Tally
    sums: NDArray[np.int64]


@dataclass(frozen=True)
class StagedFlowFold:
    """Collects when cases first reach their activities."""

    setting: Setting
    detail: Detail
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def begin(self) -> StagedFlow:
        """Return an accumulator of nothing."""
        return StagedFlow(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        return State(
            left.since_begin.merge(right.since_begin),
            left.since_before.merge(right.since_before),
            left.before.merge(right.before),
            left.precedences.merge(right.precedences),
            left.sums + right.sums,
        )

    def finish(self, state: State, log: Log) -> Measured:
        """Return the stages in the order most cases take."""
        setting = self.setting
        if not setting.cases:
            return decline("the log holds no case", "日志中没有案例")
        order = order_stages(state.precedences, state.sums[CASES])
        cases, stops = state.sums[CASES][order], state.sums[STOPS][order]
        texts = setting.activities
        begun = list_durations(state.since_begin, order.tolist(), prefix="from_start_", total=False)
        before = list_durations(state.since_before, order.tolist(), prefix="from_previous_", total=False)
        totals = dict(zip(state.since_before.keys.tolist(), state.since_before.totals.tolist(), strict=True))
        span = setting.span[1] - setting.span[0]
        columns: dict[str, list[Any]] = {
            "stage": [texts[code] for code in order.tolist()],
            "after": _name_before(state.before, order, setting),
            "cases": cases.tolist(),
            "share": (cases / setting.cases).tolist(),
            "from_start_median_s": begun["from_start_median_s"],
            "from_start_p90_s": begun["from_start_p90_s"],
            "from_previous_median_s": before["from_previous_median_s"],
            "from_previous_p90_s": before["from_previous_p90_s"],
            "on_the_way": [totals.get(code, 0) / span if span else None for code in order.tolist()],
            "stops_share": (stops / cases).tolist(),
            "open": state.sums[OPEN][order].tolist() if setting.done is not None else [None] * len(order),
        }
        approximate = is_approximate(state.since_begin, state.since_before)
        return Measured(Table(columns), {}, setting.cases, "cases", "elapsed", approximate)


def _name_before(before: Tally, order: NDArray[np.int64], setting: Setting) -> list[str | None]:
    """Return for each stage the one that most often comes right before it, ``None`` where cases begin with it."""
    width = max(len(setting.activities), 1)
    this, previous = np.divmod(before.keys, width)
    names: dict[int, str] = {}
    for at in np.lexsort((previous, -before.counts)).tolist():
        names.setdefault(int(this[at]), setting.activities[int(previous[at])])
    return [names.get(code) for code in order.tolist()]


class StagedFlow:
    """The stages of the blocks so far."""

    def __init__(self, fold: StagedFlowFold) -> None:
        self._setting = fold.setting
        self._width = len(fold.setting.activities)
        self._since_begin, self._since_before = (Collector(self._width, fold.detail) for _ in range(2))
        self._before = Counter(self._width * self._width)
        self._precedences = Counter(self._width * self._width)
        self._sums = np.zeros((3, self._width), np.int64)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        stages = find_stages(batch)
        lives = find_lives(batch, self._setting.done)
        reached = batch.start.take(stages.row)
        self._since_begin.add(stages.activity, reached - lives.begin.take(stages.case))
        later = np.flatnonzero(~stages.first)
        passed = np.maximum(reached[later] - reached[later - 1], 0)
        self._since_before.add(stages.activity[later], passed)
        self._before.add(stages.activity[later] * self._width + stages.activity[later - 1])
        stopped = stages.activity[stages.last]
        open_at = stopped[lives.open]
        for row, found in ((CASES, stages.activity), (STOPS, stopped), (OPEN, open_at)):
            self._sums[row] += np.bincount(found, minlength=self._width)
        self._precedences.add(*list_precedences(batch, self._width))

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return State(
            self._since_begin.state(),
            self._since_before.state(),
            self._before.state(),
            self._precedences.state(),
            self._sums.copy(),
        )


def prepare(setting: Setting) -> StagedFlowFold:
    """Return the fold of this quantity."""
    return StagedFlowFold(setting, choose_detail(setting))
