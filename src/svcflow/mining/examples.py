"""Which cases wait longest on some pairs of activities, of a log of any size: a few of them for each pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from svcflow.engines.fold import Source
from svcflow.eventlog.log import Batch
from svcflow.mining.costs import WORST
from svcflow.mining.grouping import Ints, add_up
from svcflow.mining.transitions import BusinessClock, business_waiting, follow

MOST_PAIRS = 24
"""So many pairs, the dearest ones, have examples: more than are ever listed as bottlenecks."""


class Worst(NamedTuple):
    """For each pair some cases with the most milliseconds of waiting, most first: pairs x `WORST`, -1 for none."""

    waited: Ints
    case: Ints

    def merge(self, other: Worst) -> Worst:
        """Put the worst of two parts together; of equals, the case that comes first."""
        waited, case = (np.concatenate(both, axis=1) for both in zip(self, other, strict=True))
        order = np.lexsort((case, -waited), axis=1)[:, :WORST]
        return Worst(*(np.take_along_axis(values, order, axis=1) for values in (waited, case)))


@dataclass(frozen=True, slots=True)
class ExamplesFold:
    """Finds the worst cases of `pairs` (``before * activities + after``, ascending), by the number of the case."""

    pairs: Ints
    activities: int
    clock: BusinessClock | None = None
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def partial(self, batch: Batch) -> Worst:
        """Summarise one block."""
        steps = follow(batch, self.activities)
        waits = business_waiting(batch, steps, self.clock) if self.clock else steps.waiting
        worst = [_find_worst(steps.case[at], waits[at]) for at in (np.flatnonzero(steps.pair == p) for p in self.pairs)]
        waited, case = (np.array([part[i] for part in worst]).reshape(-1, WORST) for i in range(2))
        return Worst(waited, np.where(case < 0, -1, case + batch.first_case))

    def merge(self, left: Worst, right: Worst) -> Worst:
        """Put two summaries together."""
        return left.merge(right)

    def finish(self, state: Worst, log: Source) -> dict[int, list[int]]:
        """Return the cases of each pair that wait at all."""
        return {
            pair: [case for case, millis in zip(cases, waited, strict=True) if millis > 0]
            for pair, cases, waited in zip(self.pairs.tolist(), state.case.tolist(), state.waited.tolist(), strict=True)
        }


def choose_dearest(keys: Ints, totals: Ints) -> Ints:
    """Return the keys of the largest totals, ascending."""
    return np.sort(keys[np.lexsort((keys, -totals))[:MOST_PAIRS]])


def _find_worst(case: Ints, waits: Ints) -> tuple[Ints, Ints]:
    """Return the largest sums over the waits of a case, and the cases."""
    new = np.diff(case, prepend=-1) > 0
    sums = add_up(np.cumsum(new) - 1, waits, int(new.sum()))
    cases = case[new]
    order = np.lexsort((cases, -sums))[:WORST]
    waited, worst = np.full(WORST, -1), np.full(WORST, -1)
    waited[: len(order)], worst[: len(order)] = sums[order], cases[order]
    return waited, worst
