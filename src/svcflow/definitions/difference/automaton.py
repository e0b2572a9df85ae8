"""A process as what it allows: sets of states, and the letters that lead on from them under given truths of conditions.

A letter is a step, or the end of the case with its outcome. A word of the language is a sequence of letters, each read
under the data known just before it, as execution judges them (definitions.md 3.3): a way is open if none of its
conditions is known false. States are those in which a step leaves a case, so that what is decided silently is decided
by the data before the next letter. A `repeat` allows at most `max` passes; where they are used up, it is left freely.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from svcflow.definitions.model import End, Item, Process, Repeat, Run, Task
from svcflow.definitions.net import DEFAULT_OUTCOME, Net, build_net, explore, items_of
from svcflow.findings import Position
from svcflow.guards import Guard

Truths: TypeAlias = Mapping[int, bool | None]
"""What is known of the conditions by number; a missing one, or ``None``, is unknown."""
States: TypeAlias = frozenset[int]


class Letter(NamedTuple):
    """A step, or (`ends`) an outcome."""

    name: str
    ends: bool = False


class _Loop(NamedTuple):
    path: str
    enter: int
    again: int
    done: int
    most: int | None


class _State(NamedTuple):
    """A marking and the rounds of each `repeat`; a case ended by an `anytime` step has no marking but an outcome."""

    marking: int
    rounds: tuple[int, ...]
    outcome: str = ""


class Automaton:
    """What one process allows; `numbers` gives every condition a number, shared by those that are compared."""

    def __init__(self, process: Process, processes: Mapping[str, Process], numbers: dict[Guard, int]) -> None:
        self.process = process
        self.net = build_net(process, processes)
        self._guards = [numbers.setdefault(guard, len(numbers)) for guard in self.net.guards]
        placed = dict(_placed(process.flow, "", processes))
        self._places = _places_of(process, placed)
        self._loops = tuple(_loop(path, item, self.net) for path, item in placed.items() if isinstance(item, Repeat))
        self._left = _leaving(self.net, placed, self._loops)
        graph = explore(self.net)
        self._final = graph.final
        self._following: list[list[tuple[int, int]]] = [[] for _ in graph.markings]
        for before, transition, after in graph.edges:
            self._following[before].append((transition, after))
        self._alive = _alive(self.net, self._following)
        self._anytime = {step.step: step.outcome for step in process.anytime}
        self._states: dict[_State, int] = {}
        self._known: list[_State] = []
        self._read: dict[States, frozenset[int]] = {}
        self.work = 0
        """How many transitions were looked at so far."""
        self._asked: dict[int, tuple[int, ...]] = {}
        self._moves: dict[tuple[int, tuple[bool | None, ...]], dict[Letter, States]] = {}
        self.start = frozenset({self._number(_State(0, (0,) * len(self._loops)))})

    @property
    def shape(self) -> object:
        """Return what decides about the language: two processes of one shape allow the same."""
        loops = tuple((loop.enter, loop.most) for loop in self._loops)
        return self.net.transitions, self.net.guards, loops, sorted(self._anytime.items())

    @property
    def anytime(self) -> frozenset[str]:
        """Return the steps that may happen at any time."""
        return frozenset(self._anytime)

    def place(self, letter: Letter) -> Position:
        """Return where the definition names a step in its flow, or an outcome."""
        return self._places.get(letter, self.process.position)

    def read(self, states: States) -> frozenset[int]:
        """Return the conditions that may be asked before the next letter."""
        if states not in self._read:
            asked: set[int] = set()
            for state in states:
                for _, transition, _, free in self._closure(state, None):
                    decision = self.net.transitions[transition].decision
                    if decision is not None and not free:
                        asked |= {self._guards[guard] for guard, _ in decision.literals}
            self._read[states] = frozenset(asked)
        return self._read[states]

    def moves(self, states: States, truths: Truths) -> dict[Letter, States]:
        """Return the letters that may come next, each with the states it leads to."""
        found: dict[Letter, set[int]] = {}
        for state in states:
            if state not in self._asked:
                self._asked[state] = tuple(sorted(self.read(frozenset({state}))))
            key = state, tuple([truths.get(guard) for guard in self._asked[state]])
            moves = self._moves.get(key)
            if moves is None:
                moves = self._moves[key] = self._moves_of(state, truths)
            for letter, reached in moves.items():
                found.setdefault(letter, set()).update(reached)
        return {letter: frozenset(reached) for letter, reached in found.items()}

    def _number(self, state: _State) -> int:
        if state not in self._states:
            self._states[state] = len(self._known)
            self._known.append(state)
        return self._states[state]

    def _moves_of(self, number: int, truths: Truths) -> dict[Letter, States]:
        state = self._known[number]
        if state.outcome:
            return {Letter(state.outcome, ends=True): frozenset()}
        found: dict[Letter, set[int]] = {}
        for source, transition, after, _ in self._closure(number, truths):
            fired = self.net.transitions[transition]
            if fired.step is not None:
                following = self._number(_State(after, source.rounds))
                found.setdefault(Letter(fired.step), set()).add(following)
            elif after == self._final:
                found.setdefault(Letter(fired.outcome or DEFAULT_OUTCOME, ends=True), set())
        if self._alive[state.marking]:
            for step, outcome in self._anytime.items():
                following = number if outcome is None else self._number(_State(-1, (), outcome))
                found.setdefault(Letter(step), set()).add(following)
        return {letter: frozenset(reached) for letter, reached in found.items()}

    def _closure(self, number: int, truths: Truths | None) -> Iterator[tuple[_State, int, int, bool]]:
        """Yield what can fire without a step before it: (state, transition, marking after, whether nothing is asked).

        Without `truths` every condition may hold and fail.
        """
        start = self._known[number]
        if start.outcome:
            return
        seen, waiting = {start}, [start]
        while waiting:
            state = waiting.pop()
            for transition, after in self._following[state.marking]:
                free = self._used_up(transition, state.rounds, done=True)
                if self._used_up(transition, state.rounds, done=False):
                    continue
                if truths is not None and not free and not self._is_open(transition, truths):
                    continue
                self.work += 1
                yield state, transition, after, free
                if self.net.transitions[transition].step is None and after != self._final:
                    following = _State(after, self._count(transition, state.rounds))
                    if following not in seen:
                        seen.add(following)
                        waiting.append(following)

    def _is_open(self, transition: int, truths: Truths) -> bool:
        decision = self.net.transitions[transition].decision
        return decision is None or all(
            truths.get(self._guards[guard]) is not (not wanted) for guard, wanted in decision.literals
        )

    def _used_up(self, transition: int, rounds: tuple[int, ...], *, done: bool) -> bool:
        """Return whether a transition leaves a repeat (`done`), or begins its next round, after its last one."""
        return any(
            transition == (loop.done if done else loop.again) and loop.most is not None and rounds[i] >= loop.most
            for i, loop in enumerate(self._loops)
        )

    def _count(self, transition: int, rounds: tuple[int, ...]) -> tuple[int, ...]:
        counts = list(rounds)
        for i, loop in enumerate(self._loops):
            if loop.most is None:
                continue
            if transition == loop.enter:
                counts[i] = 1
            elif transition == loop.again:
                counts[i] += 1
            elif transition == loop.done or i in self._left.get(transition, ()):
                counts[i] = 0
        return tuple(counts)


def _placed(item: Item, prefix: str, processes: Mapping[str, Process]) -> Iterator[tuple[str, Item]]:
    """Yield every item of a flow with its path in the net, inlined processes included."""
    yield prefix + item.path, item
    for inner in items_of(item):
        yield from _placed(inner, prefix, processes)
    if isinstance(item, Run) and item.process in processes:
        yield from _placed(processes[item.process].flow, f"{prefix}{item.path}/run/", processes)


def _places_of(process: Process, placed: Mapping[str, Item]) -> dict[Letter, Position]:
    places = {Letter(step.step): step.position for step in process.anytime}
    places |= {Letter(step.outcome, ends=True): step.position for step in process.anytime if step.outcome}
    for item in placed.values():
        if isinstance(item, Task):
            places[Letter(item.step)] = item.position
        elif isinstance(item, End):
            places[Letter(item.outcome, ends=True)] = item.position
    return places


def _loop(path: str, item: Repeat, net: Net) -> _Loop:
    """Find the transitions of a repeat: on its path stand `enter`, then `again` and `done` from one place."""
    silent = [i for i, t in enumerate(net.transitions) if t.path == path and t.step is None]
    for enter, again, done in zip(silent, silent[1:], silent[2:], strict=False):
        if net.transitions[again].consumes == net.transitions[done].consumes != net.transitions[enter].consumes:
            return _Loop(path, enter, again, done, item.most)
    raise AssertionError(f"no repeat at {path}")


def _leaving(net: Net, placed: Mapping[str, Item], loops: tuple[_Loop, ...]) -> dict[int, frozenset[int]]:
    """Return the loops that an `end` inside an inlined process leaves, by its transition."""
    left = {}
    for number, transition in enumerate(net.transitions):
        head, run, _ = transition.path.rpartition("/run/")
        if run and transition.step is None and isinstance(placed.get(transition.path), End):
            left[number] = frozenset(i for i, loop in enumerate(loops) if loop.path.startswith(head + run))
    return left


def _alive(net: Net, following: list[list[tuple[int, int]]]) -> list[bool]:
    """Return whether a step can still be done, by marking."""
    alive = [any(net.transitions[t].step is not None for t, _ in edges) for edges in following]
    changed = True
    while changed:
        changed = False
        for marking, edges in enumerate(following):
            if not alive[marking] and any(alive[after] for _, after in edges):
                alive[marking] = changed = True
    return alive
