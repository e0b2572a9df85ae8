"""The compiled loops as functions of arrays: each has the signature and the results of its numpy form (see `twins`)."""

from __future__ import annotations

import ctypes
import math
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.kernels.library import address, call

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]


def number_cases(offsets: Ints) -> Ints:
    """Return the case of each row."""
    found = np.empty(int(offsets[-1]), np.int64)
    call("number_cases", len(offsets) - 1, _ints(offsets), found)
    return found


def measure_steps(
    offsets: Ints, times_of: tuple[Ints, Ints | None], activity: Codes, activities: int
) -> tuple[Ints, Ints, Flags]:
    """Return pair and waiting of each transition of a block, and whether its instances overlap."""
    time, start = times_of
    pair, waiting = np.empty(len(time), np.int64), np.empty(len(time), np.int64)
    overlaps = np.zeros(len(time) if start is not None else 0, np.bool_)
    started = None if start is None else _ints(start)
    given = (len(offsets) - 1, _ints(offsets), _ints(time), started, _codes(activity), activities)
    count = call("measure_steps", *given, pair, waiting, overlaps)
    return pair[:count], waiting[:count], overlaps[:count] if start is not None else np.zeros(count, np.bool_)


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
    to = (ctypes.addressof(few.places), _unseen(len(again)), again, overlaps, few.count)
    return call("tally_steps", *_give(steps), *to), *few.tell()


