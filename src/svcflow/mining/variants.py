"""Variants: the distinct sequences of activities, exactly.

Cases are grouped by a 64-bit hash of their sequence; equality is then checked on the sequences themselves, so that a
collision can cost time but never a wrong count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch, Vocabulary
from svcflow.kernels.library import is_built
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import EXACT, Detail, Durations, no_durations
from svcflow.mining.grouping import Ints, invert, say_known
from svcflow.mining.pooling import Pooled
from svcflow.mining.sequences import Hashes, Sequences
from svcflow.mining.shapes import find_shapes
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.traces import Traces
from svcflow.mining.transitions import measure_cycles

MANY = 1 << 40
"""More numbers of variants than there can be."""

FIRST = 1 << 8
"""So many variants, those seen first and so most of the common ones, have a place each for their cycle times."""


class State(NamedTuple):
    """Distinct sequences by hash: their cases, lengths, codes end to end, and cycle times by place in this order.

    `members` holds, for a log in memory, the first case of each block and the place of each of its cases.
    """

    hashes: Hashes
    lengths: Ints
    codes: NDArray[Any]
    cycles: Durations
    members: tuple[tuple[int, Ints], ...]

    @property
    def counts(self) -> Ints:
        """Return the number of cases of each."""
        return self.cycles.counts

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
    sequences: Sequence[tuple[int, ...]]
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
                "activities": [[self.activities[code] for code in sequence] for sequence in self.sequences],
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
        cycles, members = no_durations(self.detail), []
        for part in (left, right):
            numbers = known.find(part.hashes, part.codes, part.offsets)
            cycles = cycles.merge(part.cycles.move(numbers))
            members += [(first, numbers[member]) for first, member in part.members]
        order = known.arrange()
        return _settle(known, order, cycles.move(invert(order)), members)

    def finish(self, state: State, log: Source) -> Variants:
        """Put the most frequent sequences first, ties in the order of their names."""
        order = arrange(state)
        rank = invert(order)
        members = [member for _, member in state.members]
        return Variants(
            log.activities,
            Traces(state.codes, state.offsets).take(order),
            state.counts[order],
            state.cycles.quantile(0.5)[order],
            rank[np.concatenate([np.empty(0, np.int64), *members])],
        )


def arrange(state: State) -> Ints:
    """Return the places of the sequences of a state in the order of their variants."""
    names = Traces(state.codes, state.offsets).rank()
    return names[np.argsort(-state.counts[names], kind="stable")]


class Cycles(Protocol):
    """Cycle times by the number of their variant."""

    def add(self, numbers: Ints, values: Ints, space: int) -> None:
        """Take the times of cases in; numbers are below `space`."""
        ...

    def arrange(self, order: Ints) -> Durations:
        """Return the times with the place of its number in `order` as the key of each."""
        ...


class Gathered:
    """What the blocks so far hold."""

    def __init__(self, fold: VariantsFold) -> None:
        self._whole = fold.detail.keep is None
        self._known = Sequences()
        pooled = is_built() and fold.detail.keep is not None
        self._cycles: Cycles = Pooled(fold.detail) if pooled else _Collected(fold.detail)
        self._members: list[tuple[int, Ints]] = []

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        numbers = self._find(batch)
        self._cycles.add(numbers, measure_cycles(batch), len(self._known))
        if self._whole:
            self._members.append((batch.first_case, numbers))

    def _find(self, batch: Batch) -> Ints:
        """Return the number of the sequence of each case."""
        if is_built():
            return self._known.number(batch.activity, batch.offsets)
        shapes = find_shapes(batch)
        return self._known.find(shapes.hashes, shapes.activity, shapes.offsets).take(shapes.of_case)

    def state(self) -> State:
        """Return the state of the blocks so far, once."""
        order = self._known.arrange()
        cycles = self._cycles.arrange(order)
        del self._cycles  # as large as the state
        return _settle(self._known, order, cycles, self._members)


class _Collected:
    """Cycle times in a place each for the variants seen first, those of others in rows."""

    def __init__(self, detail: Detail) -> None:
        self._common, self._rare = Collector(FIRST, detail), Collector(MANY, detail)

    def add(self, numbers: Ints, values: Ints, space: int) -> None:
        common = numbers < min(FIRST, space)
        self._common.add(numbers[common], values[common])
        self._rare.add(numbers[~common], values[~common])

    def arrange(self, order: Ints) -> Durations:
        return self._common.state().merge(self._rare.state()).move(invert(order))


def _settle(known: Sequences, order: Ints, cycles: Durations, members: list[tuple[int, Ints]]) -> State:
    """Return the state in its one form: by hash."""
    place = invert(order)
    found = [(first, place[member]) for first, member in members]
    return State(known.hashes[order], known.lengths[order], known.take(order), cycles, _join_members(found))


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
