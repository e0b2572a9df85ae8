"""Changes of the order of a case: rounds that fall away, steps that begin together."""

from __future__ import annotations

import numpy as np

from svcflow.simulation.arrays import Ints
from svcflow.simulation.traces import Rows, Traces

Edges = tuple[Ints, Ints]


def select_rounds(traces: Traces, activity: int, rounds: int) -> Rows:
    """Return the rows from completion number `rounds` of an activity to its last.

    That completion itself stays: what falls away is the way back to the activity and the activity again.
    """
    log = traces.log
    mine = log.activity == activity
    done = np.cumsum(mine) - mine
    done = done - done[log.offsets[:-1]][traces.case]
    total = np.bincount(traces.case[mine], minlength=log.cases)[traces.case]
    return np.asarray((done >= max(rounds, 1)) & (done < total))


def run_side_by_side(traces: Traces, edges: Edges, pair: tuple[int, int]) -> Edges:
    """Return the edges in which the second activity of `pair` no longer waits for the first right before it.

    It begins with the first, and what waited for it waits for both. What a case begins with stays first.
    """
    before, after = edges
    activity = traces.log.activity
    waits = (activity[before] == pair[0]) & (activity[after] == pair[1])
    freed = np.zeros(len(activity), np.int64)
    enabled_by = np.full(len(activity), -1, np.int64)
    parents = np.bincount(after, minlength=len(activity))
    waits &= (parents[before] > 0) & (parents[after] == 1)
    enabled_by[after[waits]] = before[waits]
    freed[after[waits]] = 1
    kept = ~waits
    of_first = np.full(len(activity), -1, np.int64)
    of_first[enabled_by[enabled_by >= 0]] = np.flatnonzero(enabled_by >= 0)
    up = kept & (of_first[after] >= 0)
    down = kept & (enabled_by[before] >= 0)
    news = [(before[kept], after[kept]), (before[up], of_first[after[up]]), (enabled_by[before[down]], after[down])]
    before, after = (np.concatenate([part[side] for part in news]) for side in range(2))
    keys = np.unique(before * np.int64(len(activity)) + after)
    early, late = np.divmod(keys, max(len(activity), 1))
    return early, late
