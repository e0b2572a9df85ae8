"""Where two processes part: the pairs of states that common words lead to, and the letters that one alone allows.

Both are walked together, breadth first, with sets of states (so that silent ways and choices at will are no
difference). Their languages are equal if and only if no pair is found at which a letter is allowed by one alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from svcflow.definitions.difference.automaton import Automaton, Letter, States
from svcflow.definitions.difference.cases import Cases, Truth
from svcflow.errors import DefinitionError

MOST_MOVES = 1_000_000
"""So many combinations of states, truths and transitions are looked at, at most: some seconds."""

DETOUR = 1_000
"""What an `anytime` step counts on the way to an end."""

Asked: TypeAlias = dict[int, Truth]
Pair: TypeAlias = tuple[States, States]


class Stride(NamedTuple):
    """One letter of a word, and what was known of the conditions that were asked before it."""

    letter: Letter
    truths: Asked


@dataclass(frozen=True)
class Parting:
    """A place at which the processes differ: what only the old (`lost`) and only the new (`gained`) allows next."""

    pair: Pair
    truths: Asked
    lost: dict[Letter, States]
    gained: dict[Letter, States]


@dataclass
class Search:
    """Two processes and the cases that their conditions tell apart."""

    old: Automaton
    new: Automaton
    cases: Cases
    _from: dict[Pair, tuple[Pair, Stride]] = field(default_factory=dict)
    _depth: dict[Pair, int] = field(default_factory=dict)

    def partings(self) -> Iterator[Parting]:
        """Yield every parting, nearest to the start first; raise `DefinitionError` where there is too much to see."""
        start = self.old.start, self.new.start
        self._depth = {start: 0}
        order, looked = [start], 0
        for pair in order:
            for truths in self.cases.combinations(self.old.read(pair[0]) | self.new.read(pair[1])):
                looked += len(pair[0]) + len(pair[1])
                if looked + self.old.work + self.new.work > MOST_MOVES:
                    raise DefinitionError(
                        f"'{self.new.process.id}' decides too much at the same time to be compared with its data",
                        "compare without data (--no-data), or split the process",
                    )
                old, new = self.old.moves(pair[0], truths), self.new.moves(pair[1], truths)
                lost = {letter: states for letter, states in old.items() if letter not in new}
                gained = {letter: states for letter, states in new.items() if letter not in old}
                if lost or gained:
                    yield Parting(pair, truths, lost, gained)
                for letter, states in old.items():
                    following = states, new.get(letter, frozenset())
                    if letter in new and not letter.ends and following not in self._depth:
                        self._depth[following] = self._depth[pair] + 1
                        self._from[following] = pair, Stride(letter, truths)
                        order.append(following)

    def depth(self, pair: Pair) -> int:
        """Return the number of letters of a shortest common word that leads to a pair."""
        return self._depth[pair]

    def way(self, pair: Pair) -> list[Stride]:
        """Return a shortest common word that leads to a pair."""
        strides = []
        while pair in self._from:
            pair, stride = self._from[pair]
            strides.append(stride)
        return strides[::-1]


class Endings:
    """The shortest way from any state of one process to an end of the case.

    `anytime` steps are taken only where there is no other way: that a case may be withdrawn shows nothing.
    """

    def __init__(self, automaton: Automaton, cases: Cases) -> None:
        self._automaton = automaton
        self._cases = cases
        self._best: dict[int, tuple[int, Stride, int]] = {}
        self._seen: set[int] = set()

    def length(self, states: States) -> int | None:
        """Return how many letters lead from the states to an end (the end is one); ``None`` if none does.

        An `anytime` step counts as `DETOUR` letters.
        """
        self._explore(states)
        return min((self._best[state][0] for state in states if state in self._best), default=None)

    def way(self, states: States) -> list[Stride]:
        """Return the letters of a shortest way to an end."""
        known = [state for state in states if state in self._best]
        state = min(known, key=lambda state: (self._best[state][0], state))
        strides = []
        while state >= 0:
            _, stride, state = self._best[state]
            strides.append(stride)
        return strides

    def _explore(self, states: States) -> None:
        """Find the best way of every state that can be reached; each is looked at once."""
        order = [state for state in sorted(states) if state not in self._seen]
        self._seen.update(order)
        edges: list[tuple[int, Stride, int]] = []
        for state in order:
            alone = frozenset({state})
            for truths in self._cases.combinations(self._automaton.read(alone)):
                for letter, reached in self._automaton.moves(alone, truths).items():
                    edges += [(state, Stride(letter, truths), after) for after in reached or (-1,)]
                    for after in sorted(reached):
                        if after not in self._seen:
                            self._seen.add(after)
                            order.append(after)
        self._settle(edges)

    def _settle(self, edges: list[tuple[int, Stride, int]]) -> None:
        """Walk back from the ends; what leads to a state that was settled before goes on from there."""
        entering: dict[int, list[tuple[int, Stride, int]]] = {}
        for edge in edges:
            entering.setdefault(edge[2], []).append(edge)
        lengths = {-1: 0} | {state: best[0] for state, best in self._best.items()}
        by_length: dict[int, list[int]] = {}
        for state, length in lengths.items():
            if state in entering:
                by_length.setdefault(length, []).append(state)
        while by_length:
            length = min(by_length)
            for state in by_length.pop(length):
                for before, stride, _ in entering.get(state, ()):
                    longer = length + (DETOUR if stride.letter.name in self._automaton.anytime else 1)
                    if before not in self._best or longer < self._best[before][0]:
                        self._best[before] = longer, stride, state
                        by_length.setdefault(longer, []).append(before)
