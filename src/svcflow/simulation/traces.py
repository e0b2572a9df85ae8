"""The routes of a log: what enabled what, and when, on the wall clock of its zone.

Of the instances that an instance had to wait for, only those are kept that no other one of them had to wait for: an
AND-join has several. Two instances wait for each other unless their activities run side by side (`mining.concurrency`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars.wall import list_offsets
from svcflow.eventlog.log import Log, Millis
from svcflow.mining.concurrency import Declared
from svcflow.mining.enablement import Enablement, enable
from svcflow.simulation.arrays import Floats, Ints

Rows = NDArray[np.bool_]

REACH = 8
"""So many instances back a join is looked for."""
WEEK = 604_800_000
_MONDAY = 4 * 86_400_000
"""1970-01-05 was a Monday."""


@dataclass(frozen=True, eq=False)
class Traces:
    """Columns beside the rows of `log`; times are milliseconds of the wall clock since `origin`, a Monday at 0:00.

    `before[e]` enables `after[e]`, edges by case; ``edges[c]:edges[c + 1]`` are those of case `c`. `enabled` is when
    the last of those before a row ended, of a row without any the first start of its case.
    """

    log: Log
    origin: int
    case: Ints
    enabled: Floats
    start: Floats
    end: Floats
    before: Ints
    after: Ints
    edges: Ints

    @property
    def sojourn(self) -> Floats:
        """Return the time from being enabled to the end of each row."""
        return self.end - self.enabled

    @cached_property
    def first(self) -> Rows:
        """Return which rows are the first of their case."""
        first = np.zeros(len(self.case), np.bool_)
        first[self.log.offsets[:-1][np.diff(self.log.offsets) > 0]] = True
        return first

    @cached_property
    def arrival(self) -> Floats:
        """Return when each case arrives: its first start."""
        return np.minimum.reduceat(np.minimum(self.start, self.end), self.log.offsets[:-1])

    @property
    def week(self) -> Ints:
        """Return the week of arrival of each case, 0 for that of `origin`."""
        return (self.arrival // WEEK).astype(np.int64)

    @property
    def weeks(self) -> int:
        """Return how many weeks cases arrive in, from the first to the last."""
        return int(self.week.max()) + 1


def trace(log: Log, declared: Declared | None = None) -> Traces:
    """Return the routes of `log`; `declared` is what definitions say of concurrency."""
    enablement = enable(log, declared)
    instances = enablement.instances
    before, after = _link(enablement)
    row = instances.row
    limit = np.full(log.instances, -1, np.int64)
    np.maximum.at(limit, after, instances.time[before])
    begun = np.minimum.reduceat(instances.start, log.offsets[:-1])[instances.case]
    enabled = np.empty_like(limit)
    enabled[row] = np.where(limit >= 0, limit, begun)
    wall = [to_wall(column, log.zone) for column in (enabled, log.start, log.time)]
    first = int(wall[1].min())
    origin = (first - _MONDAY) // WEEK * WEEK + _MONDAY
    case = log.case_of_row
    order = np.lexsort((row[after], row[before]))
    before, after = row[before][order], row[after][order]
    edges = np.searchsorted(before, log.offsets)
    opened, started, ended = ((column - origin).astype(np.float64) for column in wall)
    return Traces(log, origin, case, opened, started, ended, before, after, edges)


def to_wall(instants: Millis, zone: str) -> Millis:
    """Return UTC milliseconds as milliseconds on the wall clock of `zone`."""
    if not len(instants):
        return instants
    regimes = list_offsets(zone, int(instants.min()), int(instants.max()))
    since = np.array([begin for begin, _ in regimes])
    offsets = np.array([offset for _, offset in regimes])
    moved: Millis = instants + offsets[np.maximum(np.searchsorted(since, instants, side="right") - 1, 0)]
    return moved


def _link(found: Enablement) -> tuple[Ints, Ints]:
    """Return the edges between places of instances."""
    instances, beside = found.instances, found.concurrency
    place = np.arange(len(instances))
    chosen: list[tuple[int, Rows]] = []
    plain = not len(beside.pairs) and bool((instances.start == instances.time).all())

    def follows(early: Ints, late: Ints) -> Rows:
        ended = instances.time[early] <= instances.start[late]
        return np.asarray(ended & ~beside.holds(instances.activity[early], instances.activity[late]))

    for back in range(1, 2 if plain else REACH + 1):
        early = np.maximum(place - back, 0)
        mine = (place - back >= instances.first) & follows(early, place)
        for nearer, has in chosen:
            mine &= ~(has & follows(early, np.maximum(place - nearer, 0)))
        chosen.append((back, mine))
    missed = (found.source >= 0) & ~np.logical_or.reduce([has for _, has in chosen])
    before = [np.flatnonzero(has) - back for back, has in chosen]
    after = [np.flatnonzero(has) for _, has in chosen]
    return np.concatenate([*before, found.source[missed]]), np.concatenate([*after, np.flatnonzero(missed)])
