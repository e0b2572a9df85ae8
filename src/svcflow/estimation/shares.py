"""Who earns what of a joint effect, so that no hour is counted twice: Shapley shares by scenario (advice.md 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from svcflow.replay import shares as shapley

Value = Callable[[frozenset[int]], float]


@dataclass(frozen=True, slots=True)
class Shares:
    """The joint effect, what each scenario has of it, and its effect alone; `interaction` is joint less the sum.

    `bounds` are the intervals of the shares, ``None`` where they are not known.
    """

    names: tuple[str, ...]
    joint: float
    share: tuple[float, ...]
    alone: tuple[float, ...]
    bounds: tuple[tuple[float, float] | None, ...] = ()

    @property
    def interaction(self) -> float:
        """Return by how much the joint effect differs from the sum of the effects alone."""
        return self.joint - sum(self.alone)


def share_out(names: Sequence[str], value: Value, *, seed: int = 0) -> Shares:
    """Return the shares of `value`, which gives the effect of a set of scenarios by their places; of none it is 0."""
    found = shapley.share_out(lambda chosen: np.array([value(chosen) if chosen else 0.0]), len(names), seed=seed)
    share = tuple(float(part) for part in found.totals)
    alone = tuple(float(part) for part in found.alone[:, 0])
    return Shares(tuple(names), float(found.joint[0]), share, alone, (None,) * len(names))
