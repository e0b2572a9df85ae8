"""The instances of cases in the order in which they can have waited for each other, and what follows what in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source
from svcflow.eventlog.log import Batch, Codes, Log, Millis
from svcflow.mining.concurrency import Concurrency, Order, count_order, declare, judge_order
from svcflow.mining.transitions import number_cases

if TYPE_CHECKING:
    from svcflow.mining.surveyed import Surveyed

Places = NDArray[np.int64]

ORDER = "order"
"""How its fold is called among those of a pass over a file."""


@dataclass(frozen=True, slots=True)
class Instances:
    """The instances of a log by case, end, start and source order; `row` is the place of each in the log.

    `first` is the place of the first instance of the case of each.
    """

    row: Places
    case: Places
    first: Places
    time: Millis
    start: Millis
    activity: Codes

    def __len__(self) -> int:
        return len(self.row)


def order(log: Log | Batch) -> Instances:
    """Return the instances of whole cases in order; one that began earlier goes before one that ended with it."""
    case = number_cases(log.offsets)
    row = np.arange(len(log.time))
    tied = (np.diff(case) == 0) & (np.diff(log.time) == 0)
    if bool((tied & (np.diff(log.start) < 0)).any()):
        row = np.lexsort((log.start, log.time, case))
    first = np.repeat(log.offsets[:-1], np.diff(log.offsets))
    return Instances(row, case, first, log.time[row], log.start[row], log.activity[row])


def count_block(instances: Instances, width: int) -> Order:
    """Return in which order the activities of some cases, with codes below `width`, follow each other."""
    return count_order(instances.activity, instances.first != np.arange(len(instances)), width)


@dataclass(frozen=True, slots=True)
class OrderFold:
    """Counts in which order so many activities follow each other, and finds those that run side by side."""

    activities: int
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def partial(self, batch: Batch) -> Order:
        """Summarise one block."""
        return count_block(order(batch), self.activities)

    def merge(self, left: Order, right: Order) -> Order:
        """Put two summaries together."""
        return left.merge(right)

    def finish(self, state: Order, log: Source) -> Concurrency:
        """Return the relation."""
        return judge_order(state, self.activities)


def judge_concurrency(found: Surveyed) -> Concurrency:
    """Return which activities of a file run side by side: what definitions say goes before what its order shows."""
    concurrency = judge_order(found.states[ORDER], len(found.setting.activities))
    declared = found.setting.declared
    return declare(concurrency, found.setting.activities.texts, declared) if declared else concurrency
