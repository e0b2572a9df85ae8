"""A net whose parts are always gone through in the same order: token replay then gives the same figures every time.

pm4py's places and transitions hash by their address in memory, and its replay of nets that are not sound depends on the
order in which it meets them. Here they are numbered by what surrounds them (colour refinement) and hash by number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from svcflow.mining.discovery.summary import Accepting

ROUNDS = 12


def settle(accepting: Accepting) -> Accepting:
    """Return the same net, built anew in an order that depends on nothing but its structure and labels."""
    from pm4py.objects.petri_net.obj import Marking, PetriNet  # noqa: PLC0415 - takes seconds

    class Place(PetriNet.Place):  # type: ignore[misc]
        def __hash__(self) -> int:
            return int(self.name[1:])

    class Transition(PetriNet.Transition):  # type: ignore[misc]
        def __hash__(self) -> int:
            return int(self.name[1:])

    class Arc(PetriNet.Arc):  # type: ignore[misc]
        def __hash__(self) -> int:
            return hash(self.source) * len(ranks) + hash(self.target)

    net, initial, final = accepting
    ranks = _rank_nodes(net, initial, final)
    made = PetriNet(net.name)
    twins: dict[Any, Any] = {}
    for number, node in enumerate(sorted(ranks, key=lambda node: (ranks[node], str(node.name)))):
        if isinstance(node, PetriNet.Place):
            twins[node] = Place(f"p{number}")
            made.places.add(twins[node])
        else:
            twins[node] = Transition(f"t{number}", node.label)
            made.transitions.add(twins[node])
    arcs = sorted((int(twins[a.source].name[1:]), int(twins[a.target].name[1:]), i) for i, a in enumerate(net.arcs))
    by_number = {int(twin.name[1:]): twin for twin in twins.values()}
    for source, target, _ in arcs:
        arc = Arc(by_number[source], by_number[target])
        made.arcs.add(arc)
        by_number[source].out_arcs.add(arc)
        by_number[target].in_arcs.add(arc)
    markings = (Marking({twins[place]: tokens for place, tokens in m.items()}) for m in (initial, final))
    return (made, *markings)


def _rank_nodes(net: Any, initial: Any, final: Any) -> dict[Any, int]:
    """Return a number for each place and transition; nodes that nothing tells apart share theirs."""
    colours: dict[Any, Any] = {place: (0, place in initial, place in final) for place in net.places}
    colours |= {transition: (1, transition.label or "", False) for transition in net.transitions}
    ranks = _number(colours)
    for _ in range(ROUNDS):
        told = {
            node: (
                ranks[node],
                tuple(sorted(ranks[arc.source] for arc in node.in_arcs)),
                tuple(sorted(ranks[arc.target] for arc in node.out_arcs)),
            )
            for node in ranks
        }
        finer = _number(told)
        if len(set(finer.values())) == len(set(ranks.values())):
            break
        ranks = finer
    return ranks


def _number(colours: dict[Any, Any]) -> dict[Any, int]:
    order = {colour: rank for rank, colour in enumerate(sorted(set(colours.values()), key=repr))}
    return {node: order[colour] for node, colour in colours.items()}
