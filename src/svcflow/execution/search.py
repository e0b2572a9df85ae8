"""The cheapest explanation of a sequence of events by a definition: an exact dynamic program (definitions.md 3.4).

``C[state]`` is the least cost of being in a state after the events read so far. Sequences with a common beginning
share it (a trie over the sequences), and all beginnings of one length that end with the same symbol are advanced
together. Costs compare by (cost, decisions against the data, unexplained events): at equal cost a step is rather
taken for skipped than its successor for unexplained, and a decision against the data is never preferred. Nor is it
preferred to leave unexplained that somebody ended the case (an `anytime` end).

Walking back, of equal explanations the one is taken that leaves the *later* event unexplained: of two occurrences of a
step the first is the step, the second its repetition. Its predecessor is the state with fewest skips, then the lowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.execution.distances import COST, FAR, WRONG, Ways
from svcflow.execution.machine import Machine
from svcflow.execution.walks import Act, Alphabet, Move, Symbols, Walk

EXTRA_COST = COST + 1
_CELLS = 4_000_000
"""How many costs are held at a time: 32 MB."""
_BLOCK = 256

Costs = NDArray[np.int64]


@dataclass(slots=True)
class _Level:
    """The distinct beginnings of one length: the beginning each continues, by which symbol, and its costs."""

    parents: NDArray[np.int64]
    symbols: NDArray[np.int64]
    costs: Costs
    known: dict[tuple[int, int], Act] = field(default_factory=dict)


class _Entries(NamedTuple):
    """How a symbol can be read: its edges, the places they lead to, and the cost of the way to each (a row each).

    `into` holds the edges that lead to each place; `apart` says that no two lead to the same.
    """

    edges: tuple[int, ...]
    places: NDArray[np.int64]
    costs: Costs
    into: dict[int, list[int]]
    apart: bool


@dataclass
class Search:
    """Explains sequences by a machine; ways between states are computed once for each signature met.

    `known` keeps what was computed for a signature beyond one search: the symbols of another may be others.
    """

    machine: Machine
    alphabet: Alphabet
    known: dict[tuple[int, ...], Ways] = field(default_factory=dict)
    _ways: dict[int, Ways] = field(default_factory=dict)
    _closing: dict[tuple[int, int], bool] = field(default_factory=dict)
    _entries: dict[int, _Entries] = field(default_factory=dict)
    _ends: dict[int, Costs] = field(default_factory=dict)

    def __post_init__(self) -> None:
        machine = self.machine
        after_steps = {edge[2] for edges in machine.taking.values() for edge in edges}
        ends = {machine.final} if machine.final >= 0 else set()
        self.rest = np.asarray(sorted({0} | after_steps | ends))
        """The states in which an event can leave a case; costs are kept for them alone."""
        self.place = {state: i for i, state in enumerate(self.rest.tolist())}
        self.alive = ~machine.ended[self.rest]
        self.index = {step: i for i, step in enumerate(self.alphabet.steps)}

    def ways(self, signature: int) -> Ways:
        """Return the ways between states under a signature."""
        if signature not in self._ways:
            truths = self.alphabet.signatures[signature]
            self._ways[signature] = self.known.setdefault(truths, Ways(self.machine, truths))
        return self._ways[signature]

    def entries(self, symbol: int) -> _Entries:
        """Return the edges that an event of this symbol may take."""
        if symbol not in self._entries:
            step, signature = self.alphabet.read(symbol)
            numbers = self.machine.numbers.get(self.alphabet.steps[step], ())
            edges = [self.machine.edges[number] for number in numbers]
            places = np.asarray([self.place[edge[2]] for edge in edges], np.int64)
            costs = self.ways(signature).costs(self.rest, [edge[0] for edge in edges])
            into: dict[int, list[int]] = {}
            for i, place in enumerate(places.tolist()):
                into.setdefault(place, []).append(i)
            found = _Entries(numbers, places, costs, into, len(into) == len(edges))
            self._entries[symbol] = found
        return self._entries[symbol]

    def _to_end(self, signature: int) -> Costs:
        """Return the cost of the way to the end from each place."""
        if signature not in self._ends:
            self._ends[signature] = self.ways(signature).costs(self.rest, [self.machine.final])[0]
        return self._ends[signature]

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

    def costs(self, sequences: Sequence[Symbols], *, closed: bool | None = None) -> list[int]:
        """Return the cost of the explanation of each sequence, without its moves (see `explain`)."""
        found = [0] * len(sequences)
        order = sorted(range(len(sequences)), key=lambda i: sequences[i].tobytes())
        for chunk in self._chunks(sequences, order):
            levels, ends = self._advance([sequences[i] for i in chunk])
            for i, (level, node) in zip(chunk, ends, strict=True):
                costs = levels[level].costs[node]
                over = self._closes(sequences[i], costs) if closed is None else closed
                if over:
                    costs = costs + self._to_end(self.alphabet.read(int(sequences[i][-1]))[1])
                found[i] = int(costs.min()) // COST
        return found

    def _closes(self, sequence: Symbols, costs: Costs) -> bool:
        return len(sequence) > 1 and self._is_closed(sequence, costs)

    def _chunks(self, sequences: Sequence[Symbols], order: list[int]) -> Iterator[list[int]]:
        room = _CELLS
        chunk: list[int] = []
        for i in order:
            need = len(sequences[i]) * len(self.rest)
            if chunk and need > room:
                yield chunk
                room, chunk = _CELLS, []
            chunk.append(i)
            room -= need
        if chunk:
            yield chunk

    def _advance(self, sequences: list[Symbols]) -> tuple[list[_Level], list[tuple[int, int]]]:
        """Return the trie of the sequences level by level, and the (level, node) at which each one ends."""
        first = np.full((1, len(self.rest)), FAR, np.int64)
        first[0, self.place[0]] = 0
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
        new = np.empty((len(parents), len(self.rest)), np.int64)
        for symbol in np.unique(symbols).tolist():
            rows = np.flatnonzero(symbols == symbol)
            new[rows] = self._read(costs[parents[rows]], symbol)
        return new

    def _extra(self, step: int) -> int:
        """Return the cost of leaving an event unexplained."""
        return EXTRA_COST if self.alphabet.anytime.get(step) is None else EXTRA_COST + WRONG

    def _read(self, before: Costs, symbol: int) -> Costs:
        """Return the costs after one more event, for a block of beginnings (rows)."""
        step = self.alphabet.read(symbol)[0]
        after = before + self._extra(step)
        if step in self.alphabet.anytime:
            if self.alphabet.anytime[step] is None:
                after[:, self.alive] = before[:, self.alive]
            elif self.machine.final >= 0:
                end = self.place[self.machine.final]
                after[:, end] = np.minimum(after[:, end], before[:, self.alive].min(axis=1))
        entries = self.entries(symbol)
        for i in range(0, len(before) if len(entries.places) else 0, _BLOCK):
            block = before[i : i + _BLOCK]
            reached = (block[:, None, :] + entries.costs[None, :, :]).min(axis=2)
            into = after[i : i + _BLOCK]
            if entries.apart:
                into[:, entries.places] = np.minimum(into[:, entries.places], reached)
            else:
                np.minimum.at(into.T, entries.places, reached.T)
        return np.minimum(after, FAR)

    def closes(self, step: int, signature: int) -> bool:
        """Return whether a step closes a case: after it, wherever it stands, the end is reached without a step.

        `signature` is what is known after the event.
        """
        key = (step, signature)
        found = self._closing.get(key)
        if found is None:
            edges, final = self.machine.taking.get(self.alphabet.steps[step], ()), self.machine.final
            found = self._closing[key] = final >= 0 and (
                self.alphabet.anytime.get(step) is not None
                or (bool(edges) and all(self.ways(signature).freely(state, final) for _, _, state in edges))
            )
        return found

    def _is_closed(self, sequence: Symbols, costs: Costs) -> bool:
        """Return whether a case has ended: by a closing step, or because all that it needs has been done."""
        final = self.machine.final
        if final < 0:
            return False
        steps, signatures = np.divmod(sequence, len(self.alphabet.signatures))
        pairs = zip(steps.tolist(), signatures[1:].tolist(), strict=False)
        if any(self.closes(step, after) for step, after in pairs):
            return True
        return bool((costs + self._to_end(int(signatures[-1]))).min() == costs.min())

    def _walk(self, sequence: Symbols, levels: list[_Level], node: int, closed: bool | None) -> Walk:
        costs = levels[-1].costs[node]
        signature = self.alphabet.read(int(sequence[-1]))[1]
        if closed is None:
            closed = self._closes(sequence, costs)
        position, tail = len(levels) - 1, []
        if closed:
            to_end = self._to_end(signature)
            total = costs + to_end
            best = np.flatnonzero(total == total.min())
            at, end = int(best[np.argmin(to_end[best])]), self.machine.final
            tail = self._along(signature, (int(self.rest[at]), end), position)
            cost = int(total[at]) // COST
        else:
            at = int(np.argmin(costs))
            end, cost = int(self.rest[at]), int(costs[at]) // COST
        acts = tail[::-1]
        for depth in range(len(levels) - 1, 0, -1):
            act = self._back(levels, depth, (node, at))
            acts.append(act)
            if act.move is Move.SYNC:
                sign = self.alphabet.read(int(levels[depth].symbols[node]))[1]
                acts.extend(self._along(sign, (act.state, self.machine.edges[act.edge][0]), depth - 1)[::-1])
            at = self.place[act.state]
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
        """Return the move by which the event before `depth` led a beginning to a place (node, place).

        Its `state` is where the event before left the case.
        """
        level = levels[depth]
        if at not in level.known:
            node, place = at
            before = levels[depth - 1].costs[level.parents[node]]
            level.known[at] = self._choose(
                before, int(level.costs[node, place]), (int(level.symbols[node]), place), depth - 1
            )
        return level.known[at]

    def _choose(self, before: Costs, cost: int, at: tuple[int, int], position: int) -> Act:
        symbol, place = at
        step, state = self.alphabet.read(symbol)[0], int(self.rest[place])
        if step in self.alphabet.anytime and self.alive[place] and int(before[place]) == cost:
            return Act(Move.ANYTIME, -1, position, state)
        if int(before[place]) + self._extra(step) == cost:
            return Act(Move.EXTRA, -1, position, state)
        if self.alphabet.anytime.get(step) is not None and state == self.machine.final:
            alive = np.where(self.alive, before, FAR)
            source = int(np.argmin(alive))
            if int(alive[source]) == cost:
                return Act(Move.STOP, -1, position, int(self.rest[source]))
        entries = self.entries(symbol)
        best = (FAR, 0, 0)
        for edge in entries.into[place]:
            ways = entries.costs[edge]
            for source in (before + ways == cost).nonzero()[0].tolist():
                best = min(best, (int(ways[source]), source, edge))
        _, source, edge = best
        return Act(Move.SYNC, entries.edges[edge], position, int(self.rest[source]))
