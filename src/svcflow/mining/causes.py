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

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Millis
from svcflow.mining.batches import NONE, Batches
from svcflow.mining.covering import NEVER, Cover, cover, sum_below
from svcflow.mining.enablement import Enablement
from svcflow.mining.grouping import distinct
from svcflow.mining.rosters import Roster

Places = NDArray[np.int64]

CAUSES = ("batching", "contention", "prioritisation", "unavailability", "extraneous")

Parts = NDArray[np.int64]
"""The waiting of each instance by cause, in milliseconds: row `c` is that of ``CAUSES[c]``."""

_ROWS = 1 << 20
"""Instances taken at once, whole resources together: what bounds the memory."""


class _Work(NamedTuple):
    """Instances in order of their resource: when enabled, started and ended, and the batch of each (or NONE)."""

    resource: Codes
    enabled: Millis
    start: Millis
    end: Millis
    batch: Places
    gathered: Millis
    """When the last member of its batch was enabled; when it was itself, for those in none."""
    since: Millis
    """From when on its waiting is explained."""


class _Pieces(NamedTuple):
    """The time of each resource, cut at every start and end: piece `p` lasts from ``begin[p]`` for ``length[p]``.

    The last piece of a resource has no length. `key` orders pieces by resource and time.
    """

    resource: Codes
    key: Places
    begin: Millis
    length: Millis
    cover: Cover

    @property
    def busy(self) -> NDArray[np.bool_]:
        """Return in which pieces the resource is at work on an instance."""
        return self.cover.least < NEVER


class _Windows(NamedTuple):
    """Where each instance waited for its resource: from `into` milliseconds within piece `first` up to piece `last`.

    A window that opens before anything is known of its resource has a negative `into`: it begins before `first`.
    """

    begin: Millis
    first: Places
    last: Places
    into: Millis

    def sum(self, values: Millis, before: Millis) -> Millis:
        """Return the sum over the pieces of each window, less what lies `before` it in its first piece."""
        total = np.append(0, np.cumsum(values))
        summed: Millis = total[self.last] - total[self.first] - before
        return summed


def explain_waits(
    enablement: Enablement, batches: Batches, of: tuple[Codes, Millis], rosters: Sequence[Roster]
) -> tuple[Parts, ...]:
    """Return why the instances of `enablement` waited, for each of some rosters.

    `of` are the resource of each, and the instant from which on its waiting is explained: no later than its start, the
    whole of it where that is no later than when it was enabled. Of instances whose resource is unknown nothing is told:
    their parts are 0.
    """
    resource, since = of
    found = tuple(np.zeros((len(CAUSES), len(resource)), np.int64) for _ in rosters)
    place = np.flatnonzero(resource != UNKNOWN)
    place = place[np.argsort(resource[place], kind="stable")]
    if not len(place):
        return found
    bounds = np.append(np.flatnonzero(np.diff(resource[place], prepend=-1)), len(place))
    block = (bounds[1:] - 1) // _ROWS
    for number in distinct(block).tolist():
        blocks = np.flatnonzero(block == number)
        some = place[bounds[blocks[0]] : bounds[blocks[-1] + 1]]
        work = _gather_work(some, enablement, batches, (resource[some], since[some]))
        for parts, explained in zip(found, _explain(work, rosters), strict=True):
            parts[:, some] = explained
    return found


def _gather_work(some: Places, enablement: Enablement, batches: Batches, of: tuple[Codes, Millis]) -> _Work:
    instances, batch = enablement.instances, batches.of[some]
    enabled = enablement.enabled[some]
    gathered = enabled.copy()
    gathered[batch != NONE] = batches.enabled[batch[batch != NONE]]
    since = np.maximum(of[1], enabled)
    return _Work(of[0], enabled, instances.start[some], instances.time[some], batch, gathered, since)


