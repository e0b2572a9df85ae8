"""A diagram -> flow items: folds sequences, choices, parallels and loops until one item is left, or says what is not.

Every rule keeps the sequences of steps that the diagram allows. A flow into an end event leads nowhere (its `target`
is ``None``) and carries the outcome; a branch that ends is taken out of its gateway as ``may``, ``when`` or ``choose``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from svcflow.definitions.building import (
    any_of,
    choose,
    either,
    may,
    negate,
    parallel,
    repeat,
    sequence,
    when,
)
from svcflow.definitions.model import Item
from svcflow.definitions.net import DEFAULT_OUTCOME
from svcflow.definitions.tidying import NOTHING, has_end, is_empty, listed, tidy
from svcflow.errors import InputError
from svcflow.guards import Guard
from svcflow.mining.exchange.diagram import Diagram
from svcflow.mining.exchange.edges import START, Edge, Graph
from svcflow.mining.exchange.refusals import refuse, refuse_unreachable


def fold(diagram: Diagram, steps: Mapping[str, str], guards: Mapping[str, Guard]) -> Item:
    """Return the flow of a diagram as items; the step of each task and the guard of each flow are given by id.

    Raise `InputError` that names the elements where the diagram is not made of blocks.
    """
    refuse_unreachable(diagram)
    graph = Graph(diagram, steps, guards)
    try:
        _Folder(graph).fold()
        edges = list(graph.edges.values())
        if len(edges) != 1 or edges[0].target is not None:
            raise refuse(diagram, graph.kinds, [(edge.source, edge.target) for edge in edges])
        return tidy(edges[0].item if edges[0].outcome in (None, DEFAULT_OUTCOME) else edges[0].closed)
    except RecursionError:
        raise InputError(f"the blocks of '{diagram.name}' stand too deep in each other", "split the process") from None


class _Folder:
    """The rules, and the graph they work on."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._edges, self._kinds = graph.edges, graph.kinds

    def fold(self) -> None:
        """Fold until no rule fits anywhere; ends are taken out and gateways made one only where nothing else fits."""
        graph = self._graph
        while True:
            while graph.changed:
                node = next(iter(graph.changed))
                del graph.changed[node]
                self._apply(node, self._chain, self._merge, self._loop)
            nodes = graph.halves()
            if not any(self._apply(node, rule) for rule in (self._leave, self._fuse) for node in nodes):
                return

    def _apply(self, node: str, *rules: Callable[[str, list[int], list[int]], bool]) -> bool:
        """Return whether one of the rules fitted at a node."""
        into, out = self._graph.into(node), self._graph.out(node)
        return bool(out) and any(rule(node, into, out) for rule in rules)

    def _chain(self, node: str, into: list[int], out: list[int]) -> bool:
        """Put one after the other what has one flow between; flows that meet only to end, end each for itself."""
        if len(out) != 1 or node == START or not into or into == out:
            return False
        last = self._edges[out[0]]
        if len(into) > 1 and not (last.target is None and is_empty(last.item) and self._kinds[node] == "exclusive"):
            return False
        self._graph.drop(out[0])
        for key in into:
            edge = self._edges[key]
            item = sequence(*listed(edge.item), *listed(last.item))
            self._graph.put(key, replace(edge, target=last.target, item=item, outcome=last.outcome))
        return True

    def _merge(self, node: str, _: list[int], out: list[int]) -> bool:
        """Make one of the branches that begin and meet at the same two gateways."""
        if len(out) < 2:
            return False
        groups: dict[str | None, list[int]] = {}
        for key in out:
            groups.setdefault(self._edges[key].target, []).append(key)
        exclusive = self._kinds[node] == "exclusive"
        for target, keys in groups.items():
            if len(keys) < 2:
                continue
            if target is None:
                made = self._merge_ends(keys, out, exclusive=exclusive)
            elif exclusive != (self._kinds[target] == "exclusive"):
                continue
            else:
                made = self._merge_ways(keys, out) if exclusive else self._merge_parallel(keys)
            if made is not None:
                for key in keys[1:]:
                    self._graph.drop(key)
                self._graph.put(keys[0], made)
                return True
        return False

    def _merge_parallel(self, keys: list[int]) -> Edge | None:
        edges = [self._edges[key] for key in keys]
        if any(has_end(edge.item) for edge in edges):
            return None
        return replace(edges[0], item=tidy(parallel(*(edge.item for edge in edges))))

    def _merge_ways(self, keys: list[int], out: list[int]) -> Edge | None:
        edges = [self._edges[key] for key in keys]
        if not any(self._edges[key].guard for key in out):
            return replace(edges[0], item=tidy(any_of(*(edge.item for edge in edges))))
        places = [out.index(key) for key in keys]
        whole = len(keys) == len(out)
        if not whole and places != list(range(places[0], places[0] + len(places))):
            return None
        item = tidy(choose(_ordered(edges)))
        if whole:
            return replace(edges[0], item=item, guard=None, otherwise=False)
        if any(edge.guard is None for edge in edges):
            return replace(edges[0], item=item, guard=None, otherwise=True)
        return replace(edges[0], item=item, guard=either(edge.guard for edge in edges if edge.guard))

    def _merge_ends(self, keys: list[int], out: list[int], *, exclusive: bool) -> Edge | None:
        """Put one end behind branches that agree on the outcome; else the last one goes on."""
        edges = [self._edges[key] for key in keys]
        outcomes = {edge.outcome for edge in edges}
        if not exclusive:
            agreed = len(outcomes) == 1 and None not in outcomes and len(keys) == len(out)
            return self._merge_parallel(keys) if agreed else None
        if len(outcomes) == 1:
            return self._merge_ways(keys, out)
        if len(keys) < len(out):
            return None
        main = next((edge for edge in edges if edge.otherwise), edges[-1])
        before = _taken_out([edge for edge in edges if edge is not main], main)
        return replace(main, item=tidy(sequence(before, main.item)), guard=None, otherwise=False)

    def _loop(self, node: str, _: list[int], out: list[int]) -> bool:
        """Make a repeat of an edge whose end leads back to its beginning."""
        first = self._edges[out[0]]
        tail = first.target
        if len(out) != 1 or tail is None or self._graph.into(tail) != out:
            return False
        backs = [key for key in self._graph.out(tail) if self._edges[key].target == node]
        if len(backs) != 1 or self._kinds[node] != "exclusive" or self._kinds[tail] != "exclusive" or tail == node:
            return False
        back = self._graph.drop(backs[0])
        left = self._graph.out(tail)
        guard = back.guard
        others = [edge.guard for key in left if (edge := self._edges[key]).guard]
        if back.otherwise and others:
            guard = negate(either(others))
        made = repeat(first.item, back.item, guard, self._graph.most.get(tail))
        self._graph.put(out[0], replace(first, item=tidy(made)))
        if len(left) == 1:
            self._graph.put(left[0], replace(self._edges[left[0]], guard=None, otherwise=False))
        return True

    def _leave(self, node: str, into: list[int], out: list[int]) -> bool:
        """Take a branch that ends the case out of its gateway, if the case can end without it, too."""
        edges = [self._edges[key] for key in out]
        ending = [edge for edge in edges if edge.target is None]
        going = [edge for edge in edges if edge.target is not None]
        if self._kinds[node] != "exclusive" or not ending or not going or len(into) != 1 or not self._ends(node, going):
            return False
        if len(going) > 1 and any(edge.guard is None for edge in ending) and any(edge.guard for edge in edges):
            return False
        before = _taken_out(ending, going[0] if len(going) == 1 else None)
        gate = self._edges[into[0]]
        self._graph.put(into[0], replace(gate, item=sequence(*listed(gate.item), *listed(tidy(before)))))
        for key in out:
            edge = self._edges[key]
            if edge.target is None:
                self._graph.drop(key)
            elif len(going) == 1:
                self._graph.put(key, replace(edge, guard=None, otherwise=False))
        return True

    def _ends(self, node: str, going: Iterable[Edge]) -> bool:
        """Return whether the case can end after every edge of `going`, without the ends that begin at `node`."""
        for first in going:
            seen, waiting, found = {node}, [first.target], False
            while waiting and not found:
                place = waiting.pop()
                if place is None:
                    found = True
                elif place not in seen:
                    seen.add(place)
                    waiting += [self._edges[key].target for key in self._graph.out(place)]
            if not found:
                return False
        return True

    def _fuse(self, node: str, into: list[int], out: list[int]) -> bool:
        """Make one of two gateways of a kind with nothing between them."""
        for key in out:
            edge = self._edges[key]
            other = edge.target
            if other is None or other == node or not is_empty(edge.item) or edge.guard or edge.otherwise:
                continue
            joins = len(out) == 1 and len(self._graph.out(other)) == 1
            splits = self._graph.into(other) == [key] and len(into) <= 1 and len(out) > 1
            unguarded = not any(self._edges[k].guard for k in (*out, *self._graph.out(other)))
            if self._kinds[node] != self._kinds[other] or not (joins or (splits and unguarded)) or node == START:
                continue
            self._graph.drop(key)
            for k in self._graph.into(node) if joins else self._graph.out(other):
                moved = self._edges[k]
                self._graph.put(k, replace(moved, target=other) if joins else replace(moved, source=node))
            return True
        return False


def _ordered(edges: Iterable[Edge]) -> list[tuple[Guard | None, Item]]:
    """Return ways as branches, the one without a guard last."""
    listed = [(edge.guard, edge.item) for edge in edges]
    return [x for x in listed if x[0]] + [x for x in listed if not x[0]]


def _taken_out(ending: list[Edge], going: Edge | None) -> Item:
    """Return an item that ends the case as `ending` does, and else goes on."""
    if not any(edge.guard for edge in (*ending, *((going,) if going else ()))):
        return may(any_of(*(edge.closed for edge in ending)))
    if going is None:
        return sequence(*(when(edge.guard, edge.closed) for edge in ending if edge.guard))
    ways = [*ending, replace(going, item=NOTHING, outcome=None)]
    return tidy(choose(_ordered(replace(edge, item=edge.closed) for edge in ways)))
