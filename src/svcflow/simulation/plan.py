"""What is to be played, row by row of the log: a model as it is, or with changes; and its expansion into jobs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from svcflow.simulation.arrays import Floats, Ints, Jobs, Shifts
from svcflow.simulation.draws import Draws, Picks
from svcflow.simulation.service import Service
from svcflow.simulation.traces import Rows, Traces

DELAYED = 0.25
"""The share of instances that delays fall on where they fall at random."""
OVERRUN = 4 * 3_600_000.0
"""So long people stay on for what they have begun."""


@dataclass(frozen=True, eq=False)
class Plan:
    """Columns beside the rows of the log, the edges between rows, and the capacity.

    `station` is the team or -1; then the row takes its `own` milliseconds. `work` multiplies what a row takes a team.
    Before that, `delay` milliseconds pass, or where `random` says so, that much on average, by an exponential law for a
    quarter of the rows; `most` bounds it. `dropped` is the chance that a row does not happen, by a coin of the row or,
    where `by_case` says so, of the case. Lower `priority` goes first. By team: `capacity` is heads (or completions an
    hour) in each hour of the run, `speed` a factor. `load` multiplies the arrivals.
    """

    names: tuple[str, ...]
    station: Ints
    own: Floats
    work: Floats
    delay: Floats
    random: Rows
    most: Floats
    dropped: Floats
    by_case: Rows
    priority: Ints
    before: Ints
    after: Ints
    capacity: Floats
    speed: Floats
    load: float = 1.0

    def drop(self, rows: Rows, share: float = 1.0, *, by_case: bool = False) -> Plan:
        """Return the plan in which a share of `rows` does not happen."""
        left = np.where(rows, 1 - (1 - self.dropped) * (1 - share), self.dropped)
        return replace(self, dropped=left, by_case=self.by_case | (rows & by_case))


@dataclass(frozen=True, eq=False)
class Expanded:
    """Jobs for the kernel with the row of the log and the pick that each plays, and which are dropped."""

    jobs: Jobs
    row: Ints
    pick: Ints
    dropped: Rows


def expand(plan: Plan, traces: Traces, picked: tuple[Picks, Draws], service: Service) -> Expanded:
    """Return the jobs of the picked cases."""
    picks, draws = picked
    row, pick = draws.row, draws.pick
    coin = np.where(plan.by_case[row], picks.coin[pick], draws.coin)
    dropped = coin < plan.dropped[row]
    station = np.where(dropped, -1, plan.station[row])
    at_team = station >= 0
    drawn = service.draw(row, traces.log.activity[row].astype(np.int64), draws.work) * plan.work[row]
    luck = np.where(draws.late < DELAYED, -np.log1p(-draws.delay) / DELAYED, 0.0)
    late = np.where(plan.random[row], luck * plan.delay[row], plan.delay[row])
    delay = np.where(at_team, np.minimum(late, plan.most[row]), 0.0)
    time = np.where(at_team, drawn, np.where(dropped, 0.0, plan.own[row]))
    first, after = _chain(plan, traces, picks, draws)
    release = traces.enabled[row] + picks.shift[pick]
    jobs = Jobs(release, delay, time, station, plan.priority[row], first, after)
    return Expanded(jobs, row, pick, dropped)


def make_shifts(plan: Plan, *, heads: bool) -> Shifts:
    """Return the shifts of a plan: of `heads`, or of one virtual place a team that works at a rate."""
    if heads:
        return Shifts.from_heads(plan.capacity, plan.speed, overrun=OVERRUN)
    rate = np.where(plan.capacity < 1e-9, 0.0, plan.capacity) * plan.speed[:, None]
    return Shifts((rate > 0).astype(np.int64), rate)


def _chain(plan: Plan, traces: Traces, picks: Picks, draws: Draws) -> tuple[Ints, Ints]:
    """Return the successors of all instances in compressed rows."""
    offsets = np.searchsorted(plan.before, traces.log.offsets)
    sizes = np.diff(offsets)[picks.case]
    edge = take_ranges(offsets[picks.case], sizes)
    moved = np.repeat(draws.offsets[:-1] - traces.log.offsets[picks.case], sizes)
    before = plan.before[edge] + moved
    first = np.zeros(len(draws.row) + 1, np.int64)
    np.cumsum(np.bincount(before, minlength=len(draws.row)), out=first[1:])
    return first, plan.after[edge] + moved


def take_ranges(starts: Ints, sizes: Ints) -> Ints:
    """Return the numbers of all ranges one after the other.

    >>> take_ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - sizes), sizes), dtype=np.int64)
