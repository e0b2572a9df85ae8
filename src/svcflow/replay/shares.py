"""What each of several changes contributes to what they do together: Shapley shares, so that no hour counts twice.

A change is worth what it adds, in the mean over all orders in which the changes could be made. Up to seven changes all
subsets are valued; beyond, 200 orders are drawn from a seed, each with its reverse. Sources: Shapley 1953; Castro,
Gómez & Tejada, Computers & Operations Research 36 (2009), for drawn orders.

>>> alone = {0: 6, 1: 4}
>>> found = share_out(lambda chosen: np.array([sum(alone[k] for k in chosen) - 2 * (len(chosen) == 2)]), 2)
>>> found.totals.tolist()
[5.0, 3.0]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]
"""One number a case, or a cluster of cases; whole numbers are shared out without any rounding."""
Value = Callable[[frozenset[int]], Values]
"""What some of the changes, by their number, do together; of none it must be zero."""

MOST_EXACT = 7
ORDERS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The share of each change (rows) in each case or cluster: ``parts / whole``; what each would do `alone`.

    Over the changes, `parts` add up to `whole` times what all do together: exactly, for whole numbers.
    """

    parts: Values
    whole: int
    alone: Values
    joint: Values

    @property
    def each(self) -> NDArray[np.float64]:
        """Return the share of each change in each case or cluster."""
        return np.asarray(self.parts / self.whole, dtype=np.float64)

    @property
    def totals(self) -> NDArray[np.float64]:
        """Return the share of each change over all."""
        return np.asarray(self.parts.sum(axis=1) / self.whole, dtype=np.float64)

    @property
    def interaction(self) -> float:
        """Return what the changes do together beyond the sum of what each would do alone; negative: they overlap."""
        return float(self.joint.sum() - self.alone.sum())


def share_out(value: Value, count: int, *, seed: int = 0, orders: int = ORDERS) -> Shares:
    """Return the shares of `count` changes in what `value` says that all of them do; every subset is valued once."""
    known: dict[frozenset[int], Values] = {frozenset(): np.zeros_like(value(frozenset()))}

    def look_up(chosen: frozenset[int]) -> Values:
        if chosen not in known:
            known[chosen] = value(chosen)
        return known[chosen]

    joint = look_up(frozenset(range(count)))
    alone = np.array([look_up(frozenset({k})) for k in range(count)]).reshape(count, *joint.shape)
    parts = np.zeros_like(alone)
    whole = 0
    if count <= MOST_EXACT:
        whole = math.factorial(count)
        for change, before, times in _list_subsets(count):
            parts[change] += times * (look_up(before | {change}) - look_up(before))
    else:
        for order in _draw_orders(count, orders, seed):
            whole += 1
            for place, change in enumerate(order):
                before = frozenset(order[:place])
                parts[change] += look_up(before | {change}) - look_up(before)
    return Shares(parts, max(whole, 1), alone, joint)


def draw_shares(shares: Shares, sizes: NDArray[np.int64], drawn: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean share of each change (columns) a case, in each replicate (rows).

    `sizes` are the cases of each cluster that the shares are of, `drawn` how often each cluster is drawn.
    """
    return np.asarray((drawn @ shares.each.T) / (drawn @ sizes)[:, None], dtype=np.float64)


def _list_subsets(count: int) -> Iterator[tuple[int, frozenset[int], int]]:
    """Yield each change with each set of others that may come before it, and in how many orders it does."""
    for change in range(count):
        others = [k for k in range(count) if k != change]
        for size in range(count):
            times = math.factorial(size) * math.factorial(count - size - 1)
            for before in combinations(others, size):
                yield change, frozenset(before), times


def _draw_orders(count: int, orders: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Yield drawn orders, each followed by its reverse: what comes late in one comes early in the other."""
    random = np.random.default_rng(seed)
    for _ in range(-(-orders // 2)):
        order = tuple(random.permutation(count).tolist())
        yield order
        yield order[::-1]
