"""Who works with whom: pairs of people who share cases, and how work passes between them.

**What.** For each pair of people: in how many cases both took part, how often the first handed over to the second
and the second to the first, and how often one of them gave the case away and got it back at once (*subcontracting*:
A B A). People are numbered unless names are asked for.

**How.** Working together is counted once per case; handovers and subcontracting on the run-collapsed sequence of
people, in which unknown is a value that stands between two people, but no person to work with.

**Source.** Working together, handover of work and subcontracting are the metrics of van der Aalst, Reijers & Song
(2005). pm4py counts a missing resource as a new person each time and holds an n x n matrix; neither happens here.

**Limits.** Machines are left out; `machines_left_out` counts them. Cases with more than 100 people are left out of
joint cases and counted. The 500 pairs with most joint cases are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log
from svcflow.mining.passing import Declined
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.recurrence import find_firsts
from svcflow.mining.routing import trace_routes
from svcflow.mining.sums import Sums, sum_by
from svcflow.mining.tables import Table
from svcflow.mining.transitions import case_of_rows

TITLE = {"en": "Who works with whom", "zh": "人员协作"}
DEFINITION = "works-with"
MISSING = {
    "en": "An unknown person stands between two people, but is none to work with. Machines are left out.",
    "zh": "未知人员在序列中占位，但不作为协作者；机器账户不计入。",
}
CROWD = 100
LISTED = 500
JOINT, GIVES, TAKES, OUT, BACK = range(5)

Ints = NDArray[np.int64]
State = tuple[Sums, Ints]


@dataclass(frozen=True, slots=True)
class WorksWithFold:
    """Counts pairs of people; the state grows with the pairs that occur, never with people squared."""

    width: int
    machines: Codes

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        pairs, shared, crowds = self._join(batch)
        routes = trace_routes(batch, batch.resource, self.machines)
        holder = routes.holder.astype(np.int64)
        received = routes.received
        bounced = np.flatnonzero(routes.bounced)
        moves = [(holder[received - 1], holder[received], GIVES), (holder[bounced - 2], holder[bounced - 1], OUT)]
        keys, columns = [pairs], [np.full(len(pairs), JOINT)]
        for one, two, column in moves:
            known = (one != UNKNOWN) & (two != UNKNOWN)
            low, high = np.minimum(one, two)[known], np.maximum(one, two)[known]
            keys.append(low * self.width + high)
            columns.append(column + (one[known] > two[known]))
        key = np.concatenate(keys)
        sums = np.concatenate(columns) == np.arange(BACK + 1)[:, None]
        return sum_by(key, sums.astype(np.int64)), np.array([shared, crowds], np.int64)

    def _join(self, batch: Batch) -> tuple[Ints, int, int]:
        """Return each two people of a case (lower code first), the cases with two, and those with too many."""
        row = np.flatnonzero((batch.resource != UNKNOWN) & ~np.isin(batch.resource, self.machines))
        case, person = case_of_rows(batch)[row], batch.resource[row].astype(np.int64)
        firsts = find_firsts(case, person, self.width)
        order = np.lexsort((person[firsts], case[firsts]))
        case, person = case[firsts][order], person[firsts][order]
        sizes = np.bincount(case, minlength=len(batch.offsets) - 1)
        crowded = sizes > CROWD
        few = ~crowded[case]
        case, person = case[few], person[few]
        head = np.ones(len(case), np.bool_)
        head[1:] = case[1:] != case[:-1]
        start = np.maximum.accumulate(np.where(head, np.arange(len(case)), 0)) if len(case) else case
        earlier = np.arange(len(case)) - start
        second = np.repeat(np.arange(len(case)), earlier)
        first = np.repeat(start - np.cumsum(earlier) + earlier, earlier) + np.arange(len(second))
        return person[first] * self.width + person[second], int((sizes > 1).sum()), int(crowded.sum())

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return left[0] + right[0], left[1] + right[1]

    def finish(self, state: State, log: Log) -> Measured:
        """Return the pairs, those that share most cases first."""
        sums, (shared, crowds) = state[0], state[1].tolist()
        order = np.lexsort((sums.keys, -sums.sums[GIVES] - sums.sums[TAKES], -sums.sums[JOINT]))[:LISTED]
        told = sums.take(order)
        one, two = np.divmod(told.keys, self.width)
        columns: dict[str, list[Any]] = {
            "person": [log.resources[code] for code in one.tolist()],
            "with": [log.resources[code] for code in two.tolist()],
            "cases": told.sums[JOINT].tolist(),
            "gives": told.sums[GIVES].tolist(),
            "takes": told.sums[TAKES].tolist(),
            "gets_back": told.sums[OUT].tolist(),
            "gives_back": told.sums[BACK].tolist(),
        }
        people = len(np.union1d(*np.divmod(sums.keys, self.width)))
        figures = {
            "people": people,
            "pairs": len(sums),
            "partners_each": 2 * len(sums) / people if people else None,
            "machines_left_out": len(self.machines),
            "crowded_cases_left_out": crowds,
        }
        return Measured(Table(columns), figures, shared, "shared cases", "none", people=("person", "with"))


def prepare(setting: Setting) -> WorksWithFold | Declined:
    """Return the fold of this quantity."""
    if len(setting.resources) < 2:
        return Declined("the log names no people", "日志未记录人员")
    return WorksWithFold(len(setting.resources), setting.machines)
