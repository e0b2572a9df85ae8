"""How far two groups differ and how sure that is: estimates with intervals, and their differences.

The interval of a difference is put together from those of the two estimates (MOVER: Zou and Donner 2008; for shares
it is Newcombe's 1998 method 10). A mean has Student's interval, a share Wilson's, a percentile the one between order
statistics that the binomial distribution gives. Cases count as independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
LEAST = 20
"""Fewer cases than this in either group are not compared."""

Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """A figure of a group of `n` cases with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """B less A: both estimates, the difference with its 95 % interval, and the chance of it if there were none."""

    a: Estimate
    b: Estimate
    value: float
    low: float
    high: float
    p: float


def estimate_mean(values: Floats) -> Estimate:
    """Return the mean of at least two values with Student's interval."""
    from scipy.special import stdtrit

    n = len(values)
    spread = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * float(values.std(ddof=1)) / sqrt(n)
    mean = float(values.mean())
    return Estimate(mean, mean - spread, mean + spread, n)


def estimate_quantile(values: Floats, q: float) -> Estimate:
    """Return a quantile, interpolated linearly, between the order statistics that cover it with 95 %."""
    from scipy.stats import binom

    n = len(values)
    ordered = np.sort(values)
    low = int(binom.ppf((1 - CONFIDENCE) / 2, n, q)) - 1
    high = int(binom.ppf((1 + CONFIDENCE) / 2, n, q))
    bounds = (float(ordered[max(low, 0)]), float(ordered[min(high, n - 1)]))
    value = float(np.quantile(ordered, q))
    return Estimate(value, min(bounds[0], value), max(bounds[1], value), n)


def estimate_share(shown: int, n: int) -> Estimate:
    """Return a share with Wilson's score interval.

    >>> [round(figure, 3) for figure in estimate_share(15, 148)]
    [0.101, 0.062, 0.16, 148]
    """
    z2 = Z * Z
    middle = (shown + z2 / 2) / (n + z2)
    spread = Z / (n + z2) * sqrt(shown * (n - shown) / n + z2 / 4)
    share = shown / n
    return Estimate(share, min(middle - spread, share), max(middle + spread, share), n)


def subtract(a: Estimate, b: Estimate, p: float | None = None) -> Difference:
    """Return B less A; without `p`, the chance is that of the normal deviate which the intervals imply."""
    value = b.value - a.value
    low = value - sqrt((b.value - b.low) ** 2 + (a.high - a.value) ** 2)
    high = value + sqrt((b.high - b.value) ** 2 + (a.value - a.low) ** 2)
    return Difference(a, b, value, low, high, _imply(value, low, high) if p is None else p)


def differ_in_mean(a: Floats, b: Floats) -> Difference:
    """Return how far the means differ, with Welch's test."""
    from scipy.stats import ttest_ind_from_stats

    told = [(x.mean(), x.std(ddof=1), len(x)) for x in (b, a)]
    if not told[0][1] and not told[1][1]:
        return subtract(estimate_mean(a), estimate_mean(b), float(told[0][0] == told[1][0]))
    p = float(ttest_ind_from_stats(*told[0], *told[1], equal_var=False).pvalue)
    return subtract(estimate_mean(a), estimate_mean(b), p)


def differ_in_quantile(a: Floats, b: Floats, q: float) -> Difference:
    """Return how far a quantile differs."""
    return subtract(estimate_quantile(a, q), estimate_quantile(b, q))


def differ_in_share(a: tuple[int, int], b: tuple[int, int]) -> Difference:
    """Return how far two shares (shown, of) differ, with Fisher's exact test."""
    from scipy.stats import fisher_exact

    p = float(fisher_exact([[a[0], a[1] - a[0]], [b[0], b[1] - b[0]]]).pvalue)
    return subtract(estimate_share(*a), estimate_share(*b), p)


def _imply(value: float, low: float, high: float) -> float:
    """Return the two-sided chance of a normal deviate whose interval this is."""
    from scipy.special import ndtr

    towards_zero = value - low if value > 0 else high - value
    if not towards_zero:
        return float(value == 0)
    return float(2 * ndtr(-Z * abs(value) / towards_zero))


Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""
