"""Whole folds over a block in one compiled pass: what they add up goes to arrays that live as long as the fold.

A fold without the library takes a block in column by column; both leave the same state.
"""

from __future__ import annotations

import ctypes
import math
from typing import ClassVar, NamedTuple

import numpy as np

from svcflow.kernels.columns import Codes, Flags, Ints, as_codes, as_ints, unseen
from svcflow.kernels.library import address, call


class Places(NamedTuple):
    """A count, a sum and a histogram of `width` cells for each of a few keys.

    With `number`, keys have places as they come: it has the place of a key or -1, `keys` the key of a place, `used` how
    many there are. What comes while its key has fewer than `keep` is told.
    """

    counts: Ints
    totals: Ints
    histogram: Codes
    width: int
    keep: int
    number: Codes | None = None
    keys: Ints | None = None
    used: Ints | None = None


class _Places(ctypes.Structure):
    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in ("number", "keys", "used")),
        *((name, ctypes.c_int64) for name in ("space", "width", "keep")),
        *((name, ctypes.c_void_p) for name in ("counts", "totals", "histogram", "few_keys", "few_values")),
    ]


class Steps(NamedTuple):
    """The columns of a block that steps are measured on; `start` is ``None`` where instances have one time."""

    offsets: Ints
    time: Ints
    start: Ints | None
    activity: Codes
    activities: int


class Few:
    """Room for what a loop tells of keys with few values."""

    def __init__(self, places: Places, most: int) -> None:
        self._columns = np.empty(most, np.int64), np.empty(most, np.int64)
        self.count = np.zeros(1, np.int64)
        room = (len(places.counts), places.width, places.keep)
        columns = (places.counts, places.totals, places.histogram, *self._columns)
        self.places = _Places(*(address(column) for column in places[-3:]), *room, *map(address, columns))

    def tell(self) -> tuple[Ints, Ints]:
        """Return places and values."""
        count = int(self.count[0])
        keys, values = self._columns
        return keys[:count].copy(), values[:count].copy()


def tally_steps(steps: Steps, places: Places, again: Ints, overlaps: Ints) -> tuple[int, Ints, Ints]:
    """Tally the waiting of each pair of activities; return how many cases had places, and what may have to be kept.

    By pair, `again` counts what a case has shown before and `overlaps` where the second starts before the first ends.
    """
    few = Few(places, len(steps.time))
    seen = np.zeros((len(again), 2), np.int64)
    seen[:, 0] = -1
    taken = call("tally_steps", *_give(steps), ctypes.addressof(few.places), seen, overlaps, few.count)
    again += seen[:, 1]
    return taken, *few.tell()


class Handed(NamedTuple):
    """Counts of handovers: ten of the log; by pair of holders, columns of `seen`; by step, rows of `kept`.

    `seen` are the last case that showed it (-1 for none), how often a case showed it once more, and returns; `kept` are
    cases, instances and time of a known holder who stays, and the last case of the block (-1 for none).
    """

    counts: Ints
    seen: Ints
    kept: Ints
    places: Places | None
    mixed: Ints | None
    """Where delays go: by pair, and in columns of counts and sums by pair and step."""


def tally_handovers(
    steps: Steps, holder: Codes, passed: tuple[Codes, Flags] | None, to: Handed, *, first_case: int
) -> tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints]]:
    """Tally the handovers of a block; return pair, pair with step and delay of each, and what may have to be kept.

    `passed` are the resources of rows, and which of those are passed over. The first are empty where `to` has room.
    """
    holders = math.isqrt(len(to.seen))
    resource, marked = (None, None) if passed is None else (as_codes(passed[0]), passed[1])
    given = (as_codes(holder), holders, resource, 0 if marked is None else len(marked), marked)
    room = (first_case, np.empty(len(holder), np.int32), unseen(holders))
    few = None if to.places is None else Few(to.places, len(holder))
    known = (None, None) if few is None else (ctypes.addressof(few.places), few.count)
    columns = [np.empty(len(holder), np.int64) for _ in range(3)]
    count = call("tally_handovers", *_give(steps), *given, *room, *to[:3], *known, to.mixed, *columns)
    pairs, both, delays = (column[:count] for column in columns)
    return (pairs, both, delays), (columns[0][:0], columns[0][:0]) if few is None else few.tell()


