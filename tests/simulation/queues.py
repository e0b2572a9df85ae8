"""Stations of textbooks, and small chains, as jobs for the kernel."""

from __future__ import annotations

import numpy as np

from svcflow.simulation.arrays import Floats, Ints, Jobs, Shifts

HOUR = 3_600_000.0


def make_station(
    count: int, rate: float, mean: float, servers: int, *, patience: float | None = None, seed: int = 1
) -> tuple[Jobs, Shifts]:
    """Return Poisson arrivals (`rate` an hour) with exponential work of `mean` hours for a team that never closes."""
    rng = np.random.default_rng(seed)
    release = np.cumsum(rng.exponential(HOUR / rate, count))
    service = rng.exponential(mean * HOUR, count)
    limits = None if patience is None else rng.exponential(patience * HOUR, count)
    return free(release, service, patience=limits), Shifts.from_heads(np.full((1, 168), float(servers)))


def free(release: Floats, service: Floats, priority: Ints | None = None, patience: Floats | None = None) -> Jobs:
    """Return jobs of one team that depend on nothing."""
    count = len(release)
    zeros = np.zeros(count, np.int64)
    chosen = zeros if priority is None else priority
    after = np.empty(0, np.int64)
    return Jobs(release, zeros * 0.0, service, zeros, chosen, np.zeros(count + 1, np.int64), after, patience)


def chain(release: float, services: list[float], teams: list[int], delays: list[float] | None = None) -> Jobs:
    """Return one case whose instances follow each other; all in hours."""
    count = len(services)
    return Jobs(
        np.array([release] + [0.0] * (count - 1)) * HOUR,
        np.array(delays or [0.0] * count) * HOUR,
        np.array(services) * HOUR,
        np.array(teams, np.int64),
        np.zeros(count, np.int64),
        np.minimum(np.arange(count + 1), count - 1),
        np.arange(1, count),
    )


def office(heads: float, teams: int = 1) -> Shifts:
    """Return teams that work from 9 to 17 on weekdays."""
    week = np.zeros((teams, 168))
    for day in range(5):
        week[:, day * 24 + 9 : day * 24 + 17] = heads
    return Shifts.from_heads(week)
