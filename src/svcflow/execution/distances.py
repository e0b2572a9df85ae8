"""The cheapest unobserved way between two states, for what is known at that moment (definitions.md 3.4).

Costs are one integer that sums and compares like the tuple (cost, wrong branches, then a count): cost in units of
``COST``, passing a decision against the data 4 and one ``WRONG`` more, skipping a step 1, everything else nothing. The
lowest 20 bits count the transitions of a way, so that among equal ways the shortest is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.net import Decision
from svcflow.execution.knowledge import UNKNOWN
from svcflow.execution.machine import Machine

COST = 1 << 40
WRONG = 1 << 20
HOP = 1
FAR = 1 << 60
"""No way at all; two of it still fit into 64 bits."""

SKIP = COST + HOP
AGAINST = 4 * COST + WRONG + HOP

_WITHOUT_HOPS = ~(WRONG - 1)


def known_false(decision: Decision | None, signature: tuple[int, ...]) -> bool:
    """Return whether a decision is known not to hold: one of its guards is known to have the other value."""
    return decision is not None and any(
        signature[guard] not in (UNKNOWN, int(holds)) for guard, holds in decision.literals
    )


def unknown(decision: Decision | None, signature: tuple[int, ...]) -> bool:
    """Return whether a decision could not be judged."""
    return (
        decision is not None
        and not known_false(decision, signature)
        and any(signature[guard] == UNKNOWN for guard, _ in decision.literals)
    )


@dataclass(frozen=True)
class Ways:
    """The ways between all states under one signature: the truth of each guard of the net."""

    machine: Machine
    signature: tuple[int, ...]

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """Return the weight of each edge of the machine."""
        transitions = self.machine.net.transitions
        against = [known_false(t.decision, self.signature) for t in transitions]
        return tuple(
            SKIP
            if transitions[transition].step is not None
            else AGAINST
            if against[transition] and number not in self.machine.forgiven
            else HOP
            for number, (_, transition, _) in enumerate(self.machine.edges)
        )

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Return the length of the shortest way from each state (row) to each (column), FAR where there is none."""
        size, machine, weights = self.machine.states, self.machine, self.weights
        lengths = np.full((size, size), FAR, np.int64)
        np.fill_diagonal(lengths, 0)
        changed = True
        while changed:
            changed = False
            # A state is settled after those it leads to; only loops need another pass.
            for state in machine.order:
                row = lengths[state]
                before = row.copy()
                for number, _, following in machine.leaving[state]:
                    np.minimum(row, lengths[following] + weights[number], out=row)
                changed = changed or not np.array_equal(before, row)
        return lengths

    def costs(self, starts: NDArray[np.int64], ends: Sequence[int]) -> NDArray[np.int64]:
        """Return the lengths without the count of transitions: a row for each end, a column for each start."""
        return np.ascontiguousarray(self.lengths[np.ix_(starts, np.asarray(ends, np.int64))].T & _WITHOUT_HOPS)

    def way(self, start: int, end: int) -> tuple[int, ...]:
        """Return the edges of the shortest way: fewest transitions, then first by path."""
        if (start, end) not in self._found:
            self._found[start, end] = tuple(self._find(start, end))
        return self._found[start, end]

    @cached_property
    def _found(self) -> dict[tuple[int, int], tuple[int, ...]]:
        return {}

    def _find(self, start: int, end: int) -> list[int]:
        lengths, weights, found = self.lengths, self.weights, []
        while start != end:
            number, following = next(
                (number, following)
                for number, _, following in self.machine.leaving[start]
                if weights[number] + lengths[following, end] == lengths[start, end]
            )
            found.append(number)
            start = following
        return found

    def freely(self, start: int, end: int) -> bool:
        """Return whether the end can be reached without a step and against no known condition."""
        return bool(self.lengths[start, end] < WRONG)
