"""What a replayed change does to times to resolve and cycle times, with the uncertainty of the sample.

A replay moves one case at a time: it knows nothing of queues that get shorter or fuller. It is a bound on what the
log supports, hence grade C; it never says that the change *causes* the difference. Source: advice.md 4.1 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from svcflow.eventlog.log import Millis
from svcflow.findings import Effect
from svcflow.replay.chain import Chain
from svcflow.replay.masks import Replayed
from svcflow.replay.sampling import REPLICATES, STATISTICS, cluster, draw_changes, measure
from svcflow.replay.spans import Span

FEWEST_CASES = 30
ASSUMPTIONS = (
    "each case is replayed alone: queues neither shrink nor grow with the change",
    "an association in this log, not a proof of cause",
)


class Estimate(NamedTuple):
    """The effects of a change, and what it takes from each row, in milliseconds of the wall clock."""

    effects: tuple[Effect, ...]
    saved: Millis


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


def _is_unmoved(effects: tuple[Effect, ...]) -> bool:
    return not any(map(gains, effects))


def _estimate(
    chain: Chain, replayed: Replayed, span: Span, assumptions: tuple[str, ...], *, seed: int
) -> tuple[Effect, ...]:
    times = span.measure(chain, chain.waiting + chain.processing)
    after = span.measure(chain, replayed[0] + replayed[1])
    if len(times) < FEWEST_CASES:
        return _refuse(chain, span, f"only {len(times)} closed cases; a replay needs {FEWEST_CASES}")
    clusters = cluster(chain.log.time[chain.first][span.cases])
    draws = draw_changes(times, after, clusters, clusters.draw(seed=seed))
    changes = measure(after) - measure(times)
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
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
            method=f"replay, 90 % bootstrap over {clusters.say()[0]}, {REPLICATES} replicates",
            assumptions=(*assumptions, *ASSUMPTIONS),
        )
        for k, (statistic, before, change) in enumerate(zip(STATISTICS, measure(times), changes, strict=True))
    )


def _refuse(chain: Chain, span: Span, reason: str) -> tuple[Effect, ...]:
    times = span.measure(chain, chain.waiting + chain.processing)
    before = measure(times) if len(times) else np.zeros(2)
    return tuple(
        Effect(f"{statistic}_{span.name}", "h", 1.0, float(value), None, None, None, "none", reason, "none", ())
        for statistic, value in zip(STATISTICS, before, strict=True)
    )
