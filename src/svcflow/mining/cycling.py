"""Cycle times by variant where variants are numbered otherwise than in the state that collected them.

A sequence is known again by its hash; what two sequences share a hash is left out, so that nothing is mixed up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch
from svcflow.mining.durations import EXACT, Durations, from_groups
from svcflow.mining.grouping import Ints, group, invert
from svcflow.mining.sequences import Hashes
from svcflow.mining.shapes import find_shapes
from svcflow.mining.transitions import measure_cycles
from svcflow.mining.variants import State, VariantsFold, arrange


@dataclass(frozen=True, slots=True)
class CyclesFold:
    """Collects the cycle times of the cases whose sequence has one of `hashes` (ascending), by its place there."""

    hashes: Hashes
    columns: frozenset[str] = VariantsFold.columns

    def partial(self, batch: Batch) -> Durations:
        """Summarise one block."""
        shapes = find_shapes(batch)
        key = find_places(shapes.hashes, self.hashes).take(shapes.of_case)
        known = key >= 0
        return from_groups(group(key[known], measure_cycles(batch)[known]), EXACT)


def find_places(wanted: Hashes, hashes: Hashes) -> Ints:
    """Return the place of each wanted hash among ascending ones, -1 where it is not there."""
    if not len(hashes):
        return np.full(len(wanted), -1)
    places = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
    return np.where(hashes[places] == wanted, places, -1)


def collides(state: State) -> NDArray[np.bool_]:
    """Return for each variant of a state whether another one has its hash."""
    same = state.hashes[1:] == state.hashes[:-1]
    shared: NDArray[np.bool_] = np.append(same, np.False_) | np.append(np.False_, same)
    return shared


def number_cycles(state: State) -> Durations:
    """Return the cycle times that a state holds by the places of its variants."""
    return state.cycles.move(invert(arrange(state))[state.cycles.keys])
