"""Who was at work when, as the completions of people show it: heads by team and hour of the log.

On a day, somebody is taken to be at work from a typical piece of work before the first completion to half a one after
the last, rounded to whole hours: rounding outwards or inwards would overstate the hours by a tenth (advice.md 5). Who
works for several teams counts for each with the share of the instances done there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.simulation.arrays import Floats, Ints
from svcflow.simulation.stations import Stations
from svcflow.simulation.traces import Traces

HOUR = 3_600_000.0
DAY = 24 * HOUR
WEEK_HOURS = 168
FEWEST_DAYS = 5
OVERTIME = 1.5 * HOUR
TURNS = 3 * HOUR
"""Beginnings of work further apart are those of different shifts."""


@dataclass(frozen=True, eq=False)
class Presence:
    """`heads` by team and hour since the origin, whole weeks; `people` by team: full heads seen in an average week."""

    heads: Floats
    people: Floats


def observe(traces: Traces, stations: Stations, typical: Floats) -> Presence:
    """Return the presence of the people of a log; `typical` is the usual work of each row in milliseconds."""
    log = traces.log
    rows = np.flatnonzero(stations.of_row >= 0)
    resource, team = log.resource[rows].astype(np.int64), stations.of_row[rows]
    hours = (int(max(traces.end.max(), 1) / HOUR) // WEEK_HOURS + 1) * WEEK_HOURS
    begun = np.where(log.has_start[rows], traces.start[rows], traces.end[rows] - typical[rows])
    ended = traces.end[rows] + np.where(log.has_start[rows], 0.0, -typical[rows] / 2)
    day = (traces.end[rows] // DAY).astype(np.int64)
    key = resource * (hours // 24 + 2) + day
    keys, place = np.unique(key, return_inverse=True)
    first, last = np.full(len(keys), np.inf), np.zeros(len(keys))
    order = np.argsort(traces.end[rows], kind="stable")[::-1]
    if log.has_start[rows].any():
        np.minimum.at(first, place, begun)
    else:
        first[place[order]] = begun[order]  # the earliest completion is written last
    np.maximum.at(last, place, ended)
    who, on = np.divmod(keys, hours // 24 + 2)
    first, last = _fill_shifts(who, on, first, last)
    low = np.clip(np.rint(np.maximum(first, on * DAY) / HOUR), 0, hours - 1).astype(np.int64)
    high = np.clip(np.rint(np.minimum(last, (on + 1) * DAY) / HOUR), low + 1, hours).astype(np.int64)
    shares = _share_out(resource, team, len(log.resources), len(stations.names))
    heads = np.zeros((len(stations.names), hours + 1))
    for number in range(len(stations.names)):
        part = shares[who, number]
        np.add.at(heads[number], low, part)
        np.add.at(heads[number], high, -part)
    heads = np.maximum(np.cumsum(heads, axis=1)[:, :-1], 0.0)
    return Presence(np.where(heads < 1e-6, 0.0, heads), _count_people(who, on, shares))


def _fill_shifts(who: Ints, day: Ints, first: Floats, last: Floats) -> tuple[Floats, Floats]:
    """Return the spans of the days, drawn towards the usual shift of each person: who has nothing to do is there too.

    A day begins no later than the median of the person's days and no earlier than their lower fifth, and ends likewise;
    weekends are apart. Work seen hours beyond that stays. Where beginnings differ by hours, people work shifts by
    turns, and a day is as it was seen.
    """
    group = who * 2 + (day % 7 >= 5)
    begun, done = first - day * DAY, last - day * DAY
    first, last = first.copy(), last.copy()
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if len(rows) < FEWEST_DAYS:
            continue
        early, late = np.quantile(begun[rows], [0.25, 0.75])
        if late - early <= TURNS:
            least, usual = np.quantile(begun[rows], [0.2, 0.5])
            beyond = begun[rows] < least - OVERTIME
            first[rows] += np.where(beyond, 0.0, np.clip(begun[rows], least, usual) - begun[rows])
            usual, most = np.quantile(done[rows], [0.5, 0.8])
            beyond = done[rows] > most + OVERTIME
            last[rows] += np.where(beyond, 0.0, np.clip(done[rows], usual, most) - done[rows])
    return first, last


def _share_out(resource: Ints, team: Ints, people: int, teams: int) -> Floats:
    """Return which share of the instances of each resource is of each team; shares below a fiftieth are left out."""
    counts = np.bincount(resource * teams + team, minlength=people * teams).reshape(people, teams).astype(np.float64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shares[shares < 0.02] = 0.0
    return np.asarray(shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9), dtype=np.float64)


def _count_people(who: Ints, day: Ints, shares: Floats) -> Floats:
    """Return how many heads each team shows in an average week in which it works."""
    pairs = np.unique(day // 7 * len(shares) + who)
    week, who = np.divmod(pairs, len(shares))
    weekly = np.zeros((int(week.max()) + 1, shares.shape[1]))
    np.add.at(weekly, week, shares[who])
    worked = (weekly > 0).sum(axis=0)
    return np.asarray(weekly.sum(axis=0) / np.maximum(worked, 1), dtype=np.float64)
