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
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Vocabulary
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import EXACT, Detail, Durations
from svcflow.mining.grouping import Ints, all_seconds, count_runs, look_up, say_known
from svcflow.mining.recurrence import find_firsts, find_pairs_again
from svcflow.mining.routing import Routes, sustain, trace_routes
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.tallies import Adder, Counter, Sums, Tally, merge_parts
from svcflow.mining.transitions import BusinessClock, business_waiting, case_of_rows, follow

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
        self._again, self._returns, self._stay_cases = Counter(self._pairs), Counter(self._pairs), Counter(self._steps)
        self._open = np.ones(self._steps, np.bool_)
        self._clocks = [self._collect() for _ in range(2)]

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        fold, width = self._fold, len(self._fold.holders)
        holder = batch.team if fold.between == "team" else batch.resource
        routes = trace_routes(batch, holder, fold.machines)
        steps = follow(batch, fold.activities)
        counts = np.array(count_routes(routes, len(batch.offsets) - 1))
        counts[2] = max(counts[2], self._counts[2])
        self._counts[2] = 0
        self._counts += counts
        received = routes.received
        case, row = routes.case.take(received), routes.row.take(received)
        giver = routes.holder.take(received - 1).astype(np.int64)
        pairs = giver * width + routes.holder.take(received)
        at = row - case - 1  # the place among transitions: those rows that have one before them in their case
        again = find_pairs_again(routes.case, routes.holder, routes.before)
        self._again.add(routes.holder.take(again - 1).astype(np.int64) * width + routes.holder.take(again))
        self._returns.add(pairs[routes.again.take(received - 1)])
        stays = _find_stays(batch, holder)
        stay_steps = steps.pair.take(stays)
        self._count_stay_cases(case_of_rows(batch), stay_steps, steps.row.take(stays))
        mixed = pairs * self._steps + steps.pair.take(at)
        clocks = [steps.waiting] + ([business_waiting(batch, steps, fold.clock)] if fold.clock else [])
        for (by_pair, by_step, staying), waits in zip(self._clocks, clocks, strict=False):
            delays = waits.take(at)
            by_pair.add(pairs, delays)
            by_step.add(mixed, delays)
            staying.add(stay_steps, waits.take(stays))

    def state(self) -> State:
        """Return the state of the blocks so far."""
        elapsed, business = (Delays(a.state(), b.state(), c.state()) for a, b, c in self._clocks)
        cases = Tally(elapsed.pairs.keys, elapsed.pairs.counts).minus(self._again.state())
        counted = (cases, self._returns.state(), _cap(self._stay_cases.state()))
        return State(self._counts.copy(), *counted, elapsed, business)

    def _collect(self) -> tuple[Collector, Adder, Adder]:
        detail = self._fold.detail
        most = MOST_STEPS if detail.keep is not None else -1
        return Collector(self._pairs, detail), Adder(self._pairs * self._steps, most), Adder(self._steps)

    def _count_stay_cases(self, case: Ints, steps: Ints, row: Ints) -> None:
        """Count the cases in which a holder stays, for each step until there are enough of them."""
        left = np.flatnonzero(self._open.take(steps))
        if len(left):
            case, steps = case.take(row.take(left)), steps.take(left)
            self._stay_cases.add(steps.take(find_firsts(case, steps, self._steps)))
            known = self._stay_cases.state()
            self._open[known.keys[known.counts >= STAYED_CASES]] = False


def _find_stays(batch: Batch, holder: Codes) -> Ints:
    """Return the transitions, by place among all, at which a known holder stays."""
    same = (holder[1:] == holder[:-1]) & (holder[1:] != UNKNOWN)
    same[batch.offsets[1:-1] - 1] = False
    row = np.flatnonzero(same) + 1
    return row - case_of_rows(batch).take(row) - 1


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


def count_routes(routes: Routes, cases: int) -> tuple[int, ...]:
    """Return the fields of `Counts` for the routes of one block of so many cases."""

    def cases_at(stays: NDArray[np.int64]) -> int:
        return count_runs(routes.case[stays])

    lengths = np.bincount(routes.case, minlength=cases)
    returned = np.zeros(cases, np.bool_)
    returned[routes.case[routes.distance > 0]] = True
    return (
        len(routes.received),
        int((lengths > 1).sum()),
        int(max(lengths.max(initial=1) - 1, 0)),
        int(returned.sum()),
        int(routes.bounced.sum()),
        cases_at(np.flatnonzero(routes.bounced)),
        cases_at(sustain(routes, 2)),
        cases_at(sustain(routes, 4)),
        int(((lengths > 2) & ~returned).sum()),
        cases_at(np.flatnonzero(routes.distance > 2)),
    )
