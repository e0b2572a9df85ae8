"""What explained waits come to: sums by cause, team, pair of activities, resource, and of batches; added in parts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.batches import KINDS, NONE
from svcflow.mining.causes import CAUSES
from svcflow.mining.durations import Detail, Durations, from_groups
from svcflow.mining.explanation import Explanation
from svcflow.mining.grouping import Ints, add_up, all_seconds, distinct, group, join_keys
from svcflow.mining.tallies import merge_parts
from svcflow.mining.told import Told

MOST_PAIRS = 16_000_000
"""Cases and kinds of batches they are in, above which batches are not told."""


class Sums(NamedTuple):
    """The told waits of each key, ascending: a row of milliseconds for each cause, the last is the standstill."""

    keys: Ints
    sums: Ints

    def merge(self, other: Sums) -> Sums:
        """Add two."""
        keys, here, there = join_keys(self.keys, other.keys)
        sums = np.zeros((len(CAUSES) + 1, len(keys)), np.int64)
        sums[:, here] += self.sums
        sums[:, there] += other.sums
        return Sums(keys, sums)


class Batched(NamedTuple):
    """Batches by ``activity * KINDS + kind``: their sizes, and how long their members waited for the last of them."""

    sizes: Durations
    gathering: Sums
    members: int

    def merge(self, other: Batched) -> Batched:
        """Add two."""
        return Batched(
            self.sizes.merge(other.sizes), self.gathering.merge(other.gathering), self.members + other.members
        )


class Causes(NamedTuple):
    """One entry for each cause: how many waits have a part of it, and these parts in milliseconds.

    `wide` is by the widest hours, `standing` of the time in which cases stood still.
    """

    counts: Ints
    parts: Ints
    wide: Ints
    standing: Ints

    def merge(self, other: Causes) -> Causes:
        """Add two."""
        return Causes(*(one + more for one, more in zip(self, other, strict=True)))


class Reckoned(NamedTuple):
    """What the waits of some resources come to."""

    causes: Causes
    teams: Sums
    pairs: Sums
    resources: Sums
    batched: Batched

    def merge(self, other: Reckoned) -> Reckoned:
        """Add what other resources' waits come to."""
        return merge_parts(self, other)


def reckon(found: Explanation, activities: int, detail: Detail) -> Reckoned:
    """Return what explained waits come to; sizes of batches keep as much `detail`."""
    told = np.flatnonzero(found.told)
    parts, wide, standing = (some[:, told] for some in (found.parts, found.wide, found.standing))
    rows = np.vstack([parts, standing.sum(axis=0)])
    activity = found.enablement.instances.activity[told].astype(np.int64)
    return Reckoned(
        Causes((parts > 0).sum(axis=1), parts.sum(axis=1), wide.sum(axis=1), standing.sum(axis=1)),
        _sum(found.team[told], rows),
        _sum(found.before[told].astype(np.int64) * activities + activity, rows),
        _sum(found.resource[told], rows),
        _reckon_batches(found, detail),
    )


def _sum(codes: NDArray[np.integer], rows: Ints) -> Sums:
    keys, number = np.unique(codes.astype(np.int64), return_inverse=True)
    return Sums(keys, np.stack([add_up(number, row, len(keys)) for row in rows]))


def _reckon_batches(found: Explanation, detail: Detail) -> Batched:
    kinds = number_kinds(found)
    member = np.flatnonzero(found.batches.of != NONE)
    rows = np.zeros((len(CAUSES) + 1, len(member)), np.int64)
    rows[0] = found.parts[0, member]
    sizes = from_groups(group(kinds, found.batches.size), detail)
    return Batched(sizes, _sum(kinds[found.batches.of[member]], rows), len(member))


def number_kinds(found: Explanation) -> Ints:
    """Return ``activity * KINDS + kind`` of each batch."""
    return found.batches.activity.astype(np.int64) * len(KINDS) + found.batches.kind


class Cases:
    """In which of so many cases there is a part of each cause, and a batch of each activity and kind.

    Takes a byte a case, and a number for each case and kind of batch it is in: above `MOST_PAIRS`, those of batches are
    not told.
    """

    def __init__(self, cases: int, activities: int) -> None:
        self._causes = np.zeros(cases, np.uint8)
        self._pairs = np.empty(0, np.int64)
        self._kinds = activities * len(KINDS)
        self.told = True

    def add(self, found: Explanation) -> None:
        """Take the waits of some resources in, all of each."""
        case = found.enablement.instances.case
        for place, part in enumerate(found.parts):
            at = case[found.told & (part > 0)]
            self._causes[at] |= np.uint8(1 << place)
        if self.told:
            member = np.flatnonzero(found.batches.of != NONE)
            kind = number_kinds(found)[found.batches.of[member]]
            seen = kind * max(len(self._causes), 1) + case[member]
            self._pairs = distinct(np.concatenate([self._pairs, distinct(seen)]))
            self.told = len(self._pairs) <= MOST_PAIRS

    @property
    def of_causes(self) -> Ints:
        """Return in how many cases there is a part of each cause."""
        counts = np.bincount(self._causes, minlength=1 << len(CAUSES))
        return np.array([counts[np.arange(len(counts)) >> place & 1 == 1].sum() for place in range(len(CAUSES))])

    @property
    def of_batches(self) -> Ints:
        """Return in how many cases there is a batch of each kind."""
        return np.bincount(self._pairs // max(len(self._causes), 1), minlength=self._kinds)


class Grouped(NamedTuple):
    """The told waits by group, the group in which cases stood still longest first; durations in milliseconds."""

    names: Ints
    parts: Ints
    standing: Ints
    counts: Ints
    cases: Ints

    def to_columns(self) -> dict[str, list[Any]]:
        """Return the columns of a table: of how many waits and cases, seconds in all and by cause."""
        return {
            "count": self.counts.tolist(),
            "cases": self.cases.tolist(),
            "standing_s": all_seconds(self.standing),
            "total_s": all_seconds(self.parts.sum(axis=0)),
        } | {f"{cause}_s": all_seconds(part) for cause, part in zip(CAUSES, self.parts, strict=True)}


def list_groups(summed: Sums, told: Told) -> Grouped:
    """Return the told waits by group."""
    names, sums = summed
    order = np.lexsort((names, -sums[:-1].sum(axis=0), -sums[-1]))
    names = names[order]
    return Grouped(names, sums[:-1, order], sums[-1, order], told.counts.of(names), told.cases.of(names))
