"""The states a case can be in: markings, and how often each bounded `repeat` has gone round (definitions.md 3.1).

A `repeat` with a condition and a `max` must be left after its last round whatever the condition says. So a state is a
marking together with the rounds of such repeats, counted up to their `max`; where it is reached, leaving is free.
The counters change no cost of a flow without conditions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Choose, End, Item, Process, Repeat, Run, Workspace
from svcflow.definitions.net import Net, Transition, compile_net, explore, items_of
from svcflow.errors import DefinitionError
from svcflow.findings import Position

Edge: TypeAlias = tuple[int, int, int]
"""(state, transition, state)."""

MOST_STATES = 2_000
"""Above so many states rounds are not counted within them."""
MOST_MARKINGS = 6_000
"""Above so many markings the ways between them do not fit into memory."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A `repeat` of the net: the transitions that enter it, go round again and leave it."""

    path: str
    enter: int
    again: int
    done: int
    most: int | None
    guarded: bool
    position: Position


@dataclass(frozen=True)
class Machine:
    """The states of a net and the moves between them; state 0 is the start, `final` the end (-1 if there is none)."""

    net: Net
    loops: tuple[Loop, ...]
    positions: dict[str, Position]
    states: int
    final: int
    edges: tuple[Edge, ...]
    forgiven: frozenset[int]
    """Edges (by number) that leave a repeat whose rounds are used up: their condition asks for nothing."""

    @cached_property
    def leaving(self) -> tuple[tuple[tuple[int, int, int], ...], ...]:
        """Return for each state its edges as (number, transition, state), in the order of their paths."""
        found: list[list[tuple[int, int, int]]] = [[] for _ in range(self.states)]
        for number, (state, transition, following) in enumerate(self.edges):
            found[state].append((number, transition, following))
        return tuple(tuple(sorted(edges, key=lambda e: (*self._name(e[1]), e[0]))) for edges in found)

    def _name(self, transition: int) -> tuple[str, str]:
        found = self.net.transitions[transition]
        return found.path, found.step or ""

    @cached_property
    def numbers(self) -> dict[str, tuple[int, ...]]:
        """Return the numbers of the edges of each step."""
        found: dict[str, list[int]] = {}
        for number, (_, transition, _) in enumerate(self.edges):
            step = self.net.transitions[transition].step
            if step is not None:
                found.setdefault(step, []).append(number)
        return {step: tuple(numbers) for step, numbers in found.items()}

    @cached_property
    def counting(self) -> dict[int, Loop]:
        """Return the transitions that begin a round, with their repeat."""
        return {transition: loop for loop in self.loops for transition in (loop.enter, loop.again)}

    @cached_property
    def around(self) -> tuple[str | None, ...]:
        """Return for each transition the path of the innermost repeat around it."""
        paths = sorted((loop.path for loop in self.loops), key=len, reverse=True)
        return tuple(
            next((path for path in paths if transition.path.startswith(path + "/")), None)
            for transition in self.net.transitions
        )

    @cached_property
    def taking(self) -> dict[str, tuple[Edge, ...]]:
        """Return the edges of each step."""
        return {step: tuple(self.edges[number] for number in numbers) for step, numbers in self.numbers.items()}

    @cached_property
    def ended(self) -> NDArray[np.bool_]:
        """Return the states from which no step can be done any more."""
        alive = {edge[0] for edges in self.taking.values() for edge in edges}
        entering: dict[int, list[int]] = {}
        for state, transition, following in self.edges:
            if self.net.transitions[transition].step is None:
                entering.setdefault(following, []).append(state)
        waiting = list(alive)
        while waiting:
            for state in entering.get(waiting.pop(), ()):
                if state not in alive:
                    alive.add(state)
                    waiting.append(state)
        return np.asarray([state not in alive for state in range(self.states)])

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Return the states so that a state comes after those it leads to, wherever there is no loop."""
        seen, finished = [False] * self.states, []
        for root in range(self.states):
            stack = [] if seen[root] else [(root, 0)]
            seen[root] = True
            while stack:
                state, next_edge = stack.pop()
                if next_edge == len(self.leaving[state]):
                    finished.append(state)
                    continue
                stack.append((state, next_edge + 1))
                following = self.leaving[state][next_edge][2]
                if not seen[following]:
                    seen[following] = True
                    stack.append((following, 0))
        return tuple(finished)


def build_machine(process: Process, workspace: Workspace) -> Machine:
    """Return the states of a process; raise `DefinitionError` where its flow is too large or runs in a circle."""
    net = compile_net(process, workspace)
    placed = dict(_placed(process.flow, "", workspace))
    positions = {path: item.position for path, item in placed.items()}
    for path, item in placed.items():
        if isinstance(item, Choose):
            prefix = path[: len(path) - len(item.path)]
            positions |= {prefix + branch.path: branch.position for branch in item.branches}
    loops = tuple(_loop(path, item, net) for path, item in placed.items() if isinstance(item, Repeat))
    exits = {path for path, item in placed.items() if isinstance(item, End)}
    return _expand(net, loops, positions, exits)


def _placed(item: Item, prefix: str, workspace: Workspace) -> Iterator[tuple[str, Item]]:
    """Yield every item of a flow with its path in the net, inlined processes included."""
    yield prefix + item.path, item
    for inner in items_of(item):
        yield from _placed(inner, prefix, workspace)
    if isinstance(item, Run):
        yield from _placed(workspace.processes[item.process].flow, f"{prefix}{item.path}/run/", workspace)


def _loop(path: str, item: Repeat, net: Net) -> Loop:
    """Find the transitions of a repeat: on its path stand `enter`, then `again` and `done` from one place."""
    silent = [i for i, t in enumerate(net.transitions) if t.path == path and t.step is None]
    for enter, again, done in zip(silent, silent[1:], silent[2:], strict=False):
        if net.transitions[again].consumes == net.transitions[done].consumes != net.transitions[enter].consumes:
            return Loop(path, enter, again, done, item.most, item.guard is not None, item.position)
    raise AssertionError(f"no repeat at {path}")


def _expand(net: Net, loops: tuple[Loop, ...], positions: dict[str, Position], exits: set[str]) -> Machine:
    """Return the machine with rounds counted, or without where that makes it too large."""
    graph = explore(net)
    if len(graph.markings) > MOST_MARKINGS:
        raise DefinitionError(
            f"a flow with {len(graph.markings)} markings is too large to execute", "split it: fewer parallel branches"
        )
    outgoing: list[list[tuple[int, int]]] = [[] for _ in graph.markings]
    for marking, transition, following in graph.edges:
        outgoing[marking].append((transition, following))
    counted = tuple(loop for loop in loops if loop.guarded and loop.most is not None)
    limit = max(MOST_STATES, len(graph.markings))
    for kept in (counted, ()):
        found = _explore_rounds(outgoing, _Counters(net, kept, exits), limit)
        if found is not None:
            break
    assert found is not None
    index, edges, forgiven = found
    final = index.get((graph.final, (0,) * len(kept)), -1)
    return Machine(net, loops, positions, len(index), final, tuple(edges), frozenset(forgiven))


State: TypeAlias = tuple[int, tuple[int, ...]]


def _explore_rounds(
    outgoing: list[list[tuple[int, int]]], counters: _Counters, limit: int
) -> tuple[dict[State, int], list[Edge], set[int]] | None:
    """Return the reachable states by number, their edges and the forgiven ones; ``None`` above `limit` states."""
    start: State = (0, counters.zero)
    index, order = {start: 0}, [start]
    edges: list[Edge] = []
    forgiven: set[int] = set()
    for number, (marking, rounds) in enumerate(order):
        for transition, following in outgoing[marking]:
            if counters.used_up(transition, rounds):
                forgiven.add(len(edges))
            state = (following, counters.count(transition, rounds))
            if state not in index:
                if len(order) >= limit:
                    return None
                index[state] = len(order)
                order.append(state)
            edges.append((number, transition, index[state]))
    return index, edges, forgiven


class _Counters:
    """How transitions change the rounds of bounded repeats; a counter is 0 outside its repeat."""

    def __init__(self, net: Net, loops: tuple[Loop, ...], exits: set[str]) -> None:
        self.zero = (0,) * len(loops)
        self._most = [loop.most or 0 for loop in loops]
        self._enter = {loop.enter: i for i, loop in enumerate(loops)}
        self._again = {loop.again: i for i, loop in enumerate(loops)}
        self._done = {loop.done: i for i, loop in enumerate(loops)}
        self._left = {
            number: {i for i, loop in enumerate(loops) if loop.path.startswith(_run_of(transition))}
            for number, transition in enumerate(net.transitions)
            if transition.step is None and (transition.path in exits or transition.outcome is not None)
        }

    def used_up(self, transition: int, rounds: tuple[int, ...]) -> bool:
        """Return whether this transition leaves a repeat after its last round."""
        loop = self._done.get(transition)
        return loop is not None and rounds[loop] >= self._most[loop]

    def count(self, transition: int, rounds: tuple[int, ...]) -> tuple[int, ...]:
        """Return the rounds after a transition."""
        if (i := self._enter.get(transition)) is not None:
            return _with(rounds, i, 1)
        if (i := self._again.get(transition)) is not None:
            return _with(rounds, i, min(rounds[i] + 1, self._most[i]))
        if (i := self._done.get(transition)) is not None:
            return _with(rounds, i, 0)
        if left := self._left.get(transition):
            return tuple(0 if i in left else count for i, count in enumerate(rounds))
        return rounds


def _with(rounds: tuple[int, ...], i: int, count: int) -> tuple[int, ...]:
    return (*rounds[:i], count, *rounds[i + 1 :])


def _run_of(transition: Transition) -> str:
    """Return the prefix of the process that a transition belongs to: an `end` leaves all repeats of that process."""
    head, run, _ = transition.path.rpartition("/run/")
    return head + run
