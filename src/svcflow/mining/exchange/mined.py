"""A mined Petri net as a net of ours: what PNML, BPMN and pictures are written from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from svcflow.definitions.net import Net, Transition
from svcflow.mining.exchange.diagram import Diagram, Flow, Node

if TYPE_CHECKING:
    from pm4py.objects.petri_net.obj import Marking, PetriNet

Pair = tuple[str, str]


def from_petri_net(net: PetriNet, initial: Marking, final: Marking) -> Net:
    """Return a workflow net with one token at the start; steps are the labels of its transitions."""
    places = sorted(net.places, key=lambda place: (place not in initial, place in final, str(place.name)))
    number = {place: n for n, place in enumerate(places)}
    transitions = sorted(
        net.transitions,
        key=lambda t: (
            str(t.label or ""),
            sorted(number[arc.source] for arc in t.in_arcs),
            sorted(number[arc.target] for arc in t.out_arcs),
        ),
    )
    return Net(
        len(places),
        number[next(iter(initial))],
        number[next(iter(final))],
        tuple(
            Transition(
                f"mined/{n}",
                t.label,
                tuple(sorted(number[arc.source] for arc in t.in_arcs)),
                tuple(sorted(number[arc.target] for arc in t.out_arcs)),
            )
            for n, t in enumerate(transitions)
        ),
        (),
    )


def tidy(diagram: Diagram) -> Diagram:
    """Return a diagram read from a net as it is drawn: no gateway that routes nothing, the flows that lead back marked.

    Ids become ones that any tool takes: n1, n2, ... and f1, f2, ...
    """
    nodes, ends = _contract(diagram)
    ids = {node.id: f"n{number}" for number, node in enumerate(nodes, start=1)}
    back = _find_back(nodes, ends)
    return replace(
        diagram,
        nodes=tuple(replace(node, id=ids[node.id]) for node in nodes),
        flows=tuple(
            Flow(f"f{number}", ids[source], ids[target], back=(source, target) in back)
            for number, (source, target) in enumerate(ends, start=1)
        ),
    )


def _contract(diagram: Diagram) -> tuple[list[Node], list[Pair]]:
    """Return nodes and flows without the gateways that have one way in and one way out."""
    nodes = {node.id: node for node in diagram.nodes}
    into: dict[str, list[str]] = {key: [] for key in nodes}
    out: dict[str, list[str]] = {key: [] for key in nodes}
    for flow in diagram.flows:
        out[flow.source].append(flow.target)
        into[flow.target].append(flow.source)
    for node in diagram.nodes:
        key = node.id
        if node.kind in ("exclusive", "parallel") and len(into[key]) == len(out[key]) == 1 and out[key] != [key]:
            (before,), (after,) = into[key], out[key]
            if after in out[before]:
                continue  # two ways between the same nodes would look like one
            out[before][out[before].index(key)] = after
            into[after][into[after].index(key)] = before
            del nodes[key], into[key], out[key]
    return list(nodes.values()), [(source, target) for source in nodes for target in out[source]]


def _find_back(nodes: list[Node], ends: list[Pair]) -> set[Pair]:
    """Return the flows that lead back to a node on the way to them, going depth first from the starts."""
    following: dict[str, list[str]] = {node.id: [] for node in nodes}
    for source, target in ends:
        following[source].append(target)
    found: set[Pair] = set()
    done: set[str] = set()
    for start in sorted(nodes, key=lambda node: node.kind != "start"):
        path: dict[str, list[str]] = {start.id: list(following[start.id])} if start.id not in done else {}
        while path:
            here, left = next(reversed(path.items()))
            if not left:
                done.add(here)
                del path[here]
                continue
            target = left.pop(0)
            if target in path:
                found.add((here, target))
            elif target not in done:
                path[target] = list(following[target])
    return found
