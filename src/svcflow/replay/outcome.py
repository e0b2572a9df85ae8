"""What a replay does to a stretch of the cases: its mean and P90, how sure that is, and what a naive sum says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from svcflow.calendars import HOUR_MS
from svcflow.findings import Effect
from svcflow.replay.chain import Chain
from svcflow.replay.refusals import Unanswerable
from svcflow.replay.replayed import Replayed
from svcflow.replay.sampling import REPLICATES, STATISTICS, Clusters, Floats, cluster, draw_changes, measure
from svcflow.replay.spans import Span


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The length of a span in hours: mean and P90 `before`, their `change`, and that change in each replicate (rows).

    `naive` is the change of the mean if all that the rows save were added up; `touched` the share of cases whose span
    changes.
    """

    span: str
    cases: int
    before: Floats
    change: Floats
    draws: Floats
    clusters: Clusters
    naive: float
    touched: float

    def bound(self, level: float = 0.9) -> Floats:
        """Return the lower and the upper bound (rows) of the change of mean and P90; the change lies between them."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.draws, [tail, 1 - tail], axis=0)
        return np.stack([np.minimum(low, self.change), np.maximum(high, self.change)])

    def say_method(self) -> tuple[str, str]:
        """Return how the bounds were found, in English and Chinese."""
        en, zh = self.clusters.say()
        return (
            f"replay, 90 % bootstrap over {en}, {len(self.draws)} replicates",
            f"重放；对 {zh}做 90% 自助法，{len(self.draws)} 次",
        )


def judge(replayed: Replayed, span: Span, *, seed: int = 0, replicates: int = REPLICATES) -> Outcome | None:
    """Return what a replay does to a span; ``None`` where no case has it."""
    graph = replayed.graph
    before, after = replayed.measure(span)
    if not len(before):
        return None
    clusters = cluster(graph.begin[span.cases])
    drawn = clusters.draw(replicates, seed)
    inside = span.rows & span.cases[graph.case]
    return Outcome(
        span=span.name,
        cases=len(before),
        before=measure(before),
        change=measure(after) - measure(before),
        draws=draw_changes(before, after, clusters, drawn),
        clusters=clusters,
        naive=-float(replayed.saved[inside].sum()) / len(before) / HOUR_MS,
        touched=float((before != after).mean()),
    )


def refuse(chain: Chain, spans: Iterable[Span], reason: Unanswerable) -> tuple[Effect, ...]:
    """Return effects without figures but those of the log as it is, with the reason in words."""
    effects = []
    for span in spans:
        times = span.measure(chain, chain.waiting + chain.processing)
        now = measure(times).tolist() if len(times) else [0.0, 0.0]
        effects += [
            Effect(
                metric=f"{statistic}_{span.name}",
                unit="h",
                load=1.0,
                before=before,
                after=None,
                low=None,
                high=None,
                grade="none",
                reason=reason.en,
                method="none",
                assumptions=(),
                reason_zh=reason.zh,
                method_zh="无",
            )
            for statistic, before in zip(STATISTICS, now, strict=True)
        ]
    return tuple(effects)
