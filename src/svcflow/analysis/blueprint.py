"""The service blueprint: each step in the lane of who does it, in the usual order of the work (Shostack 1984).

Lanes, from the customer inwards: ``customer``; ``front`` (teams of line 1, which the customer meets); ``back`` (the
other teams); ``partner`` (departments and vendors); ``system`` (machines). Without a definition front line and back
office cannot be told apart: such steps stand in ``provider``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.analysis.stations import Station, list_stations
from svcflow.definitions.model import Organisation, Workspace
from svcflow.definitions.patterns import fold, matches
from svcflow.eventlog.log import UNKNOWN, Log

if TYPE_CHECKING:
    from svcflow.analysis import Analysis

LANES = ("customer", "front", "provider", "back", "partner", "system")
CUSTOMER, MACHINE = "customer", "system"

MOST = 40
"""Steps in one document; of more, the most frequent."""

MACHINE_SHARE = 0.8
"""A step without a definition is a machine's if more than this part of its events is a machine's."""


def lay_blueprint(analysis: Analysis) -> dict[str, Any] | None:
    """Return {basis, lanes, steps, left_out}, the steps in their usual order; ``None`` for a log without cases.

    `basis` is ``definition`` where the lane of any step is that of its owners there, else ``log``.
    """
    stations = list_stations(analysis)
    if not stations:
        return None
    judge = _Judge(analysis.log, analysis.workspace)
    kept = {s.code for s in sorted(stations, key=lambda s: (-s.cases, s.activity))[:MOST]}
    steps = [
        {
            "activity": station.activity,
            "step": station.step.id if station.step else None,
            "lane": judge.find_lane(station),
            "cases": station.cases,
            "waits": station.waits,
            "wait_median_s": station.median_s,
            "timer": station.timer,
            "team": judge.find_team(station),
            "order": order,
        }
        for order, station in enumerate((s for s in stations if s.code in kept), start=1)
    ]
    return {
        "basis": "definition" if any(s.step and s.step.owners for s in stations) else "log",
        "lanes": [lane for lane in LANES if any(step["lane"] == lane for step in steps)],
        "steps": steps,
        "left_out": len(stations) - len(steps),
    }


class _Judge:
    """Says whose lane a step is: by its owners, and by who did it where the owners stand in several lanes."""

    def __init__(self, log: Log, workspace: Workspace | None) -> None:
        self._log = log
        self._organisation = workspace.organisation if workspace else None
        self._machines = np.isin(
            log.resource, [i for i, name in enumerate(log.resources.texts) if name in log.machines]
        )
        self._lanes = [_lane_of_team(text, self._organisation) for text in log.teams.texts]

    def find_lane(self, station: Station) -> str:
        """Return the lane of an activity."""
        if station.side == "customer":
            return "customer"
        if station.step and station.step.owners and self._organisation:
            owners = [_lane_of_role(owner, self._organisation) for owner in station.step.owners]
            allowed = list(dict.fromkeys(owners))
            if len(allowed) == 1:
                return allowed[0]
            done = self._count_lanes(station)
            return max(allowed, key=lambda lane: (done.get(lane, 0), -allowed.index(lane)))
        if station.side == "vendor":
            return "partner"
        rows = self._log.activity == station.code
        if self._machines[rows].mean() > MACHINE_SHARE:
            return "system"
        done = {lane: n for lane, n in self._count_lanes(station).items() if lane in {"front", "back", "partner"}}
        return max(done, key=lambda lane: done[lane]) if done else "provider"

    def find_team(self, station: Station) -> str | None:
        """Return the team that did most of an activity, if it did at least half of it."""
        counts = np.bincount(self._log.team[self._log.activity == station.code], minlength=len(self._lanes))
        best = int(counts.argmax())
        return self._log.teams[best] if best != UNKNOWN and 2 * counts[best] >= station.count else None

    def _count_lanes(self, station: Station) -> dict[str, int]:
        """Return how many events of an activity were done in each lane, by machine account or by team."""
        rows = np.flatnonzero(self._log.activity == station.code)
        machine = self._machines[rows]
        counts = np.bincount(self._log.team[rows[~machine]], minlength=len(self._lanes)).tolist()
        done = {"system": int(machine.sum())} if machine.any() else {}
        for lane, count in zip(self._lanes, counts, strict=True):
            if lane is not None and count:
                done[lane] = done.get(lane, 0) + count
        return done


def _lane_of_role(role: str, organisation: Organisation) -> str:
    """Return the lane of a role: outside by its name, inside by the lines of the teams that have it."""
    if role == CUSTOMER:
        return "customer"
    known = organisation.roles.get(role)
    if known is not None and known.external:
        return "system" if role == MACHINE else "partner"
    lines = [t.line for t in organisation.teams.values() if role in t.members or role == t.lead]
    return "front" if 1 in lines else "back"


def _lane_of_team(text: str, organisation: Organisation | None) -> str | None:
    """Return the lane of a team of the log as the organisation knows it, ``None`` where it does not."""
    if organisation is None or not text:
        return None
    folded = fold(text)
    for team in organisation.teams.values():
        if any(matches(fold(label), folded) for label in (team.id, *team.labels)):
            if team.line == 1:
                return "front"
            roles = [organisation.roles[role] for role in team.members if role in organisation.roles]
            return "partner" if roles and all(role.external for role in roles) else "back"
    return None
