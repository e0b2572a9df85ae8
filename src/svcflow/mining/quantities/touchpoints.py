"""Touchpoints: how many hands a case passes through.

**What.** For teams and for people, how many cases have 1, 2, 3, ... touchpoints, what share of all cases that is,
and how long these cases take in the mean.

**How.** A touchpoint is an uninterrupted stay of a case with one team or person: the length of the run-collapsed
sequence, handovers + 1. Coming back is a touchpoint again. `many_hands_share` is the share of cases with five or
more.

**Source.** metrics.md 3 and 4; the gap of five touchpoints is the default of ServiceNow's detector of many hands.

**Limits.** That cases with more touchpoints take longer does not say that the touchpoints are why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from svcflow import times
from svcflow.eventlog.log import Batch, Codes, Log
from svcflow.mining.grouping import all_seconds
from svcflow.mining.passing import Declined
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.routing import trace_routes
from svcflow.mining.sums import Sums, sum_by
from svcflow.mining.tables import Table

TITLE = {"en": "Touchpoints", "zh": "经手次数"}
DEFINITION = "touchpoints"
MISSING = {
    "en": "An unknown team or person is a value like any other. A case of machines alone has no touchpoint.",
    "zh": "未知团队或人员视为一个取值；仅由机器处理的案件没有经手。",
}
MANY = 5
LONGEST = 1 << 32
BETWEEN = ("team", "person")


@dataclass(frozen=True, slots=True)
class TouchpointsFold:
    """Counts cases and adds up cycle times by number of touchpoints."""

    known: tuple[bool, bool]
    outsiders: Codes
    machines: Codes

    def partial(self, batch: Batch) -> Sums:
        """Summarise one block."""
        cycle = times.cycle(batch.start, batch.time, batch.offsets)
        found = sum_by(np.empty(0, np.int64), np.empty((2, 0), np.int64))
        for place, (holder, passed) in self._list_holders(batch):
            routes = trace_routes(batch, holder, passed)
            stays = np.bincount(routes.case, minlength=len(cycle))
            found = found + sum_by(place * LONGEST + stays, np.stack([np.ones(len(cycle), np.int64), cycle]))
        return found

    def _list_holders(self, batch: Batch) -> Iterator[tuple[int, tuple[Codes, Codes]]]:
        holders = ((batch.team, self.outsiders), (batch.resource, self.machines))
        yield from ((place, holder) for place, holder in enumerate(holders) if self.known[place])

    def merge(self, left: Sums, right: Sums) -> Sums:
        """Add two summaries."""
        return left + right

    def finish(self, state: Sums, log: Log) -> Measured:
        """Return the numbers of touchpoints, those of teams first."""
        between, number = np.divmod(state.keys, LONGEST)
        cases, cycle = state.sums
        columns: dict[str, list[Any]] = {
            "between": [BETWEEN[place] for place in between.tolist()],
            "touchpoints": number.tolist(),
            "cases": cases.tolist(),
            "share": (cases / max(log.cases, 1)).tolist(),
            "cycle_time_mean_s": all_seconds(cycle / np.maximum(cases, 1)),
        }
        figures: dict[str, float | int | str | None] = {}
        for place, name in enumerate(BETWEEN):
            at = between == place
            if self.known[place] and log.cases:
                figures[f"{name}_mean"] = float((number[at] * cases[at]).sum() / log.cases)
                figures[f"{name}_many_hands_share"] = float(cases[at & (number >= MANY)].sum() / log.cases)
        return Measured(Table(columns), figures, log.cases, "cases")


def prepare(setting: Setting) -> TouchpointsFold | Declined:
    """Return the fold of this quantity."""
    known = (len(setting.teams) > 1, len(setting.resources) > 1)
    if not any(known):
        return Declined("the log names neither teams nor people", "日志未记录团队和人员")
    return TouchpointsFold(known, setting.outsiders, setting.machines)
