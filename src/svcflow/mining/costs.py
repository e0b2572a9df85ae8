"""What waits cost: their sum over cases, how sure that is, and which cases show it.

The interval is a 90 % percentile bootstrap over cases: cases, not waits, are drawn, since the waits of one case hang
together. Draws are Poisson weights from a fixed seed, scaled to the number of cases; sums are whole milliseconds, so
the result has the same bytes everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.mining.grouping import Floats, seconds

REPLICATES = 200
CONFIDENCE = 0.9
WORST, TYPICAL = 3, 2
_BLOCK = 8_192
_TABLE = 1 << 16


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum of time over cases in seconds, its 90 % interval, its share (0..1) of all time, and example case ids."""

    total_s: float
    interval_s: tuple[float, float]
    share: float
    examples: tuple[str, ...]


def sum_by_case(case: NDArray[np.int64], millis: NDArray[np.number], cases: int) -> NDArray[np.int64]:
    """Return the sum of each of so many cases in whole milliseconds."""
    return np.round(np.bincount(case, weights=millis, minlength=cases)).astype(np.int64)


def price(log: Log, per_case: Sequence[NDArray[np.int64]], total: int, seed: int = 0) -> list[Cost]:
    """Return the cost of each array of milliseconds by case; `total` is the time they are shares of."""
    if not per_case:
        return []
    low, high = bootstrap(np.stack(per_case, axis=1).astype(np.float64), seed)
    return [
        Cost(
            seconds(int(amounts.sum())),
            (seconds(low[i]), seconds(high[i])),
            min(max(int(amounts.sum()) / total, 0.0), 1.0) if total else 0.0,
            tuple(log.case_ids[case] for case in choose_examples(amounts)),
        )
        for i, amounts in enumerate(per_case)
    ]


def choose_examples(amounts: NDArray[np.int64]) -> list[int]:
    """Return the cases with the largest amounts, then those nearest to the median of what is above 0.

    >>> choose_examples(np.array([5, 0, 90, 20, 21, 22, 80, 70]))
    [2, 6, 7, 5, 4]
    """
    order = np.lexsort((np.arange(len(amounts)), -amounts))
    order = order[amounts[order] > 0]
    worst, rest = order[:WORST], order[WORST:]
    distance = np.abs(amounts[rest] - np.median(amounts[order])) if len(order) else rest
    typical = rest[np.lexsort((rest, distance))][:TYPICAL]
    return [*worst.tolist(), *typical.tolist()]


def bootstrap(
    amounts: Floats, seed: int, *, sizes: Floats | None = None, replicates: int = REPLICATES
) -> tuple[Floats, Floats]:
    """Return the bounds of the interval of each column of cases x amounts.

    Of groups of cases in place of cases, `sizes` says how many cases each holds.
    """
    sizes = np.ones(len(amounts)) if sizes is None else sizes
    totals = np.zeros((replicates, amounts.shape[1]))
    drawn = np.zeros(replicates)
    for block, low in enumerate(range(0, len(amounts), _BLOCK)):
        part = slice(low, low + _BLOCK)
        weights = _draw((replicates, len(sizes[part])), seed, block)
        totals += weights @ amounts[part]
        drawn += weights @ sizes[part]
    totals *= (sizes.sum() / np.maximum(drawn, 1))[:, None]
    tail = (1 - CONFIDENCE) / 2
    low_bound, high_bound = np.quantile(totals, [tail, 1 - tail], axis=0)
    return low_bound, high_bound


def _draw(shape: tuple[int, int], seed: int, block: int) -> Floats:
    """Return replicates x cases Poisson(1) weights: a table look-up of 16 random bits each."""
    generator = np.random.Generator(np.random.PCG64([seed, block]))
    bits = np.frombuffer(generator.bytes(2 * shape[0] * shape[1]), "<u2")
    weights: Floats = _POISSON[bits].reshape(shape)
    return weights


def _tabulate_poisson() -> Floats:
    """Return the Poisson(1) quantile of each of 65,536 equal slices of probability."""
    terms = np.exp(-1.0) / np.cumprod(np.concatenate([[1.0], np.arange(1.0, 12.0)]))
    return np.searchsorted(np.cumsum(terms), (np.arange(_TABLE) + 0.5) / _TABLE).astype(np.float64)


_POISSON = _tabulate_poisson()
