"""The compiled loops as functions of arrays: each has the signature and the results of its numpy form (see `twins`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.kernels.columns import Codes, Flags, Hashes, Ints, as_codes, as_ints, unseen
from svcflow.kernels.library import call


def number_cases(offsets: Ints) -> Ints:
    """Return the case of each row."""
    found = np.empty(int(offsets[-1]), np.int64)
    call("number_cases", len(offsets) - 1, as_ints(offsets), found)
    return found


def measure_steps(
    offsets: Ints, times_of: tuple[Ints, Ints | None], activity: Codes, activities: int
) -> tuple[Ints, Ints, Flags]:
    """Return pair and waiting of each transition of a block, and whether its instances overlap."""
    time, start = times_of
    pair, waiting = np.empty(len(time), np.int64), np.empty(len(time), np.int64)
    overlaps = np.zeros(len(time) if start is not None else 0, np.bool_)
    started = None if start is None else as_ints(start)
    given = (len(offsets) - 1, as_ints(offsets), as_ints(time), started, as_codes(activity), activities)
    count = call("measure_steps", *given, pair, waiting, overlaps)
    return pair[:count], waiting[:count], overlaps[:count] if start is not None else np.zeros(count, np.bool_)


def measure_cases(
    offsets: Ints, times_of: tuple[Ints, Ints | None], activity: Codes, marks: NDArray[np.uint8]
) -> tuple[Ints, Ints, Flags]:
    """Return cycle time and time to resolve of each case, and whether it ends in a done activity.

    `marks` has bit 0 for activities that resolve and bit 1 for those that are done; unresolved is the least number.
    """
    cases, (time, start) = len(offsets) - 1, times_of
    cycle, resolve = np.empty(cases, np.int64), np.full(cases, np.iinfo(np.int64).min)
    finished = np.empty(cases, np.bool_)
    started = None if start is None else as_ints(start)
    given = (cases, as_ints(offsets), as_ints(time), started, as_codes(activity), len(marks), marks)
    call("measure_cases", *given, cycle, resolve, finished)
    return cycle, resolve, finished


def tally_durations(
    keys: Ints, values: Ints, sums: tuple[Ints, Ints], histogram: Codes, *, width: int, keep: int
) -> Ints:
    """Add values to the counts, sums and histograms of keys; return the places of those that may have to be kept."""
    few = np.empty(len(keys), np.int64)
    given = (len(keys), as_ints(keys), as_ints(values), len(sums[0]), width, keep)
    return few[: call("tally", *given, *sums, histogram, few)]


def add_durations(keys: Ints, values: Ints, sums: Ints) -> None:
    """Add values to the count and the sum of their keys, which are the columns of `sums`."""
    call("add", len(keys), as_ints(keys), as_ints(values), len(sums), sums)


def add_to_slots(
    keys: Ints, totals: Ints, counts: Ints | None, table: tuple[Ints, Ints, Ints], *, free: int
) -> tuple[int, int]:
    """Add to counts (1 each if ``None``) and sums in a table of keys; return how many were taken in, how many are new.

    Room for no more than `free` new ones is taken; the table has keys or -1, counts and sums in 2 ** k slots.
    """
    left = np.array([free])
    many = None if counts is None else as_ints(counts)
    count = call("add_slots", len(keys), as_ints(keys), many, as_ints(totals), len(table[0]), *table, left)
    return count, free - int(left[0])


class Known(NamedTuple):
    """Sequences that have numbers, with room for more.

    Record `n` has the hash of a sequence and where it begins in `codes`; the next begins where it ends. `codes` are
    unsigned of one or two bytes, or int32; `table` finds numbers by hash.
    """

    size: int
    table: Codes
    records: Ints
    codes: NDArray[Any]


def enter_sequences(records: Ints, table: Codes) -> None:
    """Enter the numbers of `records` in a table that is empty and larger."""
    call("enter_sequences", len(records), records, len(table).bit_length() - 1, table)


def number_sequences(activity: Codes, offsets: Ints, hashing: tuple[Hashes, int], known: Known) -> tuple[Ints, int]:
    """Return the number of the sequence of each case, and how many have one then; `known` has room for all of them."""
    size, table, records, codes = known
    mixed, base = hashing
    numbers = np.empty(len(offsets) - 1, np.int64)
    given = (len(numbers), as_ints(offsets), as_codes(activity), len(mixed), mixed, base, len(table).bit_length() - 1)
    return numbers, call("number_sequences", *given, table, size, records, codes.itemsize, codes, numbers)


def take_sequences(order: Ints, begins: Ints, lengths: Ints, codes: NDArray[Any]) -> NDArray[Any]:
    """Return the sequences of these numbers end to end."""
    taken = np.empty(int(lengths[order].sum()), codes.dtype)
    given = (len(order), as_ints(order), len(begins), as_ints(begins), as_ints(lengths), codes.itemsize, len(codes))
    call("take_sequences", *given, np.ascontiguousarray(codes), taken)
    return taken


def rank_sequences(begins: Ints, lengths: Ints, codes: NDArray[Any]) -> Ints:
    """Return the numbers of sequences in the order of their codes."""
    order, room = np.empty(len(begins), np.int64), np.empty(len(begins), np.int64)
    given = (len(begins), as_ints(begins), as_ints(lengths), codes.itemsize, len(codes), np.ascontiguousarray(codes))
    call("rank_sequences", *given, order, room)
    return order


def group_sequences(
    activity: Codes, offsets: Ints, hashing: tuple[Hashes, int]
) -> tuple[Ints, Hashes, Ints, Ints, Ints, Codes]:
    """Return which sequence each case shows; of the sequences, hash, a case that shows it, cases, offsets and codes."""
    cases = len(offsets) - 1
    table = np.full(2 << max(cases, 2).bit_length(), -1, np.int32)
    known = Known(0, table, np.zeros((cases + 1, 2), np.int64), np.empty(len(activity), np.int32))
    of_case, found = number_sequences(activity, offsets, hashing, known)
    shown = np.empty(found, np.int64)
    shown[of_case[::-1]] = np.arange(cases)[::-1]  # the first case of each is written last
    counts = np.bincount(of_case, minlength=found)
    hashes, begins = known.records[:found, 0].astype(np.uint64), known.records[: found + 1, 1].copy()
    return of_case, hashes, shown, counts, begins, known.codes[: int(begins[-1])]


def link(group: Ints, key: Codes, space: int) -> Ints:
    """Return for each place the previous one with its key in its group, -1 where there is none; groups ascend."""
    before = np.empty(len(key), np.int64)
    call("chain", len(key), as_ints(group), as_codes(key), space, unseen(space), before)
    return before


def find_recurrences(activity: Codes, offsets: Ints, activities: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return row, previous row, first row and case of each instance whose activity stood in its case before."""
    row, before, first, case = (np.empty(len(activity), np.int64) for _ in range(4))
    given = (len(offsets) - 1, as_ints(offsets), as_codes(activity), activities, unseen(activities), unseen(activities))
    count = call("recur", *given, row, before, first, case)
    return row[:count], before[:count], first[:count], case[:count]


