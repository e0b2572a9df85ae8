"""Variants: the distinct sequences of activities, exactly.

Cases are grouped by a 64-bit hash of their sequence; equality is then checked on the sequences themselves, so that a
collision can cost time but never a wrong count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch, Vocabulary
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import EXACT, Detail, Durations, no_durations
from svcflow.mining.grouping import Ints, say_known
from svcflow.mining.sequences import Hashes, Sequences, hash_cases
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.transitions import measure_cycles

MANY = 1 << 40
"""More numbers of variants than there can be."""


class State(NamedTuple):
    """Distinct sequences by hash: their cases, lengths, codes end to end, and cycle times by place in this order.

    `members` holds, for a log in memory, the first case of each block and the place of each of its cases.
    """

    hashes: Hashes
    counts: Ints
    lengths: Ints
    codes: NDArray[np.int32]
    cycles: Durations
    members: tuple[tuple[int, Ints], ...]

    @property
    def offsets(self) -> Ints:
        """Return where in `codes` each sequence begins, and the end."""
        offsets: Ints = np.r_[0, np.cumsum(self.lengths)]
        return offsets


@dataclass(frozen=True, slots=True)
class Variants(Tabular):
    """Sequences of activity codes by falling number of cases; ties in the order of their names.

    `of_case` is the variant of each case of a log in memory, and empty of one that stays on disk; `median` its median
    cycle time in milliseconds.
    """

    activities: Vocabulary
    sequences: tuple[tuple[int, ...], ...]
    count: NDArray[np.int64]
    median: NDArray[np.float64]
    of_case: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sequences)

    def name(self, variant: int) -> tuple[str, ...]:
        """Return the activities of a variant by name."""
        return tuple(self.activities[code] for code in self.sequences[variant])

    def to_table(self) -> Table:
        """Return activities, cases, share (0..1) and median cycle time in seconds of each variant."""
        cases = max(int(self.count.sum()), 1)
        return Table(
            {
                "activities": [list(self.name(variant)) for variant in range(len(self))],
                "cases": self.count.tolist(),
                "share": (self.count / cases).tolist(),
                "median_s": [*say_known(self.median)],
            }
        )


@dataclass(frozen=True, slots=True)
class VariantsFold:
    """Computes `Variants`; which case shows which is told where `detail` is exact."""

    detail: Detail = EXACT
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        known = Sequences()
        counts, cycles, members = np.zeros(0, np.int64), no_durations(self.detail), []
        for part in (left, right):
            numbers = known.find(part.hashes, part.codes, part.offsets)
            counts = np.r_[counts, np.zeros(len(known) - len(counts), np.int64)]
            counts[numbers] += part.counts
            cycles = cycles.merge(part.cycles.move(numbers[part.cycles.keys]))
            members += [(first, numbers[member]) for first, member in part.members]
        return _settle(known, counts, cycles, members)

    def finish(self, state: State, log: Source) -> Variants:
        """Put the most frequent sequences first, ties in the order of their names."""
        codes, bounds, counts = state.codes.tolist(), state.offsets.tolist(), state.counts.tolist()
        sequences = [tuple(codes[low:high]) for low, high in pairwise(bounds)]
        texts, sizes = (state.codes + 1).astype(">u4").tobytes(), [4 * bound for bound in bounds]
        names = [texts[low:high] for low, high in pairwise(sizes)]  # as bytes they compare as codes do, and faster
        order = sorted(range(len(sequences)), key=lambda v: (-counts[v], names[v]))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        members = [member for _, member in state.members]
        return Variants(
            log.activities,
            tuple(sequences[v] for v in order),
            state.counts[order],
            state.cycles.quantile(0.5)[order],
            rank[np.concatenate([np.empty(0, np.int64), *members])],
        )


class Gathered:
    """What the blocks so far hold."""

    def __init__(self, fold: VariantsFold) -> None:
        self._whole = fold.detail.keep is None
        self._known = Sequences()
        self._counts = np.zeros(0, np.int64)
        self._cycles = Collector(MANY, fold.detail)
        self._members: list[tuple[int, Ints]] = []

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        numbers = self._known.find(hash_cases(batch.activity, batch.offsets), batch.activity, batch.offsets)
        counts = np.bincount(numbers, minlength=len(self._known))
        counts[: len(self._counts)] += self._counts
        self._counts = counts
        self._cycles.add(numbers, measure_cycles(batch))
        if self._whole:
            self._members.append((batch.first_case, numbers))

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return _settle(self._known, self._counts, self._cycles.state(), self._members)


def _settle(known: Sequences, counts: Ints, cycles: Durations, members: list[tuple[int, Ints]]) -> State:
    """Return the state in its one form: by hash."""
    order = known.arrange()
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return State(
        known.hashes[order],
        counts[order],
        known.lengths[order],
        known.take(order),
        cycles.move(place[cycles.keys]),
        _join_members([(first, place[member]) for first, member in members]),
    )


def _join_members(members: list[tuple[int, Ints]]) -> tuple[tuple[int, Ints], ...]:
    """Return the members of blocks in their order, blocks that follow each other as one."""
    joined: list[tuple[int, list[Ints]]] = []
    end = -1
    for first, member in sorted(members, key=itemgetter(0)):
        if first == end:
            joined[-1][1].append(member)
        elif len(member):
            joined.append((first, [member]))
        end = first + len(member)
    return tuple((first, np.concatenate(parts)) for first, parts in joined)
