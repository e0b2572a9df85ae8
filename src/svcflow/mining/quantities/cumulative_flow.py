"""Cumulative flow: how many cases had reached each stage by the end of each week.

**What.** For each week of the log's time zone and each of the main stages, in the order most cases take: the cases
that had first started it by then. Drawn one above the other the stages are the cumulative flow diagram: the vertical
distance of two is the cases between them, the horizontal distance the time between them.

**How.** Stages as in `staged_flow`; the main ones are those that at least a twentieth of all cases reach, at most
twelve, the most frequent.

**Limits.** Stages that many cases skip lie below later ones: their distance is no queue.

**Source.** Cumulative flow diagrams as in lean production and Kanban; Little's law.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.days import TOO_LONG, Days, lay_days
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.stages import find_stages, list_precedences, order_stages
from svcflow.mining.tables import Table
from svcflow.mining.tallies import Counter, Tally

TITLE = {"en": "Cumulative flow", "zh": "累积流量"}
DEFINITION = "cumulative-flow"
MISSING = {
    "en": "Every instance has an activity and a time: nothing is missing.",
    "zh": "每个实例都有活动与时间：无缺失。",
}

LEAST_SHARE = 0.05
MOST_STAGES = 12


class State(NamedTuple):
    """How many cases reach each stage in each week (stage x weeks + week), and which of two stages comes first."""

    reached: Tally
    precedences: Tally


@dataclass(frozen=True)
class CumulativeFlowFold:
    """Counts first starts by activity and week."""

    days: Days | None
    setting: Setting
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def begin(self) -> CumulativeFlow:
        """Return an accumulator of nothing."""
        return CumulativeFlow(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        return State(left.reached.merge(right.reached), left.precedences.merge(right.precedences))

    def finish(self, state: State, log: Log) -> Measured:
        """Return the stages week by week."""
        if self.days is None:
            return decline(**TOO_LONG)
        if not self.setting.cases:
            return decline("the log holds no case", "日志中没有案例")
        weeks = int(self.days.weeks[-1]) + 1
        table = np.zeros((len(self.setting.activities), weeks), np.int64)
        table.ravel()[state.reached.keys] = state.reached.counts
        cases = table.sum(axis=1)
        order = order_stages(state.precedences, cases)
        frequent = order[cases[order] >= LEAST_SHARE * self.setting.cases]
        least = min(np.sort(cases[frequent])[::-1][:MOST_STAGES], default=0)
        shown = frequent[cases[frequent] >= least][:MOST_STAGES]
        total = table[shown].cumsum(axis=1).T
        columns: dict[str, list[Any]] = {
            "week": [self.days.name_week(week) for week in range(weeks) for _ in shown],
            "stage": [self.setting.activities[code] for code in shown.tolist()] * weeks,
            "cases": total.ravel().tolist(),
        }
        return Measured(Table(columns), {}, self.setting.cases, "cases", "none")


class CumulativeFlow:
    """The first starts of the blocks so far."""

    def __init__(self, fold: CumulativeFlowFold) -> None:
        self._days = fold.days
        self._width = len(fold.setting.activities)
        self._weeks = fold.days.weeks if fold.days else np.zeros(1, np.int64)
        self._count = int(self._weeks[-1]) + 1 if len(self._weeks) else 1
        self._reached = Counter(self._width * self._count)
        self._precedences = Counter(self._width * self._width)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if self._days is None:
            return
        stages = find_stages(batch)
        weeks = self._weeks.take(self._days.find(batch.start.take(stages.row)))
        self._reached.add(stages.activity * self._count + weeks)
        self._precedences.add(*list_precedences(batch, self._width))

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return State(self._reached.state(), self._precedences.state())


def prepare(setting: Setting) -> CumulativeFlowFold:
    """Return the fold of this quantity."""
    return CumulativeFlowFold(lay_days(setting.zone, setting.span), setting)
