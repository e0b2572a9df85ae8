"""Which activities run side by side: from the definitions where they say so, else from the order seen in a log.

Two activities are concurrent (heuristics relation) if each follows the other directly at least once, neither order
dominates, and they are no loop of length two. Source: the heuristics miner (Weijters, van der Aalst & de Medeiros
2006) as Kronos uses it (Lashkevich et al., CAiSE 2023), with its thresholds of 0.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes
from svcflow.mining.grouping import count, look_up
from svcflow.mining.tallies import Tally, merge_parts

DEPENDENCE = 0.9
"""From here on one order dominates, or an activity repeats itself."""
LOOP = 0.9
"""From here on two activities are a loop of length two."""

_DENSE = 2_048
"""Up to so many activities the relation is kept as a square."""

Pairs = NDArray[np.int64]
Declared = Mapping[tuple[str, str], bool]
"""What definitions say of two activities by name: side by side (true) or one after the other (false)."""


@dataclass(frozen=True)
class Concurrency:
    """The pairs ``a * width + b`` of activity codes that run side by side, ascending; both orders of each stand in it.

    `declared` of the pairs are so by the definitions.
    """

    width: int
    pairs: Pairs
    declared: int = 0

    def holds(self, first: Codes, second: Codes) -> NDArray[np.bool_]:
        """Return for each two activities whether they run side by side."""
        wanted = first.astype(np.int64) * self.width + second
        if self.width <= _DENSE:
            found: NDArray[np.bool_] = self._square[wanted]
            return found
        return look_up(wanted, self.pairs, np.ones(len(self.pairs), np.bool_))

    @cached_property
    def _square(self) -> NDArray[np.bool_]:
        square = np.zeros(self.width * self.width, np.bool_)
        square[self.pairs] = True
        return square


class Order(NamedTuple):
    """How often one activity follows another directly, and how often it is followed by that one again.

    Keys of both are ``a * width + b``; the second counts a, b, a.
    """

    follows: Tally
    turns: Tally

    def merge(self, other: Order) -> Order:
        """Put the orders of two parts of a log together."""
        return merge_parts(self, other)


def find_concurrency(activity: Codes, follows: NDArray[np.bool_], width: int) -> Concurrency:
    """Return what a log shows of concurrency; see `count_order` for what is given."""
    return judge_order(count_order(activity, follows, width), width)


def count_order(activity: Codes, follows: NDArray[np.bool_], width: int) -> Order:
    """Return in which order activities follow each other.

    `activity` are the activities of instances, whole cases together in order; `follows` tells of each instance
    whether there is one before it in its case.
    """
    after = np.flatnonzero(follows)
    code = activity.astype(np.int64)
    third = after[1:][(np.diff(after) == 1)]
    third = third[code[third] == code[third - 2]]
    keys = code[after - 1] * width + code[after], code[third - 2] * width + code[third - 1]
    return Order(*(Tally(*count(some)) for some in keys))


def judge_order(order: Order, width: int) -> Concurrency:
    """Return which activities run side by side, from the order they follow each other in."""
    (keys, counts), (loops, turns) = order
    first, second = np.divmod(keys, max(width, 1))
    back = second * width + first
    returning = look_up(back, keys, counts)
    own = look_up(np.arange(width) * (width + 1), keys, counts)
    repeats = own / (own + 1) >= DEPENDENCE
    both = look_up(keys, loops, turns) + look_up(back, loops, turns)
    looped = (both / (both + 1) >= LOOP) & ~repeats[first] & ~repeats[second]
    ruled = np.abs(counts - returning) / (counts + returning + 1) >= DEPENDENCE
    return Concurrency(width, keys[(first != second) & (returning > 0) & ~looped & ~ruled])


def declare(found: Concurrency, activities: tuple[str, ...], declared: Declared) -> Concurrency:
    """Return a relation in which what definitions say of two activities goes before what the log shows."""
    code = {name: place for place, name in enumerate(activities)}
    said = [(code[a] * found.width + code[b], side) for (a, b), side in declared.items() if a in code and b in code]
    if not said:
        return found
    keys = np.array([key for key, _ in said], np.int64)
    beside = np.array([side for _, side in said], np.bool_)
    kept = np.setdiff1d(found.pairs, keys)
    return Concurrency(found.width, np.union1d(kept, keys[beside]), int(beside.sum()))
