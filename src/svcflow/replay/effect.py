"""What a replayed change does to times to resolve and cycle times, with the uncertainty of the sample.

A replay moves one case at a time: it knows nothing of queues that get shorter or fuller. It is a bound on what the
log supports, hence grade C; it never says that the change *causes* the difference. Source: advice.md 4.1 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.findings import Effect
from svcflow.replay.chain import Chain
from svcflow.replay.masks import Replayed
from svcflow.replay.spans import Span

REPLICATES = 200
FEWEST_CASES = 30
FEWEST_WEEKS = 10
_DAY = 86_400_000
_HOUR = 3_600_000.0

STATISTICS = ("mean", "p90")
ASSUMPTIONS = (
    "each case is replayed alone: queues neither shrink nor grow with the change",
    "an association in this log, not a proof of cause",
)


class Estimate(NamedTuple):
    """The effects of a change, and what it takes from each row, in milliseconds of the wall clock."""

    effects: tuple[Effect, ...]
    saved: Millis


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The lengths of a span in milliseconds, before and after, and the cluster each case belongs to."""

    before: Millis
    after: Millis
    cluster: NDArray[np.int64]
    clusters: int
    weekly: bool


def estimate(
    chain: Chain, replayed: Replayed, spans: Iterable[Span], *, assumptions: tuple[str, ...], seed: int = 0
) -> tuple[Effect, ...]:
    """Return the effect on the mean and the P90 of each of the `spans`, in hours; spans that do not change go last.

    The interval is a 90 % bootstrap of the change: whole weeks of arrival are drawn where there are ten, else cases.
    """
    found = [_estimate(chain, replayed, span, assumptions, seed=seed) for span in spans]
    return tuple(effect for pair in sorted(found, key=_is_unmoved) for effect in pair)


def gains(effect: Effect) -> bool:
    """Return whether the whole interval of an effect lies below what is measured now."""
    return effect.high is not None and effect.high < effect.before


def refuse(chain: Chain, spans: Iterable[Span], reason: str) -> tuple[Effect, ...]:
    """Return effects without figures, with the reason in words."""
    return tuple(effect for span in spans for effect in _refuse(chain, span, reason))


def measure(times: Millis) -> NDArray[np.float64]:
    """Return the mean and the 90th percentile (linear interpolation) of `times`, in hours."""
    return np.array([times.mean(), np.percentile(times, 90)]) / _HOUR


def _is_unmoved(effects: tuple[Effect, ...]) -> bool:
    return not any(map(gains, effects))


def _estimate(
    chain: Chain, replayed: Replayed, span: Span, assumptions: tuple[str, ...], *, seed: int
) -> tuple[Effect, ...]:
    sample = _sample(chain, replayed, span)
    if len(sample.before) < FEWEST_CASES:
        return _refuse(chain, span, f"only {len(sample.before)} closed cases; a replay needs {FEWEST_CASES}")
    draws = np.array(list(_draw(sample, seed)))
    changes = measure(sample.after) - measure(sample.before)
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    unit = "weeks of arrival" if sample.weekly else "cases"
    return tuple(
        Effect(
            metric=f"{statistic}_{span.name}",
            unit="h",
            load=1.0,
            before=float(before),
            after=float(before + change),
            low=float(before + min(low[k], change)),
            high=float(before + max(high[k], change)),
            grade="C",
            reason="replay of the log only; queues are not simulated",
            method=f"replay, 90 % bootstrap over {sample.clusters} {unit}, {REPLICATES} replicates",
            assumptions=(*assumptions, *ASSUMPTIONS),
        )
        for k, (statistic, before, change) in enumerate(zip(STATISTICS, measure(sample.before), changes, strict=True))
    )


def _refuse(chain: Chain, span: Span, reason: str) -> tuple[Effect, ...]:
    times = span.measure(chain, chain.waiting + chain.processing)
    before = measure(times) if len(times) else np.zeros(2)
    return tuple(
        Effect(f"{statistic}_{span.name}", "h", 1.0, float(value), None, None, None, "none", reason, "none", ())
        for statistic, value in zip(STATISTICS, before, strict=True)
    )


def _sample(chain: Chain, replayed: Replayed, span: Span) -> Sample:
    waiting, processing = replayed
    before = span.measure(chain, chain.waiting + chain.processing)
    after = span.measure(chain, waiting + processing)
    opened = chain.log.time[chain.first][span.cases]
    weeks = (opened + 3 * _DAY) // (7 * _DAY)  # 1970 began on a Thursday
    names, cluster = np.unique(weeks, return_inverse=True)
    if len(names) >= FEWEST_WEEKS:
        return Sample(before, after, cluster.astype(np.int64), len(names), weekly=True)
    return Sample(before, after, np.arange(len(before), dtype=np.int64), len(before), weekly=False)


def _draw(sample: Sample, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield the change of mean and P90, in hours, in each replicate."""
    random = np.random.default_rng(seed)
    orders = tuple(np.argsort(times, kind="stable") for times in (sample.before, sample.after))
    for _ in range(REPLICATES):
        drawn = random.integers(0, sample.clusters, sample.clusters)
        weights = np.bincount(drawn, minlength=sample.clusters)[sample.cluster]
        mean = weights @ (sample.after - sample.before) / weights.sum()
        high = _percentile(sample.after, orders[1], weights) - _percentile(sample.before, orders[0], weights)
        yield np.array([mean, high]) / _HOUR


def _percentile(times: Millis, order: NDArray[np.intp], weights: NDArray[np.int64]) -> float:
    """Return the 90th percentile of `times`, each taken `weights` times, as if they stood in one long row."""
    reached = np.cumsum(weights[order])
    place = 0.9 * (int(reached[-1]) - 1)
    below, above = np.searchsorted(reached, [np.floor(place), np.ceil(place)], side="right")
    low, high = float(times[order[below]]), float(times[order[above]])
    return float(low + (high - low) * (place - np.floor(place)))
