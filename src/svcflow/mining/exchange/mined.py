"""A mined Petri net as a net of ours: what PNML, BPMN and pictures are written from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from svcflow.definitions.net import Net, Transition
from svcflow.mining.exchange.diagram import Diagram

if TYPE_CHECKING:
    from pm4py.objects.petri_net.obj import Marking, PetriNet


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


def renumber(diagram: Diagram) -> Diagram:
    """Return a diagram read from a net with ids that any tool takes: n1, n2, ... and f1, f2, ..."""
    ids = {node.id: f"n{number}" for number, node in enumerate(diagram.nodes, start=1)}
    return replace(
        diagram,
        nodes=tuple(replace(node, id=ids[node.id]) for node in diagram.nodes),
        flows=tuple(
            replace(flow, id=f"f{number}", source=ids[flow.source], target=ids[flow.target])
            for number, flow in enumerate(diagram.flows, start=1)
        ),
    )
