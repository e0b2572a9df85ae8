"""What a change really does in a world: the same world again with it, on the cases of the measured weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from worlds.changing import Change, apply
from worlds.drawing import SEEN, WEEKS, World
from worlds.kernel import WEEK, Case, Person, run

WARM = 2
"""Weeks before the measured ones that fill the queues."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The effect of a change on a mean and on a ninth decile of cycle times, in hours; with the error of the mean.

    `error_h`: the standard error of `mean_h` over the histories it was measured in (as far as cases tell it when there
    is only one).
    """

    mean_h: float
    p90_h: float
    error_h: float

    @property
    def clear(self) -> bool:
        """Return whether the effect differs from nothing: by two standard errors, and by six minutes."""
        return abs(self.mean_h) > max(2 * self.error_h, 0.1)


@dataclass(frozen=True, slots=True)
class Measured:
    """The truth of a world's changes, and its cycle times in the measured weeks, in hours."""

    changes: tuple[Truth, ...]
    mean_h: float
    p90_h: float


def measure(world: World, changes: Sequence[Change], *, histories: int = 6, load: float = 1.0) -> Measured:
    """Run a world with each of the changes and without, in several histories of the measured weeks and two before.

    `load` is a factor of all arrivals. None of the histories is the one that the log shows.
    """
    means: list[list[float]] = [[] for _ in changes]
    tails: list[list[float]] = [[] for _ in changes]
    errors: list[list[float]] = [[] for _ in changes]
    levels = []
    for noise in range(1, histories + 1):
        cases = world.draw_cases(noise, load, SEEN - WARM)
        week = np.array([case.arrival // WEEK for case in cases])
        counted = (week >= SEEN) & (week < WEEKS - 1)
        before = find_times(world, cases, [*world.people], noise)[counted]
        levels.append((before.mean(), np.quantile(before, 0.9)))
        for n, change in enumerate(changes):
            after = find_times(world, *apply(change, world, cases), noise)[counted]
            means[n].append(float((after - before).mean()))
            tails[n].append(float(np.quantile(after, 0.9) - levels[-1][1]))
            weekly = [(after - before)[week[counted] == w].mean() for w in range(SEEN, WEEKS - 1)]
            errors[n].append(float(np.std(weekly, ddof=1) / np.sqrt(len(weekly))))
    found = tuple(
        Truth(fmean(mean), fmean(tail), _find_error(mean, error))
        for mean, tail, error in zip(means, tails, errors, strict=True)
    )
    return Measured(found, *(float(fmean(level)) for level in zip(*levels, strict=True)))


def find_times(world: World, cases: list[Case], people: list[Person], noise: int) -> np.ndarray:
    """Return the cycle time of each case in hours."""
    done = run(cases, people, world.rules, f"{world.seed}/{noise}", cases[0].arrival)
    ends = np.array([case.arrival for case in cases])
    for one in done:
        ends[one.case] = max(ends[one.case], one.end)
    return (ends - np.array([case.arrival for case in cases])) / 60


def _find_error(means: Sequence[float], errors: Sequence[float]) -> float:
    if len(means) == 1:
        return errors[0]
    return float(np.std(means, ddof=1) / np.sqrt(len(means)))
