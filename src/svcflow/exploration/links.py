"""Directly-follows pairs of any selection of cases, exactly, without sorting again.

All waits of the log are sorted once by pair and length. The waits of a selection are then those that are left in
the same order, so counts, sums and exact percentiles are read off.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log, Millis, Vocabulary
from svcflow.mining.directly_follows import DirectlyFollows
from svcflow.mining.grouping import Groups
from svcflow.mining.waits import Waits

MANY = 2_000
"""Fewer groups are quicker counted one by one."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Durations by key, then length: group `g` owns ``bounds[g]:bounds[g + 1]`` of `case`, `length` and `first`.

    `first` marks one entry for each case of a group, so that cases can be counted.
    """

    bounds: NDArray[np.int64]
    case: NDArray[np.int32]
    length: Millis
    first: NDArray[np.bool_]
    order: NDArray[np.int64]

    @classmethod
    def arrange(cls, key: NDArray[np.int64], case: NDArray[np.int64], length: Millis, keys: int) -> Sorted:
        """Sort durations whose `key` is below `keys`."""
        order = np.lexsort((length, key))
        first = np.zeros(len(key), bool)
        first[np.unique(key * (int(case.max(initial=0)) + 1) + case, return_index=True)[1]] = True
        bounds = np.append(0, np.cumsum(np.bincount(key, minlength=keys)))
        return cls(bounds, case[order].astype(np.int32), length[order], first[order], order)

    def keep(self, chosen: NDArray[np.bool_]) -> tuple[Groups, NDArray[np.int64], NDArray[np.bool_]]:
        """Return the groups of the chosen cases (keys ascending, none empty), the cases of each, and which are kept."""
        kept = chosen[self.case]
        counts = _sum(kept, self.bounds)
        keys = np.flatnonzero(counts)
        groups = Groups(keys, np.append(0, np.cumsum(counts[keys])), self.length[kept])
        return groups, _sum(kept & self.first, self.bounds)[keys], kept


def _sum(flags: NDArray[np.bool_], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many flags are set in each group."""
    if len(bounds) > MANY:
        running: NDArray[np.int64] = np.append(0, np.cumsum(flags))
        return np.subtract(running[bounds[1:]], running[bounds[:-1]], dtype=np.int64)
    ends = pairwise(bounds.tolist())
    return np.array([np.count_nonzero(flags[low:high]) for low, high in ends], np.int64)


@dataclass(frozen=True, slots=True)
class Links:
    """The waits of a log by pair of activities, and what was judged of each pair."""

    activities: Vocabulary
    waits: Waits
    by_pair: Sorted
    overlapping: NDArray[np.bool_]

    @classmethod
    def arrange(cls, log: Log, waits: Waits) -> Links:
        """Sort the waits of a log."""
        by_pair = Sorted.arrange(waits.pair, waits.case, waits.elapsed, len(waits.source))
        overlapping = (log.start[waits.row] < log.time[waits.row - 1])[by_pair.order]
        return cls(log.activities, waits, by_pair, overlapping)

    def measure(self, chosen: NDArray[np.bool_]) -> DirectlyFollows:
        """Return the pairs of the chosen cases as `mine` gives them, most frequent first."""
        groups, cases, kept = self.by_pair.keep(chosen)
        overlaps = _sum(kept & self.overlapping, self.by_pair.bounds)[groups.keys]
        source, target = self.waits.source[groups.keys], self.waits.target[groups.keys]
        order = np.lexsort((groups.keys, -groups.counts))
        pairs = groups.keys[order].tolist()
        return DirectlyFollows(
            self.activities,
            source[order],
            target[order],
            groups.counts[order],
            cases[order],
            overlaps[order],
            groups.totals[order],
            groups.means[order],
            groups.quantile(0.5)[order],
            groups.quantile(0.9)[order],
            None,
            None,
            None,
            tuple(self.waits.sides[pair] for pair in pairs),
            tuple(self.waits.timers[pair] for pair in pairs),
        )

    def sum_waits(self, chosen: NDArray[np.bool_]) -> int:
        """Return the time between the events of the chosen cases, in milliseconds."""
        return int(self.by_pair.length[chosen[self.by_pair.case]].sum())
