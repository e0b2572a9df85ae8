"""Cases of a block that show the same activities in the same order: what follows from those is worked out but once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch
from svcflow.kernels import loops
from svcflow.kernels.twins import compiled_by
from svcflow.mining.grouping import Ints
from svcflow.mining.sequences import BASE, Hashes, hash_cases, mix_codes
from svcflow.mining.transitions import derive

_PROBES = 8
_MULTIPLIER = 0xD6E8FEB86659FD93


@dataclass(frozen=True, slots=True)
class Shapes:
    """The distinct sequences of a block, by one case that shows each; hardly ever is one there twice.

    `of_case` is the shape of each case. Shape `s` is that of case ``shown[s]`` and of ``cases[s]`` cases; its
    activities are ``activity[offsets[s]:offsets[s + 1]]``.
    """

    of_case: Ints
    hashes: Hashes
    shown: Ints
    cases: Ints
    offsets: Ints
    activity: NDArray[np.int32]

    @property
    def owners(self) -> Ints:
        """Return for each entry of `activity` its shape."""
        return np.repeat(np.arange(len(self.shown)), np.diff(self.offsets))


def find_shapes(batch: Batch) -> Shapes:
    """Return the shapes of a block."""
    return derive(batch, "shapes", lambda: Shapes(*group_cases(batch)))


Columns = tuple[Ints, Hashes, Ints, Ints, Ints, NDArray[np.int32]]
"""The fields of `Shapes`."""


def _pass_over(batch: Batch) -> Columns:
    return loops.group_sequences(batch.activity, batch.offsets, (mix_codes(batch.activity), BASE))


@compiled_by(_pass_over)
def group_cases(batch: Batch) -> Columns:
    """Return the shapes of a block; which case shows each, and their order, are not the same in every form."""
    hashes, count = hash_cases(batch.activity, batch.offsets), len(batch.offsets) - 1
    like = _find_equal(hashes)
    differs = ~_agree(batch, like)
    like[differs] = np.flatnonzero(differs)
    shown = np.flatnonzero(like == np.arange(count))
    place = np.empty(count, np.int64)
    place[shown] = np.arange(len(shown))
    of_case = place.take(like)
    begins, lengths = batch.offsets.take(shown), np.diff(batch.offsets).take(shown)
    offsets = np.append(0, np.cumsum(lengths))
    rows = np.repeat(begins - offsets[:-1], lengths)
    rows += np.arange(len(rows))
    cases = np.bincount(of_case, minlength=len(shown))
    return of_case, hashes.take(shown), shown, cases, offsets, batch.activity.take(rows)


def _find_equal(hashes: Hashes) -> Ints:
    """Return for each hash one place where it stands, the same for all places of a hash."""
    like, left = np.arange(len(hashes)), np.arange(len(hashes))
    bits = max(len(hashes), 2).bit_length() + 2
    cells = np.empty(1 << bits, np.int64)
    for probe in range(_PROBES):
        wanted = hashes.take(left)
        cell = (wanted * np.uint64(_MULTIPLIER + 2 * probe) >> np.uint64(64 - bits)).astype(np.int64)
        cells[cell] = left  # of those that write in one cell, one stays
        stayed = cells.take(cell)
        same = hashes.take(stayed) == wanted
        like[left[same]] = stayed[same]
        left = left[~same]
        if not len(left):
            return like
    _, first, inverse = np.unique(hashes.take(left), return_index=True, return_inverse=True)
    like[left] = left.take(first).take(inverse)
    return like


def _agree(batch: Batch, like: Ints) -> NDArray[np.bool_]:
    """Return for each case whether it shows the very activities of the case that it is `like`."""
    lengths, begins = np.diff(batch.offsets), batch.offsets[:-1]
    agree: NDArray[np.bool_] = lengths.take(like) == lengths
    if not len(lengths):
        return agree
    theirs = np.repeat(np.where(agree, begins.take(like) - begins, 0), lengths)
    theirs += np.arange(len(theirs))
    same = batch.activity.take(theirs) == batch.activity
    return agree if bool(same.all()) else agree & np.logical_and.reduceat(same, begins)
