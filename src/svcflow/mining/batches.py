"""Batches: instances that somebody let gather and then worked off together (metrics.md 6).

A batch is two or more instances of one activity by one resource, all of them enabled before the first of them began,
with no gap between their work. Instances are taken in order of their start; one that does not fit begins the next
batch. Kinds: *parallel* (all begin together and end together), *sequential* (one after the other), *concurrent* (their
work overlaps in part). Source: Martin et al. 2021, Lashkevich et al., CAiSE 2023.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Millis
from svcflow.mining.enablement import Enablement, running_end

Places = NDArray[np.int64]

KINDS = ("parallel", "sequential", "concurrent")
NONE = -1

_ROWS = 1 << 20
"""Instances whose batches are looked for at once: what bounds the memory."""


@dataclass(frozen=True, slots=True)
class Batches:
    """Which batch each instance belongs to (`of`, NONE for no batch), and each batch's figures.

    `kind` is an index into `KINDS`, `size` counts the members, `enabled` is when the last of them was enabled.
    """

    of: Places
    kind: NDArray[np.int8]
    size: Places
    enabled: Millis
    activity: Codes
    resource: Codes

    def __len__(self) -> int:
        return len(self.kind)


def find_batches(enablement: Enablement, resource: Codes, has_start: NDArray[np.bool_]) -> Batches:
    """Return the batches; `resource` and `has_start` are those of each instance.

    Instances without a resource or without a known start are in none.
    """
    instances = enablement.instances
    known = np.flatnonzero((resource != UNKNOWN) & has_start)
    of = np.full(len(instances), NONE)
    sequence = np.lexsort((instances.time[known], instances.start[known], instances.activity[known], resource[known]))
    place = known[sequence]
    group = _number_groups(resource[place], instances.activity[place])
    heads = _find_heads(group, enablement.enabled[place], instances.start[place], instances.time[place])
    number = np.cumsum(heads) - 1
    sizes = np.bincount(number)
    many = sizes[number] >= 2
    members = place[many]
    _, of[members] = np.unique(number[many], return_inverse=True)
    return _describe(of, members, enablement, resource)


def _describe(of: Places, members: Places, enablement: Enablement, resource: Codes) -> Batches:
    """Return the batches whose `members` stand one batch after the other, by start."""
    instances = enablement.instances
    if not len(members):
        nothing = np.empty(0, np.int64)
        codes = np.empty(0, np.int32)
        return Batches(of, np.empty(0, np.int8), nothing, nothing, codes, codes)
    begins = np.append(0, np.flatnonzero(np.diff(of[members])) + 1)
    start, end = instances.start[members], instances.time[members]
    together = (np.minimum.reduceat(start, begins) == np.maximum.reduceat(start, begins)) & (
        np.minimum.reduceat(end, begins) == np.maximum.reduceat(end, begins)
    )
    overlaps = np.append(False, start[1:] < end[:-1])
    overlaps[begins] = False
    in_turn = ~np.logical_or.reduceat(overlaps, begins)
    return Batches(
        of,
        np.where(together, 0, np.where(in_turn, 1, 2)).astype(np.int8),
        np.diff(np.append(begins, len(members))),
        np.maximum.reduceat(enablement.enabled[members], begins),
        instances.activity[members[begins]],
        resource[members[begins]],
    )


def _number_groups(resource: Codes, activity: Codes) -> Places:
    changes = (np.diff(resource) != 0) | (np.diff(activity) != 0)
    return np.append(0, np.cumsum(changes))[: len(resource)]


def _find_heads(group: Places, enabled: Millis, start: Millis, end: Millis) -> NDArray[np.bool_]:
    """Return which instances begin a batch (of one or more); they stand in order of group and start.

    Most cannot be in the batch of the one before: enabled after that one began, or begun after all before had ended.
    What lies between two such is settled by following from each head to the next.
    """
    heads = np.ones(len(group), np.bool_)
    if len(group) < 2:
        return heads
    heads[1:] = (np.diff(group) != 0) | (enabled[1:] > start[:-1]) | (start[1:] > running_end(group, end)[:-1])
    bounds = np.append(np.flatnonzero(heads), len(group))
    long = np.flatnonzero(np.diff(bounds) > 1)
    begins, lengths = bounds[long], np.diff(bounds)[long]
    block = np.cumsum(lengths) // _ROWS
    for number in np.unique(block).tolist():
        some = np.flatnonzero(block == number)
        rows = np.concatenate([np.arange(b, b + n) for b, n in zip(begins[some], lengths[some], strict=True)])
        heads[rows] = _settle(np.append(0, np.cumsum(lengths[some])), enabled[rows], start[rows], end[rows])
    return heads


def _settle(bounds: Places, enabled: Millis, start: Millis, end: Millis) -> NDArray[np.bool_]:
    """Return which instances begin a batch, in runs that each begin with one.

    The batch that begins at `j` ends before the first later `k` that was enabled after `j` began, or that began after
    all from `j` on had ended: that is, `j` comes after the last instance still at work when `k` began.
    """
    size = len(enabled)
    run_end = np.repeat(bounds[1:], np.diff(bounds))
    run_begin = np.repeat(bounds[:-1], np.diff(bounds))
    places = np.arange(size)
    still = _find_last(end, start, run_begin)
    late = _find_first(enabled, start, run_end)
    parted = _find_first(-(still + 1), -places - 1, run_end)
    jump = np.append(np.minimum(late, parted), size)
    heads = np.zeros(size + 1, np.bool_)
    heads[bounds] = True
    while True:
        reached = jump[np.flatnonzero(heads)]
        if bool(heads[reached].all()):
            return heads[:size]
        heads[reached] = True
        jump = jump[jump]


def _find_first(values: Millis, limits: Millis, ends: Places) -> Places:
    """Return for each `j` the first ``k > j`` below ``ends[j]`` with ``values[k] > limits[j]``, else ``ends[j]``."""
    at = np.arange(len(values)) + 1
    for width, highest in reversed(_tabulate(values)):
        fits = np.flatnonzero(at + width <= ends)
        fits = fits[highest[at[fits]] <= limits[fits]]
        at[fits] += width
    return at


def _find_last(values: Millis, limits: Millis, begins: Places) -> Places:
    """Return for each `k` the last ``l < k`` from ``begins[k]`` on with ``values[l] >= limits[k]``.

    Where there is none, ``begins[k] - 1``.
    """
    at = np.arange(len(values)) - 1
    for width, highest in reversed(_tabulate(values)):
        fits = np.flatnonzero(at - width + 1 >= begins)
        fits = fits[highest[at[fits] - width + 1] < limits[fits]]
        at[fits] -= width
    return at


def _tabulate(values: Millis) -> list[tuple[int, Millis]]:
    """Return for each power of two the highest of so many values from each place on."""
    table, width = [(1, values)], 1
    while 2 * width <= len(values):
        below = table[-1][1]
        table.append((2 * width, np.maximum(below[:-width], below[width:])))
        width *= 2
    return table
