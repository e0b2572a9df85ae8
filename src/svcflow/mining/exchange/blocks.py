"""A diagram -> flow items: folds sequences, choices, parallels and loops until one item is left, or says what is not.

Every rule keeps the sequences of steps that the diagram allows. A flow into an end event leads nowhere (its `target`
is ``None``) and carries the outcome; a branch that ends is taken out of its gateway as ``may``, ``when`` or ``choose``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from svcflow.definitions.building import (
    any_of,
    choose,
    either,
    end,
    may,
    negate,
    parallel,
    repeat,
    sequence,
    task,
    when,
)
from svcflow.definitions.model import Item
from svcflow.definitions.net import DEFAULT_OUTCOME
from svcflow.definitions.tidying import NOTHING, has_end, is_empty, tidy
from svcflow.guards import Guard
from svcflow.mining.exchange.diagram import Diagram
from svcflow.mining.exchange.refusals import refuse, refuse_unreachable

START = "\0start"


@dataclass(frozen=True, slots=True)
class Edge:
    """What is done between two gateways. Without a `target` the case ends, with `outcome` or as the item says."""

    source: str
    target: str | None
    item: Item = NOTHING
    guard: Guard | None = None
    otherwise: bool = False
    outcome: str | None = None

    @property
    def closed(self) -> Item:
        """Return the item, its end written out."""
        return self.item if self.outcome is None else sequence(self.item, end(self.outcome))


def fold(diagram: Diagram, steps: Mapping[str, str], guards: Mapping[str, Guard]) -> Item:
    """Return the flow of a diagram as items; the step of each task and the guard of each flow are given by id.

    Raise `InputError` that names the elements where the diagram is not made of blocks.
    """
    refuse_unreachable(diagram)
    folder = _Folder(diagram, steps, guards)
    while folder.fold():
        pass
    edges = list(folder.edges.values())
    if len(edges) != 1 or edges[0].target is not None:
        raise refuse(diagram, folder.kinds, [(edge.source, edge.target) for edge in edges])
    return tidy(edges[0].item if edges[0].outcome in (None, DEFAULT_OUTCOME) else edges[0].closed)


class _Folder:
    """Edges between gateways, in the order of the file."""

    def __init__(self, diagram: Diagram, steps: Mapping[str, str], guards: Mapping[str, Guard]) -> None:
        self.edges: dict[int, Edge] = {}
        self.kinds: dict[str, str] = {START: "start"}
        self.most: dict[str, int] = {}
        self._diagram = diagram
        self._next = 0
        self._read(diagram, steps, guards)

    # --- reading ---------------------------------------------------------------------------------------------------

    def _read(self, diagram: Diagram, steps: Mapping[str, str], guards: Mapping[str, Guard]) -> None:
        """Split every node into what joins, what is done, and what splits."""
        ends = {node.id: node.outcome or DEFAULT_OUTCOME for node in diagram.nodes if node.kind == "end"}
        into, out = _degrees(diagram)
        for node in diagram.nodes:
            if node.kind == "end":
                continue
            gateway = node.kind in ("exclusive", "parallel")
            self.kinds[_head(node.id)] = "parallel" if node.kind == "parallel" else "exclusive"
            self.kinds[_tail(node.id)] = "exclusive" if node.kind == "exclusive" else "parallel"
            done = task(steps[node.id]) if node.kind == "task" else NOTHING
            if not into.get(node.id) and (node.kind == "start" or not gateway):
                self._add(Edge(START, _head(node.id)))
            self._add(Edge(_head(node.id), _tail(node.id), done))
            if not out.get(node.id):
                self._add(Edge(_tail(node.id), None, outcome=DEFAULT_OUTCOME))
            if node.most is not None:
                self.most[_tail(node.id)] = node.most
        for flow in diagram.flows:
            guard = guards.get(flow.id)
            otherwise = flow.otherwise and any(guards.get(f.id) for f in diagram.flows if f.source == flow.source)
            outcome = ends.get(flow.target)
            target = None if flow.target in ends else _head(flow.target)
            self._add(Edge(_tail(flow.source), target, guard=guard, otherwise=otherwise, outcome=outcome))
        if len(self._out(START)) > 1:
            self.kinds[START] = "exclusive"

    def _add(self, edge: Edge) -> None:
        self.edges[self._next] = edge
        self._next += 1

    def _out(self, node: str) -> list[int]:
        return [key for key, edge in self.edges.items() if edge.source == node]

    def _into(self, node: str) -> list[int]:
        return [key for key, edge in self.edges.items() if edge.target == node]

    # --- folding ---------------------------------------------------------------------------------------------------

    def fold(self) -> bool:
        """Apply the first rule that fits somewhere; return whether there was one."""
        out: dict[str, list[int]] = {}
        into: dict[str, list[int]] = {}
        for key, edge in self.edges.items():
            out.setdefault(edge.source, []).append(key)
            if edge.target is not None:
                into.setdefault(edge.target, []).append(key)
        for rule in (self._chain, self._merge, self._loop, self._leave, self._fuse):
            for node in list(out):
                if rule(node, into.get(node, []), out[node]):
                    return True
        return False

    def _chain(self, node: str, into: list[int], out: list[int]) -> bool:
        """Put one after the other what has one flow between; flows that meet only to end, end each for itself."""
        if len(out) != 1 or node == START or not into or into == out:
            return False
        last = self.edges[out[0]]
        if len(into) > 1 and not (last.target is None and is_empty(last.item) and self.kinds[node] == "exclusive"):
            return False
        del self.edges[out[0]]
        for key in into:
            edge = self.edges[key]
            item = sequence(edge.item, last.item)
            self.edges[key] = replace(edge, target=last.target, item=tidy(item), outcome=last.outcome)
        return True

    def _merge(self, node: str, _: list[int], out: list[int]) -> bool:
        """Make one of the branches that begin and meet at the same two gateways."""
        if len(out) < 2:
            return False
        groups: dict[str | None, list[int]] = {}
        for key in out:
            groups.setdefault(self.edges[key].target, []).append(key)
        exclusive = self.kinds[node] == "exclusive"
        for target, keys in groups.items():
            if len(keys) < 2:
                continue
            if target is None:
                made = self._merge_ends(keys, out, exclusive=exclusive)
            elif exclusive != (self.kinds[target] == "exclusive"):
                continue
            else:
                made = self._merge_ways(keys, out) if exclusive else self._merge_parallel(keys)
            if made is not None:
                self.edges[keys[0]] = made
                for key in keys[1:]:
                    del self.edges[key]
                return True
        return False

    def _merge_parallel(self, keys: list[int]) -> Edge | None:
        edges = [self.edges[key] for key in keys]
        if any(has_end(edge.item) for edge in edges):
            return None
        return replace(edges[0], item=tidy(parallel(*(edge.item for edge in edges))))

    def _merge_ways(self, keys: list[int], out: list[int]) -> Edge | None:
        edges = [self.edges[key] for key in keys]
        if not any(self.edges[key].guard for key in out):
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
        edges = [self.edges[key] for key in keys]
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
        first = self.edges[out[0]]
        tail = first.target
        if len(out) != 1 or tail is None or self._into(tail) != out:
            return False
        backs = [key for key in self._out(tail) if self.edges[key].target == node]
        if len(backs) != 1 or self.kinds[node] != "exclusive" or self.kinds[tail] != "exclusive" or tail == node:
            return False
        back = self.edges.pop(backs[0])
        left = self._out(tail)
        guard = back.guard
        others = [edge.guard for key in left if (edge := self.edges[key]).guard]
        if back.otherwise and others:
            guard = negate(either(others))
        made = repeat(first.item, back.item, guard, self.most.get(tail))
        self.edges[out[0]] = replace(first, item=tidy(made))
        if len(left) == 1:
            self.edges[left[0]] = replace(self.edges[left[0]], guard=None, otherwise=False)
        return True

    def _leave(self, node: str, into: list[int], out: list[int]) -> bool:
        """Take a branch that ends the case out of its gateway, if the case can end without it, too."""
        edges = [self.edges[key] for key in out]
        ending = [edge for edge in edges if edge.target is None]
        going = [edge for edge in edges if edge.target is not None]
        if self.kinds[node] != "exclusive" or not ending or not going or len(into) != 1 or not self._ends(node, going):
            return False
        if len(going) > 1 and any(edge.guard is None for edge in ending) and any(edge.guard for edge in edges):
            return False
        before = _taken_out(ending, going[0] if len(going) == 1 else None)
        gate = self.edges[into[0]]
        self.edges[into[0]] = replace(gate, item=tidy(sequence(gate.item, before)))
        for key in out:
            edge = self.edges[key]
            if edge.target is None:
                del self.edges[key]
            elif len(going) == 1:
                self.edges[key] = replace(edge, guard=None, otherwise=False)
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
                    waiting += [self.edges[key].target for key in self._out(place)]
            if not found:
                return False
        return True

    def _fuse(self, node: str, into: list[int], out: list[int]) -> bool:
        """Make one of two gateways of a kind with nothing between them."""
        for key in out:
            edge = self.edges[key]
            other = edge.target
            if other is None or other == node or not is_empty(edge.item) or edge.guard or edge.otherwise:
                continue
            joins = len(out) == 1 and len(self._out(other)) == 1
            splits = self._into(other) == [key] and len(into) <= 1 and len(out) > 1
            unguarded = not any(self.edges[k].guard for k in (*out, *self._out(other)))
            if self.kinds[node] != self.kinds[other] or not (joins or (splits and unguarded)) or node == START:
                continue
            del self.edges[key]
            for k in self._into(node) if joins else self._out(other):
                moved = self.edges[k]
                self.edges[k] = replace(moved, target=other) if joins else replace(moved, source=node)
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


def _degrees(diagram: Diagram) -> tuple[dict[str, int], dict[str, int]]:
    into: dict[str, int] = {}
    out: dict[str, int] = {}
    for flow in diagram.flows:
        out[flow.source] = out.get(flow.source, 0) + 1
        into[flow.target] = into.get(flow.target, 0) + 1
    return into, out


def _head(node: str) -> str:
    return f"{node}\0in"


def _tail(node: str) -> str:
    return f"{node}\0out"
