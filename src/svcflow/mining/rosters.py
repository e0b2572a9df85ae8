"""Rosters: when each resource is at work, as calendars say or as a log shows (metrics.md 6).

A discovered roster has a week of equal slots. A slot is open if the resource wrote in it on at least a tenth of the
days of that weekday on which it did the same activity; where the open slots then hold less than 70 % of what the
resource wrote, its busiest other slots are opened until they do. Source: the calendar discovery of Prosimos and Kronos
(López-Pintado & Dumas, BPM 2022), with their defaults; its limit on participation is left out.

A log that shows little of a resource leaves much of its week closed: what counts as unavailable is then mostly what was
never seen. So the narrow reading (each resource by itself, slots of 15 minutes) stands beside a wide one (everybody
together, slots of an hour).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import DAY_MS, MINUTE_MS
from svcflow.calendars.wall import list_offsets
from svcflow.eventlog.log import UNKNOWN, Codes, Millis
from svcflow.mining.grouping import count, distinct
from svcflow.mining.tallies import Tally

Places = NDArray[np.int64]

WEEK_MS = 7 * DAY_MS
NARROW = 15
"""Minutes of a slot where each resource is judged by itself."""
WIDE = 60
"""Minutes of a slot where all are judged together."""
CONFIDENCE = 0.1
SUPPORT = 0.7

_THURSDAY = 3
"""The weekday of 1970-01-01."""

_COUNTED = 1 << 24
"""Keys below this are counted in an array of all of them."""


class Roster(Protocol):
    """When resources are at work."""

    @property
    def source(self) -> Literal["given", "discovered"]:
        """Return where it is from."""
        ...

    def open_until(self, resource: Codes, instants: Millis) -> Millis:
        """Return the open milliseconds of each resource up to each instant, from a beginning of its own."""
        ...


class Hours(Protocol):
    """Open hours that count up; `svcflow.calendars.Clock` does."""

    def open_until(self, instants: Millis) -> Millis:
        """Return the open milliseconds up to each instant, from a beginning of its own."""
        ...


@dataclass(frozen=True)
class Given:
    """The hours of calendars: resource `r` keeps those of ``hours[of[r]]``, called ``names[of[r]]``."""

    hours: tuple[Hours, ...]
    of: Places
    names: tuple[str, ...]
    source: Literal["given"] = "given"

    def open_until(self, resource: Codes, instants: Millis) -> Millis:
        """Return the open milliseconds of each resource up to each instant."""
        found = np.zeros(len(instants), np.int64)
        which = self.of[resource]
        for number in np.unique(which).tolist():
            some = which == number
            found[some] = self.hours[number].open_until(instants[some])
        return found


@dataclass(frozen=True)
class Discovered:
    """A week of slots of `minutes` for each pool of resources, on the wall clock of `zone`.

    Resource `r` is of pool ``of[r]``; `keys` are the open slots as ``pool * slots + slot``, ascending, where slot 0
    begins on Monday at 0:00. `span` are the instants between which the log lies.
    """

    of: Places
    keys: Places
    minutes: int
    zone: str
    span: tuple[int, int]
    source: Literal["discovered"] = "discovered"

    @property
    def slots(self) -> int:
        """Return the number of slots of a week."""
        return WEEK_MS // (self.minutes * MINUTE_MS)

    @property
    def open_slots(self) -> Places:
        """Return how many slots of each pool are open."""
        return np.bincount(self.keys // self.slots, minlength=int(self.of.max(initial=-1)) + 1)

    def open_until(self, resource: Codes, instants: Millis) -> Millis:
        """Return the open milliseconds of each resource up to each instant.

        Where the clock is changed, what was open up to there by the old one goes on by the new one.
        """
        since, offsets, shifts = self._regimes
        pool = self.of[resource]
        regime = np.maximum(np.searchsorted(since, instants, side="right") - 1, 0)
        return self._open_on_wall(pool, instants + offsets[regime]) + shifts[pool, regime]

    @cached_property
    def _regimes(self) -> tuple[Millis, Millis, Millis]:
        """Return from when each offset of the zone is in force, the offsets, and what to add then, by pool."""
        regimes = list_offsets(self.zone, *self.span)
        pools = np.arange(int(self.of.max(initial=-1)) + 1)
        shifts = [np.zeros(len(pools), np.int64)]
        for (_, before), (change, after) in pairwise(regimes):
            old, new = (self._open_on_wall(pools, np.full(len(pools), change + o)) for o in (before, after))
            shifts.append(shifts[-1] + old - new)
        since, offsets = (np.array(column, np.int64) for column in zip(*regimes, strict=True))
        return since, offsets, np.stack(shifts, axis=1)

    @cached_property
    def _bounds(self) -> Places:
        """Return where the slots of each pool begin among the keys, and at the end where the last one's end."""
        return np.searchsorted(self.keys, np.arange(int(self.of.max(initial=-1)) + 2) * self.slots)

    def _open_on_wall(self, pool: Places, local: Millis) -> Millis:
        """Return the open milliseconds since a Monday long ago, by a wall clock that is never changed."""
        length = self.minutes * MINUTE_MS
        weeks, within = np.divmod(local + _THURSDAY * DAY_MS, WEEK_MS)
        slot, into = np.divmod(within, length)
        key = pool * self.slots + slot
        place = np.searchsorted(self.keys, key)
        begin = self._bounds[pool]
        whole = weeks * (self._bounds[pool + 1] - begin) + place - begin
        last = max(len(self.keys) - 1, 0)
        is_open = self.keys[np.minimum(place, last)] == key if len(self.keys) else np.zeros(len(key), np.bool_)
        opened: Millis = whole * length + np.where(is_open, into, 0)
        return opened


