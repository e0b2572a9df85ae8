"""The cheapest explanation of a sequence of events by a definition: an exact dynamic program (definitions.md 3.4).

``C[state]`` is the least cost of being in a state after the events read so far. Sequences with a common beginning
share it (a trie over the sequences), and all beginnings of one length that end with the same symbol are advanced
together. Costs compare by (cost, decisions against the data, unexplained events): at equal cost a step is rather
taken for skipped than its successor for unexplained, and a decision against the data is never preferred.

Walking back, of equal explanations the one is taken that leaves the *later* event unexplained: of two occurrences of a
step the first is the step, the second its repetition. Its predecessor is the state with fewest skips, then the lowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.execution.distances import COST, FAR, Ways
from svcflow.execution.machine import Machine

EXTRA_COST = COST + 1
_CELLS = 4_000_000
"""How many costs are held at a time: 32 MB."""

Symbols = NDArray[np.int32]
Costs = NDArray[np.int64]


class Move(IntEnum):
    """What an explanation does with an event or a transition."""

    SILENT = 0
    SKIP = 1
    SYNC = 2
    EXTRA = 3
    ANYTIME = 4
    STOP = 5
    """An `anytime` step that ends the case."""


class Act(NamedTuple):
    """One move: the edge it takes (-1 for none), the event it is about or stands before, the state it begins in."""

    move: Move
    edge: int
    position: int
    state: int


@dataclass(frozen=True, slots=True)
class Walk:
    """The explanation of one sequence: its cost, whether the case is closed, its moves in order, its last state."""

    cost: int
    closed: bool
    acts: tuple[Act, ...]
    state: int


@dataclass(frozen=True)
class Alphabet:
    """What the symbols of a sequence mean: ``step * signatures + signature``; `steps` stand for the end of the log.

    A sequence ends with one more symbol that holds what is known after the last event.
    """

    steps: tuple[str, ...]
    signatures: tuple[tuple[int, ...], ...]
    anytime: dict[int, str | None]

    def read(self, symbol: int) -> tuple[int, int]:
        """Return the step and the signature of a symbol."""
        return divmod(symbol, len(self.signatures))


@dataclass(slots=True)
class _Level:
    """The distinct beginnings of one length: the beginning each continues, by which symbol, and its costs."""

    parents: NDArray[np.int64]
    symbols: NDArray[np.int64]
    costs: Costs
    known: dict[tuple[int, int], Act] = field(default_factory=dict)


@dataclass
class Search:
    """Explains sequences by a machine; ways between states are computed once for each signature met."""

    machine: Machine
    alphabet: Alphabet
    _ways: dict[int, Ways] = field(default_factory=dict)
    _closing: dict[tuple[int, int], bool] = field(default_factory=dict)

    def ways(self, signature: int) -> Ways:
        """Return the ways between states under a signature."""
        if signature not in self._ways:
            self._ways[signature] = Ways(self.machine, self.alphabet.signatures[signature])
        return self._ways[signature]

    def explain(self, sequences: Sequence[Symbols], *, closed: bool | None = None) -> list[Walk]:
        """Return the explanation of each sequence.

        `closed` overrides the rule that says whether a case has ended: ``True`` asks for a way to the end.
        """
        walks: list[Walk | None] = [None] * len(sequences)
        order = sorted(range(len(sequences)), key=lambda i: sequences[i].tobytes())
        for chunk in self._chunks(sequences, order):
            levels, ends = self._advance([sequences[i] for i in chunk])
            for i, (level, node) in zip(chunk, ends, strict=True):
                walks[i] = self._walk(sequences[i], levels[: level + 1], node, closed)
        return [walk for walk in walks if walk is not None]

    def _chunks(self, sequences: Sequence[Symbols], order: list[int]) -> Iterator[list[int]]:
        room = _CELLS
        chunk: list[int] = []
        for i in order:
            need = len(sequences[i]) * self.machine.states
            if chunk and need > room:
                yield chunk
                room, chunk = _CELLS, []
            chunk.append(i)
            room -= need
        if chunk:
            yield chunk

    def _advance(self, sequences: list[Symbols]) -> tuple[list[_Level], list[tuple[int, int]]]:
        """Return the trie of the sequences level by level, and the (level, node) at which each one ends."""
        first = np.full((1, self.machine.states), FAR, np.int64)
        first[0, 0] = 0
        nothing = np.zeros(1, np.int64)
        levels = [_Level(nothing, nothing, first)]
        lengths = np.asarray([len(sequence) - 1 for sequence in sequences])
        ends = [(0, 0)] * len(sequences)
        flat = np.concatenate(sequences).astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
        active = np.flatnonzero(lengths > 0)
        nodes = np.zeros(len(active), np.int64)
        width = len(self.alphabet.signatures) * (len(self.alphabet.steps) + 1)
        while len(active):
            depth = len(levels)
            distinct, nodes = np.unique(nodes * width + flat[starts[active] + depth - 1], return_inverse=True)
            parents, symbols = np.divmod(distinct, width)
            levels.append(_Level(parents, symbols, self._step(levels[-1].costs, parents, symbols)))
            over = lengths[active] == depth
            for i, node in zip(active[over].tolist(), nodes[over].tolist(), strict=True):
                ends[i] = (depth, node)
            active, nodes = active[~over], nodes[~over]
        return levels, ends

    def _step(self, costs: Costs, parents: NDArray[np.int64], symbols: NDArray[np.int64]) -> Costs:
        """Return the costs of beginnings from those of the beginnings they continue."""
        new = np.empty((len(parents), self.machine.states), np.int64)
        for symbol in np.unique(symbols).tolist():
            rows = np.flatnonzero(symbols == symbol)
            new[rows] = self._read(costs[parents[rows]], symbol)
        return new

    def _read(self, before: Costs, symbol: int) -> Costs:
        """Return the costs after one more event, for a block of beginnings (rows)."""
        step, signature = self.alphabet.read(symbol)
        after = before + EXTRA_COST
        if step in self.alphabet.anytime:
            alive = ~self.machine.ended
            if self.alphabet.anytime[step] is None:
                after[:, alive] = before[:, alive]
            elif self.machine.final >= 0:
                stopped = before[:, alive].min(axis=1)
                after[:, self.machine.final] = np.minimum(after[:, self.machine.final], stopped)
        edges = self.machine.taking.get(self.alphabet.steps[step], ())
        if edges:
            costs, reached = self.ways(signature).costs, {}
            for state, _, following in edges:
                if state not in reached:
                    reached[state] = (before + costs[state]).min(axis=1)
                np.minimum(after[:, following], reached[state], out=after[:, following])
        return np.minimum(after, FAR)

    def closes(self, step: int, signature: int) -> bool:
        """Return whether a step closes a case: after it, wherever it stands, the end is reached without a step.

        `signature` is what is known after the event.
        """
        key = (step, signature)
        if key not in self._closing:
            edges, final = self.machine.taking.get(self.alphabet.steps[step], ()), self.machine.final
            self._closing[key] = final >= 0 and (
                self.alphabet.anytime.get(step) is not None
                or (bool(edges) and all(self.ways(signature).freely(state, final) for _, _, state in edges))
            )
        return self._closing[key]

    def _is_closed(self, sequence: Symbols, costs: Costs) -> bool:
        """Return whether a case has ended: by a closing step, or because all that it needs has been done."""
        final = self.machine.final
        if final < 0:
            return False
        read = [self.alphabet.read(symbol) for symbol in sequence.tolist()]
        if any(self.closes(step, after) for (step, _), (_, after) in pairwise(read)):
            return True
        return bool((costs + self.ways(read[-1][1]).costs[final]).min() == costs.min())

    def _walk(self, sequence: Symbols, levels: list[_Level], node: int, closed: bool | None) -> Walk:
        costs = levels[-1].costs[node]
        signature = self.alphabet.read(int(sequence[-1]))[1]
        if closed is None:
            closed = len(sequence) > 1 and self._is_closed(sequence, costs)
        position, tail = len(levels) - 1, []
        if closed:
            to_end = self.ways(signature).costs[self.machine.final]
            total = costs + to_end
            best = np.flatnonzero(total == total.min())
            state, end = int(best[np.argmin(to_end[best])]), self.machine.final
            tail = self._along(signature, (state, end), position)
            cost = int(total[state]) // COST
        else:
            state = end = int(np.argmin(costs))
            cost = int(costs[state]) // COST
        acts = tail[::-1]
        for depth in range(len(levels) - 1, 0, -1):
            act = self._back(levels, depth, (node, state))
            acts.append(act)
            if act.move in (Move.SYNC, Move.STOP):
                source = act.state
                if act.move is Move.SYNC:
                    begin = self.machine.edges[act.edge][0]
                    sign = self.alphabet.read(int(levels[depth].symbols[node]))[1]
                    acts.extend(self._along(sign, (source, begin), depth - 1)[::-1])
                state = source
            node = int(levels[depth].parents[node])
        return Walk(cost, closed, tuple(acts[::-1]), end)

    def _along(self, signature: int, between: tuple[int, int], position: int) -> list[Act]:
        """Return the unobserved moves between two states, before the event at `position`."""
        acts = []
        for edge in self.ways(signature).way(*between):
            state, transition, _ = self.machine.edges[edge]
            silent = self.machine.net.transitions[transition].step is None
            acts.append(Act(Move.SILENT if silent else Move.SKIP, edge, position, state))
        return acts

    def _back(self, levels: list[_Level], depth: int, at: tuple[int, int]) -> Act:
        """Return the move by which the event before `depth` led to a state; a SYNC names the state it came *from*.

        For SYNC and STOP, `state` is where the previous event left the case, before unobserved moves.
        """
        level = levels[depth]
        if at not in level.known:
            node, state = at
            before = levels[depth - 1].costs[level.parents[node]]
            step, signature = self.alphabet.read(int(level.symbols[node]))
            level.known[at] = self._choose(before, int(level.costs[node, state]), (step, signature, state), depth - 1)
        return level.known[at]

    def _choose(self, before: Costs, cost: int, at: tuple[int, int, int], position: int) -> Act:
        step, signature, state = at
        if step in self.alphabet.anytime and not self.machine.ended[state] and int(before[state]) == cost:
            return Act(Move.ANYTIME, -1, position, state)
        if int(before[state]) + EXTRA_COST == cost:
            return Act(Move.EXTRA, -1, position, state)
        if self.alphabet.anytime.get(step) is not None and state == self.machine.final:
            alive = np.where(self.machine.ended, FAR, before)
            source = int(np.argmin(alive))
            if int(alive[source]) == cost:
                return Act(Move.STOP, -1, position, source)
        costs = self.ways(signature).costs
        _, source, begin, transition = min(
            (int(costs[begin][source]), source, begin, transition)
            for begin, transition, following in self.machine.taking[self.alphabet.steps[step]]
            if following == state
            for source in np.flatnonzero(before + costs[begin] == cost).tolist()
        )
        return Act(Move.SYNC, self._edge(begin, transition), position, source)

    def _edge(self, state: int, transition: int) -> int:
        return next(number for number, t, _ in self.machine.leaving[state] if t == transition)