def _explain(work: _Work, rosters: Sequence[Roster]) -> list[Parts]:
    """Return the waiting of some instances by cause; all instances of their resources are there."""
    times = distinct(np.concatenate([work.start, work.end, work.enabled, work.gathered, work.since]))
    pieces = _cut(work, times)
    windows = _place(work, pieces, times)
    inside = np.maximum(windows.into, 0)
    worked = windows.sum(np.where(pieces.busy, pieces.length, 0), np.where(pieces.busy[windows.first], inside, 0))
    rank = np.searchsorted(times, work.gathered)
    contention = sum_below(pieces.cover.least, pieces.length, (windows.first, windows.last), rank)
    contention -= np.where(pieces.cover.least[windows.first] <= rank, inside, 0)
    contention -= _served_before(work, pieces, windows, times)
    batching = windows.begin - work.since
    idle = work.start - windows.begin - worked
    found = []
    for roster in rosters:
        off = idle - _open_idle(work, pieces, windows, roster)
        found.append(np.stack([batching, contention, worked - contention, off, idle - off]))
    return found


def _cut(work: _Work, times: Millis) -> _Pieces:
    """Cut the time of each resource and find the first-enabled instances at work in each piece."""
    width = len(times)
    base = work.resource.astype(np.int64) * width
    starts, ends = base + np.searchsorted(times, work.start), base + np.searchsorted(times, work.end)
    key = distinct(np.concatenate([starts, ends]))
    resource, moment = np.divmod(key, width)
    begin = times[moment]
    length = np.append(np.where(np.diff(resource) == 0, np.diff(begin), 0), 0)
    owner = np.where(work.batch == NONE, -1 - np.arange(len(work.batch)), work.batch)
    spans = np.searchsorted(key, starts), np.searchsorted(key, ends)
    covered = cover(spans, np.searchsorted(times, work.enabled), owner, len(key))
    return _Pieces(resource.astype(np.int32), key, begin, length, covered)


def _place(work: _Work, pieces: _Pieces, times: Millis) -> _Windows:
    """Return where the window of each instance lies: from when its batch was complete to its start."""
    begin = np.maximum(work.gathered, work.since)
    base = work.resource.astype(np.int64) * len(times)
    last = np.searchsorted(pieces.key, base + np.searchsorted(times, work.start))
    first = np.searchsorted(pieces.key, base + np.searchsorted(times, begin), side="right") - 1
    first = np.maximum(first, np.searchsorted(pieces.key, base))
    return _Windows(begin, first, last, begin - pieces.begin[first])


def _served_before(work: _Work, pieces: _Pieces, windows: _Windows, times: Millis) -> Millis:
    """Return the work on members of its own batch that were enabled later, for each instance: that is prioritisation.

    Seen from outside all members of a batch were enabled before it began; among themselves the order counts. A piece
    is so if nobody enabled before the batch was complete is at work in it but members that were enabled later.
    """
    found = np.zeros(len(work.batch), np.int64)
    owned = np.flatnonzero((pieces.cover.owner >= 0) & pieces.busy)
    members = np.flatnonzero(work.batch != NONE)
    if not len(owned) or not len(members):
        return found
    least, owner, other = pieces.cover
    complete = np.full(int(work.batch.max()) + 1, NEVER)
    complete[work.batch[members]] = np.searchsorted(times, work.gathered[members])
    owned = owned[other[owned] > complete[owner[owned]]]
    owned = owned[np.argsort(owner[owned], kind="stable")]
    size = len(pieces.key) + 1
    keys, base = owner[owned] * size + owned, work.batch[members] * size
    first, limit = windows.first[members], np.searchsorted(times, work.enabled[members])
    between = np.searchsorted(keys, base + first), np.searchsorted(keys, base + windows.last[members])
    total = np.append(0, np.cumsum(pieces.length[owned]))
    found[members] = total[between[1]] - total[between[0]]
    found[members] -= sum_below(least[owned], pieces.length[owned], between, limit)
    cut = np.append(keys, NEVER)[between[0]] == base + first  # its first piece is among them, in part
    found[members] -= np.where(cut & (least[first] > limit), np.maximum(windows.into[members], 0), 0)
    return found


def _open_idle(work: _Work, pieces: _Pieces, windows: _Windows, roster: Roster) -> Millis:
    """Return for how long each instance waited while its resource was at work by the roster, and not busy."""
    at_cut = roster.open_until(pieces.resource, pieces.begin)
    opened = np.append(np.diff(at_cut), 0)
    into = roster.open_until(work.resource, windows.begin) - at_cut[windows.first]
    idle_begin = (windows.into < 0) | ~pieces.busy[windows.first]
    return windows.sum(np.where(pieces.busy | (pieces.length == 0), 0, opened), np.where(idle_begin, into, 0))
