"""Who earns what of a joint effect, so that no hour is counted twice: Shapley shares by scenario (advice.md 6)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from svcflow.replay import shares as shapley

Value = Callable[[frozenset[int]], float]


@dataclass(frozen=True, slots=True)
class Shares:
    """The joint effect of the scenarios that have an answer, what each has of it, and its effect alone.

    `bounds` are the intervals of the shares. ``None`` is what is not known: a scenario without an answer has no share.
    """

    names: tuple[str, ...]
    joint: float | None
    share: tuple[float | None, ...]
    alone: tuple[float | None, ...]
    bounds: tuple[tuple[float, float] | None, ...] = ()

    @property
    def interaction(self) -> float | None:
        """Return by how much the joint effect differs from the sum of the effects alone."""
        return None if self.joint is None else self.joint - sum(one for one in self.alone if one is not None)


def share_out(names: Sequence[str], value: Value, *, seed: int = 0) -> Shares:
    """Return the shares of `value`, which gives the effect of a set of scenarios by their places; of none it is 0.

    Where it is NaN for a set, the shares that rest on the set are not known.
    """
    found = shapley.share_out(lambda chosen: np.array([value(chosen) if chosen else 0.0]), len(names), seed=seed)
    share = tuple(_know(float(part)) for part in found.totals)
    alone = tuple(_know(float(part)) for part in found.alone[:, 0])
    return Shares(tuple(names), _know(float(found.joint[0])), share, alone, (None,) * len(names))


def _know(value: float) -> float | None:
    return None if math.isnan(value) else value