def find_pairs_again(case: Ints, values: Codes, before: Ints) -> Ints:
    """Return the places that repeat in their case which value comes right after which, ascending."""
    found = np.empty(len(values), np.int64)
    count = call("find_pairs_again", len(values), as_ints(case), as_codes(values), as_ints(before), found)
    return found[:count]


def trace_stays(holder: Codes, offsets: Ints, holders: int) -> tuple[Ints, Ints, Codes, Ints, Ints, Flags]:
    """Return row, case and holder of each stay, the holder's last stay, how long ago that was, whether one follows."""
    row, case, before, distance = (np.empty(len(holder), np.int64) for _ in range(4))
    value, again = np.empty(len(holder), np.int32), np.empty(len(holder), np.bool_)
    given = (len(offsets) - 1, as_ints(offsets), as_codes(holder), holders, unseen(holders))
    count = call("trace", *given, row, case, value, before, distance, again)
    return row[:count], case[:count], value[:count], before[:count], distance[:count], again[:count]


def count_stays(case: Ints, distance: Ints) -> Ints:
    """Return the ten counts of routes, from the case of each stay and how many stays ago its holder had it."""
    counts = np.zeros(10, np.int64)
    call("count_routes", len(case), as_ints(case), as_ints(distance), counts)
    return counts


def find_cases(numbers: Codes, following: int) -> Ints:
    """Return the first row of each case if cases are numbered on from `following`, else nothing."""
    firsts = np.empty(len(numbers), np.int64)
    return firsts[: call("find_cases", len(numbers), as_codes(numbers), following, firsts)].copy()


def count_disorder(offsets: Ints, time: Ints) -> int:
    """Return how many rows have a time before that of the row before them in their case."""
    return call("count_disorder", len(offsets) - 1, as_ints(offsets), as_ints(time))
