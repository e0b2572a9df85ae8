"""A diagram as edges between the halves of its nodes: what joins into a node, and what splits from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from svcflow.definitions.building import end, sequence, task
from svcflow.definitions.model import Item
from svcflow.definitions.net import DEFAULT_OUTCOME
from svcflow.definitions.tidying import NOTHING
from svcflow.guards import Guard
from svcflow.mining.exchange.diagram import Diagram

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


class Graph:
    """Edges between the halves of nodes, by number in the order of the file; `kinds` and `most` are of halves.

    `changed` are the halves around which something may fold since they were last looked at.
    """

    def __init__(self, diagram: Diagram, steps: Mapping[str, str], guards: Mapping[str, Guard]) -> None:
        self.edges: dict[int, Edge] = {}
        self.kinds: dict[str, str] = {START: "start"}
        self.most: dict[str, int] = {}
        self._leaving: dict[str, set[int]] = {}
        self._coming: dict[str, set[int]] = {}
        self.changed: dict[str, None] = {}
        self._next = 0
        self._read(diagram, steps, guards)

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
                self.add(Edge(START, _head(node.id)))
            self.add(Edge(_head(node.id), _tail(node.id), done))
            if not out.get(node.id):
                self.add(Edge(_tail(node.id), None, outcome=DEFAULT_OUTCOME))
            if node.most is not None:
                self.most[_tail(node.id)] = node.most
        guarded = {flow.source for flow in diagram.flows if flow.id in guards}
        for flow in diagram.flows:
            guard = guards.get(flow.id)
            otherwise = flow.otherwise and flow.source in guarded
            outcome = ends.get(flow.target)
            target = None if flow.target in ends else _head(flow.target)
            self.add(Edge(_tail(flow.source), target, guard=guard, otherwise=otherwise, outcome=outcome))
        if len(self.out(START)) > 1:
            self.kinds[START] = "exclusive"

    def add(self, edge: Edge) -> None:
        """Add an edge behind all others."""
        self.put(self._next, edge)
        self._next += 1

    def put(self, key: int, edge: Edge) -> None:
        """Set an edge, and note around which nodes something may fold now."""
        if key in self.edges:
            self.drop(key)
        self.edges[key] = edge
        self._leaving.setdefault(edge.source, set()).add(key)
        if edge.target is not None:
            self._coming.setdefault(edge.target, set()).add(key)
        self._note(edge)

    def drop(self, key: int) -> Edge:
        """Take an edge out and return it."""
        edge = self.edges.pop(key)
        self._leaving[edge.source].discard(key)
        if edge.target is not None:
            self._coming[edge.target].discard(key)
        self._note(edge)
        return edge

    def _note(self, edge: Edge) -> None:
        for node in (edge.source, edge.target):
            if node is not None:
                self.changed[node] = None
                for key in self._coming.get(node, ()):
                    self.changed[self.edges[key].source] = None

    def out(self, node: str) -> list[int]:
        """Return the edges that begin at a half, in order."""
        return sorted(self._leaving.get(node, ()))

    def into(self, node: str) -> list[int]:
        """Return the edges that end at a half, in order."""
        return sorted(self._coming.get(node, ()))

    def halves(self) -> list[str]:
        """Return the halves that edges begin at."""
        return [node for node in self.kinds if self._leaving.get(node)]


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
