"""Two attributes at once: groups that show the effect more often than either of their parts leads one to expect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.associations.singles import Floats, Ints, are_large
from svcflow.mining.associations.traits import Trait

ATTRIBUTES = 12
"""So many attributes are paired, those that contribute most."""


class Cells(NamedTuple):
    """Cells of a table of two traits: the codes of both, cases, cases with the effect, and the chance of so many.

    `p` is the chance of as many with the effect among the cell's cases if it were like the part that shows it more.
    """

    first: Trait
    second: Trait
    first_code: Ints
    second_code: Ints
    cases: Ints
    shown: Ints
    p: Floats


def cross(traits: Sequence[Trait], shown: NDArray[np.bool_], least: int) -> Iterator[Cells]:
    """Yield the cells of each two traits that have `least` cases, and in which the effect exceeds both parts'."""
    from scipy.stats import hypergeom  # noqa: PLC0415 - takes half a second

    for first, second in combinations(traits, 2):
        shape = (len(first.labels), len(second.labels))
        key = first.codes.astype(np.int64) * shape[1] + second.codes
        cases = np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape)
        effect = np.bincount(key, weights=shown, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)
        parts = [(np.broadcast_to(cases.sum(axis=a)[i], shape), np.broadcast_to(effect.sum(axis=a)[i], shape))
                 for a, i in ((1, np.s_[:, None]), (0, np.s_[None, :]))]  # fmt: skip
        chances = [hypergeom.sf(effect - 1, whole, part, cases) for whole, part in parts]
        p = np.maximum(*chances)
        with np.errstate(divide="ignore", invalid="ignore"):
            above = np.logical_and(*(effect / cases > part / whole for whole, part in parts))
        alone = np.logical_or(*(whole - cases < 1 for whole, _ in parts))
        one, other = np.nonzero(are_large(cases, len(shown), least) & above & ~alone)
        yield Cells(first, second, one, other, cases[one, other], effect[one, other], p[one, other])