def discover(
    resource: Codes,
    activity: Codes,
    times: tuple[Millis, ...],
    zone: str,
    *,
    pools: Places,
    minutes: int,
    span: tuple[int, int] | None = None,
) -> Discovered:
    """Return the roster that instances show; `times` are their starts and ends, ``pools[r]`` the pool of resource `r`.

    Instances of unknown resources show nothing. `span` is that of the whole log where these are a part of it.
    """
    known = resource != UNKNOWN
    stamps = np.concatenate([moments[known] for moments in times])
    pool = np.tile(pools[resource[known]], len(times))
    kind = np.tile(activity[known].astype(np.int64), len(times))
    if span is None:
        span = (int(stamps.min()), int(stamps.max())) if len(stamps) else (0, 0)
    regimes = list_offsets(zone, *span)
    since = np.array([begin for begin, _ in regimes])
    offsets = np.array([offset for _, offset in regimes])
    local = stamps + offsets[np.maximum(np.searchsorted(since, stamps, side="right") - 1, 0)]
    length = minutes * MINUTE_MS
    monday = (int(local.min(initial=0)) + _THURSDAY * DAY_MS) // WEEK_MS * WEEK_MS - _THURSDAY * DAY_MS
    keys = _choose_open(_Stamps(pool, kind, (local - monday) // length), WEEK_MS // length)
    return Discovered(pools, keys, minutes, zone, span)


class _Stamps(NamedTuple):
    """When something was written: by which pool, for which kind of work, in which slot since a Monday."""

    pool: Places
    kind: Places
    slot: Places


class Shown(NamedTuple):
    """What stamps show of a week of slots, for pools and kinds of work, where ``doing = pool * kinds + kind``.

    `often` counts stamps by ``pool * slots + slot``, `seen` days by ``doing * slots + slot``, and `worked` days by
    ``doing * 7 + weekday``.
    """

    often: Tally
    seen: Tally
    worked: Tally


def _choose_open(stamps: _Stamps, slots: int) -> Places:
    """Return the open slots, as ``pool * slots + slot``, for a week of so many slots."""
    pool, kind, slot = stamps
    if not len(pool):
        return np.empty(0, np.int64)
    often = _tally(pool * slots + slot % slots)
    kinds, width, per_day = int(kind.max()) + 1, int(slot.max()) + 1, slots // 7
    doing, slot = np.divmod(_tally((pool * kinds + kind) * width + slot).keys, width)
    seen = Tally(*count(doing * slots + slot % slots))
    days = distinct(doing * width + slot // per_day)
    worked = Tally(*count(days // width * 7 + days % width % 7))
    return choose_open(Shown(often, seen, worked), kinds, slots)


def choose_open(shown: Shown, kinds: int, slots: int) -> Places:
    """Return the slots that open by what is shown, as ``pool * slots + slot``."""
    often, seen, worked = shown
    doing, slot = np.divmod(seen.keys, slots)
    confidence = seen.counts / worked.of(doing * 7 + slot // (slots // 7))
    best = np.zeros(len(often.keys))
    np.maximum.at(best, np.searchsorted(often.keys, doing // kinds * slots + slot), confidence)
    sure = best >= CONFIDENCE
    opened: Places = often.keys[sure | _support(often.keys // slots, often.counts, sure)]
    return opened


def _tally(keys: Places) -> Tally:
    """Return the distinct keys, ascending, and how often each occurs: counted off where they are few enough."""
    if int(keys.max()) >= _COUNTED:
        return Tally(*count(keys))
    counts = np.bincount(keys)
    names = np.flatnonzero(counts)
    return Tally(names, counts[names])


def _support(pool: Places, often: Places, sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the further slots that must open, the busiest first, so that each pool's hold enough of its stamps."""
    chosen = np.zeros(len(pool), np.bool_)
    total = np.bincount(pool, often)
    held = np.bincount(pool, np.where(sure, often, 0))
    rest = np.flatnonzero(~sure)
    rest = rest[np.lexsort((rest, -often[rest], pool[rest]))]
    added = np.cumsum(often[rest])
    begins = np.searchsorted(pool[rest], pool[rest])
    before = added - often[rest] - (added - often[rest])[begins] if len(rest) else added
    chosen[rest[(held[pool[rest]] + before) / total[pool[rest]] < SUPPORT]] = True
    return chosen
