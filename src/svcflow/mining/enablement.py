"""When an instance could have begun: the end of what it had to wait for (metrics.md 6).

An instance is enabled by the latest instance of its case that ended before it began and does not run side by side with
it; by the first start of its case where there is none. Waiting runs from there to its start, so that no wait is
negative, and none counts what a concurrent branch takes. Source: Lashkevich et al., CAiSE 2023 (Kronos).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Log, Millis
from svcflow.mining.concurrency import Concurrency, Declared, declare, judge_order
from svcflow.mining.grouping import distinct
from svcflow.mining.precedence import Instances, Places, count_block, order

_ROOM = 2**62
"""Group and time are one integer below this."""

_STEPS = 48
"""After so many steps back the rest is looked up by activity."""


@dataclass(frozen=True, slots=True)
class Enablement:
    """When each of `instances` was enabled (milliseconds), and by which: its place, -1 where its case had none.

    `stood` is since when nobody was at work on its case, see `find_standstill`.
    """

    instances: Instances
    enabled: Millis
    source: Places
    stood: Millis
    concurrency: Concurrency

    @property
    def waiting(self) -> Millis:
        """Return the time from being enabled to the start of each, never negative."""
        return self.instances.start - self.enabled

    @property
    def preceding(self) -> Places:
        """Return what enabled each; where that is none of its case, the one just before it, -1 for the first."""
        just_before = np.arange(len(self.source)) - 1
        just_before[self.instances.first > just_before] = -1
        return np.where(self.source >= 0, self.source, just_before)

    @property
    def waits(self) -> NDArray[np.bool_]:
        """Return which instances waited for another: one enabled them, or their case stood still before them."""
        return (self.source >= 0) | (self.instances.start > self.stood)


def enable(log: Log, declared: Declared | None = None, *, strictly: bool = False) -> Enablement:
    """Return when each instance of `log` was enabled; `declared` is what definitions say of concurrency.

    See `enable_block` for `strictly`.
    """
    instances = order(log)
    width = len(log.activities)
    concurrency = judge_order(count_block(instances, width), width)
    if declared:
        concurrency = declare(concurrency, log.activities.texts, declared)
    return _enable(instances, log.offsets, concurrency, strictly=strictly)


def enable_block(batch: Batch, concurrency: Concurrency, *, strictly: bool = False) -> Enablement:
    """Return when each instance of a block was enabled.

    An instance without duration that stands at the very end of another one is enabled by that one; `strictly` reaches
    further back, to an end before its own, as the published tool does.
    """
    return _enable(order(batch), batch.offsets, concurrency, strictly=strictly)


def _enable(instances: Instances, offsets: Places, concurrency: Concurrency, *, strictly: bool) -> Enablement:
    source = walk_back(instances, _find_ended(instances), concurrency)
    enabling = source
    if strictly:
        tied = np.flatnonzero((source >= 0) & (instances.time[source] == instances.time))
        earlier = _find_ended(instances, before=instances.time[tied], of=tied)
        enabling = source.copy()
        enabling[tied] = walk_back(instances, earlier, concurrency, tied)
    if not len(instances):
        return Enablement(instances, instances.start, source, instances.start, concurrency)
    begun = np.minimum.reduceat(instances.start, offsets[:-1])
    enabled = np.where(enabling >= 0, instances.time[enabling], begun[instances.case])
    return Enablement(instances, enabled, source, find_standstill(instances), concurrency)


def _find_ended(instances: Instances, before: Millis | None = None, of: Places | None = None) -> Places:
    """Return the last instance of each one's case that comes before it and had ended when it started, else -1.

    With `before`, of the instances `of` alone, the last that ended before that time.
    """
    if of is None:
        of = np.arange(len(instances))
    found = of - 1
    limit = instances.start[of] if before is None else before
    far = np.flatnonzero((found >= instances.first[of]) & _ends_late(instances, found, limit, before is not None))
    if len(far):
        at = of[far]
        times = distinct(np.concatenate([instances.time, limit[far]]))
        width = len(times)
        keys = instances.case * width + np.searchsorted(times, instances.time)
        wanted = instances.case[at] * width + np.searchsorted(times, limit[far])
        found[far] = np.searchsorted(keys, wanted, side="right" if before is None else "left") - 1
        found[far] = np.minimum(found[far], at - 1)
    found[found < instances.first[of]] = -1
    return found


def _ends_late(instances: Instances, place: Places, limit: Millis, strict: bool) -> NDArray[np.bool_]:
    ends = instances.time[place]
    return ends >= limit if strict else ends > limit


def walk_back(instances: Instances, found: Places, concurrency: Concurrency, of: Places | None = None) -> Places:
    """Return the last instance at or before `found` of each one's case that is not concurrent with it, else -1."""
    found = found.copy()
    of = np.arange(len(instances)) if of is None else of
    if not len(concurrency.pairs):
        return found
    left = np.flatnonzero(found >= 0)
    for _ in range(_STEPS):
        left = left[concurrency.holds(instances.activity[found[left]], instances.activity[of[left]])]
        if not len(left):
            return found
        found[left] -= 1
        gone = left[found[left] < instances.first[of[left]]]
        found[gone] = -1
        left = left[found[left] >= 0]
    own = instances.activity[of[left]]
    for activity in np.unique(own).tolist():
        some = left[own == activity]
        low, high = int(instances.first[of[some]].min()), int(found[some].max()) + 1
        others = instances.activity[low:high]
        apart = ~concurrency.holds(others, np.full(len(others), activity, np.int32))
        last = np.maximum.accumulate(np.where(apart, np.arange(low, high), -1))
        place = last[found[some] - low]
        found[some] = np.where(place >= instances.first[of[some]], place, -1)
    return found


def find_standstill(instances: Instances) -> Millis:
    """Return for each instance since when nobody was at work on its case, its own start where somebody was.

    From there to its start the case stood still and went on with it: all this together, and the time in which somebody
    is at work, make up the cycle time of the case. Of instances that start together the first has it.
    """
    again = np.diff(instances.case, prepend=-1) == 0
    if not bool((np.diff(instances.start, prepend=0) < 0)[again].any()):  # in order of their starts too
        return np.where(again, np.minimum(np.roll(instances.time, 1), instances.start), instances.start)
    order = np.lexsort((instances.time, instances.start, instances.case))
    worked = running_end(instances.case, instances.time[order])
    start = instances.start[order]
    found = np.empty_like(start)
    found[order] = np.where(again, np.minimum(np.roll(worked, 1), start), start)
    return found


def running_end(group: Places, end: Millis) -> Millis:
    """Return the latest end of each group so far; groups are numbered upwards."""
    if not len(group):
        return end
    least, width = int(end.min()), int(end.max()) - int(end.min()) + 1
    if int(group[-1] + 1) * width < _ROOM:
        latest: Millis = np.maximum.accumulate(group * width + (end - least)) - group * width + least
        return latest
    times, rank = np.unique(end, return_inverse=True)
    return times[np.maximum.accumulate(group * len(times) + rank) - group * len(times)]