class Handed(NamedTuple):
    """Counts of handovers: ten of the log; by pair of holders, columns of `seen`; by step, rows of `kept`.

    `seen` are the last case that showed it (-1 for none), how often a case showed it once more, and returns; `kept` are
    cases, instances and time of a known holder who stays.
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
    resource, marked = (None, None) if passed is None else (_codes(passed[0]), passed[1])
    given = (_codes(holder), holders, resource, 0 if marked is None else len(marked), marked)
    room = (first_case, np.empty(len(holder), np.int32), _unseen(holders), _unseen(steps.activities**2))
    few = None if to.places is None else Few(to.places, len(holder))
    known = (None, None) if few is None else (ctypes.addressof(few.places), few.count)
    columns = [np.empty(len(holder), np.int64) for _ in range(3)]
    count = call("tally_handovers", *_give(steps), *given, *room, *to[:3], *known, to.mixed, *columns)
    pairs, both, delays = (column[:count] for column in columns)
    return (pairs, both, delays), (columns[0][:0], columns[0][:0]) if few is None else few.tell()


def tally_activities(steps: Steps, places: Places, instances: Ints, again: Ints) -> tuple[Ints, Ints]:
    """Tally instances of activities, what a case shows again, and the waiting before each; return what may be kept."""
    few = Few(places, len(steps.time))
    to = (ctypes.addressof(few.places), _unseen(steps.activities), instances, again, few.count)
    call("tally_activities", *_give(steps), *to)
    return few.tell()


def add_by_group(steps: Steps, group: Ints, sums: Ints) -> None:
    """Add the waiting of each pair to that of the group of its case; `sums` are groups x pairs."""
    call("add_by_group", *_give(steps), _ints(group), len(sums), sums)


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
    resource, marked = (None, None) if machines is None else (_codes(machines[0]), machines[1])
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
    time, account, team = _ints(columns[0]), _codes(columns[1]), _codes(columns[2])
    accounts, teams, era = sizes
    low, flags = eras
    addresses = np.array([address(column) for column in flags], np.int64)
    given = (len(time), time, account, accounts, team, teams, era, low, len(flags), addresses)
    call("mark_presence", *given, counts)


def tally_settling(activity: Codes, offsets: Ints, done: Flags) -> tuple[Ints, Ints, Ints]:
    """Return instances of done activities and how often the case goes on; by activity, cases it opens and shows it."""
    every, opens, stands = np.zeros(2, np.int64), np.zeros(len(done), np.int64), np.zeros(len(done), np.int64)
    given = (len(offsets) - 1, _ints(offsets), _codes(activity), len(done), done, _unseen(len(done)))
    call("tally_settling", *given, every, opens, stands)
    return every, opens, stands


def tally_rework(steps: Steps, resource: Codes, settled: Flags) -> tuple[Ints, Ints]:
    """Return six counts of the log, and rows of repeats, redos, unattributed, cases, cost and gain by activity."""
    found, weighed = np.zeros(6, np.int64), np.zeros((6, steps.activities), np.int64)
    offsets, time, activity = _ints(steps.offsets), _ints(steps.time), _codes(steps.activity)
    given = (len(offsets) - 1, offsets, time, activity, steps.activities, _codes(resource), settled)
    call("tally_rework", *given, _unseen(steps.activities), _unseen(steps.activities), found, weighed)
    return found, weighed


def _give(steps: Steps) -> tuple[object, ...]:
    start = None if steps.start is None else _ints(steps.start)
    offsets, time = _ints(steps.offsets), _ints(steps.time)
    return len(offsets) - 1, offsets, time, start, _codes(steps.activity), steps.activities


def measure_cases(
    offsets: Ints, times_of: tuple[Ints, Ints | None], activity: Codes, marks: NDArray[np.uint8]
) -> tuple[Ints, Ints, Flags]:
    """Return cycle time and time to resolve of each case, and whether it ends in a done activity.

    `marks` has bit 0 for activities that resolve and bit 1 for those that are done; unresolved is the least number.
    """
    cases, (time, start) = len(offsets) - 1, times_of
    cycle, resolve = np.empty(cases, np.int64), np.full(cases, np.iinfo(np.int64).min)
    finished = np.empty(cases, np.bool_)
    started = None if start is None else _ints(start)
    given = (cases, _ints(offsets), _ints(time), started, _codes(activity), len(marks), marks)
    call("measure_cases", *given, cycle, resolve, finished)
    return cycle, resolve, finished


def tally_durations(
    keys: Ints, values: Ints, sums: tuple[Ints, Ints], histogram: Codes, *, width: int, keep: int
) -> Ints:
    """Add values to the counts, sums and histograms of keys; return the places of those that may have to be kept."""
    few = np.empty(len(keys), np.int64)
    given = (len(keys), _ints(keys), _ints(values), len(sums[0]), width, keep)
    return few[: call("tally", *given, *sums, histogram, few)]


def add_durations(keys: Ints, values: Ints, sums: Ints) -> None:
    """Add values to the count and the sum of their keys, which are the columns of `sums`."""
    call("add", len(keys), _ints(keys), _ints(values), len(sums), sums)


def add_to_slots(
    keys: Ints, totals: Ints, counts: Ints | None, table: tuple[Ints, Ints, Ints], *, free: int
) -> tuple[int, int]:
    """Add to counts (1 each if ``None``) and sums in a table of keys; return how many were taken in, how many are new.

    Room for no more than `free` new ones is taken; the table has keys or -1, counts and sums in 2 ** k slots.
    """
    left = np.array([free])
    many = None if counts is None else _ints(counts)
    count = call("add_slots", len(keys), _ints(keys), many, _ints(totals), len(table[0]), *table, left)
    return count, free - int(left[0])


def group_sequences(
    activity: Codes, offsets: Ints, mixed: Hashes, base: int
) -> tuple[Ints, Hashes, Ints, Ints, Ints, Codes]:
    """Return which sequence each case shows; of the sequences, hash, a case that shows it, cases, offsets and codes."""
    cases = len(offsets) - 1
    bits = max(cases, 2).bit_length() + 1
    table = np.full(1 << bits, -1, np.int32)
    of_case, shown, counts = (np.empty(cases, np.int64) for _ in range(3))
    hashes, ends, codes = np.empty(cases, np.uint64), np.zeros(cases + 1, np.int64), np.empty(len(activity), np.int32)
    given = (cases, _ints(offsets), _codes(activity), len(mixed), mixed, base, bits, table)
    found = call("find_shapes", *given, of_case, hashes, shown, counts, ends, codes)
    ends = ends[: found + 1].copy()
    return of_case, hashes[:found].copy(), shown[:found].copy(), counts[:found].copy(), ends, codes[: int(ends[-1])]


class Known(NamedTuple):
    """Sequences that have numbers, with room for more: number `n` owns ``codes[begins[n]:begins[n] + lengths[n]]``.

    `size` of them and `used` codes are taken; `table` is one of hashes, twice as long as there may be numbers.
    """

    size: int
    used: int
    table: Codes
    hashes: Hashes
    begins: Ints
    lengths: Ints
    codes: Codes


def enter_sequences(hashes: Hashes, table: Codes) -> None:
    """Enter numbers by their hashes in an empty table."""
    call("enter_sequences", len(hashes), hashes, len(table).bit_length() - 1, table)


def number_sequences(activity: Codes, offsets: Ints, hashing: tuple[Hashes, int], known: Known) -> tuple[Ints, int]:
    """Return the number of the sequence of each case, and how many sequences there are with those that are new."""
    cases = len(offsets) - 1
    numbers = np.empty(cases, np.int64)
    (mixed, base), (size, used, table, *columns) = hashing, known
    given = (cases, _ints(offsets), _codes(activity), len(mixed), mixed, base, len(table).bit_length() - 1, table)
    return numbers, call("number_sequences", *given, size, used, *columns, numbers)


def link(group: Ints, key: Codes, space: int) -> Ints:
    """Return for each place the previous one with its key in its group, -1 where there is none; groups ascend."""
    before = np.empty(len(key), np.int64)
    call("chain", len(key), _ints(group), _codes(key), space, _unseen(space), before)
    return before


def find_recurrences(activity: Codes, offsets: Ints, activities: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return row, previous row, first row and case of each instance whose activity stood in its case before."""
    row, before, first, case = (np.empty(len(activity), np.int64) for _ in range(4))
    given = (len(offsets) - 1, _ints(offsets), _codes(activity), activities, _unseen(activities), _unseen(activities))
    count = call("recur", *given, row, before, first, case)
    return row[:count], before[:count], first[:count], case[:count]


