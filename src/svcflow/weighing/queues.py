"""Queues that a team's own arrivals make: whether waits follow what has piled up, as against the calendar.

Work that comes faster than it is done piles up, and goes down when less comes (cumulative curves; Newell 1982; Lindley
1952). From the instants at which cases come to a team, and a steady pace, follows how much lies there at any moment;
no wait is needed to know it. What the pace is nobody says: some loads are tried, on the wall clock and in open hours,
for the cases that are handed to the team and for all that it gets.

Waits follow the queue if both go together by rank beyond what the hour, the weekday, a line over the weeks and a jump
at the given moment explain: what is left of waits that depend on nothing else is chance, whose size is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log, Millis
from svcflow.weighing.changes import rank
from svcflow.weighing.hours import find_open, sum_open

HOUR = 3_600_000
LOADS = (0.8, 0.85, 0.9, 0.95, 1.0)
"""How much of what a team can do comes to it, on average over the log."""
CHANCE = 4.0
"""A correlation counts from this many standard errors on, the best of all tried being taken."""
FEWEST = 20
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Queue:
    """How much lay at a team when each of some rows came to it (in hours of its work), and how waits go with that."""

    length: Floats
    rho: float


@dataclass(frozen=True, slots=True)
class Inflow:
    """What comes to the teams of a log.

    `handed` tells the rows at which a case comes from another team; `calls` by team the instants at which cases come,
    in order: those handed to it, and all of them if it opens some; `hours` the open hours of the week.
    """

    handed: NDArray[np.bool_]
    calls: Mapping[int, list[Millis]]
    hours: NDArray[np.bool_]


def lay_out_inflow(log: Log) -> Inflow:
    """Return what comes to the teams of a log."""
    handed = np.zeros(log.instances, np.bool_)
    handed[1:] = (log.team[1:] != log.team[:-1]) & (log.team[1:] != UNKNOWN)
    opened = log.offsets[:-1][np.diff(log.offsets) > 0]
    handed[opened] = False
    came = np.flatnonzero(handed)
    passed, own = _split_by_team(log, came, log.time[came - 1]), _split_by_team(log, opened, log.start[opened])
    calls = {
        team: [np.sort(at), *([np.sort(np.concatenate([at, own[team]]))] if team in own else [])]
        for team, at in passed.items()
        if len(at) >= FEWEST
    }
    return Inflow(handed, calls, find_open(log))


def _split_by_team(log: Log, rows: NDArray[np.int64], instants: Millis) -> dict[int, Millis]:
    order = np.argsort(log.team[rows], kind="stable")
    teams, first = np.unique(log.team[rows][order], return_index=True)
    return dict(zip(teams.tolist(), np.split(instants[order], first[1:]), strict=True)) if len(rows) else {}


def follow_queue(log: Log, rows: NDArray[np.int64], spent: Millis, of: tuple[Inflow, int]) -> Queue | None:
    """Return the queue that the waits of `rows`, all of one team, follow best; ``None`` where they follow none.

    `spent` are these waits in open hours; `of` is what comes, and the moment of a jump of the waits (0 for none).
    """
    inflow, jump = of
    began = log.time[rows - 1]
    known = _explain(began, jump)
    left = _leave(known, rank(spent))
    best: Queue | None = None
    for instants in inflow.calls.get(int(log.team[rows[0]]), []):
        for length in _list_lengths(inflow.hours, instants, began):
            felt = _leave(known, rank(length))
            scale = float(np.sqrt((felt**2).sum() * (left**2).sum()))
            rho = float((felt * left).sum()) / scale if scale else 0.0
            if best is None or rho > best.rho:
                best = Queue(length, rho)
    free = len(rows) - known.shape[1] - 1
    return best if best is not None and free > 0 and best.rho * np.sqrt(free) >= CHANCE else None


def pile_up(hours: Floats, load: float) -> Floats:
    """Return what lies before each of these arrivals, in hours of work, where work comes at such a load.

    `hours` are the instants of the arrivals, ascending. Each brings as much work as a team does between two arrivals on
    average, times the `load`; nothing lies there at first (Lindley 1952, for one server at a steady pace).

    >>> pile_up(np.array([0.0, 0.0, 0.0, 6.0]), 1.0).tolist()
    [0.0, 1.5, 3.0, 0.0]
    """
    each = float(hours[-1] - hours[0]) / len(hours)
    level = np.arange(len(hours)) * load * each - hours
    lying: Floats = level - np.minimum.accumulate(level)
    return lying


def _list_lengths(hours: NDArray[np.bool_], calls: Millis, began: Millis) -> Iterator[Floats]:
    """Yield what lies there at some instants, by clock and load."""
    opened = [] if hours.all() else [(sum_open(calls, hours), sum_open(began, hours))]
    for came, at in [(calls, began), *opened]:
        before = np.searchsorted(came, at, side="left").clip(0, len(came) - 1)
        for load in LOADS if came[-1] > came[0] else ():
            yield pile_up(came / HOUR, load)[before]


def _explain(began: Millis, jump: int) -> Floats:
    """Return an orthonormal basis of what else may explain waits: hour, weekday, a line over time, a jump."""
    hour, day = began // HOUR % 24, began // (24 * HOUR) % 7
    columns = [np.ones(len(began)), (began - began.min()) / max(int(np.ptp(began)), 1)]
    columns += [(hour == h).astype(np.float64) for h in np.unique(hour)[1:].tolist()]
    columns += [(day == d).astype(np.float64) for d in np.unique(day)[1:].tolist()]
    if jump:
        columns.append((began >= jump).astype(np.float64))
    table = np.stack(columns, axis=1)
    whole, sizes, _ = np.linalg.svd(table, full_matrices=False)
    basis: Floats = whole[:, sizes > 1e-9 * sizes[0]]
    return basis


def _leave(known: Floats, values: Floats) -> Floats:
    return values - known @ (known.T @ values)
