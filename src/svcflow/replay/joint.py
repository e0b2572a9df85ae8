"""Several scenarios made together on one log: what each would do alone, what all do, and the share of each in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from svcflow.calendars import HOUR_MS, Clock
from svcflow.replay.graph import Graph
from svcflow.replay.moves import Move, compose
from svcflow.replay.refusals import Unanswerable
from svcflow.replay.replayed import Replayed, make_moves
from svcflow.replay.sampling import REPLICATES, Clusters, Floats, cluster
from svcflow.replay.shares import Shares, Values, draw_shares, share_out
from svcflow.replay.spans import Span
from svcflow.whatif import Change


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Changes of the mean of a span, in hours: of each scenario alone, its share in all together, and of all.

    `draws` are the shares (columns) in each replicate (rows), those of all together added up.
    """

    alone: Floats
    share: Floats
    joint: float
    draws: Floats
    shares: Shares
    clusters: Clusters

    def bound(self, level: float = 0.9) -> Floats:
        """Return the lower and the upper bound (rows) of the share of each scenario; the share lies between them."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.draws, [tail, 1 - tail], axis=0)
        return np.stack([np.minimum(low, self.share), np.maximum(high, self.share)])


def share_replays(
    graph: Graph,
    scenarios: Sequence[Sequence[Change]],
    span: Span,
    *,
    calendars: Mapping[str, Clock] | None = None,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> Joint | Unanswerable:
    """Return the shares of `scenarios` (the changes of each) in what they do together to a span.

    Each subset of them is replayed once; what the first of them that has no answer says, is the answer to all.
    """
    moves: list[Sequence[Move]] = []
    for changes in scenarios:
        found = make_moves(graph, changes, calendars=calendars, seed=seed)
        if isinstance(found, Unanswerable):
            return found
        moves.append(found)
    clusters = cluster(graph.begin[span.cases])
    sizes = np.bincount(clusters.of, minlength=clusters.count)

    def value(chosen: frozenset[int]) -> Values:
        made = compose(graph, [move for number in sorted(chosen) for move in moves[number]])
        before, after = Replayed(graph, made).measure(span)
        found = np.zeros(clusters.count, np.int64)
        np.add.at(found, clusters.of, after - before)
        return found

    shares = share_out(value, len(scenarios), seed=seed)
    cases = max(int(sizes.sum()), 1)
    return Joint(
        alone=shares.alone.sum(axis=1) / cases / HOUR_MS,
        share=shares.totals / cases / HOUR_MS,
        joint=float(shares.joint.sum()) / cases / HOUR_MS,
        draws=draw_shares(shares, sizes, clusters.draw(replicates, seed)) / HOUR_MS,
        shares=shares,
        clusters=clusters,
    )
