"""Sequences of codes in two arrays that look like tuples: one is made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.grouping import Ints
from svcflow.mining.sequences import rank_sequences, take_sequences


@dataclass(frozen=True, slots=True, eq=False)
class Traces(Sequence[tuple[int, ...]]):
    """Sequence `n` is ``codes[offsets[n]:offsets[n + 1]]``; codes may be of any type of whole numbers."""

    codes: NDArray[Any]
    offsets: Ints

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> tuple[int, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[int, ...], ...]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, ...] | tuple[tuple[int, ...], ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        place = range(len(self))[index]
        return tuple(self.codes[self.offsets[place] : self.offsets[place + 1]].tolist())

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        codes = self.codes.tolist()
        return (tuple(codes[low:high]) for low, high in pairwise(self.offsets.tolist()))

    @property
    def lengths(self) -> Ints:
        """Return the length of each sequence."""
        return np.diff(self.offsets)

    def take(self, order: Ints) -> Traces:
        """Return the sequences in this order.

        >>> list(Traces(np.array([7, 8, 9], np.int32), np.array([0, 1, 3])).take(np.array([1, 0])))
        [(8, 9), (7,)]
        """
        lengths = self.lengths[order]
        offsets = np.append(0, np.cumsum(lengths))
        return Traces(take_sequences(order, self.offsets[:-1], self.lengths, self.codes), offsets)

    def rank(self) -> Ints:
        """Return the numbers of the sequences in the order of their codes, one before those that it begins.

        >>> Traces(np.array([1, 0, 1, 0], np.int32), np.array([0, 2, 3, 4])).rank().tolist()
        [2, 1, 0]
        """
        return rank_sequences(self.offsets[:-1], self.lengths, self.codes)
