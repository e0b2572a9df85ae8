"""Who is at work in the hours of a run: declared calendars, and people added to a team."""

from __future__ import annotations

import numpy as np

from svcflow.calendars import Clock
from svcflow.errors import UsageError
from svcflow.execution.timeline import clock_of
from svcflow.simulation.arrays import Floats
from svcflow.simulation.model import FlowModel
from svcflow.simulation.presence import HOUR, WEEK_HOURS


def find_wall_clock(model: FlowModel, calendar: str) -> Clock:
    """Return a calendar of the organisation as a clock of the wall. Raises UsageError without a workspace."""
    if model.workspace is None:
        raise UsageError(f"the calendar '{calendar}' is one of a workspace", "give it with --workspace")
    clock = clock_of(model.workspace, calendar)
    return Clock(clock.hours, "UTC", clock.holidays, clock.closed, clock.open)


def count_open_hours(model: FlowModel, calendar: str, hours: int) -> Floats:
    """Return which part of each hour since the origin a calendar is open, 0..1."""
    clock = find_wall_clock(model, calendar)
    marks = model.traces.origin + (np.arange(hours + 1) * HOUR).astype(np.int64)
    return np.asarray(np.diff(clock.open_until(marks)) / HOUR, dtype=np.float64)


def limit_waits(model: FlowModel, calendar: str, limit_s: int) -> Floats:
    """Return for how many milliseconds `limit_s` seconds of open hours last from where each row was enabled."""
    clock = find_wall_clock(model, calendar)
    since = (model.traces.enabled + model.traces.origin).astype(np.int64)
    due = clock.deadlines(since, np.full(len(since), limit_s * 1000, np.int64))
    return np.asarray(due - since, dtype=np.float64)


def spread_people(capacity: Floats, open_hours: Floats) -> Floats:
    """Return the capacity of a team that keeps other hours: as many at a time as it had on average when it worked."""
    at_work = capacity[capacity > 0]
    level = float(at_work.mean()) if len(at_work) else 0.0
    return open_hours * level


def add_people(capacity: Floats, team: int, heads: tuple[float, float]) -> Floats:
    """Return the capacity with more people in a team: `heads` are those it has and those who come.

    Who comes works as the average of the team does, hour of the week by hour, also on days on which others are away;
    not on days on which nobody of any team works.
    """
    has, comes = heads
    week = capacity[team].reshape(-1, WEEK_HOURS)
    typical = np.tile(week[week.any(axis=1)].mean(axis=0) / max(has, 1e-9), len(week))
    open_days = np.repeat(capacity.sum(axis=0).reshape(-1, 24).any(axis=1), 24)
    more = capacity.copy()
    more[team] += comes * np.where(open_days, np.minimum(typical, 1.0), 0.0)
    return more
