"""PNML and pm4py's objects: the same language by pm4py's own firing rule, sound by Woflan; what is no workflow net."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.exchange.languages import difference, of_flow, of_pm4py, of_process
from tests.execution.definitions import placed, process, random_flow, workspace

from svcflow.definitions import load
from svcflow.definitions.model import Process, Workspace
from svcflow.definitions.net import compile_net
from svcflow.errors import DefinitionError, InputError
from svcflow.mining.exchange.markup import parse_xml
from svcflow.mining.exchange.objects import from_process_tree, to_petri_net, to_process_tree
from svcflow.mining.exchange.pnml_reading import read_pnml
from svcflow.mining.exchange.pnml_writing import write_pnml
from svcflow.mining.exchange.sketching import sketch_diagram, sketch_tree
from svcflow.mining.exchange.trees import outline, plant, read_ptml, write_ptml, write_tree

WORKFLOWS = Path(__file__).parents[2] / "workflows"
SHIPPED = ("callback", "complaint", "escalation", "inquiry", "intake")


@pytest.fixture(scope="module")
def shipped() -> Workspace:
    return load(WORKFLOWS)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    nowhere = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        warnings.simplefilter("ignore")
        yield


def some(count: int, largest: int = 10) -> list[Process]:
    dice = random.Random(7)
    names = [f"s{n}" for n in range(20)]
    return [process(random_flow(dice, dice.randint(1, largest), names)) for _ in range(count)]


def pnml(made: Process, within: Workspace) -> str:
    return write_pnml(compile_net(made, within), made.id, {step: step for step in made.steps})


def test_pm4py_reads_pnml_with_the_same_language(shipped: Workspace, tmp_path: Path) -> None:
    with quiet():
        import pm4py
    for made, within in [(shipped.processes[n], shipped) for n in SHIPPED] + [(p, workspace(p)) for p in some(25)]:
        path = tmp_path / "net.pnml"
        path.write_text(pnml(made, within), encoding="utf-8")
        with quiet():
            read = pm4py.read_pnml(str(path))
        assert difference(of_process(made, within), of_pm4py(*read)) is None


def test_the_nets_are_sound_by_woflan(shipped: Workspace) -> None:
    with quiet():
        import pm4py

        for made, within in [(shipped.processes[n], shipped) for n in SHIPPED] + [
            (p, workspace(p)) for p in some(8, 6)
        ]:
            assert pm4py.check_soundness(*to_petri_net(made, within))[0]


def test_played_traces_align_at_no_cost(shipped: Workspace) -> None:
    from tests.execution.definitions import play

    with quiet():
        from pm4py.algo.conformance.alignments.petri_net import algorithm
        from pm4py.objects.log.obj import Event, EventLog, Trace

        dice = random.Random(3)
        for made in some(20):
            traces = [play(dice, made.flow) for _ in range(4)]
            log = EventLog([Trace([Event({"concept:name": s}) for s in t]) for t in traces if t])
            for aligned in algorithm.apply(log, *to_petri_net(made, workspace(made))) if len(log) else []:
                assert aligned["cost"] < 10_000


@pytest.mark.parametrize("name", SHIPPED)
def test_pnml_there_and_back(shipped: Workspace, name: str) -> None:
    made = shipped.processes[name]
    sketch = sketch_diagram(read_pnml(parse_xml(pnml(made, shipped).encode(), name), name))
    assert difference(of_process(made, shipped), of_flow(made, placed(sketch.flow))) is None


@pytest.mark.parametrize("name", SHIPPED)
def test_trees_there_and_back(shipped: Workspace, name: str) -> None:
    made = shipped.processes[name]
    tree = plant(made, shipped)
    text = write_ptml(tree, name, str)
    again = read_ptml(parse_xml(text.encode(), name), name)
    sketch = sketch_tree(again, name)
    for flow in (outline(tree, str), outline(again, str), sketch.flow):
        assert difference(of_process(made, shipped), of_flow(made, placed(flow))) is None
    with quiet():
        theirs = to_process_tree(made, shipped)
        assert from_process_tree(theirs) == tree
        assert write_tree(tree, str).replace(" ", "") == str(theirs).replace(" ", "")


def test_pm4py_reads_ptml(shipped: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "complaint.ptml"
    made = shipped.processes["complaint"]
    path.write_text(write_ptml(plant(made, shipped), "complaint", str), encoding="utf-8")
    with quiet():
        import pm4py

        net = pm4py.convert_to_petri_net(pm4py.read_ptml(str(path)))
    assert difference(of_process(made, shipped), of_pm4py(*net)) is None


def test_an_end_within_a_repeat_has_no_tree() -> None:
    from tests.execution.definitions import end, may, repeat, seq, task

    made = process(repeat(seq(task("a"), may(end("gone")))))
    with pytest.raises(DefinitionError, match="a case can end within the repeat at flow"):
        plant(made, workspace(made))


def net(*arcs: str, marked: str = "p0", final: str = "") -> bytes:
    """Return PNML of arcs ``p0>a``: names that begin with p are places, others transitions."""
    names = dict.fromkeys(name for arc in arcs for name in arc.split(">"))
    parts = []
    for name in names:
        if name.startswith("p"):
            tokens = "<initialMarking><text>1</text></initialMarking>" if name == marked else ""
            parts.append(f'<place id="{name}">{tokens}</place>')
        else:
            parts.append(f'<transition id="{name}"><name><text>{name}</text></name></transition>')
    ends = (arc.split(">") for arc in arcs)
    parts += [f'<arc id="a{n}" source="{a}" target="{b}"/>' for n, (a, b) in enumerate(ends)]
    last = f'<finalmarkings><marking><place idref="{final}"><text>1</text></place></marking></finalmarkings>'
    return f'<pnml><net id="n"><page id="g">{"".join(parts)}</page>{last if final else ""}</net></pnml>'.encode()


def read(data: bytes) -> list[str]:
    from svcflow.definitions.outlining import write_flow

    return write_flow(sketch_diagram(read_pnml(parse_xml(data, "x.pnml"), "x.pnml")).flow)


def test_a_foreign_net_is_read() -> None:
    arcs = ("p0>a", "a>p1", "a>p2", "p1>b", "b>p3", "p2>c", "p2>d", "c>p4", "d>p4", "p3>e", "p4>e", "e>p5")
    assert read(net(*arcs)) == ["flow:", "  - a", "  - parallel: [b, {any: [c, d]}]", "  - e"]


def test_a_final_place_may_have_arcs_that_lead_on() -> None:
    assert read(net("p0>a", "a>p1", "p1>b", "b>p1", final="p1")) == ["flow:", "  - a", "  - may: {repeat: {do: b}}"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (net("p0>a", "a>p1", "a>p2"), "end with one token in one place; here: 'p1', 'p2'"),
        (net("p0>a", "px>a", "a>p1", marked=""), "begin with one token in one place; here: 'p0', 'px'"),
        (net("p0>a", "a>p1", "b>p1"), "transition 'b' has no place before it"),
        (net("p0>a", "p0>b", "a>p1", "b>p2", "p1>c", "p2>c", "c>p3"), "open exclusive and meet parallel"),
        (net("p0>a", "a>p1").replace(b'target="p1"', b'target="p9"'), "begins or ends at nothing: 'p9'"),
        (net("p0>a", "a>p1").replace(b"<text>1<", b"<text>-1<"), "is no number of tokens"),
        (b"<pnml/>", "holds no net"),
        (b"<html/>", "is not PNML"),
    ],
)
def test_what_is_no_workflow_net_is_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert said in caught.value.message
    assert caught.value.hint
