"""The targets that a workspace names, measured on a run: from the first start to the first stop after it.

Only clocks that run through are measured: one that stands still while the case waits, or that may start again, is
left out, since a run moves no such pauses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svcflow.calendars import Clock
from svcflow.definitions.model import Process, Sla, Workspace
from svcflow.execution.timeline import clock_of
from svcflow.simulation.arrays import Floats
from svcflow.simulation.draws import Picks
from svcflow.simulation.outcome import Bools, Instances
from svcflow.simulation.stations import list_activities

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log
    from svcflow.simulation.model import FlowModel


@dataclass(frozen=True, eq=False)
class Aim:
    """One target: activities that start and stop its clock, and what may pass, in milliseconds on the clock."""

    start: tuple[int, ...]
    stop: tuple[int, ...]
    most: int
    clock: Clock


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets by id."""

    aims: Mapping[str, Aim]

    def measure(self, model: FlowModel, picks: Picks, instances: Instances) -> dict[str, float]:
        """Return the share of cases that meet each target, among those whose clock starts and stops."""
        found = {}
        for name, aim in self.aims.items():
            begun = _find_first(instances, np.isin(instances.activity, aim.start), len(picks.case))
            late = instances.end >= begun[instances.case]
            done = _find_first(instances, np.isin(instances.activity, aim.stop) & late, len(picks.case))
            known = np.isfinite(begun) & np.isfinite(done)
            if known.sum():
                walls = [(column[known] + model.traces.origin).astype(np.int64) for column in (begun, done)]
                found[name] = float((aim.clock.elapsed_all(*walls) <= aim.most).mean())
        return found


def list_targets(log: Log, workspace: Workspace | None) -> Targets:
    """Return the targets of a workspace that show in `log`."""
    aims: dict[str, Aim] = {}
    for process in workspace.processes.values() if workspace else ():
        for sla in process.slas.values():
            aim = _read(log, workspace, process, sla) if _runs_through(process, sla) else None
            if aim is not None:
                aims.setdefault(sla.id, aim)
    return Targets(aims)


def _runs_through(process: Process, sla: Sla) -> bool:
    constant = sla.target.constant is not None and sla.target.by is None
    return constant and sla.when is None and sla.cycle == "first" and (sla.waiting_counts or not process.waiting)


def _read(log: Log, workspace: Workspace | None, process: Process, sla: Sla) -> Aim | None:
    assert workspace is not None
    assert sla.target.constant is not None
    start, stop = (tuple(list_activities(log, workspace, names)) for names in (sla.start, sla.stop))
    if not start or not stop:
        return None
    clock = clock_of(workspace, sla.calendar or process.calendar)
    on_the_wall = Clock(clock.hours, "UTC", clock.holidays, clock.closed, clock.open)
    return Aim(start, stop, sla.target.constant * 1000, on_the_wall)


def _find_first(instances: Instances, chosen: Bools, cases: int) -> Floats:
    """Return the earliest end of the chosen instances of each case, infinity where there is none."""
    first = np.full(cases, np.inf)
    kept = chosen & ~instances.dropped
    np.minimum.at(first, instances.case[kept], instances.end[kept])
    return first
