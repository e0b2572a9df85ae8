"""What the kernel is given and what it returns, as columns; and whether it runs plainly or compiled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import SvcflowError
from svcflow.simulation import compiled
from svcflow.simulation.kernel import HOUR, NEVER, play

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BIG = 200_000
"""From so many instances on it pays to load the compiled kernel."""


class UnplayableError(SvcflowError):
    """Work waits for a team that never works."""


@dataclass(frozen=True, eq=False)
class Shifts:
    """Places and their speed by team (rows) and hour of a period (columns) that repeats, hour 0 on a Monday at 0:00.

    Capacity of 1.5 people is two places at three quarters of the speed: the same work, and nobody waits for half a
    person. What is left to do when a team closes and takes no longer than `overrun` milliseconds is still done.
    """

    servers: Ints
    rate: Floats
    overrun: float = 0.0

    @classmethod
    def from_heads(cls, heads: Floats, speed: Floats | None = None, *, overrun: float = 0.0) -> Shifts:
        """Return the shifts of so many `heads` (which may be fractions) by team and hour, each at the team's `speed`.

        Less than a thousandth of a head is nobody.
        """
        heads = np.where(heads < 1e-3, 0.0, heads)
        servers = np.ceil(heads - 1e-9).astype(np.int64)
        rate = np.where(servers > 0, heads / np.maximum(servers, 1), 0.0)
        return cls(servers, rate if speed is None else rate * speed[:, None], overrun)

    @property
    def hours(self) -> int:
        """Return the number of hours of the period."""
        return int(self.servers.shape[1])

    @property
    def teams(self) -> int:
        """Return the number of teams."""
        return int(self.servers.shape[0])

    @cached_property
    def capacity(self) -> Floats:
        """Return the work a team can do in each hour, in hours of one server at full rate."""
        return np.asarray(self.servers * self.rate, dtype=np.float64)

    @cached_property
    def worked(self) -> Floats:
        """Return what one server of each team has worked before each hour of the period and at its end."""
        done = np.zeros((self.teams, self.hours + 1))
        np.cumsum(self.rate * HOUR, axis=1, out=done[:, 1:])
        return done

    @cached_property
    def rise(self) -> Ints:
        """Return how many hours after each hour the next one with more places than the one before it is; 0: none."""
        return _count_ahead(self.servers > np.roll(self.servers, 1, axis=1))

    @cached_property
    def close(self) -> Ints:
        """Return how many hours after each hour the next one is in which nobody works; 0: none."""
        return _count_ahead(self.rate <= 0)


def _count_ahead(marks: NDArray[np.bool_]) -> Ints:
    """Return for each column how many columns later the next marked one of its row is, round the end; 0: none."""
    rows, columns = marks.shape
    ahead = np.zeros((rows, columns), np.int64)
    for row in np.flatnonzero(marks.any(axis=1)).tolist():
        places = np.flatnonzero(marks[row])
        following = np.searchsorted(places, np.arange(columns), side="right")
        ahead[row] = np.append(places, places[0] + columns)[following] - np.arange(columns)
    return ahead


@dataclass(frozen=True, eq=False)
class Jobs:
    """Instances to play, one entry each; see `kernel.play`. Times and work are in milliseconds.

    `first` and `after` are the successors in compressed rows; `patience` of ``None``: nobody gives up.
    """

    release: Floats
    delay: Floats
    service: Floats
    team: Ints
    priority: Ints
    first: Ints
    after: Ints
    patience: Floats | None = None

    def __len__(self) -> int:
        return len(self.release)

    @cached_property
    def indegree(self) -> Ints:
        """Return how many instances enable each."""
        return np.bincount(self.after, minlength=len(self)).astype(np.int64)

    @cached_property
    def roots(self) -> Ints:
        """Return the instances that nothing enables, in order of their release."""
        found = np.flatnonzero(self.indegree == 0)
        return found[np.argsort(self.release[found], kind="stable")]


@dataclass(frozen=True, eq=False)
class Played:
    """When each instance became ready, began and ended, in milliseconds; a start below zero: it gave up."""

    ready: Floats
    start: Floats
    end: Floats


def play_jobs(jobs: Jobs, shifts: Shifts, *, fast: bool | None = None) -> Played:
    """Play `jobs` on `shifts`; with `fast` compiled, without plainly, by default compiled where that pays.

    Raises UnplayableError where a team that has something to do has no open hour.
    """
    if fast is None:
        fast = compiled.is_loaded() or (len(jobs) >= BIG and compiled.is_available())
    asked = np.unique(jobs.team[jobs.team >= 0])
    if len(asked) and bool((shifts.worked[asked, -1] <= 0).any()):
        raise UnplayableError("work waits for a team that never works")
    count = len(jobs)
    patience = np.full(count, NEVER) if jobs.patience is None else jobs.patience
    given = (jobs.release, jobs.delay, jobs.service, jobs.team, jobs.priority, patience)
    chained = (jobs.indegree.copy(), jobs.first, jobs.after, jobs.roots)
    tables = [
        np.ascontiguousarray(t).ravel() for t in (shifts.servers, shifts.rate, shifts.worked, shifts.rise, shifts.close)
    ]
    state = [np.zeros(shifts.teams, np.int64) for _ in range(2)]
    columns: list[Any] = [*given, *chained, shifts.hours, *tables, float(shifts.overrun), *state]
    found: list[Any] = [np.full(count, -1.0) for _ in range(3)]
    run: Any = compiled.compile_kernel() if fast else play
    if not fast:
        columns = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
        found = [column.tolist() for column in found]
    ended = run(*columns, *found)
    if ended != count:
        raise UnplayableError("instances wait for each other in a circle")
    return Played(*(np.asarray(column, np.float64) for column in found))