def tally_activities(steps: Steps, places: Places, instances: Ints, again: Ints) -> tuple[Ints, Ints]:
    """Tally instances of activities, what a case shows again, and the waiting before each; return what may be kept."""
    few = Few(places, len(steps.time))
    to = (ctypes.addressof(few.places), unseen(steps.activities), instances, again, few.count)
    call("tally_activities", *_give(steps), *to)
    return few.tell()


def add_by_group(steps: Steps, group: Ints, sums: Ints) -> None:
    """Add the waiting of each pair to that of the group of its case; `sums` are groups x pairs."""
    call("add_by_group", *_give(steps), as_ints(group), len(sums), sums)


class Spikes(NamedTuple):
    """What timers of a block are judged by: keys of waits near whole days and hours and of machines, and of all times.

    `broken` are the units (hour, minute, second) that some time is not whole in; `moments` and `dates` the least few.
    """

    days: Ints
    hours: Ints
    machines: Ints
    broken: Ints
    moments: Ints
    dates: Ints


def tally_spikes(steps: Steps, machines: tuple[Codes, Flags] | None, ended: Ints, started: Ints, *, few: int) -> Spikes:
    """Count the minutes of the day at which steps end and start; `machines`: resources of rows, which are machines."""
    days, hours = np.empty(len(steps.time), np.int64), np.empty(len(steps.time), np.int64)
    resource, marked = (None, None) if machines is None else (as_codes(machines[0]), machines[1])
    written = np.empty(0 if marked is None else len(steps.time), np.int64)
    found, broken, kept = np.zeros(3, np.int64), np.zeros(3, np.int64), np.zeros(2, np.int64)
    moments, dates = np.empty(few, np.int64), np.empty(few, np.int64)
    given = (resource, 0 if marked is None else len(marked), marked, ended, started, days, hours, written)
    call("tally_spikes", *_give(steps), *given, found, broken, few, moments, dates, kept)
    return Spikes(
        days[: found[0]].copy(),
        hours[: found[1]].copy(),
        written[: found[2]].copy(),
        broken,
        moments[: kept[0]],
        dates[: kept[1]],
    )


def mark_presence(
    columns: tuple[Ints, Codes, Codes], sizes: tuple[int, int, int], eras: tuple[int, list[Flags]], counts: Ints
) -> None:
    """Count instances by account and team, and flag the hours in which accounts write.

    `columns` are time, account and team; `sizes` accounts, teams and hours of an era; `eras` the first of them and, of
    each, a flag by account and hour.
    """
    time, account, team = as_ints(columns[0]), as_codes(columns[1]), as_codes(columns[2])
    accounts, teams, era = sizes
    low, flags = eras
    addresses = np.array([address(column) for column in flags], np.int64)
    given = (len(time), time, account, accounts, team, teams, era, low, len(flags), addresses)
    call("mark_presence", *given, counts)


def tally_settling(activity: Codes, offsets: Ints, done: Flags) -> tuple[Ints, Ints, Ints]:
    """Return instances of done activities and how often the case goes on; by activity, cases it opens and shows it."""
    every, opens, stands = np.zeros(2, np.int64), np.zeros(len(done), np.int64), np.zeros(len(done), np.int64)
    given = (len(offsets) - 1, as_ints(offsets), as_codes(activity), len(done), done, unseen(len(done)))
    call("tally_settling", *given, every, opens, stands)
    return every, opens, stands


def tally_rework(steps: Steps, resource: Codes, settled: Flags) -> tuple[Ints, Ints]:
    """Return six counts of the log, and rows of repeats, redos, unattributed, cases, cost and gain by activity."""
    found, weighed = np.zeros(6, np.int64), np.zeros((6, steps.activities), np.int64)
    offsets, time, activity = as_ints(steps.offsets), as_ints(steps.time), as_codes(steps.activity)
    given = (len(offsets) - 1, offsets, time, activity, steps.activities, as_codes(resource), settled)
    call("tally_rework", *given, unseen(steps.activities), unseen(steps.activities), found, weighed)
    return found, weighed


def _give(steps: Steps) -> tuple[object, ...]:
    start = None if steps.start is None else as_ints(steps.start)
    offsets, time = as_ints(steps.offsets), as_ints(steps.time)
    return len(offsets) - 1, offsets, time, start, as_codes(steps.activity), steps.activities
