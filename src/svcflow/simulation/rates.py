"""Teams without people: only the rate at which a team gets things done is known, one virtual place a team.

The rate of an hour of the day (weekdays together, Saturday, Sunday) is the completions in it over the hours whose
backlog is at least its 60 % quantile (advice.md 5: by hour of the week, of which a log shows few). Capacity is then in
percent, never in heads.
"""

from __future__ import annotations

import numpy as np

from svcflow.simulation.arrays import Floats
from svcflow.simulation.presence import HOUR, WEEK_HOURS
from svcflow.simulation.stations import Stations
from svcflow.simulation.traces import Traces

UPPER = 0.6
_CELLS = np.concatenate([np.tile(np.arange(24), 5), 24 + np.arange(48)])
"""The kind of hour of each hour of the week."""
SPARE = 1.03
"""A team got everything done that the log shows: it can do at least so much more than that."""


def observe_rates(traces: Traces, stations: Stations) -> Floats:
    """Return completions an hour by team and hour of the log's weeks."""
    hours = (int(max(traces.end.max(), 1) / HOUR) // WEEK_HOURS + 1) * WEEK_HOURS
    grid = np.arange(hours) * HOUR
    rates = np.zeros((len(stations.names), hours))
    for number in range(len(stations.names)):
        mine = stations.of_row == number
        ends = np.sort(traces.end[mine])
        done = np.bincount((ends / HOUR).astype(np.int64), minlength=hours)[:hours].astype(np.float64)
        backlog = np.searchsorted(np.sort(traces.enabled[mine]), grid, side="right") - np.searchsorted(ends, grid)
        rates[number] = _profile(done, backlog.astype(np.float64), traces.weeks * WEEK_HOURS)
    return rates


def _profile(done: Floats, backlog: Floats, until: int) -> Floats:
    """Return a week's rates, repeated: those of pressed hours, scaled up where they could not keep up."""
    of_week = _CELLS[np.arange(len(done)) % WEEK_HOURS]
    inside = np.arange(len(done)) < until
    pressed = inside & (backlog >= np.quantile(backlog[inside & (done > 0)], UPPER)) if done.any() else inside
    hours = np.bincount(of_week[inside], minlength=_CELLS.max() + 1)
    plain = (np.bincount(of_week[inside], done[inside], len(hours)) / np.maximum(hours, 1))[_CELLS]
    seen = np.bincount(of_week[pressed], minlength=len(hours))
    under = (np.bincount(of_week[pressed], done[pressed], len(hours)) / np.maximum(seen, 1))[_CELLS]
    week = np.where(seen[_CELLS] >= 3, under, plain)
    short = SPARE * plain.sum() / max(week.sum(), 1e-9)
    return np.tile(week * max(short, 1.0), len(done) // WEEK_HOURS)
