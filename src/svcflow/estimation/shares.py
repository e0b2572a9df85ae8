"""Who earns what of a joint effect: Shapley values, exact for few scenarios, over random orders for many.

phi_i = sum over subsets S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)). They add up to the joint effect, so
that no hour is counted twice (advice.md 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

EXACT = 4
ORDERS = 12

Value = Callable[[frozenset[int]], float]


@dataclass(frozen=True, slots=True)
class Shares:
    """The joint effect, what each scenario has of it, and its effect alone; `interaction` is joint less the sum."""

    names: tuple[str, ...]
    joint: float
    share: tuple[float, ...]
    alone: tuple[float, ...]

    @property
    def interaction(self) -> float:
        """Return by how much the joint effect differs from the sum of the effects alone."""
        return self.joint - sum(self.alone)


def share_out(names: Sequence[str], value: Value, *, seed: int = 0) -> Shares:
    """Return the shares of `value`, which gives the effect of a set of scenarios by their places; of none it is 0."""
    count = len(names)
    known: dict[frozenset[int], float] = {frozenset(): 0.0}

    def ask(chosen: frozenset[int]) -> float:
        if chosen not in known:
            known[chosen] = value(chosen)
        return known[chosen]

    alone = tuple(ask(frozenset([place])) for place in range(count))
    found = _weigh(count, ask) if count <= EXACT else _average(count, ask, np.random.default_rng(seed))
    return Shares(tuple(names), ask(frozenset(range(count))), tuple(found), alone)


def _weigh(count: int, ask: Value) -> list[float]:
    found = [0.0] * count
    for bits in range(2**count):
        chosen = frozenset(place for place in range(count) if bits >> place & 1)
        for place in set(range(count)) - chosen:
            weight = factorial(len(chosen)) * factorial(count - len(chosen) - 1) / factorial(count)
            found[place] += weight * (ask(chosen | {place}) - ask(chosen))
    return found


def _average(count: int, ask: Value, random: np.random.Generator) -> list[float]:
    """Return means over random orders and their reverses."""
    found = np.zeros(count)
    drawn = [random.permutation(count) for _ in range(ORDERS // 2)]
    for order in [*drawn, *(one[::-1] for one in drawn)]:
        chosen: frozenset[int] = frozenset()
        for place in order.tolist():
            found[place] += (ask(chosen | {place}) - ask(chosen)) / (2 * len(drawn))
            chosen |= {place}
    return [float(value) for value in found]
