"""Whether every case can end, and ends with no work left: traps, dead steps, growth, leftovers (definitions.md 3.2)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from svcflow.definitions.net import CAP, MarkingGraph, Net, fire, takers_of


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


@dataclass(frozen=True, slots=True)
class Growth:
    """A place that gains tokens without limit: `steps` lead there, `cycle` can then be repeated for ever."""

    place: int
    steps: tuple[str, ...]
    cycle: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Places that still hold work when the end is reached after `steps`."""

    places: tuple[int, ...]
    steps: tuple[str, ...]


def find_growth(net: Net, cap: int = CAP) -> Growth | None:
    """Return the first place that grows without limit: a marking covers one that it came from.

    Markings are met breadth first, up to `cap` of them.
    """
    start: tuple[int, ...] = (net.source,)
    came_from: dict[tuple[int, ...], tuple[tuple[int, ...], int] | None] = {start: None}
    order = [start]
    takers = takers_of(net)
    for marking in order:
        for number in sorted({t for place in marking for t in takers.get(place, ())}):
            following = fire(marking, net.transitions[number])
            if following is None or following in came_from:
                continue
            came_from[following] = (marking, number)
            if len(came_from) > cap:
                return None
            order.append(following)
            growth = _covered(net, came_from, following)
            if growth is not None:
                return growth
    return None


def find_leftover(graph: MarkingGraph) -> Leftover | None:
    """Return the first way to the end that leaves work behind: the sink is marked, and other places are too."""
    sink = graph.net.sink
    for number, marking in enumerate(graph.markings):
        if sink in marking and len(marking) > 1:
            rest = list(marking)
            rest.remove(sink)
            return Leftover(tuple(rest), route(graph, number))
    return None


def _covered(
    net: Net, came_from: dict[tuple[int, ...], tuple[tuple[int, ...], int] | None], marking: tuple[int, ...]
) -> Growth | None:
    have, cycle = Counter(marking), []
    origin = came_from[marking]
    while origin is not None:
        before, number = origin
        cycle.append(net.transitions[number].step)
        origin = came_from[before]
        if len(before) < len(marking) and (had := Counter(before)) <= have:
            steps: list[str | None] = []
            while origin is not None:
                steps.append(net.transitions[origin[1]].step)
                origin = came_from[origin[0]]
            grown = next(iter(have - had))
            return Growth(grown, _spoken(steps), _spoken(cycle))
    return None


def _spoken(steps: list[str | None]) -> tuple[str, ...]:
    return tuple(step for step in reversed(steps) if step is not None)
