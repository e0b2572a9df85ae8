"""Variants: the distinct sequences of activities, exactly.

Cases are grouped by a 64-bit hash of their sequence; equality is then checked on the sequences themselves, so that a
collision can cost time but never a wrong count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import Batch, Log, Vocabulary
from svcflow.mining.grouping import all_seconds, group
from svcflow.mining.tables import Table, Tabular

_MULTIPLIER = 0x9E3779B97F4A7C15


class Part(NamedTuple):
    """What one block holds: its distinct sequences, and for each case which one it shows."""

    first_case: int
    sequences: tuple[bytes, ...]
    member: NDArray[np.int64]
    cycles: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Variants(Tabular):
    """Sequences of activity codes by falling number of cases; ties in the order of their names.

    `of_case` is the variant of each case of the log; `median` its median cycle time in milliseconds.
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
                "median_s": [*all_seconds(self.median)],
            }
        )


@dataclass(frozen=True, slots=True)
class VariantsFold:
    """Computes `Variants`."""

    def partial(self, batch: Batch) -> tuple[Part, ...]:
        """Summarise one block."""
        representatives, member = _group_exactly(batch)
        sequences = tuple(
            batch.activity[batch.offsets[case] : batch.offsets[case + 1]].astype("<i4").tobytes()
            for case in representatives.tolist()
        )
        cycles = times.cycle(batch.start, batch.time, batch.offsets)
        return (Part(batch.first_case, sequences, member, cycles),)

    def merge(self, left: tuple[Part, ...], right: tuple[Part, ...]) -> tuple[Part, ...]:
        """Put the blocks of two summaries together."""
        return left + right

    def finish(self, state: tuple[Part, ...], log: Log) -> Variants:
        """Give a number to each distinct sequence of all blocks and count their cases."""
        numbers: dict[bytes, int] = {}
        parts = sorted(state, key=lambda part: part.first_case)
        members = [
            np.array([numbers.setdefault(s, len(numbers)) for s in part.sequences], np.int64)[part.member]
            for part in parts
        ]
        of_case = np.concatenate(members)
        cycles = np.concatenate([part.cycles for part in parts])
        sequences = [tuple(np.frombuffer(text, "<i4").tolist()) for text in numbers]
        grouped = group(of_case, cycles)
        counts = grouped.counts.tolist()
        order = sorted(range(len(sequences)), key=lambda v: (-counts[v], sequences[v]))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return Variants(
            log.activities,
            tuple(sequences[v] for v in order),
            grouped.counts[order],
            grouped.quantile(0.5)[order],
            rank[of_case],
        )


def _group_exactly(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return one case per distinct sequence of the block, and for each case the number of its sequence."""
    hashes = _hash(batch)
    _, first, member = np.unique(hashes, return_index=True, return_inverse=True)
    lengths = np.diff(batch.offsets)
    twin = first[member]
    same = bool((lengths == lengths[twin]).all())
    if same:
        shift = np.repeat(batch.offsets[twin] - batch.offsets[:-1], lengths)
        same = bool((batch.activity == batch.activity[np.arange(len(shift)) + shift]).all())
    return (first, member) if same else _group_by_bytes(batch)


def _hash(batch: Batch) -> NDArray[np.uint64]:
    """Return a polynomial hash of each case's activities and length."""
    lengths = np.diff(batch.offsets)
    if not len(lengths):
        return np.empty(0, np.uint64)
    powers = _powers(int(lengths.max()))
    position = np.arange(len(batch.activity)) - np.repeat(batch.offsets[:-1], lengths)
    mixed = (batch.activity.astype(np.uint64) + np.uint64(1)) * np.uint64(_MULTIPLIER)
    mixed ^= mixed >> np.uint64(29)
    return np.add.reduceat(mixed * powers[position], batch.offsets[:-1])


def _powers(length: int) -> NDArray[np.uint64]:
    """Return the first powers of an odd number, modulo 2**64."""
    base = np.full(length, 0xBF58476D1CE4E5B9, np.uint64)
    base[0] = 1
    return np.multiply.accumulate(base)


def _group_by_bytes(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Do the same by comparing whole sequences: the way out when two sequences share a hash."""
    numbers: dict[bytes, int] = {}
    bounds = batch.offsets.tolist()
    member = np.array(
        [numbers.setdefault(batch.activity[low:high].tobytes(), len(numbers)) for low, high in pairwise(bounds)],
        np.int64,
    )
    return np.unique(member, return_index=True)[1], member
