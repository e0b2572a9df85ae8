"""How sure the waiting of pairs is, of a log of any size: sums over a few hundred groups of cases, which are resampled.

Each case belongs to one of the groups, by its mixed number. Groups are then drawn as `costs` draws cases: with Poisson
weights, scaled to the number of cases drawn. A group sums up independent cases, so the spread of what is drawn is that
of drawing cases; it is known to about 1 / sqrt(2 x groups), 3 % with `GROUPS` of them. What is kept is one whole number
for each group and pair, so that states add up to the same bytes in any order.

Source: the bootstrap over random groups of units (Wolter, Introduction to Variance Estimation, 2nd ed., ch. 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.costs import bootstrap
from svcflow.mining.grouping import Floats, Ints
from svcflow.mining.transitions import BusinessClock, business_waiting, follow, take_columns

GROUPS, FEWEST = 512, 64
ROOM = 1 << 23
"""So many sums are kept; with more activities there are fewer groups, and with too many activities none."""
REPLICATES = 2_000


class State(NamedTuple):
    """Milliseconds waited by group and pair (groups x pairs), and the cases of each group."""

    waited: Ints
    cases: Ints


@dataclass(frozen=True, slots=True)
class Resampled:
    """The waiting of groups of cases, by pair (``before * activities + after``), ready to be resampled."""

    waited: Ints
    cases: Ints

    def bound(self, pairs: Ints, seed: int = 0) -> tuple[Floats, Floats]:
        """Return the 90 % interval of all waiting of each of these pairs in milliseconds; NaN where it is not known."""
        filled = self.cases > 0
        if int(filled.sum()) < 2:
            unknown = np.full(len(pairs), np.nan)
            return unknown, unknown
        amounts = self.waited[filled][:, pairs].astype(np.float64)
        return bootstrap(amounts, seed, sizes=self.cases[filled].astype(np.float64), replicates=REPLICATES)


@dataclass(frozen=True, slots=True)
class ResamplingFold:
    """Sums up waiting by group of cases and pair; with a `clock`, in its open hours instead of on the wall clock."""

    activities: int
    clock: BusinessClock | None = None
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    @property
    def groups(self) -> int:
        """Return the number of groups, 0 where there are too many activities."""
        groups = min(ROOM // max(self.activities, 1) ** 2, GROUPS)
        return groups if groups >= FEWEST else 0

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return State(left.waited + right.waited, left.cases + right.cases)

    def finish(self, state: State, log: Source) -> Resampled:
        """Return the sums, ready to be resampled."""
        return Resampled(*state)


class Gathered:
    """What the cases of the blocks so far waited."""

    def __init__(self, fold: ResamplingFold) -> None:
        self._fold, self._pairs = fold, fold.activities**2
        self._waited = np.zeros(fold.groups * self._pairs, np.int64)
        self._cases = np.zeros(fold.groups, np.int64)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        fold = self._fold
        if not fold.groups:
            return
        group = mix(np.arange(len(batch.offsets) - 1) + batch.first_case, fold.groups)
        self._cases += np.bincount(group, minlength=fold.groups)
        if is_built() and not fold.clock:
            passes.add_by_group(take_columns(batch, fold.activities), group, self._waited.reshape(fold.groups, -1))
            return
        steps = follow(batch, fold.activities)
        waits = business_waiting(batch, steps, fold.clock) if fold.clock else steps.waiting
        np.add.at(self._waited, (group * self._pairs).take(steps.case) + steps.pair, waits)

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return State(self._waited.reshape(self._fold.groups, self._pairs).copy(), self._cases.copy())


def mix(numbers: Ints, groups: int) -> Ints:
    """Return the group of each number: the same everywhere, and without any pattern that a log may have.

    Source: the finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
    """
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(32)).astype(np.int64) * groups >> 32
