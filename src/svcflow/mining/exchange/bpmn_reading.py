"""BPMN 2.0 -> a diagram: one process with its lanes; sub-processes opened out; what has no block here is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast
from xml.etree.ElementTree import Element

from svcflow.definitions.net import DEFAULT_OUTCOME
from svcflow.errors import InputError, UsageError
from svcflow.guards import Field
from svcflow.guards import Kind as FieldKind
from svcflow.mining.exchange.bpmn_writing import BPMN, OURS
from svcflow.mining.exchange.diagram import Diagram, Flow, Kind, Node
from svcflow.mining.exchange.markup import children, clean, local

_EVENTS = ("intermediateCatchEvent", "intermediateThrowEvent")
_GATEWAYS: dict[str, Kind] = {
    "exclusiveGateway": "exclusive", "parallelGateway": "parallel", "eventBasedGateway": "exclusive",
}  # fmt: skip
_REFUSED = {
    "inclusiveGateway": "inclusive gateway", "complexGateway": "complex gateway", "boundaryEvent": "boundary event",
    "adHocSubProcess": "ad-hoc sub-process", "transaction": "transaction",
}  # fmt: skip
_KINDS = ("string", "number", "integer", "boolean", "datetime")


def read_bpmn(root: Element, name: str, process: str | None = None) -> Diagram:
    """Return the diagram of a BPMN file's process; `process` (id or name) chooses among several.

    Raise `InputError` for a file that is no BPMN, and for elements that no block can say.
    """
    if local(root) != "definitions" or not root.tag.startswith("{" + BPMN):
        raise InputError(f"{name} is not BPMN 2.0", "its root should be <definitions> of the BPMN 2.0 name space")
    element, title = _choose(root, name, process)
    lanes = _lanes(element)
    reader = _Reader({node: lane for lane, _, nodes in lanes for node in nodes})
    reader.read(element, "")
    shown = element.get(f"{{{OURS}}}process") or clean(element.get("name")) or title or clean(element.get("id"))
    return Diagram(
        shown,
        title or clean(element.get("name")) or shown,
        tuple(reader.nodes),
        tuple(reader.flows),
        tuple((lane, label) for lane, label, _ in lanes),
        clean(next((e.text for e in children(element, "documentation")), "")),
        {field.name: field for field in _fields(element)},
    )


def _choose(root: Element, name: str, wanted: str | None) -> tuple[Element, str]:
    """Return the process element, and the name of its pool."""
    pools = {
        pool.get("processRef", ""): clean(pool.get("name"))
        for collaboration in children(root, "collaboration")
        for pool in children(collaboration, "participant")
    }
    found = [e for e in children(root, "process") if any(local(x) in ("startEvent", "sequenceFlow") for x in e)]
    if not found:
        raise InputError(f"{name} holds no process with a flow", "export the process with its sequence flows")
    titles = {id(e): {clean(e.get("id")), clean(e.get("name")), pools.get(e.get("id", ""), "")} for e in found}
    if wanted is not None:
        found = [e for e in found if wanted in titles[id(e)]]
    names = ", ".join(f"'{pools.get(e.get('id', '')) or clean(e.get('name') or e.get('id'))}'" for e in found)
    if not found:
        raise UsageError(f"{name} holds no process '{wanted}'", "leave --process out to see which there are")
    if len(found) > 1:
        raise InputError(f"{name} holds {len(found)} processes: {names}", "choose one with --process")
    return found[0], pools.get(found[0].get("id", ""), "")


def _lanes(process: Element) -> list[tuple[str, str, list[str]]]:
    """Return role, name and elements of the lanes; of lanes within lanes, the innermost."""
    found: list[tuple[str, str, list[str]]] = []

    def enter(parent: Element) -> None:
        for lanes in (*children(parent, "laneSet"), *children(parent, "childLaneSet")):
            for lane in children(lanes, "lane"):
                name = clean(lane.get("name")) or clean(lane.get("id"))
                inside = [clean(ref.text) for ref in children(lane, "flowNodeRef")]
                found.append((lane.get(f"{{{OURS}}}role") or name, name, inside))
                enter(lane)

    enter(process)
    return [lane for lane in found if lane[2]]


def _fields(process: Element) -> Iterator[Field]:
    for extension in children(process, "extensionElements"):
        for element in extension:
            name, (kind, *values) = element.get("name", ""), element.get("kind", "").split()[:200] or ["string"]
            if element.tag != f"{{{OURS}}}field" or not name:
                continue
            if kind == "enum" and values:
                yield Field(name, "enum", tuple(values))
            elif kind in _KINDS:
                yield Field(name, cast("FieldKind", kind))


class _Reader:
    """Nodes and flows found so far, those of sub-processes among those of the process."""

    def __init__(self, lanes: dict[str, str]) -> None:
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self._lanes = lanes

    def read(self, parent: Element, lane: str) -> tuple[list[str], list[str]]:
        """Read the elements of a process or sub-process; return its start and end events by id."""
        starts: list[str] = []
        ends: list[str] = []
        opened: dict[str, tuple[str, str]] = {}
        defaults = {e.get("default") for e in parent if e.get("default")}
        for element in parent:
            name = element.get("id", "")
            here = self._lanes.get(name, lane)
            if local(element) == "subProcess" and any(local(x) == "startEvent" for x in element):
                opened[name] = self._open(element, here)
            elif (node := _read_node(element, here)) is not None:
                self.nodes.append(node)
                (starts if node.kind == "start" else ends if node.kind == "end" else []).append(node.id)
        known = {node.id for node in self.nodes}
        for element in children(parent, "sequenceFlow"):
            flow = _read_flow(element, element.get("id") in defaults)
            source, target = opened.get(flow.source, ("", flow.source))[1], opened.get(flow.target, (flow.target,))[0]
            for end in (source, target):
                if end not in known:
                    raise InputError(f"sequence flow '{flow.id}' begins or ends at nothing: '{end}'", "export it again")
            self.flows.append(replace(flow, source=source, target=target))
        return starts, ends

    def _open(self, element: Element, lane: str) -> tuple[str, str]:
        """Put the inside of a sub-process in its place; its events become the gateways it begins and ends with."""
        starts, ends = self.read(element, lane)
        name = element.get("id", "")
        if len(starts) != 1 or not ends:
            shown = clean(element.get("name")) or name
            raise InputError(f"sub-process '{shown}' needs one start event and an end event", "open it out by hand")
        gates = Node(f"{name}\0begin", "exclusive", lane=lane), Node(f"{name}\0end", "exclusive", lane=lane)
        moved = {starts[0]: gates[0].id} | dict.fromkeys(ends, gates[1].id)
        self.nodes = [node for node in self.nodes if node.id not in moved] + list(gates)
        self.flows = [
            replace(f, source=moved.get(f.source, f.source), target=moved.get(f.target, f.target)) for f in self.flows
        ]
        return gates[0].id, gates[1].id


def _read_node(element: Element, lane: str) -> Node | None:
    tag, name, shown = local(element), element.get("id", ""), clean(element.get("name"))
    if tag in _REFUSED:
        raise InputError(f"{_REFUSED[tag]} '{shown or name}' has no counterpart in a definition", "draw it with others")
    if tag.lower().endswith("task") or tag in ("callActivity", "subProcess"):
        labels = tuple(e.get("text", "") for x in children(element, "extensionElements") for e in x if e.get("text"))
        owners = tuple((element.get(f"{{{OURS}}}owners") or "").split())
        step = element.get(f"{{{OURS}}}step") or ""
        return Node(name, "task", shown or name, lane, step, "", owners, labels)
    if tag in _EVENTS:
        return Node(name, "task", shown, lane) if shown else Node(name, "exclusive", "", lane)
    if tag in _GATEWAYS:
        most = element.get(f"{{{OURS}}}max") or ""
        bound = int(most) if most.isdecimal() and 0 < len(most) < 7 else None
        return Node(name, _GATEWAYS[tag], "" if bound else shown, lane, most=bound)
    if tag == "startEvent":
        return Node(name, "start", shown, lane)
    if tag == "endEvent":
        return Node(name, "end", shown, lane, outcome=shown or DEFAULT_OUTCOME)
    return None


def _read_flow(element: Element, otherwise: bool) -> Flow:
    condition = next((clean(e.text) for e in children(element, "conditionExpression")), "")
    return Flow(element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), condition, otherwise)
