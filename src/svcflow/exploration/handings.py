"""Handovers of any selection of cases, exactly, without tracing the routes again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log, Vocabulary
from svcflow.exploration.links import Sorted
from svcflow.mining.grouping import all_seconds
from svcflow.mining.handovers import Between, Counts
from svcflow.mining.routing import Holder, Routes, trace_routes
from svcflow.mining.stays import count_stays
from svcflow.mining.transitions import follow


@dataclass(frozen=True, slots=True)
class Handings:
    """The routes of a log between teams or people, and their handovers by pair of holders, then delay."""

    holders: Vocabulary
    cases: int
    routes: Routes
    pairs: NDArray[np.int64]
    by_pair: Sorted

    @classmethod
    def arrange(cls, log: Log, between: Between, machines: frozenset[int]) -> Handings:
        """Trace and sort the handovers of a log; `machines` are codes of resources, which are passed over."""
        whole = log.batch(0, log.cases)
        holders = log.teams if between == "team" else log.resources
        holder = log.team if between == "team" else log.resource
        routes = trace_routes(whole, holder, Holder(between, holder, holders).choose_passed(log, machines))
        steps = follow(whole, len(log.activities))
        received = routes.received
        delay = steps.waiting[np.searchsorted(steps.row, routes.row[received])]
        code = routes.holder[received - 1].astype(np.int64) * len(holders) + routes.holder[received]
        pairs, key = np.unique(code, return_inverse=True)
        by_pair = Sorted.arrange(key, routes.case[received], delay, len(pairs))
        return cls(holders, log.cases, routes, pairs, by_pair)

    def count(self, chosen: NDArray[np.bool_]) -> Counts:
        """Return the whole counts of the chosen cases, as `mine` gives them."""
        whole = self.routes
        kept = np.flatnonzero(chosen[whole.case])
        routes = Routes(  # rows, holders and what comes again bear on no count
            whole.row[:0],
            whole.case[kept],
            whole.holder[:0],
            whole.again[:0],
            whole.bounced[kept],
            whole.distance[kept],
        )
        return Counts(*count_stays(routes.case, routes.distance).tolist())

    def list_pairs(self, chosen: NDArray[np.bool_]) -> list[dict[str, Any]]:
        """Return who hands over to whom in the chosen cases: count, cases and delays, most frequent first."""
        groups, cases, _ = self.by_pair.keep(chosen)
        order = np.lexsort((groups.keys, -groups.counts))
        source, target = np.divmod(self.pairs[groups.keys[order]], len(self.holders))
        columns = {
            "from": [self.holders[code] for code in source.tolist()],
            "to": [self.holders[code] for code in target.tolist()],
            "count": groups.counts[order].tolist(),
            "cases": cases[order].tolist(),
            "total_s": all_seconds(groups.totals[order]),
            "median_s": all_seconds(groups.quantile(0.5)[order]),
            "p90_s": all_seconds(groups.quantile(0.9)[order]),
        }
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
