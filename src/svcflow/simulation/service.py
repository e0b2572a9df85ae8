"""How long work takes: recorded where starts are, else from the pace of people who had work waiting.

Between two completions of one person on a day, with the second instance enabled before the first was done, lies the
work on the second, and whatever else the person did. The median `m` of such gaps and their lower sixth `q` make a
lognormal: sigma = ln m - ln q, mean = m exp(sigma^2 / 2) (advice.md 5: the median is within 3 to 14 % of the truth).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from svcflow.simulation.arrays import Floats, Ints
from svcflow.simulation.stations import Stations
from svcflow.simulation.traces import Rows, Traces

DAY = 86_400_000.0
LEAST = 20
"""Gaps of an activity below which its work is not known by itself."""
LOWER = 0.16
WIDEST = 1.2
"""Of sigma: breaks and meetings make gaps that are no work."""
SHARE_RECORDED = 0.8


@dataclass(frozen=True, eq=False)
class Gaps:
    """Pairs of completions of one person on a day: the rows of the second ones, and the time between, milliseconds.

    `waiting` tells where the second was enabled before the first was done.
    """

    row: Ints
    since: Floats
    length: Floats
    waiting: Rows


@dataclass(frozen=True, eq=False)
class Service:
    """The work on each activity: median (milliseconds), sigma and the share that takes any time at all.

    `gaps` is how many gaps it rests on: 0 where it was taken from other activities or from the shortest sojourns.
    `recorded` is the work on each row where starts are known, NaN elsewhere.
    """

    median: Floats
    sigma: Floats
    share: Floats
    gaps: Ints
    recorded: Floats

    @property
    def mean(self) -> Floats:
        """Return the mean work on each activity, in milliseconds."""
        return np.asarray(self.share * self.median * np.exp(self.sigma**2 / 2), dtype=np.float64)

    def draw(self, row: Ints, activity: Ints, uniform: Floats) -> Floats:
        """Return work for rows of the log: what was recorded, else the quantile `uniform` of its activity."""
        drawn = self.share[activity] * self.median[activity] * np.exp(self.sigma[activity] * ndtri(uniform))
        recorded = self.recorded[row]
        return np.where(np.isnan(recorded), drawn, recorded)


def find_gaps(traces: Traces, people: Rows) -> Gaps:
    """Return the gaps between completions of the `people` rows."""
    resource = traces.log.resource
    rows = np.flatnonzero(people)
    rows = rows[np.lexsort((rows, traces.end[rows], resource[rows]))]
    one, other = rows[:-1], rows[1:]
    same = (resource[one] == resource[other]) & (traces.end[one] // DAY == traces.end[other] // DAY)
    one, other = one[same], other[same]
    return Gaps(other, traces.end[one], traces.end[other] - traces.end[one], traces.enabled[other] <= traces.end[one])


def estimate_service(traces: Traces, stations: Stations, gaps: Gaps, weight: Floats | None = None) -> Service:
    """Return the work of all activities; `weight` counts each gap so often (a bootstrap over weeks)."""
    log = traces.log
    width = len(log.activities)
    recorded = record_service(traces, stations)
    at_team = gaps.waiting & (stations.of_row[gaps.row] >= 0)
    times = np.ones(len(gaps.row), np.int64) if weight is None else weight.astype(np.int64)
    activity = log.activity[gaps.row]
    median, sigma, share = np.full(width, np.nan), np.full(width, 0.5), np.ones(width)
    found = np.zeros(width, np.int64)
    for code in np.unique(log.activity[stations.of_row >= 0]).tolist():
        mine = np.flatnonzero(at_team & (activity == code) & (times > 0))
        lengths = np.repeat(gaps.length[mine], times[mine])
        positive = lengths[lengths >= 1000.0]
        own = recorded[(log.activity == code) & ~np.isnan(recorded)]
        if len(own) >= LEAST:
            positive, lengths = own[own >= 1000.0], own
        if len(positive) < LEAST:
            continue
        median[code], low = np.quantile(positive, [0.5, LOWER])
        sigma[code] = min(np.log(median[code]) - np.log(low), WIDEST)
        share[code], found[code] = len(positive) / len(lengths), len(lengths)
    _fill(traces, stations, median, share)
    return Service(median, sigma, share, found, recorded)


def record_service(traces: Traces, stations: Stations) -> Floats:
    """Return the recorded work on each row of a team, NaN where no start is known.

    Whoever has several instances in hand at once works on each for a part of the time: recorded spans are scaled so
    that nobody works for more than the clock shows. Spans are taken within a day's work of the last twelve hours.
    """
    log = traces.log
    found = np.full(log.instances, np.nan)
    rows = np.flatnonzero((stations.of_row >= 0) & log.has_start)
    if len(rows) < SHARE_RECORDED * (stations.of_row >= 0).sum():
        return found
    span = traces.end[rows] - traces.start[rows]
    nights = traces.end[rows] // DAY - traces.start[rows] // DAY
    span = np.maximum(span - nights * DAY * 2 / 3, np.minimum(span, DAY / 3))
    resource = log.resource[rows]
    order = np.lexsort((traces.start[rows], resource))
    total = np.bincount(resource, traces.end[rows] - traces.start[rows])
    union = np.bincount(resource[order], _cover(resource[order], traces.start[rows][order], traces.end[rows][order]))
    size = max(len(total), len(union))
    total, union = (np.pad(c, (0, size - len(c))) for c in (total, union))
    factor = np.where(total > 0, union / np.maximum(total, 1.0), 1.0)
    found[rows] = span * factor[resource] if (resource > 0).any() else span
    return found


def _cover(group: NDArray[np.int32], start: Floats, end: Floats) -> Floats:
    """Return what each instance adds to the union of those of its group that began before it (by group and start)."""
    far = float(end.max(initial=0.0)) + 1.0
    reached = np.maximum.accumulate(end + group * far)
    before = np.concatenate([[-np.inf], reached[:-1]]) - group * far
    return np.asarray(np.maximum(end - np.maximum(start, before), 0.0), dtype=np.float64)


def _fill(traces: Traces, stations: Stations, median: Floats, share: Floats) -> None:
    """Give activities without enough gaps the shortest tenth of their sojourns within a day, or what others need."""
    log = traces.log
    usual = float(np.nanmedian(median)) if not np.isnan(median).all() else 600_000.0
    for code in np.flatnonzero(np.isnan(median)).tolist():
        mine = (stations.of_row >= 0) & (log.activity == code)
        spans = traces.sojourn[mine]
        spans = spans[(spans >= 1000.0) & (spans < DAY)]
        median[code] = min(usual, float(np.quantile(spans, 0.25))) if len(spans) >= LEAST else usual
        share[code] = 1.0
