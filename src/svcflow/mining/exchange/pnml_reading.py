"""PNML -> a diagram: a place is an exclusive gateway, a transition a task between parallel gateways.

A place with several ways on chooses one of them at once; where the net is made of blocks, that allows the same
sequences as the net, which may choose later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from svcflow.definitions.net import DEFAULT_OUTCOME
from svcflow.errors import InputError
from svcflow.mining.exchange.diagram import Diagram, Flow, Node
from svcflow.mining.exchange.markup import children, clean, local

_OUTCOME = "end:"


@dataclass(slots=True)
class _Net:
    """The parts of a net by id."""

    places: dict[str, str] = field(default_factory=dict)
    transitions: dict[str, Element] = field(default_factory=dict)
    arcs: list[tuple[str, str]] = field(default_factory=list)
    initial: dict[str, int] = field(default_factory=dict)
    final: dict[str, int] = field(default_factory=dict)


def read_pnml(root: Element, name: str) -> Diagram:
    """Return the diagram of a PNML file's net; raise `InputError` for what is no workflow net."""
    if local(root) != "pnml":
        raise InputError(f"{name} is not PNML", "its root should be <pnml>")
    element = next(children(root, "net"), None)
    if element is None:
        raise InputError(f"{name} holds no net", "export the net again")
    net = _read_net(element)
    begin, finish = _begin(net), _finish(net)
    into = {target for _, target in net.arcs}
    nodes = [Node("\0begin", "start"), *(Node(place, "exclusive", shown) for place, shown in net.places.items())]
    flows = [Flow("\0begin", "\0begin", begin)]
    outcomes: dict[str, str] = {}
    for key, transition in net.transitions.items():
        if key not in into:
            raise InputError(f"transition '{_label(transition)}' has no place before it", "a case could do it for ever")
        nodes += _read_transition(key, transition)
        if (outcome := _outcome(transition)) is not None:
            outcomes[key] = outcome
    tasks = {node.id: node for node in nodes if node.kind == "task"}
    for number, (source, target) in enumerate(net.arcs):
        if target == finish and source in outcomes:
            nodes.append(Node(f"\0end{number}", "end", outcomes[source], outcome=outcomes[source]))
            target = f"\0end{number}"  # noqa: PLW2901 - the transition says how the case ends
        target = f"{target}\0join" if target in tasks else target  # noqa: PLW2901
        source = f"{source}\0split" if source in tasks else source  # noqa: PLW2901
        flows.append(Flow(f"arc{number}", source, target))
    flows += [Flow(f"{task}\0{side}", *ends) for task in tasks for side, ends in _halves(task)]
    if any(flow.target == finish for flow in flows):
        nodes.append(Node("\0end", "end", outcome=DEFAULT_OUTCOME))
        flows.append(Flow("\0end", finish, "\0end"))
    else:
        nodes = [node for node in nodes if node.id != finish]
    title = clean(_text(element, "name")) or name
    return Diagram(title, title, tuple(nodes), tuple(flows), unit=("transition", "place or transition"))


def _halves(task: str) -> Iterator[tuple[str, tuple[str, str]]]:
    yield "into", (f"{task}\0join", task)
    yield "out", (task, f"{task}\0split")


def _read_net(element: Element) -> _Net:
    net = _Net()
    arcs: list[Element] = []
    for page in _pages(element):
        for place in children(page, "place"):
            key = place.get("id", "")
            net.places[key] = clean(_text(place, "name")) or key
            if tokens := _count(_text(place, "initialMarking"), key):
                net.initial[key] = tokens
        net.transitions |= {transition.get("id", ""): transition for transition in children(page, "transition")}
        arcs += children(page, "arc")
    for final in children(element, "finalmarkings"):
        for marking in list(children(final, "marking"))[:1]:
            for place in children(marking, "place"):
                tokens = _count("".join(x.text or "" for x in place) or "1", place.get("idref", ""))
                net.final |= {place.get("idref", ""): tokens} if tokens else {}
    for arc in arcs:
        net.arcs.append(_read_arc(arc, net))
    return net


def _read_arc(arc: Element, net: _Net) -> tuple[str, str]:
    source, target = arc.get("source", ""), arc.get("target", "")
    for end in (source, target):
        if end not in net.places and end not in net.transitions:
            raise InputError(f"arc '{arc.get('id', '')}' begins or ends at nothing: '{end}'", "export the net again")
    if _count(_text(arc, "inscription") or "1", arc.get("id", "")) != 1:
        raise InputError(f"arc '{arc.get('id', '')}' has a weight", "a definition knows no weights")
    kind = next((x.get("value") or "".join(t.text or "" for t in x) for x in children(arc, "arctype")), "normal")
    if kind.strip() not in ("", "normal"):
        raise InputError(f"arc '{arc.get('id', '')}' is an {kind} arc", "a definition knows only normal arcs")
    return source, target


def _pages(element: Element) -> Iterator[Element]:
    yield element
    for page in children(element, "page"):
        yield from _pages(page)


def _read_transition(key: str, transition: Element) -> list[Node]:
    """Return a task between the gateways that join and split around it; a silent one is a gateway alone."""
    tools = list(children(transition, "toolspecific"))
    silent = any("invisible" in (x.get("activity") or "") for x in tools)
    label = _label(transition)
    if silent or not label:
        return [Node(key, "parallel", "")]
    step = next((x.get("step", "") for x in tools if x.get("tool") == "svcflow"), "")
    return [Node(f"{key}\0join", "parallel"), Node(key, "task", label, step=step), Node(f"{key}\0split", "parallel")]


def _outcome(transition: Element) -> str | None:
    label = _label(transition)
    silent = any("invisible" in (x.get("activity") or "") for x in children(transition, "toolspecific"))
    return label.removeprefix(_OUTCOME) or None if silent and label.startswith(_OUTCOME) else None


def _label(transition: Element) -> str:
    return clean(_text(transition, "name"))


def _text(element: Element, name: str) -> str:
    """Return the text of a part: PNML writes it into a <text> within."""
    return next(("".join(t.text or "" for t in part) for part in children(element, name)), "")


def _count(text: str, where: str) -> int:
    digits = text.strip()
    if not digits:
        return 0
    if not digits.isdecimal() or len(digits) > 6:
        raise InputError(f"'{where}': '{clean(text)[:40]}' is no number of tokens", "export the net again")
    return int(digits)


def _begin(net: _Net) -> str:
    """Return the place where a case begins."""
    into = {target for _, target in net.arcs}
    marked = net.initial or {place: 1 for place in net.places if place not in into}
    if len(marked) != 1 or sum(marked.values()) != 1:
        names = ", ".join(f"'{net.places.get(p, p)}'" for p in sorted(marked)[:4]) or "none"
        raise InputError(f"a case should begin with one token in one place; here: {names}", "add a first place")
    return next(iter(marked))


def _finish(net: _Net) -> str:
    """Return the place where a case ends."""
    out = {source for source, _ in net.arcs}
    marked = net.final or {place: 1 for place in net.places if place not in out}
    if len(marked) != 1 or sum(marked.values()) != 1 or next(iter(marked)) not in net.places:
        names = ", ".join(f"'{net.places.get(p, p)}'" for p in sorted(marked)[:4]) or "none"
        raise InputError(f"a case should end with one token in one place; here: {names}", "add a last place")
    return next(iter(marked))
