"""One value of one attribute against the rest: contribution, lift and relative risk (metrics.md 7).

With N cases, n(B) of them with the effect, n(A) with the value and n(A and B) with both:
contribution = n(A and B) - n(A) n(B) / N, the cases too many; lift = P(B|A) / P(B); relative risk = P(B|A) / P(B|not A)
with a 95 % interval (Katz et al. 1978, on the logarithm). `p` is the chance of as many or more in a draw of n(A) cases
(hypergeometric, one-sided); `q` is it after Benjamini and Hochberg (1995) over everything that was tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups of cases against the rest of the same log; arrays have one entry a group.

    `cases` of each show the effect `shown` times. Relative risk and its bounds are NaN where the rest never shows it.
    """

    cases: Ints
    shown: Ints
    contribution: Floats
    lift: Floats
    relative_risk: Floats
    low: Floats
    high: Floats
    p: Floats


def compare(cases: Ints, shown: Ints, all_cases: Ints | int, all_shown: Ints | int) -> Comparison:
    """Return how groups of so many `cases`, `shown` of them with the effect, differ from the rest of all."""
    from scipy.stats import hypergeom  # noqa: PLC0415 - takes half a second

    rest, rest_shown = all_cases - cases, all_shown - shown
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = (shown / cases) / (np.asarray(all_shown) / all_cases)
        risk = np.where((rest_shown > 0) & (rest > 0), (shown / cases) / (rest_shown / rest), np.nan)
        spread = Z * np.sqrt(np.maximum(1 / shown - 1 / cases + 1 / rest_shown - 1 / rest, 0))
        low, high = risk * np.exp(-spread), risk * np.exp(spread)
    return Comparison(
        cases,
        shown,
        shown - cases * np.asarray(all_shown) / all_cases,
        lift,
        risk,
        low,
        high,
        np.asarray(hypergeom.sf(shown - 1, all_cases, all_shown, cases), np.float64),
    )


def adjust(p: Floats) -> Floats:
    """Return Benjamini and Hochberg's adjusted p-values.

    >>> adjust(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    order = np.argsort(p, kind="stable")
    raised = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return adjusted


def are_large(cases: Ints, all_cases: Ints | int, least: int) -> NDArray[np.bool_]:
    """Return which groups have `least` cases, and leave as many."""
    return (cases >= least) & (all_cases - cases >= least)
