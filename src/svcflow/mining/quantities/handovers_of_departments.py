"""Handovers between departments, apart from those between teams of one department.

**What.** For each pair of departments what `handovers-of-teams` says of teams; and beside it how many changes of
team stay within one department, how many cross between two, and how many come from or go to a team of no known
department.

**How.** A team belongs to the department that the organisation of the workspace gives it (`department:`), found by
the team's id and labels; teams that it gives none are of the organisation itself. The sequence of departments of a
case is run-collapsed, unknown being a value.

**Source.** metrics.md 4.

**Limits.** Only an organisation can say what belongs together: a department is never guessed from a name. Where the
export has a column for it, map that as `team` instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log
from svcflow.mining.levels import Levels, find_departments
from svcflow.mining.passing import NO_MOVES, Declined, LevelFold, describe_handovers, prepare_levels
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.routing import trace_routes

TITLE = {"en": "Handovers between departments", "zh": "部门间移交"}
DEFINITION = "handovers"
MISSING = {
    "en": "A team whose department nobody says belongs to an unknown one: a value like any other.",
    "zh": "未说明部门的团队归入未知部门，视为一个取值。",
}

State = tuple[Any, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class DepartmentsFold:
    """Counts handovers between departments, and changes of team by whether they cross a border."""

    levels: Levels
    inner: LevelFold
    outsiders: Codes

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return self.inner.merge(left[0], right[0]), left[1] + right[1]

    def finish(self, state: State, log: Log) -> Measured:
        """Return the pairs of departments and the changes of team."""
        found, waited_s, approximate = self.inner.finish(state[0], log)
        within, across, unclear = state[1].tolist()
        more = {
            "team_changes_within": within,
            "team_changes_across": across,
            "team_changes_unknown": unclear,
            "across_share": across / (within + across) if within + across else None,
        }
        return describe_handovers(found, waited_s, approximate=approximate, more=more)


class Gathered:
    """The handovers in the blocks so far, and the changes of team within a department, across and unknown."""

    def __init__(self, fold: DepartmentsFold) -> None:
        self._fold, self._inner, self._moves = fold, fold.inner.begin(), np.zeros(3, np.int64)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        routes = trace_routes(batch, batch.team, self._fold.outsiders)
        received = routes.received
        of = self._fold.levels.of_team
        gives, takes = of[routes.holder[received - 1]], of[routes.holder[received]]
        known = (gives != UNKNOWN) & (takes != UNKNOWN)
        self._moves += [int(which.sum()) for which in (known & (gives == takes), known & (gives != takes), ~known)]
        self._inner.add(batch)

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return self._inner.state(), self._moves.copy()


def prepare(setting: Setting) -> DepartmentsFold | Declined:
    """Return the fold of this quantity."""
    levels = find_departments(setting.teams, setting.organisation)
    if levels is None:
        return Declined(
            "no organisation gives any team of this log a department (`department:` of a team)",
            "没有组织定义为日志中的团队指定部门（团队的 department）",
        )
    if not setting.teams_move:
        return Declined(*NO_MOVES)
    return DepartmentsFold(levels, prepare_levels(levels, setting), setting.outsiders)
