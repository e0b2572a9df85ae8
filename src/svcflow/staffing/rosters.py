"""Who should be there: the heads of each team by hour of the week, as the organisation states them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import DAY_MS, Clock
from svcflow.definitions.model import CalendarSpec, Organisation, Team, Workspace
from svcflow.definitions.patterns import fold, matches
from svcflow.mining.days import WEEK_HOURS, Days, lay_days

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """A team as the organisation knows it: its heads, and how much of each hour of the week it is open, 0..1."""

    team: Team
    heads: int
    open: Floats
    clock: Clock | None
    calendar: str | None


def find_roster(workspace: Workspace | None, name: str) -> Roster | None:
    """Return the roster of the team that a log calls `name`, ``None`` where the organisation has no such team."""
    if workspace is None:
        return None
    organisation = workspace.organisation
    for team in organisation.teams.values():
        if any(matches(fold(label), fold(name)) for label in (team.id, *team.labels)):
            return _read(organisation, team)
    return None


def _read(organisation: Organisation, team: Team) -> Roster:
    heads = sum(count for role, count in team.members.items() if not _is_outside(organisation, role))
    staff = [p for p in organisation.staff if p.team == team.id and not _is_outside(organisation, p.role)]
    if staff:  # people by name go before a count of them
        heads = len({person.actor for person in staff if person.until is None})
    spec = organisation.calendars.get(team.calendar or "")
    if spec is None:
        return Roster(team, heads, np.ones(WEEK_HOURS), None, None)
    return Roster(team, heads, open_week(spec), Clock.from_spec(spec, organisation.timezone), spec.id)


def _is_outside(organisation: Organisation, role: str) -> bool:
    known = organisation.roles.get(role)
    return known is not None and known.external


def open_week(spec: CalendarSpec) -> Floats:
    """Return how much of each hour of an ordinary week a calendar is open, 0..1."""
    minutes = np.zeros((7, 24 * 60))
    for first, last, spans in spec.hours:
        for begin, end in spans:
            minutes[first : last + 1, begin:end] = 1
    found: Floats = minutes.reshape(WEEK_HOURS, 60).mean(axis=1)
    return found


def find_closed(roster: Roster | None, days: Days) -> NDArray[np.bool_]:
    """Return which days the calendar closes although their weekday is open: its holidays."""
    if roster is None or roster.clock is None:
        return np.zeros(len(days), np.bool_)
    usual = roster.open.reshape(7, 24).sum(axis=1)
    weekday = (days.number + np.arange(len(days)) + 3) % 7
    real = roster.clock.elapsed_all(days.edges[:-1], days.edges[1:])
    return np.asarray((usual[weekday] > 0) & (real == 0))


def expose(roster: Roster | None, days: Days, weeks: NDArray[np.int64]) -> Floats:
    """Return weeks x 168: 1 for an hour of an ordinary day, 0 on a holiday of the calendar.

    What comes at night or on a weekend comes then in other weeks too, so those hours count.
    """
    found = np.ones((len(weeks), WEEK_HOURS))
    closed = find_closed(roster, days)
    for number, week in enumerate(weeks.tolist()):
        found[number, np.repeat(closed[days.weeks == week], 24)] = 0
    return found


def list_holidays(roster: Roster | None, zone: str, after: int, weeks: int) -> tuple[str, ...]:
    """Return the holidays of the calendar in so many weeks after an instant, as ISO dates."""
    ahead = lay_days(zone, (after, after + weeks * 7 * DAY_MS)) if roster and roster.clock else None
    if ahead is None:
        return ()
    return tuple(ahead.name(day) for day in np.flatnonzero(find_closed(roster, ahead)).tolist())
