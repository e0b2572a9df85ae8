"""What a run gives: times of every case, and what the teams and the days looked like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.simulation.arrays import Floats, Ints

HOUR = 3_600_000.0
DAY = 24 * HOUR

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Instances:
    """The instances of a run, one entry each. Times are milliseconds of the wall clock since the model's origin.

    `case` is an index into the cases of the outcome, `row` the row of the log that it plays, `team` an index into the
    teams or -1; `enabled`, `ready` (after a delay nobody here works in), `start` and `end` are in this order;
    `dropped` instances were left out by a change: they take no time and are no events.
    """

    case: Ints
    row: Ints
    activity: Ints
    team: Ints
    enabled: Floats
    ready: Floats
    start: Floats
    end: Floats
    dropped: Bools


@dataclass(frozen=True, eq=False)
class Teams:
    """Figures by team, NaN where it did nothing: hours, and `utilisation` as a share of the time at work 0..1.

    `sojourn` runs from being enabled to the end, `wait` from being ready to the start: with single time stamps it is
    not known of a log.
    """

    names: tuple[str, ...]
    done: Ints
    sojourn_mean: Floats
    sojourn_p90: Floats
    wait_mean: Floats
    wait_p90: Floats
    utilisation: Floats


@dataclass(frozen=True, eq=False)
class Outcome:
    """One run of a model, or what the log itself shows; one entry for each case in `case` to `counted`.

    `case` is the case's number in the log (twice where the load or a drawn week repeats it), `week` the week of the
    run it arrives in: whoever bootstraps clusters by it. `arrival`, `end` and `resolved` are milliseconds of the wall
    clock since the model's origin, `resolved` NaN where the case never is. `counted` are the cases that statistics
    take in: those closed in the log. `wip` counts the open cases at noon of each day from the origin on, `sla` holds
    the share of cases that met each target the workspace names.
    """

    case: Ints
    week: Ints
    arrival: Floats
    end: Floats
    resolved: Floats
    counted: Bools
    teams: Teams
    instances: Instances
    sla: Mapping[str, float] = field(default_factory=dict)
    load: float = 1.0

    @property
    def cycle(self) -> Floats:
        """Return the cycle times of the counted cases, in hours."""
        return (self.end - self.arrival)[self.counted] / HOUR

    @property
    def resolve(self) -> Floats:
        """Return the times to resolve of the counted cases that are resolved, in hours."""
        spent = (self.resolved - self.arrival)[self.counted] / HOUR
        return spent[~np.isnan(spent)]

    @cached_property
    def wip(self) -> Ints:
        """Return the number of open cases at noon of each day up to the last arrival."""
        days = int(self.arrival.max() // DAY) + 1 if len(self.arrival) else 0
        noon = (np.arange(days) + 0.5) * DAY
        come = np.searchsorted(np.sort(self.arrival), noon)
        return np.asarray(come - np.searchsorted(np.sort(self.end), noon), dtype=np.int64)

    def measure(self, kpi: str) -> float:
        """Return a figure by name, NaN where there is none.

        ``cycle_time.mean``, ``.p50``, ``.p90`` and ``resolve_time....`` in hours, ``wip`` (the mean of the days),
        ``sla.ID`` (a share), ``sojourn.TEAM``, ``wait.TEAM`` (means, hours) and ``utilisation.TEAM``. Raises UsageError
        for other names.
        """
        group, _, rest = kpi.partition(".")
        if kpi == "wip":
            return float(self.wip.mean()) if len(self.wip) else np.nan
        if group in {"cycle_time", "resolve_time"}:
            return _describe(self.cycle if group == "cycle_time" else self.resolve, rest, kpi)
        if group == "sla" and rest in self.sla:
            return self.sla[rest]
        columns = {"sojourn": "sojourn_mean", "wait": "wait_mean", "utilisation": "utilisation"}
        if group in columns and rest in self.teams.names:
            return float(getattr(self.teams, columns[group])[self.teams.names.index(rest)])
        raise _unknown(kpi)


def _describe(values: Floats, statistic: str, kpi: str) -> float:
    if statistic == "mean":
        return float(values.mean()) if len(values) else np.nan
    if statistic in {"p50", "p90"}:
        return float(np.percentile(values, float(statistic[1:]))) if len(values) else np.nan
    raise _unknown(kpi)


def _unknown(kpi: str) -> UsageError:
    return UsageError(f"unknown figure '{kpi}'", "cycle_time.mean, cycle_time.p90, resolve_time.mean, wip, sla.ID ...")


def summarise_teams(names: tuple[str, ...], instances: Instances, utilisation: Floats) -> Teams:
    """Return the figures by team of the instances that are events; a start below zero never was."""
    kept = (instances.team >= 0) & ~instances.dropped
    team = instances.team[kept]
    sojourn = (instances.end - instances.enabled)[kept] / HOUR
    wait = (instances.start - instances.ready)[kept] / HOUR
    width = len(names)
    done = np.bincount(team, minlength=width).astype(np.int64)
    figures = np.full((4, width), np.nan)
    for number in np.flatnonzero(done).tolist():
        mine = team == number
        for place, values in ((0, sojourn[mine]), (2, wait[mine])):
            if not np.isnan(values).any():
                figures[place, number] = values.mean()
                figures[place + 1, number] = np.percentile(values, 90)
    used = np.where(done > 0, utilisation, np.nan)
    return Teams(names, done, figures[0], figures[1], figures[2], figures[3], used)