def find_pairs_again(case: Ints, values: Codes, before: Ints) -> Ints:
    """Return the places that repeat in their case which value comes right after which, ascending."""
    found = np.empty(len(values), np.int64)
    count = call("find_pairs_again", len(values), _ints(case), _codes(values), _ints(before), found)
    return found[:count]


def trace_stays(holder: Codes, offsets: Ints, holders: int) -> tuple[Ints, Ints, Codes, Ints, Ints, Flags]:
    """Return row, case and holder of each stay, the holder's last stay, how long ago that was, whether one follows."""
    row, case, before, distance = (np.empty(len(holder), np.int64) for _ in range(4))
    value, again = np.empty(len(holder), np.int32), np.empty(len(holder), np.bool_)
    given = (len(offsets) - 1, _ints(offsets), _codes(holder), holders, _unseen(holders))
    count = call("trace", *given, row, case, value, before, distance, again)
    return row[:count], case[:count], value[:count], before[:count], distance[:count], again[:count]


def count_stays(case: Ints, distance: Ints) -> Ints:
    """Return the ten counts of routes, from the case of each stay and how many stays ago its holder had it."""
    counts = np.zeros(10, np.int64)
    call("count_routes", len(case), _ints(case), _ints(distance), counts)
    return counts


def compare_sequences(numbers: Ints, offsets: Ints, codes: Codes, known: tuple[Ints, Ints, Codes]) -> Flags:
    """Return which sequences are those of their numbers; `known` has begins, lengths and codes."""
    begins, lengths, sequences = known
    agree = np.empty(len(numbers), np.bool_)
    given = (len(numbers), _ints(numbers), _ints(offsets), _codes(codes), len(begins), begins, lengths, sequences)
    call("compare", *given, agree)
    return agree


def find_cases(numbers: Codes, following: int) -> Ints:
    """Return the first row of each case if cases are numbered on from `following`, else nothing."""
    firsts = np.empty(len(numbers), np.int64)
    return firsts[: call("find_cases", len(numbers), _codes(numbers), following, firsts)].copy()


def count_disorder(offsets: Ints, time: Ints) -> int:
    """Return how many rows have a time before that of the row before them in their case."""
    return call("count_disorder", len(offsets) - 1, _ints(offsets), _ints(time))


def _unseen(space: int) -> Ints:
    return np.full(space, -1, np.int64)


def _ints(values: Ints) -> Ints:
    return np.ascontiguousarray(values, np.int64)


def _codes(values: Codes) -> Codes:
    return np.ascontiguousarray(values, np.int32)
