"""What a scenario touches: whose queues, which cases, and whether anything but a queue can answer it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from svcflow.estimation.evidence import Concern
from svcflow.estimation.holding import explain_held, list_held
from svcflow.simulation.model import FlowModel
from svcflow.simulation.plan import Plan
from svcflow.simulation.refusals import CannotRepresentError
from svcflow.simulation.scenario import apply
from svcflow.whatif import Capacity, Change, Hours, Prioritise

QUEUES = (Capacity, Hours, Prioritise)


def moves_queues(changes: Sequence[Change]) -> bool:
    """Return whether a scenario changes who works when, or in which order."""
    return any(isinstance(change, QUEUES) for change in changes)


def read_concern(model: FlowModel, changes: Sequence[Change], whole: FlowModel) -> tuple[Concern, float]:
    """Return what gates must know of a scenario, and the share of cases (0..1) that it touches.

    `whole` is the model before any team was held. A team is touched where its people, hours or order change, or where
    it has a row less, or more, or another pace. Of a scenario that only changes queues, the cases that the teams work
    on are touched. Raises CannotRepresentError for a team that is held, and what `apply` raises.
    """
    changed = apply(whole, changes)
    rows, teams = _compare(whole.plan, changed)
    if moves_queues(changes):
        named = {change.team for change in changes if isinstance(change, QUEUES) and change.team is not None}
        teams |= named & set(whole.teams)
        rows |= np.isin(whole.stations.of_row, [whole.teams.index(team) for team in teams])
    for team in sorted(teams & set(list_held(model))):
        raise CannotRepresentError(explain_held(team))
    cases = np.unique(whole.traces.case[rows])
    return Concern(tuple(sorted(teams)), moves_queues(changes)), len(cases) / max(whole.log.cases, 1)


def _compare(before: Plan, after: Plan) -> tuple[np.ndarray, set[str]]:
    """Return the rows that differ, and the teams of these or with another capacity."""
    rows = (before.station != after.station) | (before.own != after.own) | (before.work != after.work)
    rows |= (before.most != after.most) | (before.dropped != after.dropped) | (before.priority != after.priority)
    stations = np.unique(before.station[rows])
    teams = {before.names[number] for number in stations[stations >= 0].tolist()}
    if before.capacity.shape == after.capacity.shape:
        moved = (before.capacity != after.capacity).any(axis=1) | (before.speed != after.speed)
        teams |= {before.names[number] for number in np.flatnonzero(moved).tolist()}
    if before.load != after.load:
        rows = np.ones(len(rows), np.bool_)
    if len(before.before) != len(after.before) or (before.before != after.before).any():
        rows = rows | np.isin(np.arange(len(rows)), np.setxor1d(before.after, after.after))
    return rows, teams
