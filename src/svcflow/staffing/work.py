"""The pieces of work of each team in a log: when they came, how long people were at them, who was at work.

A piece is one activity instance of a team that no machine did. It comes when it is enabled (metrics.md 6), the first of
a case when it begins: a wait before that is not in the log.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import DAY_MS, Clock
from svcflow.eventlog.log import UNKNOWN, Codes, Log, Millis
from svcflow.mining.days import HOUR_MS, WEEK_HOURS, Days
from svcflow.mining.enablement import enable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_KNOWN = 0.8
"""The share of pieces whose start, or whose doer, must be known."""
LEAST_GAPS = 30
WORKED = 0.98
"""The share of the pieces that are done in the hours a team works."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """The pieces of a log in order of rows: team, doer, and the instants of coming, beginning and ending.

    `started` tells whose beginning the log knows.
    """

    log: Log
    row: Ints
    team: Codes
    resource: Codes
    came: Millis
    began: Millis
    ended: Millis
    started: NDArray[np.bool_]

    def of_team(self, team: int) -> Work:
        """Return the pieces of one team."""
        return self.choose(self.team == team)

    def choose(self, kept: NDArray[np.bool_]) -> Work:
        """Return some of the pieces."""
        return Work(
            self.log,
            self.row[kept],
            self.team[kept],
            self.resource[kept],
            self.came[kept],
            self.began[kept],
            self.ended[kept],
            self.started[kept],
        )

    def __len__(self) -> int:
        return len(self.row)

    @property
    def names_people(self) -> bool:
        """Return whether the log says who did nearly all of it."""
        return bool(len(self)) and float((self.resource != UNKNOWN).mean()) >= LEAST_KNOWN


def collect(log: Log, machines: Codes) -> Work:
    """Return the pieces of work of all teams; `machines` are the codes of resources that are none."""
    found = enable(log)
    row = found.instances.row
    kept = (log.team[row] != UNKNOWN) & ~np.isin(log.resource[row], machines)
    at, came = row[kept], found.enabled[kept]
    return Work(log, at, log.team[at], log.resource[at], came, log.start[at], log.time[at], log.has_start[at])


@dataclass(frozen=True, slots=True)
class Handling:
    """How long a piece takes one person on average, in seconds, and the squared variation of that.

    ``measured`` where the log knows starts. ``effective``: from the gaps between completions of one person who had more
    to do; it holds everything else they did in between, so it tells capacity, never touch time. `n` counts what it is
    from.
    """

    mean_s: float
    squared_variation: float
    kind: str
    n: int


def measure_handling(work: Work, clock: Clock | None, days: Days) -> Handling | None:
    """Return how long pieces take, ``None`` where the log does not tell: neither starts nor people, or too few.

    Measured time is that of the open hours of `clock`; without one, what lasts over midnight says nothing.
    """
    began, ended = work.began[work.started], work.ended[work.started]
    if clock is not None:
        busy = clock.elapsed_all(began, ended)
    else:
        inside = ended < days.edges[-1]
        same = days.find(began[inside]) == days.find(ended[inside])
        busy = (ended - began)[inside][same]
    busy = busy[busy > 0]
    if len(work) and len(busy) >= LEAST_KNOWN * len(work) and len(busy) >= LEAST_GAPS:
        mean = float(busy.mean())
        return Handling(mean / 1000, float(busy.var() / mean**2), "measured", len(busy))
    if not work.names_people:
        return None
    return _from_gaps(work, days)


def _from_gaps(work: Work, days: Days) -> Handling | None:
    """Return effective handling from gaps of a day after which the next piece was there already (advice.md 5).

    The mean is that of a lognormal with their median and 16 % quantile, or of the gaps cut off at 95 %, whichever is
    less: breaks and other work only ever lengthen a gap.
    """
    known = np.flatnonzero((work.resource != UNKNOWN) & (work.ended < days.edges[-1]))
    order = known[np.lexsort((work.ended[known], work.resource[known]))]
    before, after = order[:-1], order[1:]
    gaps = work.ended[after] - work.ended[before]
    good = (work.resource[before] == work.resource[after]) & (work.came[after] <= work.ended[before])
    good &= (gaps > 0) & (days.find(work.ended[before]) == days.find(work.ended[after]))
    gaps = gaps[good]
    if len(gaps) < LEAST_GAPS:
        return None
    low, middle, top = np.quantile(gaps, [0.16, 0.5, 0.95])
    sigma = min(float(np.log(middle) - np.log(max(float(low), 1.0))), 1.5)
    shaped = float(middle * np.exp(sigma**2 / 2))
    cut = np.minimum(gaps, top)
    mean = min(shaped, float(cut.mean()))
    return Handling(mean / 1000, float(cut.var() / cut.mean() ** 2), "effective", len(gaps))


def count_arrivals(came: Millis, days: Days) -> tuple[Ints, Ints]:
    """Return whole weeks x 168 counts of arrivals, and the numbers of those weeks within `days`.

    The weeks are those that lie between the first arrival and the last: at its end a log holds leftovers only.
    """
    weeks = days.find_whole_weeks()
    week = days.weeks[days.find(came)]
    hour = days.hours_of_week(came)
    place = np.searchsorted(weeks, week)
    inside = (place < len(weeks)) & (weeks[np.minimum(place, len(weeks) - 1)] == week) if len(weeks) else week < 0
    keys = place[inside] * WEEK_HOURS + hour[inside]
    counts: Ints = np.bincount(keys, minlength=len(weeks) * WEEK_HOURS).reshape(len(weeks), WEEK_HOURS)
    return counts, weeks


def count_people(work: Work, days: Days, weeks: Ints, handling: Handling | None) -> Floats:
    """Return weeks x 168 heads at work: each person from the first trace of a day to the last.

    Where no start is known, or it lies on a day before, work began one mean handling time before it ended.
    """
    heads = np.zeros((len(days), 24))
    known = (work.resource != UNKNOWN) & (work.ended >= days.edges[0]) & (work.ended < days.edges[-1])
    if known.any():
        day = days.find(work.ended[known])
        ended = work.ended[known] - days.edges[day]
        began = work.began[known] - days.edges[day]
        guess = np.maximum(ended - int(1000 * (handling.mean_s if handling else 0)), 0)
        began = np.where(work.started[known] & (began >= 0), began, guess)
        keys, at = np.unique(work.resource[known].astype(np.int64) * len(days) + day, return_inverse=True)
        first, last = np.full(len(keys), DAY_MS + HOUR_MS), np.zeros(len(keys), np.int64)
        np.minimum.at(first, at, began)
        np.maximum.at(last, at, ended)
        _lay(heads, keys % len(days), first / HOUR_MS, last / HOUR_MS)
    of_week = days.weeks
    return np.array([heads[of_week == week].ravel() for week in weeks.tolist()]).reshape(len(weeks), WEEK_HOURS)


def find_worked(work: Work, days: Days) -> Floats:
    """Return 1 for the fewest hours of the week in which nearly all pieces are done, else 0."""
    inside = (work.ended >= days.edges[0]) & (work.ended < days.edges[-1])
    done = np.bincount(days.hours_of_week(work.ended[inside]), minlength=WEEK_HOURS)
    order = np.argsort(-done, kind="stable")
    held = np.cumsum(done[order]) - done[order]
    found = np.zeros(WEEK_HOURS)
    found[order[(held < WORKED * done.sum()) & (done[order] > 0)]] = 1
    return found


def _lay(heads: Floats, day: Ints, first: Floats, last: Floats) -> None:
    """Add each span of hours of a day to the hours it covers, in parts."""
    for hour in range(24):
        part = np.clip(np.minimum(last, hour + 1) - np.maximum(first, hour), 0, 1)
        heads[:, hour] += np.bincount(day, weights=part, minlength=len(heads))
