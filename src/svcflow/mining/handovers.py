"""Handovers between teams or people: how many, between whom, after what delay, and what the handover itself costs.

Handovers of a case = length of its run-collapsed sequence - 1, unknown being a value (metrics.md 4). The delay of a
handover is the waiting of the first instance of the receiver. Its *excess* is the delay less the mean waiting on the
same pair of activities where the holder stays the same: (mean delay - that mean) x count, summed over the pairs of
activities with at least 20 cases in which a known holder stays; ``None`` where there is no such pair.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch, Codes, Vocabulary
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import EXACT, Detail, Durations
from svcflow.mining.grouping import Ints, all_seconds, look_up, mark, say_known
from svcflow.mining.recurrence import find_pairs_again
from svcflow.mining.routing import trace_routes
from svcflow.mining.stays import count_stays, measure_receipts, measure_stays
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.tallies import DENSE, Adder, Counter, Sums, Tally, merge_parts
from svcflow.mining.transitions import BusinessClock, business_waiting, follow, take_columns

STAYED_CASES = 20
"""Fewer cases than this in which the holder stays give no baseline for a pair of activities."""

MOST_STEPS = 500_000
"""With more pairs of holders and steps than this, the excess is not kept of a log that stays on disk."""

Between = Literal["team", "resource"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Whole-log counts. `returned_cases`: somebody has the case a second time; `ping_pong`: A,B,A (occurrences).

    `abab_cases` and `ababab_cases` show sustained ping-pong; `linear_cases` pass three or more holders and none
    twice (escalation); `circular_cases` come back after two or more others (A,B,C,A).
    """

    total: int
    cases: int
    max: int
    returned_cases: int
    ping_pong: int
    ping_pong_cases: int
    abab_cases: int
    ababab_cases: int
    linear_cases: int
    circular_cases: int


class Delays(NamedTuple):
    """Delays on one clock: of each pair of holders, of each pair and step of activities, and where a holder stays."""

    pairs: Durations
    steps: Sums
    """By ``pair * activities**2 + step``."""
    stays: Sums
    """By step."""

    def merge(self, other: Delays) -> Delays:
        """Put two together."""
        return merge_parts(self, other)


class State(NamedTuple):
    """The handovers of some cases.

    A pair of holders is ``from * holders + to``, a step of activities ``before * activities + after``. `counts` are the
    fields of `Counts`; `cases`, `returns` count by pair; `stay_cases` by step, up to `STAYED_CASES`.
    """

    counts: Ints
    cases: Tally
    returns: Tally
    stay_cases: Tally
    elapsed: Delays
    business: Delays
    """Empty without a clock."""


@dataclass(frozen=True, slots=True)
class Handovers(Tabular):
    """The handovers of a log. `pairs` has one row for each (from, to), by falling count; ``""`` means unknown."""

    between: Between
    counts: Counts
    pairs: Table

    def to_table(self) -> Table:
        """Return the pairs of holders."""
        return self.pairs


