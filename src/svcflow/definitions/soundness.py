"""Whether every case can end: the markings from which no way leads to the final one (definitions.md 3.2)."""

from __future__ import annotations

from svcflow.definitions.net import MarkingGraph


def traps(graph: MarkingGraph, closed: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """Return the reachable markings from which the final one is not, nearest to the start first.

    `closed` are transitions that no case can pass. The weak soundness of a net is that there are none.
    """
    reached = _reach(graph, closed)
    sources: dict[int, list[int]] = {}
    for before, transition, after in graph.edges:
        if transition not in closed:
            sources.setdefault(after, []).append(before)
    ending = {graph.final}
    waiting = [graph.final]
    while waiting:
        for before in sources.get(waiting.pop(), ()):
            if before not in ending:
                ending.add(before)
                waiting.append(before)
    return tuple(marking for marking in reached if marking not in ending)


def route(graph: MarkingGraph, goal: int, closed: frozenset[int] = frozenset()) -> tuple[str, ...]:
    """Return the steps of a shortest way from the start to a marking."""
    reached = _reach(graph, closed)
    steps: list[str] = []
    marking = goal
    while reached.get(marking) is not None:
        before, transition = reached[marking] or (0, 0)
        step = graph.net.transitions[transition].step
        if step is not None:
            steps.append(step)
        marking = before
    return tuple(reversed(steps))


def dead_steps(graph: MarkingGraph) -> tuple[str, ...]:
    """Return the steps of the net that no reachable marking enables, in the order of the net."""
    fired = {transition for _, transition, _ in graph.edges}
    return tuple(t.step for n, t in enumerate(graph.net.transitions) if t.step is not None and n not in fired)


def _reach(graph: MarkingGraph, closed: frozenset[int]) -> dict[int, tuple[int, int] | None]:
    """Return the reachable markings, breadth first, each with the (marking, transition) it was first reached by."""
    following: dict[int, list[tuple[int, int]]] = {}
    for before, transition, after in graph.edges:
        if transition not in closed:
            following.setdefault(before, []).append((transition, after))
    reached: dict[int, tuple[int, int] | None] = {0: None}
    order = [0]
    for marking in order:
        for transition, after in following.get(marking, ()):
            if after not in reached:
                reached[after] = (marking, transition)
                order.append(after)
    return reached
