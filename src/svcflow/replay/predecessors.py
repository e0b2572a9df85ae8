"""What each instance of a log had to wait for: the arcs of the enabling graph, without those that say nothing new.

P(i) are the earlier instances of the case that had ended when i began and do not run side by side with it; the last
eight of them count. An arc is left out where a way of other arcs leads along it: its end is never the later one.
Source: advice.md 6; concurrency as in `mining.enablement`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.enablement import Enablement, walk_back

Places = NDArray[np.int64]

MOST = 8
"""So many predecessors of an instance are looked at, the latest first."""


def find_predecessors(enablement: Enablement) -> tuple[Places, Places]:
    """Return the arcs (from, to) as places among the instances, in the order of `to`."""
    window = gather_window(enablement)
    kept = window >= 0
    for early in range(1, len(window)):
        some = np.flatnonzero(kept[early])
        for late in range(early):
            along = _is_arc(enablement, window[early, some], window[late, some], window[-1])
            kept[early, some[along]] = False
            some = some[~along]
    to, depth = np.nonzero(kept.T)
    return window[depth, to], to


def gather_window(enablement: Enablement) -> Places:
    """Return the last eight of P(i) for each instance, the latest first, -1 where there are fewer; shape (8, n)."""
    instances, found = enablement.instances, enablement.source
    window = np.full((MOST, len(instances)), -1)
    for depth in range(MOST):
        window[depth] = found
        before = np.where(found > instances.first, found - 1, -1)
        found = walk_back(instances, before, enablement.concurrency)
    return window


def _is_arc(enablement: Enablement, early: Places, late: Places, oldest: Places) -> NDArray[np.bool_]:
    """Return whether the second of two instances of a case has the first among its own last eight predecessors."""
    instances = enablement.instances
    ended = (instances.time[early] <= instances.start[late]) & (early >= oldest[late])
    apart = ~enablement.concurrency.holds(instances.activity[early], instances.activity[late])
    return np.asarray(ended & apart)
