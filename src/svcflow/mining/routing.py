"""How work moves between teams or people inside each case: the run-collapsed sequence and its shapes (metrics.md 4).

Unknown is a value like any other, never dropped. Instances of machines, declared or found, are passed over between
people; between teams only those of machines that stand outside of all teams (`accounts.find_outsiders`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log, Vocabulary
from svcflow.kernels import loops
from svcflow.kernels.twins import compiled_by
from svcflow.mining.accounts import find_outsiders
from svcflow.mining.grouping import is_among
from svcflow.mining.recurrence import chain
from svcflow.mining.shapes import find_shapes
from svcflow.mining.transitions import case_of_rows, derive, number_cases

MOVING = 0.01
"""Where fewer cases than this share leave their team, handovers between people tell more."""


@dataclass(frozen=True, slots=True)
class Routes:
    """The sequence T of each case, end to end: who has the case, once for each uninterrupted stay.

    `row` is the place of a stay's first instance in the block. `again` says whether the same holder comes back later
    in the case, `bounced` whether the stay before last had the same holder (A, B, **A**).
    """

    row: NDArray[np.int64]
    case: NDArray[np.int64]
    holder: Codes
    again: NDArray[np.bool_]
    bounced: NDArray[np.bool_]
    distance: NDArray[np.int64]
    """How many stays ago the same holder had the case; 0 where never."""
    before: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """The last stay of the same holder in the case; -1 where there was none."""

    @property
    def received(self) -> NDArray[np.int64]:
        """Return the stays that begin with a handover: all but the first of each case."""
        return np.flatnonzero(self.case[1:] == self.case[:-1]) + 1


@dataclass(frozen=True, slots=True)
class Holder:
    """Between whom handovers are looked at: `kind` is ``team`` or ``resource``."""

    kind: str
    codes: Codes
    names: Vocabulary

    def choose_passed(self, log: Log, machines: frozenset[int]) -> Codes:
        """Return which machines are passed over."""
        return find_outsiders(log, machines) if self.kind == "team" else np.array(sorted(machines), np.int32)


def choose_holder(log: Log, team_cases: int) -> Holder | None:
    """Return the teams of a log if `team_cases`, those that change teams, are 1 % or more; else its people.

    ``None`` where the log knows neither.
    """
    if log.has_teams and (team_cases >= MOVING * log.cases or not log.has_resources):
        return Holder("team", log.team, log.teams)
    if log.has_resources:
        return Holder("resource", log.resource, log.resources)
    return None


def trace_routes(batch: Batch, holder: Codes, machines: Codes) -> Routes:
    """Return the routes of a block; `holder` is its team or resource column, `machines` are resource codes."""
    columns = {"team": batch.team, "resource": batch.resource, "activity": batch.activity}
    name = next((name for name, column in columns.items() if column is holder), None)
    if name is None:
        return _trace(batch, holder, machines)
    return derive(batch, f"routes of {name} past {machines.tolist()}", lambda: _trace(batch, holder, machines))


def _trace(batch: Batch, holder: Codes, machines: Codes) -> Routes:
    if len(machines):
        row = np.flatnonzero(~is_among(batch.resource, machines))
        return _collapse(row, case_of_rows(batch).take(row), holder.take(row))
    row, case, value, before, distance, again = trace_stays(holder, batch.offsets, int(holder.max(initial=-1)) + 1)
    return Routes(row, case, value, again, distance == 2, distance, before)


@compiled_by(loops.trace_stays)
def trace_stays(
    holder: Codes,
    offsets: NDArray[np.int64],
    holders: int,  # noqa: ARG001 - the other form has a place for each
) -> tuple[NDArray[np.int64], NDArray[np.int64], Codes, NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return row, case and holder of each stay, the holder's last stay, how long ago that was, whether one follows."""
    new = np.ones(len(holder), np.bool_)
    new[1:] = holder[1:] != holder[:-1]
    new[offsets[:-1]] = True
    row = np.flatnonzero(new)
    stays = _look_back(row, number_cases(offsets).take(row), holder.take(row))
    return stays.row, stays.case, stays.holder, stays.before, stays.distance, stays.again


def trace_activities(batch: Batch) -> Routes:
    """Return the routes of the shapes of a block (see `find_shapes`) between activities."""
    shapes = find_shapes(batch)
    return _collapse(np.arange(len(shapes.activity)), shapes.owners, shapes.activity)


def regroup(routes: Routes, group: Codes, *, known: bool = False) -> Routes:
    """Return the routes between the groups that holders belong to; `group` gives one by the code of a holder.

    With `known`, stays with a holder of no known group are passed over.
    """
    value = group[routes.holder]
    kept = np.flatnonzero(value != UNKNOWN) if known else np.arange(len(value))
    return _collapse(routes.row[kept], routes.case[kept], value[kept])


def _collapse(row: NDArray[np.int64], case: NDArray[np.int64], value: Codes) -> Routes:
    """Return the routes of cases whose rows have these holders."""
    new = np.ones(len(row), np.bool_)
    new[1:] = (case[1:] != case[:-1]) | (value[1:] != value[:-1])
    return _look_back(row[new], case[new], value[new])


def _look_back(row: NDArray[np.int64], case: NDArray[np.int64], value: Codes) -> Routes:
    """Return the routes of these stays, no two of one case and holder in a row."""
    before = chain(case, value, int(value.max(initial=0)) + 1)
    back = np.flatnonzero(before >= 0)
    distance, again = np.zeros(len(row), np.int64), np.zeros(len(row), np.bool_)
    distance[back] = back - before[back]
    again[before[back]] = True
    return Routes(row, case, value, again, distance == 2, distance, before)


def sustain(routes: Routes, bounces: int) -> NDArray[np.int64]:
    """Return the stays that end `bounces` bounces in a row: 2 for A,B,A,B and 4 for A,B,A,B,A,B."""
    return np.flatnonzero(find_runs(routes.bounced, bounces))


def find_runs(bounced: NDArray[np.bool_], bounces: int) -> NDArray[np.bool_]:
    """Return which stays end `bounces` bounces in a row; the first two of a case never bounce."""
    run = bounced.copy()
    for back in range(1, bounces):
        run[back:] &= bounced[:-back]
        run[:back] = False
    return run
