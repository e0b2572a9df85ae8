"""How fast a team really works: what it gets done in an hour at work while work is waiting (advice.md 5).

Over the gaps between completions at which the backlog of the team is in its upper two fifths, the work that the model
gives to what was done, divided by the time it took. Lunch, breaks, meetings and other duties are in it: it is an
effective speed, no touch time. It is never fitted to waiting times: that overshoots what people more would bring
(3.2 times in the trials).
"""

from __future__ import annotations

import numpy as np

from svcflow.simulation.arrays import Floats
from svcflow.simulation.service import Gaps, Service
from svcflow.simulation.stations import Stations
from svcflow.simulation.traces import Rows, Traces

UPPER = 0.6
"""Quantile of the backlog from which on a team is taken to be saturated."""
LEAST = 30
PRIOR = 0.85
SLOWEST, FASTEST = 0.2, 1.3


def estimate_speed(
    traces: Traces, stations: Stations, gaps: Gaps, service: Service, *, weight: Floats | None = None
) -> tuple[Floats, Rows]:
    """Return the speed of each team, 1 for work without a pause, and for which of them it was measured.

    `weight` counts each gap so often.
    """
    activity = traces.log.activity[gaps.row]
    recorded = service.recorded[gaps.row]
    work = np.where(np.isnan(recorded), service.mean[activity], recorded)
    team = stations.of_row[gaps.row]
    backlog = count_backlog(traces, stations, gaps)
    times = np.ones(len(gaps.row)) if weight is None else weight
    speed = np.full(len(stations.names), PRIOR)
    measured = np.zeros(len(stations.names), np.bool_)
    for number in range(len(stations.names)):
        mine = np.flatnonzero(team == number)
        if len(mine) < LEAST:
            continue
        busy = mine[backlog[mine] >= np.quantile(backlog[mine], UPPER)]
        spent = float((gaps.length[busy] * times[busy]).sum())
        if spent > 0:
            speed[number] = np.clip(float((work[busy] * times[busy]).sum()) / spent, SLOWEST, FASTEST)
            measured[number] = True
    return speed, measured


def count_backlog(traces: Traces, stations: Stations, gaps: Gaps) -> Floats:
    """Return how many instances of the team of each gap were enabled but not done when it began."""
    team = stations.of_row[gaps.row]
    found = np.zeros(len(gaps.row))
    for number in range(len(stations.names)):
        mine = team == number
        at_team = stations.of_row == number
        come = np.searchsorted(np.sort(traces.enabled[at_team]), gaps.since[mine], side="right")
        found[mine] = come - np.searchsorted(np.sort(traces.end[at_team]), gaps.since[mine], side="right")
    return found
