"""What teams or people do and hold: instances, cases, active days, hours, and how long cases are in their hands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Codes
from svcflow.mining.days import WEEK_HOURS
from svcflow.mining.grouping import add_up
from svcflow.mining.routing import trace_routes
from svcflow.mining.tallies import Counter, Tally

Ints = NDArray[np.int64]

MARKS = 1 << 25
"""Up to so many possible days of holders each has a mark."""
NOBODY = np.empty(0, np.int32)
LATEST = np.iinfo(np.int64).max
EARLIEST = np.iinfo(np.int64).min


class Holding(NamedTuple):
    """One number for each holder's code, durations in milliseconds.

    `started` counts instances with a known start, `worked` adds up their processing; `held` adds up runs; `days` holds
    ``holder * days + day`` once for each active day, `hours` counts ``holder * 168 + hour of the week``.
    """

    counts: Ints
    cases: Ints
    started: Ints
    worked: Ints
    held: Ints
    first: Ints
    last: Ints
    days: Tally
    hours: Tally

    def merge(self, other: Holding) -> Holding:
        """Put two together."""
        days = np.union1d(self.days.keys, other.days.keys)
        return Holding(
            self.counts + other.counts,
            self.cases + other.cases,
            self.started + other.started,
            self.worked + other.worked,
            self.held + other.held,
            np.minimum(self.first, other.first),
            np.maximum(self.last, other.last),
            Tally(days, np.ones(len(days), np.int64)),
            self.hours.merge(other.hours),
        )


class Holdings:
    """Adds up what holders with codes below `width` do, block by block; nothing where none is known."""

    def __init__(self, width: int, days: int) -> None:
        self.width = width
        self._size = days
        self._sums = np.zeros((5, width), np.int64)
        self._first, self._last = np.full(width, LATEST), np.full(width, EARLIEST)
        self._marks = np.zeros(width * days, np.bool_) if width * days <= MARKS else None
        self._days = Counter(width * days if self._marks is None else 1)
        self._hours = Counter(width * WEEK_HOURS)

    def add(self, batch: Batch, holders: Codes, at: tuple[Ints, Ints]) -> None:
        """Take a block in; `at` are day and hour of the week of each instance."""
        if self.width < 2 or not len(holders):
            return
        day, hour = at
        holder = holders.astype(np.int64)
        days = holder * self._size + day
        if self._marks is None:
            self._days.add(days)
        else:
            self._marks[days] = True
        self._hours.add(holder * WEEK_HOURS + hour)
        self._sums[0] += np.bincount(holder, minlength=self.width)
        started = np.flatnonzero(batch.has_start)
        if len(started):
            self._sums[2] += np.bincount(holder[started], minlength=self.width)
            self._sums[3] += add_up(holder[started], batch.time[started] - batch.start[started], self.width)
        self._add_runs(batch, holders)

    def _add_runs(self, batch: Batch, holders: Codes) -> None:
        """Take in how long cases are with each holder, run by run."""
        routes = trace_routes(batch, holders, NOBODY)
        rows, who = routes.row, routes.holder.astype(np.int64)
        begin = np.minimum.reduceat(batch.start, rows)
        end = batch.time.take(np.append(rows[1:], len(holders)) - 1)
        self._sums[4] += add_up(who, end - begin, self.width)
        np.minimum.at(self._first, who, begin)
        np.maximum.at(self._last, who, end)
        self._sums[1] += np.bincount(who[~routes.again], minlength=self.width)

    def state(self) -> Holding:
        """Return what was added up so far."""
        keys = self._days.state().keys if self._marks is None else np.flatnonzero(self._marks)
        days = Tally(keys, np.ones(len(keys), np.int64))
        counts, cases, started, worked, held = self._sums.copy()
        first, last = self._first.copy(), self._last.copy()
        return Holding(counts, cases, started, worked, held, first, last, days, self._hours.state())


def add_up_hours(hours: Tally, width: int) -> Ints:
    """Return a row of 168 counts for each holder."""
    week = np.zeros(width * WEEK_HOURS, np.int64)
    week[hours.keys] = hours.counts
    return week.reshape(width, WEEK_HOURS)


def find_main_team(membership: Tally, teams: int) -> dict[int, int]:
    """Return for each person the team of most of their instances, by ``person * teams + team``; unknown comes last."""
    person, team = np.divmod(membership.keys, max(teams, 1))
    found: dict[int, int] = {}
    for at in np.lexsort((team, -membership.counts, team == 0)).tolist():
        found.setdefault(int(person[at]), int(team[at]))
    return found
