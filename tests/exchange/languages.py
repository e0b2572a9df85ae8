"""Whether two nets allow the same sequences of steps: exactly, by walking both deterministic automata side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from svcflow.definitions.model import Item, Process, Workspace
from svcflow.definitions.net import MarkingGraph, build_net, compile_net, explore

Set = frozenset[int]


@dataclass(frozen=True)
class Automaton:
    """States with steps between them; `silent` lead on without a step."""

    start: int
    final: frozenset[int]
    silent: Mapping[int, frozenset[int]]
    steps: Mapping[int, Mapping[str, frozenset[int]]]

    def close(self, states: Set) -> Set:
        seen, waiting = set(states), list(states)
        while waiting:
            for state in self.silent.get(waiting.pop(), ()):
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        return frozenset(seen)

    def after(self, states: Set) -> dict[str, Set]:
        """Return where each step leads; steps from which the end cannot be reached are left out."""
        found: dict[str, set[int]] = {}
        for state in states:
            for step, targets in self.steps.get(state, {}).items():
                found.setdefault(step, set()).update(targets)
        return {step: self.close(frozenset(targets)) for step, targets in found.items()}


def automaton(graph: MarkingGraph) -> Automaton:
    arcs = [(a, graph.net.transitions[t].step, b) for a, t, b in graph.edges]
    final = frozenset({graph.final}) if graph.final >= 0 else frozenset()
    return build(0, final, arcs)


def build(start: int, final: frozenset[int], arcs: list[tuple[int, str | None, int]]) -> Automaton:
    silent: dict[int, set[int]] = {}
    steps: dict[int, dict[str, set[int]]] = {}
    for source, step, target in arcs:
        if step is None:
            silent.setdefault(source, set()).add(target)
        else:
            steps.setdefault(source, {}).setdefault(step, set()).add(target)
    return Automaton(
        start,
        final,
        {s: frozenset(t) for s, t in silent.items()},
        {s: {step: frozenset(t) for step, t in by.items()} for s, by in steps.items()},
    )


def of_process(process: Process, workspace: Workspace) -> Automaton:
    return automaton(explore(compile_net(process, workspace)))


def of_flow(process: Process, flow: Item) -> Automaton:
    from dataclasses import replace

    return automaton(explore(build_net(replace(process, flow=flow), {})))


def of_pm4py(net: object, initial: object, final: object) -> Automaton:
    """Return the automaton of pm4py's net, by pm4py's own firing rule."""
    from pm4py.objects.petri_net.semantics import enabled_transitions, execute

    index, order, arcs = {initial: 0}, [initial], []
    for number, marking in enumerate(order):
        for transition in enabled_transitions(net, marking):
            after = execute(transition, net, marking)
            if after not in index:
                assert len(order) < 20_000
                index[after] = len(order)
                order.append(after)
            arcs.append((number, transition.label, index[after]))
    return build(0, frozenset({index[final]}) if final in index else frozenset(), arcs)


def difference(one: Automaton, other: Automaton) -> tuple[str, ...] | None:
    """Return a shortest sequence that only one of them allows, or begins; ``None`` if they allow the same."""
    begin = one.close(frozenset({one.start})), other.close(frozenset({other.start}))
    seen: dict[tuple[Set, Set], tuple[str, ...]] = {begin: ()}
    waiting = [begin]
    for pair in waiting:
        left, right = pair
        if bool(left & one.final) != bool(right & other.final):
            return seen[pair]
        ways, others = one.after(left), other.after(right)
        for step in sorted(ways.keys() | others.keys()):
            if step not in ways or step not in others:
                return (*seen[pair], step)
            following = ways[step], others[step]
            if following not in seen:
                seen[following] = (*seen[pair], step)
                waiting.append(following)
    return None
