"""What work costs: minutes worked on each row of a log, in open hours, and the rate of the role that did it.

Minutes are known where starts are; they count in the hours of the team's calendar, else of the one calendar that all
processes share, else only where work does not last over midnight. The role is what the log says of the row, else what
the list of people says of its resource, else the mix of the team's members. What is not known is NaN, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import MINUTE_MS, Clock
from svcflow.definitions.model import Organisation, Team, Workspace
from svcflow.definitions.patterns import fold, matches
from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.mining.days import lay_days

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Labour:
    """Minutes and rates by row, NaN where unknown; what the money is called, ``None`` where nobody said.

    `unrated` are the roles (or teams) that work in the log but have no rate.
    """

    minutes: Floats
    rates: Floats
    currency: str | None
    unrated: tuple[str, ...]

    @property
    def cost(self) -> Floats:
        """Return the cost of each row, NaN where its minutes or its rate are unknown."""
        return self.minutes * self.rates


def find_labour(log: Log, workspace: Workspace | None) -> Labour:
    """Return the minutes and the rates of a log; without a workspace no rate is known."""
    nothing = np.full(log.instances, np.nan)
    if workspace is None:
        return Labour(_measure(log, None), nothing, None, ())
    rates, unrated = _rate(log, workspace.organisation)
    return Labour(_measure(log, workspace), rates, workspace.organisation.currency, unrated)


def _measure(log: Log, workspace: Workspace | None) -> Floats:
    """Return the minutes worked on each row."""
    minutes = np.full(log.instances, np.nan)
    known = log.has_start & (log.time >= log.start)
    clocks = _find_clocks(log, workspace)
    for code in np.unique(log.team[known]).tolist():
        rows = np.flatnonzero(known & (log.team == code))
        clock = clocks.get(code)
        if clock is not None:
            minutes[rows] = clock.elapsed_all(log.start[rows], log.time[rows]) / MINUTE_MS
        else:
            same = rows[_within_a_day(log, rows)]
            minutes[same] = (log.time[same] - log.start[same]) / MINUTE_MS
    return minutes


def _within_a_day(log: Log, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    days = lay_days(log.zone, (int(log.start.min()), int(log.time.max())))
    if days is None:
        return np.zeros(len(rows), np.bool_)
    return np.asarray(days.find(log.start[rows]) == days.find(log.time[rows]))


def _find_clocks(log: Log, workspace: Workspace | None) -> dict[int, Clock]:
    """Return by team code the clock of its calendar, else the one that all processes share."""
    if workspace is None:
        return {}
    organisation = workspace.organisation
    shared = {process.calendar for process in workspace.processes.values()}
    common = shared.pop() if len(shared) == 1 else None
    made: dict[str, Clock] = {}
    found = {}
    for code, name in enumerate(log.teams.texts):
        team = find_team(organisation, name)
        calendar = (team.calendar if team else None) or common
        if calendar in organisation.calendars:
            if calendar not in made:
                made[calendar] = Clock.from_spec(organisation.calendars[calendar], organisation.timezone)
            found[code] = made[calendar]
    return found


def find_team(organisation: Organisation, name: str) -> Team | None:
    """Return the team that a log calls `name`."""
    if not name:
        return None
    named = fold(name)
    teams = organisation.teams.values()
    return next((t for t in teams if any(matches(fold(label), named) for label in (t.id, *t.labels))), None)


def _rate(log: Log, organisation: Organisation) -> tuple[Floats, tuple[str, ...]]:
    """Return the rate of each row a minute, and who has none though the log shows them at work."""
    found = np.full(log.instances, np.nan)
    missing: dict[str, None] = {}
    for name, rows in _name_roles(log, organisation):
        role = organisation.roles[name]
        if role.cost_per_minute is not None:
            found[rows] = role.cost_per_minute
        elif not role.external:
            missing.setdefault(name)
    mixed = _rate_teams(log, organisation)
    unknown = np.isnan(found) & ~_has_role(log, organisation)
    found[unknown] = mixed[log.team[unknown]]
    return found, tuple(missing)


def _name_roles(log: Log, organisation: Organisation) -> list[tuple[str, NDArray[np.int64]]]:
    """Return the roles of the organisation that the log names, each with its rows."""
    codes, texts = _read_roles(log, organisation)
    known = {fold(role): role for role in organisation.roles}
    named = ((known.get(fold(text)), code) for code, text in enumerate(texts))
    return [(role, np.flatnonzero(codes == code)) for role, code in named if role is not None]


def _has_role(log: Log, organisation: Organisation) -> NDArray[np.bool_]:
    found = np.zeros(log.instances, np.bool_)
    for _, rows in _name_roles(log, organisation):
        found[rows] = True
    return found


def _read_roles(log: Log, organisation: Organisation) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return a code into some texts for each row: the role the log states, else that of its resource."""
    column = log.attributes.get("role")
    if column is not None and column.vocabulary is not None:
        return column.values.astype(np.int64), column.vocabulary.texts
    by_actor = {person.actor: person.role for person in organisation.staff}
    roles = ("", *organisation.roles)
    table = np.array([roles.index(by_actor.get(name, "")) if by_actor.get(name, "") in roles else 0
                      for name in log.resources.texts] or [0])  # fmt: skip
    return table[log.resource].astype(np.int64), roles


def _rate_teams(log: Log, organisation: Organisation) -> Floats:
    """Return the mean rate of the members of each team of the log, NaN where one of them has none."""
    found = np.full(max(len(log.teams), 1), np.nan)
    for code, name in enumerate(log.teams.texts):
        team = find_team(organisation, name) if code != UNKNOWN else None
        if team is None or not sum(team.members.values()):
            continue
        parts = [(organisation.roles[r].cost_per_minute, n) for r, n in team.members.items() if r in organisation.roles]
        if parts and all(rate is not None for rate, _ in parts):
            found[code] = sum((rate or 0.0) * n for rate, n in parts) / sum(n for _, n in parts)
    return found
