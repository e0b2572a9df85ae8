"""Handovers between teams or people: how many, between whom, after what delay, and what the handover itself costs.

Handovers of a case = length of its run-collapsed sequence - 1, unknown being a value (metrics.md 4). The delay of a
handover is the waiting of the first instance of the receiver. Its *excess* is the delay less the mean waiting on the
same pair of activities where the holder stays the same: (mean delay - that mean) x count, summed over the pairs of
activities with at least 20 cases in which a known holder stays; ``None`` where there is no such pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log, Millis, Vocabulary
from svcflow.mining.grouping import all_seconds, count, distinct, group, look_up
from svcflow.mining.routing import Routes, sustain, trace_routes
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.transitions import BusinessClock, business_waiting, follow

STAYED_CASES = 20
"""Fewer cases than this in which the holder stays give no baseline for a pair of activities."""

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


class Part(NamedTuple):
    """What one block holds. Handovers: pair of holders, step of activities, delay; stays: step, case, waiting."""

    counts: tuple[int, ...]
    pairs: NDArray[np.int64]
    steps: NDArray[np.int64]
    returns: NDArray[np.int64]
    cases: NDArray[np.int64]
    delays: Millis
    open_delays: Millis
    stay_steps: NDArray[np.int64]
    stay_cases: NDArray[np.int64]
    stay_waits: Millis
    stay_open_waits: Millis


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

    def partial(self, batch: Batch) -> tuple[Part, ...]:
        """Summarise one block."""
        holder = batch.team if self.between == "team" else batch.resource
        routes = trace_routes(batch, holder, self.machines)
        steps = follow(batch, self.activities)
        business = business_waiting(batch, steps, self.clock) if self.clock else steps.waiting
        received = routes.received
        at = np.searchsorted(steps.row, routes.row[received])
        pairs = routes.holder[received - 1].astype(np.int64) * len(self.holders) + routes.holder[received]
        shown = distinct(routes.case[received] * len(self.holders) ** 2 + pairs) % len(self.holders) ** 2
        stays = np.flatnonzero((holder[steps.row] == holder[steps.row - 1]) & (holder[steps.row] != UNKNOWN))
        stay_cases = distinct(steps.case[stays] * self.activities**2 + steps.pair[stays]) % self.activities**2
        return (
            Part(
                count_routes(routes, len(batch.offsets) - 1),
                pairs,
                steps.pair[at],
                pairs[routes.again[received - 1]],
                shown,
                steps.waiting[at],
                business[at],
                steps.pair[stays],
                stay_cases,
                steps.waiting[stays],
                business[stays],
            ),
        )

    def merge(self, left: tuple[Part, ...], right: tuple[Part, ...]) -> tuple[Part, ...]:
        """Put the blocks of two summaries together."""
        return left + right

    def finish(self, state: tuple[Part, ...], log: Log) -> Handovers:
        """Group the handovers by pair of holders."""
        counts = np.array([part.counts for part in state])
        totals = [*counts[:, :2].sum(axis=0).tolist(), int(counts[:, 2].max()), *counts[:, 3:].sum(axis=0).tolist()]
        joined = Part((), *(np.concatenate(column) for column in list(zip(*state, strict=True))[1:]))
        return Handovers(self.between, Counts(*totals), self._tabulate(joined))

    def _tabulate(self, all_: Part) -> Table:
        delays = group(all_.pairs, all_.delays)
        order = np.lexsort((delays.keys, -delays.counts))
        source, target = np.divmod(delays.keys[order], len(self.holders))
        columns: dict[str, list[object]] = {
            "from": [self.holders[code] for code in source.tolist()],
            "to": [self.holders[code] for code in target.tolist()],
            "count": delays.counts[order].tolist(),
            "cases": count(all_.cases)[1][order].tolist(),
            "returns": look_up(delays.keys, *count(all_.returns))[order].tolist(),
            **_durations(all_, order, open_hours=False),
        }
        if self.clock:
            columns |= _durations(all_, order, open_hours=True)
        return Table(columns)


def _durations(all_: Part, order: NDArray[np.int64], *, open_hours: bool) -> dict[str, list[object]]:
    """Return the delay columns, elapsed or in open hours."""
    unit = "_business_s" if open_hours else "_s"
    values = all_.open_delays if open_hours else all_.delays
    delays = group(all_.pairs, values)
    excess = _excess(all_, values, all_.stay_open_waits if open_hours else all_.stay_waits)[order]
    return {
        f"total{unit}": [*all_seconds(delays.totals[order])],
        f"mean{unit}": [*all_seconds(delays.means[order])],
        f"median{unit}": [*all_seconds(delays.quantile(0.5)[order])],
        f"p90{unit}": [*all_seconds(delays.quantile(0.9)[order])],
        f"excess{unit}": [None if np.isnan(e) else s for e, s in zip(excess, all_seconds(excess), strict=True)],
    }


def _excess(all_: Part, delays: Millis, stay_waits: Millis) -> NDArray[np.float64]:
    """Return the excess of each pair of holders in milliseconds, NaN where nothing can be compared."""
    stays = group(all_.stay_steps, stay_waits)
    enough = count(all_.stay_cases)[1] >= STAYED_CASES
    pairs, index = np.unique(all_.pairs, return_inverse=True)
    width = int(all_.steps.max(initial=0)) + 1
    mixed = group(index * width + all_.steps, delays)
    pair, step = np.divmod(mixed.keys, width)
    known = np.isin(step, stays.keys[enough])
    baseline = look_up(step[known], stays.keys[enough], stays.means[enough])
    gain = mixed.totals[known] - mixed.counts[known] * baseline
    total = np.bincount(pair[known], weights=gain, minlength=len(pairs)).astype(np.float64)
    total[np.bincount(pair[known], minlength=len(pairs)) == 0] = np.nan
    return total


def count_routes(routes: Routes, cases: int) -> tuple[int, ...]:
    """Return the fields of `Counts` for the routes of one block of so many cases."""

    def cases_at(stays: NDArray[np.int64]) -> int:
        return len(np.unique(routes.case[stays]))

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
