"""Whether waits come from one group or from two: a mixture of two normal distributions of their logarithms.

Durations are positive and skewed, about lognormal where one thing makes them. Fitted by expectation-maximisation on at
most 512 quantiles. Two groups are told apart if the fit is better by the Bayesian information criterion, if the means
are two pooled standard deviations apart (Ashman's D, 1994), and if the density has a valley between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis

POINTS = 512
ROUNDS = 60
MINUTE = 60_000
APART = 2.0
VALLEY = 0.85
NARROWEST = 0.15
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """Two groups of waits: those above `border` (milliseconds) are slow; the medians of both, and the slow share."""

    border: float
    fast: float
    slow: float
    share: float


def split(waits: Millis) -> Split | None:
    """Return the two groups of these waits, ``None`` where there is but one."""
    if len(waits) < 2:
        return None
    logs = np.log(np.maximum(waits, MINUTE / 2))
    points = np.quantile(logs, (np.arange(POINTS) + 0.5) / POINTS) if len(logs) > POINTS else np.sort(logs)
    if points[-1] - points[0] < 1:
        return None
    weight, mean, deviation = _fit(points)
    if not _is_better(points, len(waits), (weight, mean, deviation)):
        return None
    border = _find_valley(weight, mean, deviation)
    if border is None:
        return None
    slow = logs > border
    if not slow.any() or slow.all():
        return None
    return Split(
        float(np.exp(border)), float(np.median(waits[~slow])), float(np.median(waits[slow])), float(slow.mean())
    )


def _fit(points: Floats) -> tuple[Floats, Floats, Floats]:
    """Return weights, means and deviations of two normal distributions, the lower first: the likelier of two fits.

    One begins with halves, the other with a few long ones apart.
    """
    fits = (_climb(points, np.quantile(points, at), part) for at, part in (([0.2, 0.8], 0.5), ([0.45, 0.97], 0.1)))
    return max(fits, key=lambda fit: _measure_likelihood(points, fit))


def _measure_likelihood(points: Floats, fit: tuple[Floats, Floats, Floats]) -> float:
    weight, mean, deviation = fit
    dense: Floats = (weight * _density(points, mean, deviation)).sum(axis=1)
    return float(np.log(np.maximum(dense, 1e-300)).sum())


def _climb(points: Floats, mean: Floats, part: float) -> tuple[Floats, Floats, Floats]:
    """Return the fit that expectation-maximisation reaches from these means, `part` of the points being slow."""
    deviation = np.full(2, max(points.std() / 2, NARROWEST))
    weight = np.array([1 - part, part])
    for _ in range(ROUNDS):
        dense = weight * _density(points, mean, deviation)
        mine = dense / np.maximum(dense.sum(axis=1, keepdims=True), 1e-300)
        whole = np.maximum(mine.sum(axis=0), 1e-9)
        weight, mean = whole / len(points), (mine * points[:, None]).sum(axis=0) / whole
        spread = (mine * (points[:, None] - mean) ** 2).sum(axis=0) / whole
        deviation = np.maximum(np.sqrt(spread), NARROWEST)
    order = np.argsort(mean)
    return weight[order], mean[order], deviation[order]


def _density(points: Floats, mean: Floats, deviation: Floats) -> Floats:
    scaled = (points[:, None] - mean) / deviation
    dense: Floats = np.exp(-0.5 * scaled**2) / (deviation * np.sqrt(2 * np.pi))
    return dense


def _is_better(points: Floats, count: int, fitted: tuple[Floats, Floats, Floats]) -> bool:
    """Return whether two distributions tell more than their three further parameters cost, and lie apart."""
    weight, mean, deviation = fitted
    one = _density(points, points.mean(keepdims=True), np.maximum(points.std(keepdims=True), NARROWEST))
    two = (weight * _density(points, mean, deviation)).sum(axis=1)
    gain = float(np.log(np.maximum(two, 1e-300)).mean() - np.log(np.maximum(one[:, 0], 1e-300)).mean())
    apart = float((mean[1] - mean[0]) / np.sqrt((deviation**2).sum() / 2))
    return 2 * count * gain > 3 * np.log(count) + 5 and apart >= APART


def _find_valley(weight: Floats, mean: Floats, deviation: Floats) -> float | None:
    """Return where the density is lowest between the two means, ``None`` where it has no valley there."""
    between = np.linspace(mean[0], mean[1], 101)
    dense = (weight * _density(between, mean, deviation)).sum(axis=1)
    lowest = int(dense.argmin())
    peaks = dense[: lowest + 1].max(), dense[lowest:].max()
    return float(between[lowest]) if dense[lowest] < VALLEY * min(peaks) else None
