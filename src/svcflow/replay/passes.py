"""Ends of all instances from their waits and their work, once through the enabling graph.

An instance ends its wait and its work after the latest end of what it had to wait for; one that had nothing to wait
for counts from the beginning of its case. Ways without a branch are added up at once; only where ways join, the cases
are walked, all of them together: join by join.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Arcs of a graph whose instances stand in an order that no arc runs against, those `to` one together."""

    source: Places
    to: Places
    count: int
    """Of instances."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The graph as ways without a branch: `way` of each instance, `heads` the first instance of each.

    Of the arcs that join ways, those of one level together: `joined` are the ways they lead to, `cuts` where those of
    each begin among `source`; `levels` are bounds of both, a level a row.
    """

    heads: Places
    way: Places
    source: Places
    joined: Places
    cuts: Places
    levels: NDArray[np.int64]

    def finish(self, begin: Millis, spent: Millis) -> Millis:
        """Return when each instance ends; `begin` is that of the case of each way, `spent` its waiting and work."""
        if not len(spent):
            return spent.copy()
        total = np.cumsum(spent)
        since = total - (total[self.heads] - spent[self.heads])[self.way]
        base, way, after = begin.copy(), self.way[self.source], since[self.source]
        for first, last, low, high in self.levels.tolist():
            ends = base[way[low:high]] + after[low:high]
            base[self.joined[first:last]] = np.maximum.reduceat(ends, self.cuts[first:last] - low)
        finished: Millis = base[self.way] + since
        return finished


def find_ways(arcs: Arcs, case: Places) -> Ways:
    """Return the ways of a graph; `case` is that of each instance, cases stand one after the other."""
    degree = np.bincount(arcs.to, minlength=arcs.count)
    straight = np.zeros(arcs.count, np.bool_)
    straight[arcs.to[arcs.source == arcs.to - 1]] = True
    head = ~straight | (degree != 1)
    heads, way = np.flatnonzero(head), np.cumsum(head) - 1
    opens = np.flatnonzero(np.diff(case[heads], prepend=-1) != 0)
    level = np.arange(len(heads)) - np.repeat(opens, np.diff(np.append(opens, len(heads))))
    chosen = np.flatnonzero(head[arcs.to])
    into = way[arcs.to[chosen]]
    order = np.argsort(level[into], kind="stable")
    chosen, into = chosen[order], into[order]
    cuts = np.flatnonzero(np.diff(into, prepend=-1) != 0)
    joined = into[cuts]
    return Ways(heads, way, arcs.source[chosen], joined, cuts, _bound(level[joined], cuts, len(into)))


def _bound(level: Places, cuts: Places, arcs: int) -> NDArray[np.int64]:
    """Return for each level the bounds of its ways and of its arcs."""
    first = np.flatnonzero(np.diff(level, prepend=-1) != 0)
    last = np.append(first[1:], len(level))[: len(first)]
    ends = np.append(cuts, arcs)
    return np.stack([first, last, cuts[first], ends[last]], axis=1).astype(np.int64)


def find_latest(arcs: Arcs, end: Millis) -> Places:
    """Return for each instance that of its predecessors which ends last, of equal ones the later; -1 where none."""
    found = np.full(arcs.count, -1)
    order = np.lexsort((arcs.source, end[arcs.source], arcs.to))
    found[arcs.to[order]] = arcs.source[order]  # of those to one instance the last stays
    return found
