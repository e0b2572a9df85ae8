"""Simpson's reversal: a group shows the effect more often than the rest, and less often within every kind of case.

For a group and another attribute, the risk difference within its values is pooled with the weights of Mantel and
Haenszel (1959). The association is reversed where the crude difference is above 0 and the pooled one below 0, over
values in which at least four fifths of the group's cases can be compared. As in the figures of Charig et al. (1986) on
kidney stones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.associations.traits import Trait

COMPARED = 0.8
"""The share of a group's cases that must lie in values where the rest has cases too."""

Ints = NDArray[np.int64]


def find_reversals(trait: Trait, others: list[Trait], shown: NDArray[np.bool_]) -> dict[int, str]:
    """Return for each reversed value of a trait the name of the attribute within whose values it turns round."""
    found: dict[int, str] = {}
    for other in others:
        if other.name != trait.name:
            for code in _find_reversed(trait, other, shown):
                found.setdefault(code, other.name)
    return found


def _find_reversed(trait: Trait, other: Trait, shown: NDArray[np.bool_]) -> list[int]:
    shape = (len(trait.labels), len(other.labels))
    key = trait.codes.astype(np.int64) * shape[1] + other.codes
    cases = np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape)
    effect = np.bincount(key, weights=shown, minlength=shape[0] * shape[1]).reshape(shape)
    rest, rest_effect = cases.sum(axis=0) - cases, effect.sum(axis=0) - effect
    both = (cases > 0) & (rest > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = np.where(both, effect / cases - rest_effect / rest, 0)
        weight = np.where(both, cases * rest / (cases + rest), 0)
        crude = effect.sum(axis=1) / cases.sum(axis=1) - rest_effect.sum(axis=1) / rest.sum(axis=1)
        compared = (cases * both).sum(axis=1) / cases.sum(axis=1)
        pooled = (difference * weight).sum(axis=1) / weight.sum(axis=1)
    reversed_ = (crude > 0) & (pooled < 0) & (compared >= COMPARED) & (both.sum(axis=1) > 1)
    return [int(code) for code in np.flatnonzero(reversed_)]
