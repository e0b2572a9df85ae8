"""On whose clock each row of a log runs: that of the step that the definitions see in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import Clock
from svcflow.definitions.model import Organisation, Process, Workspace
from svcflow.definitions.net import inlined
from svcflow.execution.claims import claim
from svcflow.execution.knowledge import Knowledge
from svcflow.execution.labels import steps_of_rows
from svcflow.replay.graph import Graph
from svcflow.replay.hours import WALL, RowClocks

if TYPE_CHECKING:
    from svcflow.execution import Runs


def find_hours(graph: Graph, workspace: Workspace, runs: Runs | None = None) -> RowClocks:
    """Return the clock of each row: the calendar of its step, else of the team that owns it, else of its process.

    Rows that no definition knows, and waits that are not the provider's to shorten, run on the wall clock. `runs`
    spares finding out again which process judges which case.
    """
    organisation, processes = workspace.organisation, workspace.processes
    names = sorted(organisation.calendars)
    knowledge = Knowledge(graph.log)
    steps = {name: steps_of_rows(process, knowledge) for name, process in processes.items()}
    found = np.full(graph.log.instances, WALL, np.int16)
    for name, cases in _claim(workspace, knowledge, steps, runs).items():
        mine = np.zeros(graph.log.cases, np.bool_)
        mine[cases] = True
        for part in inlined(processes[name], processes):
            shown = (steps[part.id] >= 0) & mine[graph.case] & graph.addressable
            calendars = np.array([names.index(calendar) for calendar in list_calendars(part, organisation)], np.int16)
            found[shown] = calendars[steps[part.id][shown]]
    return RowClocks([Clock.from_spec(organisation.calendars[name], organisation.timezone) for name in names], found)


def list_calendars(process: Process, organisation: Organisation) -> list[str]:
    """Return the calendar that each step is worked on; that of its process where its owners have several or none."""
    found = []
    for step in process.steps.values():
        owners = set(step.owners)
        teams = (team for team in organisation.teams.values() if owners & {*team.members, team.lead})
        worked = {team.calendar for team in teams if team.calendar}
        found.append(step.calendar or (worked.pop() if len(worked) == 1 else process.calendar))
    return found


def _claim(
    workspace: Workspace, knowledge: Knowledge, steps: dict[str, NDArray[np.int32]], runs: Runs | None
) -> dict[str, NDArray[np.int64]]:
    """Return the cases that each process judges."""
    if runs is not None:
        return {name: run.cases["case"].codes.astype(np.int64) for name, run in runs.processes.items()}
    return claim(workspace.processes, knowledge, steps, np.arange(knowledge.log.cases)).cases
