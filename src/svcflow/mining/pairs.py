"""How often one activity comes right after another, and nothing else: the least that a log can be asked.

The counts are those of `DirectlyFollows`; where neither waiting nor cases are wanted, this reads two columns and keeps
a number for each pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from svcflow.engines import local
from svcflow.engines.fold import Source
from svcflow.eventlog.log import Batch, Vocabulary
from svcflow.mining.tables import Table, Tabular

_DENSE = 512
"""Up to so many activities every pair has a place of its own."""


@dataclass(frozen=True, slots=True)
class Pairs(Tabular):
    """Pairs by falling count, then by name. `source` and `target` are activity codes."""

    activities: Vocabulary
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    count: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source)

    def to_table(self) -> Table:
        """Return the pairs by name."""
        texts = self.activities.texts
        return Table(
            {
                "from": [texts[code] for code in self.source.tolist()],
                "to": [texts[code] for code in self.target.tolist()],
                "count": self.count.tolist(),
            }
        )


Counts = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Pairs as ``before * activities + after``, ascending, and how often each occurs."""


@dataclass(frozen=True, slots=True)
class PairsFold:
    """Computes `Pairs` of a log with so many activities."""

    activities: int
    columns: ClassVar[frozenset[str]] = frozenset({"activity"})

    def partial(self, batch: Batch) -> Counts:
        """Count the pairs of all neighbours, then take those off that lie across the border of two cases."""
        codes = batch.activity if self.activities <= _DENSE else batch.activity.astype(np.int64)
        pairs = codes[:-1] * self.activities + codes[1:]
        across = pairs[batch.offsets[1:-1] - 1]
        if self.activities > _DENSE:
            pairs = np.delete(pairs, batch.offsets[1:-1] - 1)
            return np.unique(pairs, return_counts=True)
        size = self.activities * self.activities
        counts = np.bincount(pairs, minlength=size) - np.bincount(across, minlength=size)
        shown = np.flatnonzero(counts)
        return shown, counts[shown]

    def merge(self, left: Counts, right: Counts) -> Counts:
        """Add the counts of two summaries."""
        keys, place = np.unique(np.concatenate([left[0], right[0]]), return_inverse=True)
        counts = np.zeros(len(keys), np.int64)
        np.add.at(counts, place, np.concatenate([left[1], right[1]]))
        return keys, counts

    def finish(self, state: Counts, log: Source) -> Pairs:
        """Put the most frequent pairs first."""
        keys, counts = state
        order = np.lexsort((keys, -counts))
        source, target = np.divmod(keys[order], max(self.activities, 1))
        return Pairs(log.activities, source, target, counts[order])


def count_pairs(log: Source, *, jobs: int = 1, rows: int = local.ROWS) -> Pairs:
    """Count the directly-follows pairs of a log in memory, or of a canonical file that stays on disk."""
    pairs: Pairs = local.run(log, {"pairs": PairsFold(len(log.activities))}, jobs=jobs, rows=rows)["pairs"]
    return pairs
