"""Rows of the same case one after the other: what was changed, and which value is in force when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import MappingError
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.stamps.column import read_stamps
from svcflow.eventlog.texts import Encoded, as_chunks, encode, merge_equal

Flags = NDArray[np.bool_]


def read_texts(table: RawTable, name: str, stated: Mapping) -> Encoded:
    """Encode a column, with the values that the mapping replaces."""
    encoded, replaced = encode(as_chunks(table.load(name))), stated.values.get(name, {})
    texts = [None if text is None else replaced.get(text, text) or None for text in encoded.texts]
    return merge_equal(encoded.codes, texts)


def read_moments(table: RawTable, name: str, stated: Mapping) -> NDArray[np.int64]:
    """Return the times of a column in UTC milliseconds. Raises MappingError where day and month look alike."""
    column = as_chunks(table.load(name))
    return read_stamps(column, name, time_format=stated.format_of(name), timezone=stated.timezone).values


def try_moments(table: RawTable, name: str, stated: Mapping) -> NDArray[np.int64]:
    """Return the times of a column, or the order of the rows where they cannot be read yet."""
    try:
        return read_moments(table, name, stated)
    except MappingError:
        return np.arange(table.rows)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Rows in the order of case, time and file: `order` names them, the others say where each stands.

    `first` and `end` are for each place in that order the first place of its case and the last one of its moment.
    """

    order: NDArray[np.intp]
    case: NDArray[np.integer[Any]]
    first: NDArray[np.intp]
    end: NDArray[np.intp]

    @classmethod
    def arrange(cls, case: NDArray[np.integer[Any]], time: NDArray[np.int64]) -> Sequence:
        """Arrange all rows."""
        order = np.lexsort((time, case))
        codes, moments = case[order], time[order]
        places = np.arange(len(order))
        opens = np.r_[True, codes[1:] != codes[:-1]][: len(order)]
        turns = opens | np.r_[True, moments[1:] != moments[:-1]][: len(order)]
        ends = np.r_[np.flatnonzero(turns)[1:], len(order)] - 1
        return cls(order, codes, np.maximum.accumulate(np.where(opens, places, 0)), ends[np.cumsum(turns) - 1])

    @property
    def opens(self) -> Flags:
        """Return which places begin a case."""
        flags: Flags = self.first == np.arange(len(self.first))
        return flags

    def find_last(self, chosen: Flags) -> NDArray[np.intp]:
        """Return for each row the last chosen row of its case up to its moment, -1 where there is none."""
        places = np.arange(len(self.order))
        last = np.maximum.accumulate(np.where(chosen[self.order], places, -1))[self.end] if len(places) else places
        found = np.full(len(places), -1, np.intp)
        found[self.order] = np.where(last >= self.first, self.order[last], -1)
        return found

    def find_first(self, chosen: Flags) -> NDArray[np.intp]:
        """Return for each row the first chosen row of its whole case, -1 where there is none."""
        count = len(self.order)
        following = np.where(chosen[self.order], np.arange(count), count)
        following = np.minimum.accumulate(following[::-1])[::-1][self.first] if count else following
        inside = following < count
        inside[inside] = self.case[following[inside]] == self.case[inside]
        found = np.full(count, -1, np.intp)
        found[self.order] = np.where(inside, self.order[np.minimum(following, count - 1)], -1)
        return found


def share_of_chains(sequence: Sequence, old: Encoded, new: Encoded) -> tuple[float, int]:
    """Return how often the old value of a row is the new value of the row before it, and of how many pairs.

    `sequence` has the same case and field in a row; missing values say nothing.
    """
    place = {text: code for code, text in enumerate(new.texts)}
    shared = np.array([-2 if text is None else place.get(text, -1) for text in old.texts], np.int64)[old.codes]
    before, after = sequence.order[:-1], sequence.order[1:]
    checked = (sequence.case[1:] == sequence.case[:-1]) & (shared[after] != -2) & ~new.missing()[before]
    count = int(checked.sum())
    return (float((shared[after] == new.codes[before])[checked].mean()) if count else 0.0), count


def read_in_force(sequence: Sequence, chosen: Flags, old: Encoded, new: Encoded) -> tuple[Encoded, Encoded]:
    """Return which value each row's case has at its moment, and which it had at first.

    `chosen` rows change the value from `old` to `new`. Before the first change its old value holds.
    """
    texts: dict[str | None, int] = {None: 0}
    codes = [
        np.array([texts.setdefault(text, len(texts)) for text in column.texts], np.int32)[column.codes]
        for column in (old, new)
    ]
    last, first = sequence.find_last(chosen), sequence.find_first(chosen)
    begun = np.where(first >= 0, codes[0][first], 0)
    held = np.where(last >= 0, codes[1][last], begun)
    return Encoded(held.astype(np.int32), tuple(texts)), Encoded(begun.astype(np.int32), tuple(texts))
