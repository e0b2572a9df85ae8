"""Declared calendars on the hours of a run."""

from __future__ import annotations

import numpy as np

from svcflow.calendars import Clock
from svcflow.errors import UsageError
from svcflow.execution.timeline import clock_of
from svcflow.simulation.arrays import Floats
from svcflow.simulation.model import FlowModel
from svcflow.simulation.presence import HOUR


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
