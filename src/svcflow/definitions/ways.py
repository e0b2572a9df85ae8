"""Which steps can come after which: questions to the graph of a flow's markings."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from svcflow.definitions.net import MarkingGraph


def can_follow(graph: MarkingGraph, firsts: Collection[str], lasts: Collection[str]) -> bool:
    """Return whether one of `lasts` can come some time after one of `firsts`."""
    reached = reach(graph, after(graph, firsts))
    return any(graph.net.transitions[t].step in lasts for before, t, _ in graph.edges if before in reached)


def is_preceded(graph: MarkingGraph, step: str, needed: str) -> bool:
    """Return whether `needed` comes before every `step`, whatever way a case takes."""
    reached = reach(graph, [0], without={needed})
    return not any(graph.net.transitions[t].step == step for before, t, _ in graph.edges if before in reached)


def is_followed(graph: MarkingGraph, step: str, wanted: Collection[str]) -> bool:
    """Return whether no case that did `step` can end without one of `wanted` after it."""
    return graph.final not in reach(graph, after(graph, {step}), without=wanted)


def exclude_each_other(graph: MarkingGraph, step: str, other: str) -> bool:
    """Return whether no case can do both steps."""
    return not (can_follow(graph, {step}, {other}) or can_follow(graph, {other}, {step}))


def after(graph: MarkingGraph, steps: Collection[str]) -> set[int]:
    """Return the markings that a case can be in just after one of `steps`."""
    return {marking for _, t, marking in graph.edges if graph.net.transitions[t].step in steps}


def reach(graph: MarkingGraph, starts: Iterable[int], without: Collection[str] = ()) -> set[int]:
    """Return the markings that can be reached from `starts`, those included, by ways `without` some steps."""
    following: dict[int, list[int]] = {}
    for before, transition, marking in graph.edges:
        if graph.net.transitions[transition].step not in without:
            following.setdefault(before, []).append(marking)
    reached = set(starts)
    waiting = list(reached)
    while waiting:
        for marking in following.get(waiting.pop(), ()):
            if marking not in reached:
                reached.add(marking)
                waiting.append(marking)
    return reached
