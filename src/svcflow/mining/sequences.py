"""The distinct sequences of activities, each with a number: found by hash, equality checked on the sequences.

A collision of hashes can cost time but never a wrong number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.kernels import loops
from svcflow.kernels.columns import reserve, widen
from svcflow.kernels.library import is_built
from svcflow.kernels.twins import compiled_by
from svcflow.mining.grouping import Ints

Hashes = NDArray[np.uint64]
_MULTIPLIER = 0x9E3779B97F4A7C15
BASE = 0xBF58476D1CE4E5B9
_INVERSE = pow(BASE, -1, 1 << 64)
_LEAST = 1 << 12
_PROBES = 16
_ROOM = 1 << 25
_powers: list[tuple[Hashes, Hashes]] = []


def hash_cases(activity: NDArray[Any], offsets: Ints) -> Hashes:
    """Return a polynomial hash of the activities of each case; case `c` owns ``offsets[c]:offsets[c + 1]``.

    Powers go on through the block; those of the places before a case are taken off its sum.
    """
    if len(offsets) < 2:
        return np.empty(0, np.uint64)
    mixed = mix_codes(activity)
    powers, inverse = _raise(len(activity))
    values = mixed.take(activity)
    values *= powers[: len(activity)]
    sums: Hashes = np.add.reduceat(values, offsets[:-1])
    sums *= inverse.take(offsets[:-1])
    return sums


def mix_codes(activity: NDArray[Any]) -> Hashes:
    """Return for each code up to the greatest of `activity` what stands for it in a hash."""
    most = int(activity.max()) if len(activity) else -1
    mixed = (np.arange(most + 1, dtype=np.uint64) + np.uint64(1)) * np.uint64(_MULTIPLIER)
    mixed ^= mixed >> np.uint64(29)
    return mixed


def _raise(count: int) -> tuple[Hashes, Hashes]:
    """Return at least `count` powers of the base and of its inverse (modulo 2**64)."""
    if not _powers or len(_powers[0][0]) < count:
        size = max(count, 1 << 17)
        powers = [np.full(size, base, np.uint64) for base in (BASE, _INVERSE)]
        for column in powers:
            column[0] = 1
            np.multiply.accumulate(column, out=column)
        if size > 1 << 20:
            return powers[0], powers[1]
        _powers[:] = [(powers[0], powers[1])]
    return _powers[0]


def compare_sequences(
    numbers: Ints, offsets: Ints, codes: NDArray[Any], known: tuple[Ints, Ints, NDArray[Any]]
) -> NDArray[np.bool_]:
    """Return which sequences are those of their numbers; `known` has begins, lengths and codes."""
    begins, sizes, sequences = known
    lengths = np.diff(offsets)
    agree: NDArray[np.bool_] = sizes.take(numbers) == lengths
    if not len(lengths):
        return agree
    theirs = np.repeat(np.where(agree, begins.take(numbers), 0) - offsets[:-1], lengths)  # lengths may tell already
    theirs += np.arange(len(codes))
    same = sequences.take(theirs, mode="clip") == codes
    return agree if bool(same.all()) else agree & np.logical_and.reduceat(same, offsets[:-1])


@compiled_by(loops.take_sequences)
def take_sequences(order: Ints, begins: Ints, lengths: Ints, codes: NDArray[Any]) -> NDArray[Any]:
    """Return the sequences of these numbers end to end; number `n` owns ``codes[begins[n]:begins[n] + lengths[n]]``."""
    return _gather(codes, begins[order], lengths[order])


@compiled_by(loops.rank_sequences)
def rank_sequences(begins: Ints, lengths: Ints, codes: NDArray[Any]) -> Ints:
    """Return the numbers of sequences in the order of their codes, one before those that it begins."""
    longest, most = int(lengths.max(initial=0)), int(codes.max(initial=0)) + 1
    kind = np.dtype("u1" if most < 1 << 8 else ">u2" if most < 1 << 16 else ">u4")
    if longest * kind.itemsize * len(lengths) > _ROOM:
        sequences = [codes[low : low + length].tolist() for low, length in zip(begins, lengths, strict=True)]
        return np.array(sorted(range(len(sequences)), key=sequences.__getitem__), np.int64)
    padded = np.zeros((len(lengths), max(longest, 1)), kind)  # a code is never 0 here, so that an end comes first
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = _gather(codes, begins, lengths).astype(kind) + np.ones(
        1, kind
    )
    return np.argsort(padded.view(f"S{padded.shape[1] * kind.itemsize}")[:, 0], kind="stable")


def _gather(codes: NDArray[Any], begins: Ints, lengths: Ints) -> NDArray[Any]:
    ends = np.cumsum(lengths)
    if not len(ends):
        return codes[:0]
    gathered: NDArray[Any] = codes[np.repeat(begins - ends + lengths, lengths) + np.arange(int(ends[-1]))]
    return gathered


class Sequences:
    """Distinct sequences, numbered as they are found: number `n` owns ``codes[begins[n]:begins[n + 1]]``."""

    def __init__(self) -> None:
        self._size = 0
        self._records = reserve(np.int64, 2)  # hash and begin
        self._codes = reserve(np.uint8)
        self._table = np.full(4 * _LEAST, -1, np.int32)
        self._colliding: dict[tuple[int, bytes], int] = {}

    def __len__(self) -> int:
        return self._size

    @property
    def hashes(self) -> Hashes:
        """Return the hash of each sequence."""
        hashes: Hashes = self._records[: self._size, 0].view(np.uint64)
        return hashes

    @property
    def lengths(self) -> Ints:
        """Return the length of each sequence."""
        return np.diff(self._records[: self._size + 1, 1])

    @property
    def _begins(self) -> Ints:
        return self._records[: self._size, 1]

    @property
    def _used(self) -> int:
        return int(self._records[self._size, 1])

    def number(self, codes: NDArray[Any], offsets: Ints) -> Ints:
        """Do the work of `find` by one loop, where that is built."""
        self._take_room(len(offsets) - 1, codes)
        known = loops.Known(self._size, self._table, self._records, self._codes)
        numbers, self._size = loops.number_sequences(codes, offsets, (mix_codes(codes), BASE), known)
        return numbers

    def _take_room(self, more: int, codes: NDArray[Any]) -> None:
        """Take room for so many more sequences of these codes."""
        size, used = self._size + more, self._used + len(codes)
        self._records = widen(self._records, size + 1)
        most = int(codes.max(initial=0))
        if self._codes.itemsize < 4 and most > np.iinfo(self._codes.dtype).max:
            wider = widen(reserve(np.uint16 if most < 1 << 16 else np.int32), self._used)
            wider[: self._used] = self._codes[: self._used]
            self._codes = wider
        self._codes = widen(self._codes, used)
        if 2 * size > len(self._table):
            self._rebuild(1 << (4 * size).bit_length())

    def find(self, hashes: Hashes, codes: NDArray[Any], offsets: Ints) -> Ints:
        """Return the number of each of these sequences; those that are new get one."""
        if is_built():
            return self.number(codes, offsets)
        found = self._look_up(hashes)
        missing = np.flatnonzero(found < 0)
        if len(missing):
            found[missing] = self._number(hashes, codes, offsets, missing)
        wrong = np.flatnonzero(~self._agree(found, codes, offsets))
        for place in wrong.tolist():
            found[place] = self._number_exactly(int(hashes[place]), codes[offsets[place] : offsets[place + 1]])
        return found

    def take(self, order: Ints) -> NDArray[Any]:
        """Return the sequences of these numbers end to end, in as few bytes a code as codes need."""
        return take_sequences(order, self._begins, self.lengths, self._codes[: self._used])

    def arrange(self) -> Ints:
        """Return the numbers in an order that depends on the sequences alone: by hash, then by length and codes."""
        order = np.argsort(self.hashes, kind="stable")
        ordered = self.hashes[order]
        if not (ordered[1:] == ordered[:-1]).any():
            return order
        known = sorted(range(self._size), key=lambda n: (int(self.hashes[n]), self._text(n)))
        return np.array(known, np.int64)

    def _look_up(self, hashes: Hashes) -> Ints:
        """Return the numbers that the table has for these hashes, -1 where it has none."""
        found, known = np.full(len(hashes), -1), self.hashes
        if not len(known):
            return found
        left, wanted = np.arange(len(hashes)), hashes
        for probe in range(_PROBES):
            number = self._table.take(self._find_cells(wanted, probe))
            hit = known[np.maximum(number, 0)] == wanted
            hit &= number >= 0
            found[left[hit]] = number[hit]
            on = np.flatnonzero(~hit & (number >= 0))  # an empty cell says that it is nowhere further on
            if not len(on):
                break
            left, wanted = left.take(on), wanted.take(on)
        return found

    def _number(self, hashes: Hashes, codes: NDArray[Any], offsets: Ints, missing: Ints) -> Ints:
        """Return the numbers of hashes that the table does not have."""
        _, first, inverse = np.unique(hashes[missing], return_index=True, return_inverse=True)
        places = missing[first]
        size = self._size
        self._append(hashes[places], codes, offsets[places], np.diff(offsets)[places])
        return size + inverse.astype(np.int64)

    def _find_cells(self, hashes: Hashes, probe: int) -> Ints:
        """Return the cell of the table in which each hash is looked for next."""
        mixed = hashes * np.uint64(_MULTIPLIER + 2 * probe)
        return (mixed >> np.uint64(65 - len(self._table).bit_length())).astype(np.int64)

    def _enter(self, first: int) -> None:
        """Enter the numbers from `first` on in the table, each in its first cell that is free."""
        numbers = np.arange(first, self._size, dtype=np.int32)
        for probe in range(_PROBES):
            cells = self._find_cells(self.hashes[numbers], probe)
            free = self._table.take(cells) < 0
            self._table[cells[free]] = numbers[free]
            numbers = numbers[self._table.take(cells) != numbers]
            if not len(numbers):
                return
        if (self._look_up(self.hashes[numbers]) < 0).any():  # the others have the hash of one that is there
            self._rebuild(2 * len(self._table))

    def _rebuild(self, room: int) -> None:
        self._table = np.full(room, -1, np.int32)
        if is_built():  # the two forms look for a free cell in different places
            loops.enter_sequences(self._records[: self._size], self._table)
        else:
            self._enter(0)

    def _append(self, hashes: Hashes, codes: NDArray[Any], begins: Ints, lengths: Ints) -> None:
        size, ends = self._size + len(hashes), np.cumsum(lengths)
        new = _gather(codes, begins, lengths)
        rows = len(new)
        self._take_room(len(hashes), new)
        self._codes[self._used : self._used + rows] = new
        self._records[self._size : size, 0] = hashes.view(np.int64)
        self._records[self._size + 1 : size + 1, 1] = self._used + ends
        first, self._size = self._size, size
        self._enter(first)

    def _agree(self, numbers: Ints, codes: NDArray[Any], offsets: Ints) -> NDArray[np.bool_]:
        """Return for each sequence whether it is that of its number."""
        return compare_sequences(numbers, offsets, codes, (self._begins, self.lengths, self._codes))

    def _number_exactly(self, hashed: int, codes: NDArray[Any]) -> int:
        """Return the number of a sequence whose hash another sequence has too."""
        text = codes.astype("<i4").tobytes()
        number = self._colliding.get((hashed, text))
        if number is None:
            rivals = np.flatnonzero(self.hashes == np.uint64(hashed)).tolist()
            number = next((rival for rival in rivals if self._text(rival) == text), self._size)
            if number == self._size:
                self._append(np.array([hashed], np.uint64), codes, np.zeros(1, np.int64), np.array([len(codes)]))
            self._colliding[hashed, text] = number
        return number

    def _text(self, number: int) -> bytes:
        begin, end = self._records[number : number + 2, 1].tolist()
        return self._codes[begin:end].astype("<i4").tobytes()
