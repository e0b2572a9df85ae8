"""BPMN: valid by its own rules, read by pm4py, and back; foreign files; what is refused."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.languages import difference, of_flow, of_process
from tests.execution.definitions import placed, process, random_flow, workspace

from svcflow.definitions import load
from svcflow.definitions.model import Process, Workspace
from svcflow.definitions.tidying import tidy
from svcflow.errors import InputError
from svcflow.mining.exchange.bpmn_reading import read_bpmn
from svcflow.mining.exchange.bpmn_writing import BPMN, DD, DI, write_bpmn
from svcflow.mining.exchange.drawing import draw
from svcflow.mining.exchange.markup import parse_xml
from svcflow.mining.exchange.placing import place
from svcflow.mining.exchange.sketching import sketch_diagram

WORKFLOWS = Path(__file__).parents[2] / "workflows"
SHIPPED = ("callback", "complaint", "escalation", "inquiry", "intake")
COUNTS = {"callback": (13, 13), "complaint": (27, 31), "escalation": (15, 17), "inquiry": (15, 16), "intake": (15, 19)}
"""Nodes and flows; those of the complaint are the 27 of the design."""


@pytest.fixture(scope="module")
def shipped() -> Workspace:
    return load(WORKFLOWS)


def written(process: Process, workspace: Workspace, lang: str = "en") -> str:
    diagram = draw(process, workspace, lang)
    return write_bpmn(diagram, place(diagram))


def check_structure(text: str) -> tuple[int, int]:
    """Assert the rules of a BPMN file with a picture; return how many nodes and flows it has."""
    root = ET.fromstring(text)
    of = root.find(f"{{{BPMN}}}process")
    assert of is not None
    flows = of.findall(f"{{{BPMN}}}sequenceFlow")
    nodes = [e for e in of if e.find(f"{{{BPMN}}}incoming") is not None or e.find(f"{{{BPMN}}}outgoing") is not None]
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert all(name[0].isalpha() for name in ids if name)
    known = {node.get("id"): node for node in nodes}
    into, out = Counter(f.get("targetRef") for f in flows), Counter(f.get("sourceRef") for f in flows)
    for flow in flows:
        assert {flow.get("sourceRef"), flow.get("targetRef")} <= known.keys()
    for name, node in known.items():
        kind = node.tag.rpartition("}")[2]
        assert into[name] == len(node.findall(f"{{{BPMN}}}incoming"))
        assert out[name] == len(node.findall(f"{{{BPMN}}}outgoing"))
        assert (into[name] == 0) == (kind == "startEvent")
        assert (out[name] == 0) == (kind == "endEvent")
        if kind == "task":
            assert (into[name], out[name]) == (1, 1)
        if kind.endswith("Gateway"):
            assert into[name] + out[name] >= 3 or kind == "exclusiveGateway"
        default = node.get("default")
        assert default is None or any(f.get("id") == default and f.get("sourceRef") == name for f in flows)
    members = [r.text for r in of.iter(f"{{{BPMN}}}flowNodeRef")]
    assert sorted(members) == sorted(str(name) for name in known)
    check_picture(root, known.keys(), [str(f.get("id")) for f in flows])
    return len(nodes), len(flows)


def check_picture(root: ET.Element, nodes: set[str | None] | object, flows: list[str]) -> None:
    shapes = {s.get("bpmnElement"): s.find("{*}Bounds") for s in root.iter(f"{{{DI}}}BPMNShape")}
    edges = {e.get("bpmnElement"): e.findall(f"{{{DD}}}waypoint") for e in root.iter(f"{{{DI}}}BPMNEdge")}
    lanes = {e.get("id") for e in root.iter(f"{{{BPMN}}}lane")}
    assert shapes.keys() == {*nodes, *lanes, "pool"}  # type: ignore[misc]
    assert list(edges) == flows
    assert all(len(points) >= 2 for points in edges.values())

    def box(name: str | None) -> tuple[float, float, float, float]:
        bounds = shapes[name]
        assert bounds is not None
        x, y, w, h = (float(str(bounds.get(key))) for key in ("x", "y", "width", "height"))
        assert w > 0
        assert h > 0
        return x, y, x + w, y + h

    boxes = [box(name) for name in nodes]  # type: ignore[attr-defined]
    for number, a in enumerate(boxes):
        for b in boxes[:number]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], "two nodes overlap"
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        points = [(float(str(p.get("x"))), float(str(p.get("y")))) for p in edges[flow.get("id")]]
        for point, end in ((points[0], flow.get("sourceRef")), (points[-1], flow.get("targetRef"))):
            left, top, right, bottom = box(end)
            assert left - 0.2 <= point[0] <= right + 0.2
            assert top - 0.2 <= point[1] <= bottom + 0.2
        assert all(abs(a[0] - b[0]) < 0.15 or abs(a[1] - b[1]) < 0.15 for a, b in pairwise(points))
    for lane in root.iter(f"{{{BPMN}}}lane"):
        left, top, right, bottom = box(lane.get("id"))
        for ref in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            x, y, end, low = box(ref.text)
            assert left <= x
            assert end <= right
            assert top <= y
            assert low <= bottom


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shipped_definitions_are_valid_bpmn(shipped: Workspace, name: str, lang: str) -> None:
    assert check_structure(written(shipped.processes[name], shipped, lang)) == COUNTS[name]


@given(st.integers(0, 10**9), st.integers(1, 25))
@settings(max_examples=60, deadline=None)
def test_any_flow_is_valid_bpmn_without_overlaps(seed: int, size: int) -> None:
    dice = random.Random(seed)
    made = process(random_flow(dice, size, [f"s{n}" for n in range(40)]))
    roles = [("r1",), ("r2",), ("r3",)]
    from dataclasses import replace

    steps = {name: replace(step, owners=dice.choice(roles)) for name, step in made.steps.items()}
    made = replace(made, steps=steps)
    check_structure(written(made, workspace(made)))


@pytest.mark.parametrize("name", SHIPPED)
def test_pm4py_reads_the_same_nodes_and_flows(shipped: Workspace, name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.bpmn"
    path.write_text(written(shipped.processes[name], shipped), encoding="utf-8")
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        import pm4py
        from pm4py.objects.bpmn.obj import BPMN as Theirs

        read = pm4py.read_bpmn(str(path))
    nodes = [n for n in read.get_nodes() if not isinstance(n, Theirs.Participant | Theirs.Collaboration)]
    assert (len(nodes), len(read.get_flows())) == COUNTS[name]
    ours = {step.name.en for step in shipped.processes[name].steps.values()}
    theirs = [n.get_name() for n in nodes if isinstance(n, Theirs.Task)]
    assert set(theirs) <= ours
    anytime = {entry.step for entry in shipped.processes[name].anytime}
    assert len(theirs) == len(shipped.processes[name].steps.keys() - anytime)


@pytest.mark.parametrize("name", SHIPPED)
def test_there_and_back_is_the_same_flow(shipped: Workspace, name: str) -> None:
    made = shipped.processes[name]
    sketch = sketch_diagram(read_bpmn(parse_xml(written(made, shipped).encode(), "x.bpmn"), "x.bpmn"))
    assert difference(of_process(made, shipped), of_flow(made, placed(sketch.flow))) is None
    from svcflow.definitions.outlining import write_flow

    assert write_flow(sketch.flow) == write_flow(tidy(made.flow)), "conditions, bounds and outcomes too"
    assert {step.id: step.owners for step in sketch.steps} == {s.id: made.steps[s.id].owners for s in sketch.steps}
    assert set(sketch.fields) <= set(made.fields)
    assert all(sketch.fields[field] == made.fields[field] for field in sketch.fields)


def test_the_same_definition_gives_the_same_bytes(shipped: Workspace) -> None:
    made = shipped.processes["complaint"]
    assert written(made, shipped) == written(made, load(WORKFLOWS))


def test_anytime_steps_are_told_in_a_note(shipped: Workspace) -> None:
    text = written(shipped.processes["complaint"], shipped)
    assert "Not drawn, since they may happen at any time: Customer chases" in text


# --- foreign files --------------------------------------------------------------------------------------------------

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'


def foreign(body: str, flows: str, process: str = "Order handling") -> bytes:
    arcs = []
    for number, arc in enumerate(flows.split()):
        ends, _, condition = arc.partition("?")
        source, target = ends.split(">")
        inner = f"<conditionExpression>{condition.replace('_', ' ')}</conditionExpression>" if condition else ""
        arcs.append(f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
    return f'{HEAD}<process id="p" name="{process}">{body}{"".join(arcs)}</process></definitions>'.encode()


def flow_of(data: bytes) -> list[str]:
    from svcflow.definitions.outlining import write_flow

    return write_flow(sketch_diagram(read_bpmn(parse_xml(data, "x.bpmn"), "x.bpmn")).flow)


EVENTS = '<startEvent id="s"/><endEvent id="e"/>'


def test_conditions_of_other_tools_become_guards() -> None:
    body = f'{EVENTS}<exclusiveGateway id="g" default="f2"/><exclusiveGateway id="j"/>' + "".join(
        f'<task id="{n}" name="Task {n}"/>' for n in "abc"
    )
    flows = "s>a a>g g>j g>b?${amount_&gt;_500_&amp;&amp;_!approved} b>j j>c c>e"
    assert flow_of(foreign(body, flows)) == [
        "flow:", "  - task_a", "  - {when: amount > 500 and not approved, do: task_b}", "  - task_c",
    ]  # fmt: skip


def test_conditions_that_say_nothing_leave_the_choice_to_the_case() -> None:
    body = f'{EVENTS}<exclusiveGateway id="g"/><exclusiveGateway id="j"/><task id="a" name="A"/><task id="b" name="B"/>'
    data = foreign(body, "s>g g>a?${bean.check()} g>b?${other()} a>j b>j j>e")
    sketch = sketch_diagram(read_bpmn(parse_xml(data, "x.bpmn"), "x.bpmn"))
    assert flow_of(data) == ["flow:", "  - any: [a, b]"]
    assert "bean.check()" in sketch.notes[0]


def test_sub_processes_are_opened_out() -> None:
    inner = '<startEvent id="s2"/><endEvent id="e2"/><task id="b" name="Inner"/>'
    inner += '<sequenceFlow id="i1" sourceRef="s2" targetRef="b"/><sequenceFlow id="i2" sourceRef="b" targetRef="e2"/>'
    body = f'{EVENTS}<task id="a" name="Before"/><subProcess id="sub" name="Sub">{inner}</subProcess>'
    assert flow_of(foreign(body, "s>a a>sub sub>e")) == ["flow:", "  - before", "  - inner"]


@pytest.mark.parametrize(
    ("body", "flows", "said"),
    [
        ('<inclusiveGateway id="g" name="Which?"/>', "s>g g>e", "inclusive gateway 'Which?'"),
        ('<task id="a"/><boundaryEvent id="b" attachedToRef="a" name="Too late"/>', "s>a a>e", "boundary event"),
        ('<task id="a"/>', "s>a a>nowhere", "begins or ends at nothing: 'nowhere'"),
        ('<task id="a"/><task id="b" name="Lost"/>', "s>a a>e b>b", "task 'Lost' is never reached"),
    ],
)
def test_what_no_block_says_is_refused_by_name(body: str, flows: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        flow_of(foreign(EVENTS + body, flows))
    assert said in caught.value.message
    assert caught.value.hint


def test_several_processes_ask_for_a_choice() -> None:
    one = foreign(EVENTS, "s>e").decode().replace("</definitions>", "")
    other = foreign('<startEvent id="s3"/><endEvent id="e3"/>', "s3>e3", "Second").decode().replace(HEAD, "")
    root = parse_xml((one + other.replace('id="p"', 'id="q"')).encode(), "x.bpmn")
    with pytest.raises(InputError, match="2 processes: 'Order handling', 'Second'"):
        read_bpmn(root, "x.bpmn")
    assert read_bpmn(root, "x.bpmn", "Second").name == "Second"


def test_text_of_a_definition_never_becomes_markup() -> None:
    from dataclasses import replace

    from tests.execution.definitions import task

    from svcflow.definitions.model import Text

    made = process(task("a"))
    evil = '</bpmn:task><script>"&\x00\x1b[2J'
    made = replace(made, steps={"a": replace(made.steps["a"], name=Text(evil, evil), owners=(evil,))})
    root = ET.fromstring(written(made, workspace(made)))
    names = [e.get("name") for e in root.iter(f"{{{BPMN}}}task")]
    assert names == ['</bpmn:task><script>"&[2J']
    assert not list(root.iter("script"))
