"""How sure a change of the lengths of cases is: whole weeks of arrival drawn again, or cases where weeks are few.

Cases of a week share its queues, so they are no independent draws. Every replicate of one seed draws the same weeks
whatever is replayed: differences between scenarios are paired. Source: advice.md 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import DAY_MS, HOUR_MS
from svcflow.eventlog.log import Millis

Floats = NDArray[np.float64]

REPLICATES = 200
FEWEST_WEEKS = 10
STATISTICS = ("mean", "p90")


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """What is drawn again: the cluster of each case, how many there are, and whether they are weeks of arrival."""

    of: NDArray[np.int64]
    count: int
    weekly: bool

    def draw(self, replicates: int = REPLICATES, seed: int = 0) -> NDArray[np.int64]:
        """Return how often each cluster is drawn, one replicate a row."""
        random = np.random.default_rng(seed)
        drawn = np.empty((replicates, self.count), np.int64)
        for row in drawn:
            row[:] = np.bincount(random.integers(0, self.count, self.count), minlength=self.count)
        return drawn

    def say(self) -> tuple[str, str]:
        """Return how many of what there are, in English and Chinese."""
        return (
            f"{self.count} {'weeks of arrival' if self.weekly else 'cases'}",
            f"{self.count} {'个到达周' if self.weekly else '个工单'}",
        )


def cluster(begin: Millis) -> Clusters:
    """Return the clusters of cases that begin at these times: weeks (Monday to Sunday, UTC) where there are ten."""
    weeks = (begin + 3 * DAY_MS) // (7 * DAY_MS)  # 1970 began on a Thursday
    names, of = np.unique(weeks, return_inverse=True)
    if len(names) >= FEWEST_WEEKS:
        return Clusters(of.astype(np.int64), len(names), weekly=True)
    return Clusters(np.arange(len(begin), dtype=np.int64), len(begin), weekly=False)


def measure(times: Millis) -> Floats:
    """Return the mean and the 90th percentile (linear interpolation) of `times`, in hours."""
    return np.array([times.mean(), np.percentile(times, 90)]) / HOUR_MS


def draw_changes(before: Millis, after: Millis, clusters: Clusters, drawn: NDArray[np.int64]) -> Floats:
    """Return the change of mean and P90 in hours in each replicate of `drawn`, one a row."""
    means = draw_means(after - before, clusters, drawn)
    orders = tuple(np.argsort(times, kind="stable") for times in (before, after))
    highs = [
        percentile(after, orders[1], weights) - percentile(before, orders[0], weights)
        for weights in (row[clusters.of] for row in drawn)
    ]
    return np.stack([means, np.array(highs) / HOUR_MS], axis=1)


def draw_means(values: Millis, clusters: Clusters, drawn: NDArray[np.int64]) -> Floats:
    """Return the mean of `values` (one a case, milliseconds) in hours in each replicate of `drawn`."""
    sums = np.bincount(clusters.of, weights=values, minlength=clusters.count)
    sizes = np.bincount(clusters.of, minlength=clusters.count)
    return np.asarray((drawn @ sums) / (drawn @ sizes) / HOUR_MS, dtype=np.float64)


def percentile(times: Millis, order: NDArray[np.intp], weights: NDArray[np.int64]) -> float:
    """Return the 90th percentile of `times`, each taken `weights` times, as if they stood in one long row."""
    reached = np.cumsum(weights[order])
    place = 0.9 * (int(reached[-1]) - 1)
    below, above = np.searchsorted(reached, [np.floor(place), np.ceil(place)], side="right")
    low, high = float(times[order[below]]), float(times[order[above]])
    return float(low + (high - low) * (place - np.floor(place)))
