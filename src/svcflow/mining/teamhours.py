"""The hours that calendars give to the resources of a log: those of their team, else those of the whole workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from svcflow.calendars import Clock
from svcflow.definitions.model import Organisation
from svcflow.definitions.patterns import fold, matches
from svcflow.eventlog.log import UNKNOWN, Log, Millis
from svcflow.eventlog.store.stored import Stored
from svcflow.mining.grouping import count
from svcflow.mining.quantity import Setting
from svcflow.mining.rosters import Given, Places
from svcflow.mining.tallies import Tally
from svcflow.mining.transitions import BusinessClock

COMMON = ""
"""The name of the hours that all share whose team has none of its own."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A clock that only measures spans, counting from one instant."""

    clock: BusinessClock
    since: int

    def open_until(self, instants: Millis) -> Millis:
        """Return the open milliseconds up to each instant."""
        return self.clock.elapsed_all(np.full(len(instants), self.since, np.int64), instants)


def give_hours(log: Log | Stored, setting: Setting, written: Tally | None = None) -> Given | None:
    """Return the given hours of every resource, ``None`` where calendars do not say those of all.

    `written` counts the instances of `log` by ``resource * teams + team``; without it they are counted.
    """
    of_team = name_calendars(log, setting.organisation)
    if written is None:
        written = _count_written(cast("Log", log))
    teams = _find_teams(written, len(log.resources), len(log.teams))
    names = [COMMON if team == UNKNOWN else of_team[team] for team in teams.tolist()]
    return _give(names, setting)


def give_team_hours(log: Log | Stored, setting: Setting) -> Given | None:
    """Return the given hours of every team, ``None`` where calendars do not say those of all."""
    return _give(name_calendars(log, setting.organisation), setting)


def _give(names: list[str], setting: Setting) -> Given | None:
    """Return the hours of the calendars of these names, those of the unknown first."""
    if setting.clock is None and (len(names) < 2 or COMMON in names[1:]):
        return None
    hours: dict[str, Clock | Counted] = {}
    if setting.clock is not None:
        hours[COMMON] = Counted(setting.clock, setting.span[0])
    for name in filter(None, names):
        assert setting.organisation is not None
        if name not in hours:
            hours[name] = Clock.from_spec(setting.organisation.calendars[name], setting.organisation.timezone)
    number = {name: place for place, name in enumerate(hours)}
    return Given(tuple(hours.values()), np.array([number.get(name, 0) for name in names], np.int64), tuple(hours))


def name_calendars(log: Log | Stored, organisation: Organisation | None) -> list[str]:
    """Return for each team of `log` the calendar that the organisation gives it, `COMMON` where it gives none."""
    found = [COMMON] * len(log.teams)
    if organisation is None:
        return found
    for team in organisation.teams.values():
        patterns = [fold(text) for text in (team.id, *team.labels)]
        for code, name in enumerate(log.teams.texts):
            if name and team.calendar and any(matches(pattern, fold(name)) for pattern in patterns):
                found[code] = team.calendar
    return found


def _count_written(log: Log) -> Tally:
    return Tally(*count(log.resource.astype(np.int64) * len(log.teams) + log.team))


def _find_teams(written: Tally, resources: int, teams: int) -> Places:
    """Return for each resource the team it is most often in, the first by name where several are."""
    order = np.lexsort((-written.keys, written.counts))
    team = np.zeros(resources, np.int64)
    resource, of = np.divmod(written.keys[order], max(teams, 1))
    team[resource] = of
    return team
