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
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log
from svcflow.mining.passing import Declined
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.routing import Routes, trace_routes
from svcflow.mining.sums import sum_by
from svcflow.mining.tables import Table
from svcflow.mining.tallies import Counter, Tally

TITLE = {"en": "Who works with whom", "zh": "人员协作"}
DEFINITION = "works-with"
MISSING = {
    "en": "An unknown person stands between two people, but is none to work with. Machines are left out.",
    "zh": "未知人员在序列中占位，但不作为协作者；机器账户不计入。",
}
CROWD = 100
LISTED = 500

Ints = NDArray[np.int64]


class State(NamedTuple):
    """Pairs of people as ``one * people + other``; `whole` counts the cases with two people, and those with too many.

    `joint` counts the cases in which both take part, in either order; `gives` how often the one hands over to the
    other, `gets_back` how often it then gets the case back at once.
    """

    joint: Tally
    gives: Tally
    gets_back: Tally
    whole: Ints


class Pairs:
    """Counts pairs block by block."""

    def __init__(self, width: int, machines: Codes) -> None:
        self._width = width
        self._is_machine = np.isin(np.arange(width), machines)
        self._is_machine[UNKNOWN] = True
        self._machines = machines
        self._joint, self._gives, self._back = (Counter(width * width) for _ in range(3))
        self._whole = np.zeros(2, np.int64)

    def add(self, batch: Batch) -> None:
        """Count one block."""
        routes = trace_routes(batch, batch.resource, self._machines)
        self._join(routes, len(batch.offsets) - 1)
        holder = routes.holder.astype(np.int64)
        received, bounced = routes.received, np.flatnonzero(routes.bounced)
        for one, two, counter in (
            (holder[received - 1], holder[received], self._gives),
            (holder[bounced - 2], holder[bounced - 1], self._back),
        ):
            known = (one != UNKNOWN) & (two != UNKNOWN)
            counter.add(one[known] * self._width + two[known])

    def _join(self, routes: Routes, cases: int) -> None:
        """Count each two people of a case; where two take part, each is counted with those who came before."""
        last = np.flatnonzero(~(routes.again | self._is_machine.take(routes.holder)))  # of the stays of each person
        case, person = routes.case.take(last), routes.holder.take(last).astype(np.int64)
        sizes = np.bincount(case, minlength=cases)
        self._whole += (int((sizes > 1).sum()), int((sizes > CROWD).sum()))
        few = (sizes <= CROWD)[case]
        case, person = case[few], person[few]
        head = np.ones(len(case), np.bool_)
        head[1:] = case[1:] != case[:-1]
        start = np.maximum.accumulate(np.where(head, np.arange(len(case)), 0))
        earlier = np.arange(len(case)) - start
        pairs, filled, scaled = np.empty(int(earlier.sum()), np.int64), 0, person * self._width
        later = np.flatnonzero(earlier)
        for lag in range(1, CROWD):
            if not len(later):
                break
            end = filled + len(later)
            pairs[filled:end] = scaled.take(later - lag)
            pairs[filled:end] += person.take(later)
            later, filled = later[earlier.take(later) > lag], end
        self._joint.add(pairs)

    def state(self) -> State:
        """Return what was counted so far."""
        return State(self._joint.state(), self._gives.state(), self._back.state(), self._whole.copy())


@dataclass(frozen=True, slots=True)
class WorksWithFold:
    """Counts pairs of people; the state grows with the pairs that occur, never with people squared."""

    width: int
    machines: Codes

    def begin(self) -> Pairs:
        """Return an accumulator of nothing."""
        return Pairs(self.width, self.machines)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return State(
            left.joint.merge(right.joint),
            left.gives.merge(right.gives),
            left.gets_back.merge(right.gets_back),
            left.whole + right.whole,
        )

    def finish(self, state: State, log: Log) -> Measured:
        """Return the pairs, those that share most cases first."""
        one, two = np.divmod(state.joint.keys, self.width)
        low, high = np.minimum(one, two), np.maximum(one, two)
        pairs = sum_by(low * self.width + high, state.joint.counts[None, :])
        low, high = np.divmod(pairs.keys, self.width)
        there, back = low * self.width + high, high * self.width + low
        gives, takes = state.gives.of(there), state.gives.of(back)
        (cases,) = pairs.sums
        order = np.lexsort((pairs.keys, -gives - takes, -cases))[:LISTED]
        columns: dict[str, list[Any]] = {
            "person": [log.resources[code] for code in low[order].tolist()],
            "with": [log.resources[code] for code in high[order].tolist()],
            "cases": cases[order].tolist(),
            "gives": gives[order].tolist(),
            "takes": takes[order].tolist(),
            "gets_back": state.gets_back.of(there[order]).tolist(),
            "gives_back": state.gets_back.of(back[order]).tolist(),
        }
        people, (shared, crowds) = len(np.union1d(low, high)), state.whole.tolist()
        figures = {
            "people": people,
            "pairs": len(pairs),
            "partners_each": 2 * len(pairs) / people if people else None,
            "machines_left_out": len(self.machines),
            "crowded_cases_left_out": crowds,
        }
        return Measured(Table(columns), figures, shared, "shared cases", "none", people=("person", "with"))


def prepare(setting: Setting) -> WorksWithFold | Declined:
    """Return the fold of this quantity."""
    if len(setting.resources) < 2:
        return Declined("the log names no people", "日志未记录人员")
    return WorksWithFold(len(setting.resources), setting.machines)
