"""The work that changes take out of a log, row by row, and what it costs a year, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.advice.money.labour import Labour
from svcflow.calendars import DAY_MS, Clock
from svcflow.eventlog.log import Log
from svcflow.replay.graph import Graph
from svcflow.replay.refusals import Unanswerable
from svcflow.replay.replayed import make_moves
from svcflow.whatif import Capacity, Change, Hours, Prioritise

Floats = NDArray[np.float64]

YEAR_MS = 365.25 * DAY_MS
LEAST_MS = 28 * DAY_MS
DRAWS, TAIL = 200, 0.05
QUEUES = (Capacity, Hours, Prioritise)
"""Changes that move queues and leave the work as it is."""


@dataclass(frozen=True, slots=True)
class Three:
    """A figure a year in three scenarios: the cautious and the hopeful end of its 90 % interval, and the expected one.

    `expected` is ``None`` where the gates of an estimate forbid a single figure.
    """

    cautious: float
    expected: float | None
    hopeful: float

    def plus(self, other: Three) -> Three:
        """Return the sum, scenario by scenario."""
        known = self.expected is not None and other.expected is not None
        expected = (self.expected or 0.0) + (other.expected or 0.0) if known else None
        return Three(self.cautious + other.cautious, expected, self.hopeful + other.hopeful)

    def times(self, factor: float) -> Three:
        """Return each figure times a factor of 0 or more."""
        expected = None if self.expected is None else self.expected * factor
        return Three(self.cautious * factor, expected, self.hopeful * factor)


NOTHING = Three(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Saved:
    """Work a year that falls away: hours, and their cost (``None`` where no rate is known)."""

    hours: Three
    cost: Three | None


def measure_years(log: Log) -> float | None:
    """Return how many years of arrivals a log holds, ``None`` below four weeks."""
    if not log.cases:
        return None
    begun = log.start[log.offsets[:-1]]
    span = int(begun.max() - begun.min())
    return span / YEAR_MS if span >= LEAST_MS else None


def save_work(graph: Graph, labour: Labour, changes: Sequence[Change], calendars: Mapping[str, Clock]) -> Saved | None:
    """Return the work that `changes` take out, ``None`` where that cannot be told: no starts, or no answer."""
    work = [change for change in changes if not isinstance(change, QUEUES)]
    years = measure_years(graph.log)
    if not changes or years is None:
        return None
    if not work:
        return Saved(NOTHING, NOTHING)
    less = _take_out(graph, work, calendars)
    if less is None:
        return None
    if not less.any():
        return Saved(NOTHING, NOTHING)
    touched = less > 0
    if np.isfinite(labour.minutes[touched]).mean() < 0.5:
        return None
    hours = _draw(graph, np.nan_to_num(labour.minutes * less) / 60, years)
    rated = np.isfinite(labour.cost[touched]).mean() >= 0.5
    return Saved(hours, _draw(graph, np.nan_to_num(labour.cost * less), years) if rated else None)


def _take_out(graph: Graph, changes: Sequence[Change], calendars: Mapping[str, Clock]) -> Floats | None:
    """Return the share of the work on each row that falls away, below 0 where it grows."""
    moves = make_moves(graph, changes, calendars=calendars)
    if isinstance(moves, Unanswerable):
        return None
    left = np.ones(graph.log.instances)
    for move in moves:
        if move.pace is not None:
            left *= move.pace
        if move.dropped is not None:
            left[move.dropped] = 0
    return 1 - left


def _draw(graph: Graph, amounts: Floats, years: float) -> Three:
    """Return a sum a year with its 90 % interval over weeks drawn again."""
    per_case = np.add.reduceat(amounts, graph.log.offsets[:-1])
    week = (graph.begin - graph.begin.min()) // (7 * DAY_MS)
    _, at = np.unique(week, return_inverse=True)
    per_week = np.bincount(at, weights=per_case)
    generator = np.random.Generator(np.random.PCG64(0))
    times = generator.multinomial(len(per_week), np.full(len(per_week), 1 / len(per_week)), size=DRAWS)
    low, high = np.quantile(times @ per_week, [TAIL, 1 - TAIL])
    total = float(per_week.sum())
    return Three(min(float(low), total) / years, total / years, max(float(high), total) / years)