@dataclass(frozen=True, slots=True)
class HandoversFold:
    """Computes `Handovers` between teams or between resources."""

    between: Between
    activities: int
    holders: Vocabulary
    machines: Codes
    clock: BusinessClock | None = None
    detail: Detail = EXACT

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns that are read: those of people only where they matter."""
        people = {"resource"} if self.between == "resource" or len(self.machines) else set()
        return frozenset({"time", "start", "activity", self.between, *people})

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        counts = left.counts + right.counts
        counts[2] = max(left.counts[2], right.counts[2])
        return State(
            counts,
            left.cases.merge(right.cases),
            left.returns.merge(right.returns),
            _cap(left.stay_cases.merge(right.stay_cases)),
            left.elapsed.merge(right.elapsed),
            left.business.merge(right.business),
        )

    def finish(self, state: State, log: Source) -> Handovers:
        """Put the most frequent pairs of holders first."""
        return Handovers(self.between, Counts(*state.counts.tolist()), self._tabulate(state))

    def _tabulate(self, state: State) -> Table:
        delays = state.elapsed.pairs
        order = np.lexsort((delays.keys, -delays.counts))
        keys = delays.keys[order]
        source, target = np.divmod(keys, len(self.holders))
        names = self.holders.texts
        columns: dict[str, list[object]] = {
            "from": [names[code] for code in source.tolist()],
            "to": [names[code] for code in target.tolist()],
            "count": delays.counts[order].tolist(),
            "cases": state.cases.of(keys).tolist(),
            "returns": state.returns.of(keys).tolist(),
            **self._say_delays(state.elapsed, state.stay_cases, order, "_s"),
        }
        if self.clock:
            columns |= self._say_delays(state.business, state.stay_cases, order, "_business_s")
        return Table(columns)

    def _say_delays(self, delays: Delays, stay_cases: Tally, order: Ints, unit: str) -> dict[str, list[object]]:
        """Return the delay columns, elapsed or in open hours; percentiles that are not told are ``None``."""
        pairs = delays.pairs
        excess = _excess(delays, stay_cases, self.activities**2)[order]
        return {
            f"total{unit}": [*all_seconds(pairs.totals[order])],
            f"mean{unit}": [*all_seconds(pairs.means[order])],
            f"median{unit}": [*say_known(pairs.quantile(0.5)[order])],
            f"p90{unit}": [*say_known(pairs.quantile(0.9)[order])],
            f"excess{unit}": [*say_known(excess)],
        }


class Gathered:
    """What the blocks so far hold."""

    def __init__(self, fold: HandoversFold) -> None:
        self._fold = fold
        self._pairs, self._steps = len(fold.holders) ** 2, fold.activities**2
        self._counts = np.zeros(len(fields(Counts)), np.int64)
        self._seen: Ints | None = None
        self._cases = 0
        self._again, self._returns, self._stay_cases = Counter(self._pairs), Counter(self._pairs), Counter(self._steps)
        self._clocks = [self._collect() for _ in range(2)]

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        holder = batch.team if self._fold.between == "team" else batch.resource
        if not self._tally(batch, holder):
            self._add_columns(batch, holder)

    def _tally(self, batch: Batch, holder: Codes) -> bool:
        """Take a block in by one loop over it; return whether that could be done."""
        cases = self._stay_cases.places
        by_pair, by_step, staying = self._clocks[0]
        stays = staying.places
        if not is_built() or self._fold.clock or self._pairs > DENSE or cases is None or stays is None:
            return False
        if self._seen is None:
            self._seen = np.zeros((self._pairs, 3), np.int64)
            self._seen[:, 0] = -1
        kept = np.zeros((len(cases), 4), np.int64)
        kept[:, 3] = -1
        places = by_pair.places()
        places = None if places is None or places.number is not None else places  # numbers might run out
        machines = self._fold.machines
        passed = (batch.resource, mark(machines, int(batch.resource.max(initial=0)) + 1)) if len(machines) else None
        to = passes.Handed(self._counts, self._seen, kept, places, by_step.places)
        (pairs, both, delays), few = passes.tally_handovers(
            take_columns(batch, self._fold.activities), holder, passed, to, first_case=self._cases
        )
        self._cases += len(batch.offsets) - 1
        if places is None:
            by_pair.add(pairs, delays)
        else:
            by_pair.keep(*few)
        if by_step.places is None:
            by_step.add(both, delays)
        np.add(cases, kept[:, 0], out=cases)
        np.add(stays, kept[:, 1:3], out=stays)
        return True

    def _add_columns(self, batch: Batch, holder: Codes) -> None:
        """Take a block in by one column after the other."""
        fold, width = self._fold, len(self._fold.holders)
        routes = trace_routes(batch, holder, fold.machines)
        steps = follow(batch, fold.activities)
        counts = count_stays(routes.case, routes.distance)
        counts[2] = max(counts[2], self._counts[2])
        self._counts[2] = 0
        self._counts += counts
        stays = (routes.row, routes.case, routes.holder, routes.again)
        waits = (steps.pair, steps.waiting)
        pairs, mixed, delays, at, back = measure_receipts(stays, width, self._steps, waits)
        again = find_pairs_again(routes.case, routes.holder, routes.before)
        self._again.add(routes.holder.take(again - 1).astype(np.int64) * width + routes.holder.take(again))
        self._returns.add(pairs[back])
        stayed, stay_steps, kept, cases = measure_stays(holder, batch.offsets, waits, self._steps)
        shown = np.flatnonzero(cases)
        self._stay_cases.add(shown, cases.take(shown))
        self._add_delays(0, (pairs, mixed, delays), (stay_steps, kept))
        if fold.clock:
            opened = business_waiting(batch, steps, fold.clock)
            self._add_delays(1, (pairs, mixed, opened.take(at)), (stay_steps, opened.take(stayed)))

    def state(self) -> State:
        """Return the state of the blocks so far."""
        elapsed, business = (Delays(a.state(), b.state(), c.state()) for a, b, c in self._clocks)
        if self._seen is not None:  # what the loops saw goes to the same counters
            shown = np.flatnonzero(self._seen[:, 1:].any(axis=1))
            self._again.add(shown, self._seen[shown, 1])
            self._returns.add(shown, self._seen[shown, 2])
            self._seen = None
        cases = Tally(elapsed.pairs.keys, elapsed.pairs.counts).minus(self._again.state())
        counted = (cases, self._returns.state(), _cap(self._stay_cases.state()))
        return State(self._counts.copy(), *counted, elapsed, business)

    def _add_delays(self, clock: int, received: tuple[Ints, Ints, Ints], stays: tuple[Ints, Ints]) -> None:
        by_pair, by_step, staying = self._clocks[clock]
        pairs, mixed, delays = received
        by_pair.add(pairs, delays)
        by_step.add(mixed, delays)
        staying.add(*stays)

    def _collect(self) -> tuple[Collector, Adder, Adder]:
        detail = self._fold.detail
        most = MOST_STEPS if detail.keep is not None else -1
        return Collector(self._pairs, detail), Adder(self._pairs * self._steps, most), Adder(self._steps)


def _cap(tally: Tally) -> Tally:
    """Return the counts up to what is enough to compare with."""
    return Tally(tally.keys, np.minimum(tally.counts, STAYED_CASES))


def _excess(delays: Delays, stay_cases: Tally, width: int) -> NDArray[np.float64]:
    """Return the excess of each pair of holders in milliseconds, NaN where nothing can be compared."""
    pairs, mixed, stays = delays
    if not mixed.told:
        return np.full(len(pairs.keys), np.nan)
    enough = stay_cases.of(stays.keys) >= STAYED_CASES
    pair, step = np.divmod(mixed.keys, max(width, 1))
    place = np.searchsorted(pairs.keys, pair)
    known = np.isin(step, stays.keys[enough])
    baseline = look_up(step[known], stays.keys[enough], (stays.totals / stays.counts)[enough])
    gain = mixed.totals[known] - mixed.counts[known] * baseline
    total = np.bincount(place[known], weights=gain, minlength=len(pairs.keys)).astype(np.float64)
    total[np.bincount(place[known], minlength=len(pairs.keys)) == 0] = np.nan
    return total
