"""A placed diagram -> BPMN 2.0 with lanes, conditions and diagram interchange, as bpmn.io opens it.

What BPMN has no word for stands in attributes of the name space ``urn:svcflow``: which step a task is, who else may do
it, how often a repeat may go round, what the fields of the conditions are.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, register_namespace

from svcflow.mining.exchange.diagram import Diagram, Flow, Node
from svcflow.mining.exchange.markup import clean, write_xml
from svcflow.mining.exchange.placing import HEADER, Box, Placement, Point, length

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:svcflow"
_PREFIXES = {"bpmn": BPMN, "bpmndi": DI, "dc": DC, "di": DD, "xsi": XSI, "svcflow": OURS}
_TAGS = {
    "start": "startEvent", "end": "endEvent", "task": "task",
    "exclusive": "exclusiveGateway", "parallel": "parallelGateway",
}  # fmt: skip


def write_bpmn(diagram: Diagram, placed: Placement) -> str:
    """Return the diagram as a BPMN 2.0 document; the same diagram gives the same text."""
    for prefix, space in _PREFIXES.items():
        register_namespace(prefix, space)
    root = Element(f"{{{BPMN}}}definitions", {"id": "definitions", "targetNamespace": OURS, "exporter": "svcflow"})
    collaboration = SubElement(root, f"{{{BPMN}}}collaboration", {"id": "collaboration"})
    pool = {"id": "pool", "name": clean(diagram.name), "processRef": process_id(diagram.id)}
    SubElement(collaboration, f"{{{BPMN}}}participant", pool)
    _process(root, diagram)
    _picture(root, diagram, placed)
    return write_xml(root)


def process_id(text: str) -> str:
    """Return a process id that XML takes for an id."""
    made = re.sub(r"[^A-Za-z0-9_.-]", "_", text)
    return f"process_{made}"


def _process(root: Element, diagram: Diagram) -> None:
    given = {"id": process_id(diagram.id), "name": clean(diagram.name), "isExecutable": "false"}
    process = SubElement(root, f"{{{BPMN}}}process", {**given, f"{{{OURS}}}process": clean(diagram.id)})
    if diagram.note:
        SubElement(process, f"{{{BPMN}}}documentation").text = clean(diagram.note)
    if diagram.fields:
        extension = SubElement(process, f"{{{BPMN}}}extensionElements")
        for field in diagram.fields.values():
            kind = " ".join(("enum", *field.values)) if field.kind == "enum" else field.kind
            SubElement(extension, f"{{{OURS}}}field", {"name": field.name, "kind": kind})
    if diagram.lanes:
        lanes = SubElement(process, f"{{{BPMN}}}laneSet", {"id": "lanes"})
        for number, (lane, name) in enumerate(diagram.lanes, start=1):
            element = SubElement(lanes, f"{{{BPMN}}}lane", {"id": f"lane_{number}", "name": clean(name)})
            element.set(f"{{{OURS}}}role", clean(lane))
            for node in diagram.nodes:
                if node.lane == lane:
                    SubElement(element, f"{{{BPMN}}}flowNodeRef").text = node.id
    for node in diagram.nodes:
        _node(process, node, diagram.flows)
    for flow in diagram.flows:
        _flow(process, flow)


def _node(process: Element, node: Node, flows: tuple[Flow, ...]) -> None:
    element = SubElement(process, f"{{{BPMN}}}{_TAGS[node.kind]}", {"id": node.id})
    if node.name:
        element.set("name", clean(node.name))
    if node.most:
        element.set("name", f"≤ {node.most}×")
        element.set(f"{{{OURS}}}max", str(node.most))
    if node.step:
        element.set(f"{{{OURS}}}step", clean(node.step))
        element.set(f"{{{OURS}}}owners", " ".join(map(clean, node.owners)))
    default = next((flow.id for flow in flows if flow.source == node.id and flow.otherwise), None)
    if default:
        element.set("default", default)
    if node.labels:
        extension = SubElement(element, f"{{{BPMN}}}extensionElements")
        for label in node.labels:
            SubElement(extension, f"{{{OURS}}}label", {"text": clean(label)})
    for tag, end in (("incoming", "target"), ("outgoing", "source")):
        for flow in flows:
            if getattr(flow, end) == node.id:
                SubElement(element, f"{{{BPMN}}}{tag}").text = flow.id


def _flow(process: Element, flow: Flow) -> None:
    given = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
    element = SubElement(process, f"{{{BPMN}}}sequenceFlow", given)
    if flow.condition:
        element.set("name", clean(flow.condition))
        condition = SubElement(element, f"{{{BPMN}}}conditionExpression", {f"{{{XSI}}}type": "bpmn:tFormalExpression"})
        condition.text = clean(flow.condition)


def _picture(root: Element, diagram: Diagram, placed: Placement) -> None:
    """Write the diagram interchange: a shape for each node and lane, an edge for each flow."""
    picture = SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "picture"})
    plane = SubElement(picture, f"{{{DI}}}BPMNPlane", {"id": "plane", "bpmnElement": "collaboration"})
    bands = list(placed.lanes.values())
    if bands:
        last = bands[-1]
        whole = Box(bands[0].x - HEADER, bands[0].y, last.width + HEADER, last.y + last.height - bands[0].y)
        _shape(plane, "pool", whole, {"isHorizontal": "true"})
    else:
        _shape(plane, "pool", Box(0, 0, placed.width, placed.height), {"isHorizontal": "true"})
    for number, box in enumerate(bands, start=1):
        _shape(plane, f"lane_{number}", box, {"isHorizontal": "true"})
    for node in diagram.nodes:
        box = placed.boxes[node.id]
        shape = _shape(plane, node.id, box, {"isMarkerVisible": "true"} if node.kind == "exclusive" else {})
        if node.kind != "task" and (node.name or node.most):
            below = box.y + box.height + 3 if node.kind == "end" else box.y - 17
            _caption(shape, (box.middle[0] - 40, below), 80)
    for flow in diagram.flows:
        edge = SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"{flow.id}_di", "bpmnElement": flow.id})
        for x, y in placed.lines[flow.id]:
            SubElement(edge, f"{{{DD}}}waypoint", {"x": f"{x:.1f}", "y": f"{y:.1f}"})
        if flow.id in placed.labels:
            x, y = placed.labels[flow.id]
            _caption(edge, (x, y - 11), length(flow.condition) + 6)


def _shape(plane: Element, element: str, box: Box, more: dict[str, str]) -> Element:
    shape = SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"{element}_di", "bpmnElement": element, **more})
    _bounds(shape, box)
    return shape


def _caption(parent: Element, at: Point, width: float) -> None:
    _bounds(SubElement(parent, f"{{{DI}}}BPMNLabel"), Box(at[0], at[1], width, 14))


def _bounds(parent: Element, box: Box) -> None:
    sizes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    SubElement(parent, f"{{{DC}}}Bounds", {name: f"{value:.1f}" for name, value in sizes.items()})
