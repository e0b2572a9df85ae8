"""Why instances wait: batching, contention, prioritisation, unavailability, and what is left (metrics.md 6).

Of the time from being enabled to the start, in this order, each from what is left: until the last member of its batch
was enabled (*batching*); while its resource was busy with instances enabled no later (*contention*), or later
(*prioritisation*); while its resource was not at work (*unavailability*); the rest (*extraneous*). The five make up the
waiting exactly. Source: Lashkevich, Milani, Chapela-Campa & Dumas, CAiSE 2023 (Kronos).

The time of a resource is cut at every start and end of its instances. A piece is contention for whoever was enabled no
earlier than the first-enabled instance at work in it; so one sum over pieces, below a limit, tells it, and nobody is
compared with everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Millis
from svcflow.mining.batches import NONE, Batches
from svcflow.mining.covering import NEVER, Cover, cover, sum_below
from svcflow.mining.enablement import Enablement
from svcflow.mining.rosters import Roster

Places = NDArray[np.int64]

CAUSES = ("batching", "contention", "prioritisation", "unavailability", "extraneous")

_ROWS = 1 << 20
"""Instances taken at once, whole resources together: what bounds the memory."""


@dataclass(frozen=True, slots=True)
class Causes:
    """The waiting of each instance by cause, in milliseconds: ``parts[c]`` is that of ``CAUSES[c]``.

    `known` tells whose resource is known; of the others nothing is told.
    """

    parts: NDArray[np.int64]
    known: NDArray[np.bool_]


class _Work(NamedTuple):
    """Instances in order of their resource: when enabled, started and ended, and the batch of each (or NONE)."""

    resource: Codes
    enabled: Millis
    start: Millis
    end: Millis
    batch: Places
    gathered: Millis
    """When the last member of its batch was enabled; when it was itself, for those in none."""


def explain_waits(enablement: Enablement, batches: Batches, resource: Codes, roster: Roster) -> Causes:
    """Return why the instances of `enablement` waited; `resource` is the one of each."""
    parts = np.zeros((len(CAUSES), len(resource)), np.int64)
    known = resource != UNKNOWN
    place = np.flatnonzero(known)
    place = place[np.argsort(resource[place], kind="stable")]
    bounds = np.append(np.flatnonzero(np.diff(resource[place], prepend=-1)), len(place))
    block = bounds[1:] // _ROWS
    for number in np.unique(block).tolist():
        of = np.flatnonzero(block == number)
        some = place[bounds[of[0]] : bounds[of[-1] + 1]]
        parts[:, some] = _explain(_gather_work(some, enablement, batches, resource), roster)
    return Causes(parts, known)


def _gather_work(some: Places, enablement: Enablement, batches: Batches, resource: Codes) -> _Work:
    instances, batch = enablement.instances, batches.of[some]
    enabled = enablement.enabled[some]
    gathered = enabled.copy()
    gathered[batch != NONE] = batches.enabled[batch[batch != NONE]]
    return _Work(resource[some], enabled, instances.start[some], instances.time[some], batch, gathered)


class _Pieces(NamedTuple):
    """The time of each resource, cut at every start and end: piece `p` lasts from ``begin[p]`` for ``length[p]``.

    The last piece of a resource has no length. `key` orders pieces by resource and time.
    """

    resource: Codes
    key: Places
    begin: Millis
    length: Millis
    cover: Cover


def _explain(work: _Work, roster: Roster) -> NDArray[np.int64]:
    """Return the waiting of some instances by cause; all instances of their resources are there."""
    times = np.unique(np.concatenate([work.start, work.end, work.enabled, work.gathered]))
    pieces = _cut(work, times)
    rank = np.searchsorted(times, work.gathered)
    base = work.resource.astype(np.int64) * len(times)
    last = np.searchsorted(pieces.key, base + np.searchsorted(times, work.start))
    first = np.searchsorted(pieces.key, base + rank, side="right") - 1
    early = first < np.searchsorted(pieces.key, base)  # the window opens before anything is known of the resource
    into = np.where(early, 0, work.gathered - pieces.begin[np.maximum(first, 0)])
    first = first + early
    busy = pieces.cover.least < NEVER
    worked = _sum_between(np.where(busy, pieces.length, 0), first, last) - np.where(busy[first], into, 0)
    earliest = sum_below(pieces.cover.least, pieces.length, (first, last), rank)
    contention = earliest - np.where(pieces.cover.least[first] <= rank, into, 0)
    contention -= _served_before(work, pieces, times, last)
    off = _shut(work, pieces, busy, (first, last), roster)
    batching = work.gathered - work.enabled
    window = work.start - work.gathered
    return np.stack([batching, contention, worked - contention, off, window - worked - off])


def _cut(work: _Work, times: Millis) -> _Pieces:
    """Cut the time of each resource and find the first-enabled instances at work in each piece."""
    width = len(times)
    base = work.resource.astype(np.int64) * width
    starts, ends = base + np.searchsorted(times, work.start), base + np.searchsorted(times, work.end)
    key = np.unique(np.concatenate([starts, ends]))
    resource, moment = np.divmod(key, width)
    begin = times[moment]
    length = np.append(np.where(np.diff(resource) == 0, np.diff(begin), 0), 0)
    owner = np.where(work.batch == NONE, -1 - np.arange(len(work.batch)), work.batch)
    spans = np.searchsorted(key, starts), np.searchsorted(key, ends)
    covered = cover(spans, np.searchsorted(times, work.enabled), owner, len(key))
    return _Pieces(resource.astype(np.int32), key, begin, length, covered)


def _served_before(work: _Work, pieces: _Pieces, times: Millis, last: Places) -> Millis:
    """Return the work on members of its own batch that were enabled later, for each instance: that is prioritisation.

    Seen from outside all members of a batch were enabled before it began; among themselves the order counts. A piece
    is so if nobody enabled before the batch was complete is at work in it but members that were enabled later.
    """
    found = np.zeros(len(work.batch), np.int64)
    owned = np.flatnonzero((pieces.cover.owner >= 0) & (pieces.cover.least < NEVER))
    members = np.flatnonzero(work.batch != NONE)
    if not len(owned) or not len(members):
        return found
    owned = owned[np.argsort(pieces.cover.owner[owned], kind="stable")]
    batch = pieces.cover.owner[owned]
    complete = np.full(int(work.batch.max()) + 1, NEVER)
    complete[work.batch[members]] = np.searchsorted(times, work.gathered[members])
    alone = np.where(pieces.cover.other[owned] > complete[batch], pieces.length[owned], 0)
    size = len(pieces.key) + 1
    keys = batch * size + owned
    between = (
        np.searchsorted(keys, work.batch[members] * size),
        np.searchsorted(keys, work.batch[members] * size + last[members]),
    )
    limit = np.searchsorted(times, work.enabled[members])
    before = sum_below(pieces.cover.least[owned], alone, between, limit)
    found[members] = _sum_between(alone, *between) - before
    return found


def _shut(
    work: _Work, pieces: _Pieces, busy: NDArray[np.bool_], between: tuple[Places, Places], roster: Roster
) -> Millis:
    """Return for how long each instance waited while its resource was neither busy nor at work."""
    first, last = between
    at_cut = roster.open_until(pieces.resource, pieces.begin)
    at_begin = roster.open_until(work.resource, work.gathered)
    open_length = np.append(np.diff(at_cut), 0)
    known = pieces.begin[first] <= work.gathered
    idle_open = _sum_between(np.where(busy | (pieces.length == 0), 0, open_length), first, last)
    idle_open += np.where(known & ~busy[first], at_cut[first] - at_begin, 0)
    idle_open += np.where(known, 0, at_cut[first] - at_begin)
    idle = _sum_between(np.where(busy, 0, pieces.length), first, last)
    idle += np.where(known & busy[first], 0, pieces.begin[first] - work.gathered)
    shut: Millis = idle - idle_open
    return shut


def _sum_between(values: Millis, first: Places, last: Places) -> Millis:
    """Return the sums of ``values[first:last]``."""
    total = np.append(0, np.cumsum(values))
    summed: Millis = total[last] - total[first]
    return summed
