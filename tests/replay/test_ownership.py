"""Each row runs on the calendar of its step, else of the team that owns it; customers and timers on the wall clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.detectors import read_sides
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.execution import execute
from svcflow.mining import mine
from svcflow.replay.graph import link
from svcflow.replay.hours import WALL, RowClocks
from svcflow.replay.ownership import find_hours, list_calendars

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(ROOT / "workflows")


@pytest.fixture(scope="module")
def log(workspace: Workspace) -> Log:
    log = read_log(ROOT / "logs" / "escalations.csv")
    return replace(log, sides=read_sides(workspace, log))


def name_calendars(hours: RowClocks, workspace: Workspace) -> list[str]:
    names = sorted(workspace.organisation.calendars)
    return ["wall" if code == WALL else names[code] for code in hours.of.tolist()]


def test_rows_of_definitions_run_on_the_calendar_of_their_process(workspace: Workspace, log: Log) -> None:
    waits = mine(log).waits
    graph = link(log, waits)
    hours = find_hours(graph, workspace)
    found = name_calendars(hours, workspace)
    assert set(found) == {"service_hours", "wall"}
    assert ((hours.of != WALL) <= graph.addressable).all()
    assert (hours.of != WALL).mean() > 0.7
    again = find_hours(graph, workspace, execute(workspace, log))
    assert again.of.tolist() == hours.of.tolist()


def test_a_step_is_worked_on_the_calendar_of_its_team_if_its_owners_have_one(workspace: Workspace) -> None:
    organisation, process = workspace.organisation, workspace.processes["escalation"]
    assert set(list_calendars(process, organisation)) == {"service_hours"}
    owner = next(iter(process.steps.values())).owners[0]
    teams = {
        name: replace(t, calendar="office") for name, t in organisation.teams.items() if owner in (*t.members, t.lead)
    }
    moved = replace(organisation, teams={**organisation.teams, **teams})
    found = list_calendars(process, moved)
    assert found[0] == "office"
    assert "service_hours" in found
    own = {name: replace(step, calendar="always") for name, step in process.steps.items()}
    assert set(list_calendars(replace(process, steps=own), moved)) == {"always"}
    split = replace(moved, teams={**moved.teams, "x": replace(next(iter(teams.values())), calendar="service_hours")})
    assert list_calendars(process, split)[0] == process.calendar
