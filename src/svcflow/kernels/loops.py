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
    """Counts of handovers: ten of the log; by pair of holders `again` and `returns`; by step, rows of `kept`.

    `kept` are cases, instances and time of a known holder who stays.
    """

    counts: Ints
    again: Ints
    returns: Ints
    kept: Ints
    places: Places | None
    mixed: Ints | None
    """Where delays go: by pair, and in columns of counts and sums by pair and step."""


def tally_handovers(
    steps: Steps, holder: Codes, passed: tuple[Codes, Flags] | None, to: Handed
) -> tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints]]:
    """Tally the handovers of a block; return pair, pair with step and delay of each, and what may have to be kept.

    `passed` are the resources of rows, and which of those are passed over. The first are empty where `to` has room.
    """
    holders = math.isqrt(len(to.again))
    resource, marked = (None, None) if passed is None else (_codes(passed[0]), passed[1])
    given = (_codes(holder), holders, resource, 0 if marked is None else len(marked), marked)
    room = (np.empty(len(holder), np.int32), *map(_unseen, (holders, holders**2, steps.activities**2)))
    few = None if to.places is None else Few(to.places, len(holder))
    known = (None, None) if few is None else (ctypes.addressof(few.places), few.count)
    columns = [np.empty(len(holder), np.int64) for _ in range(3)]
    count = call("tally_handovers", *_give(steps), *given, *room, *to[:4], *known, to.mixed, *columns)
    pairs, both, delays = (column[:count] for column in columns)
    return (pairs, both, delays), (columns[0][:0], columns[0][:0]) if few is None else few.tell()


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
