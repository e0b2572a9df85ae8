"""Diagrams folded back into blocks: the same language for random flows, a clear word where there are no blocks."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.languages import difference, of_flow, of_process
from tests.execution.definitions import (
    end,
    guard,
    may,
    par,
    placed,
    process,
    random_flow,
    repeat,
    seq,
    task,
    when,
    workspace,
)

from svcflow.definitions.model import Item, Process, Task, Text
from svcflow.definitions.net import walk
from svcflow.definitions.tidying import tidy
from svcflow.errors import InputError
from svcflow.guards import Field, compile_guard
from svcflow.mining.exchange.blocks import fold
from svcflow.mining.exchange.diagram import Diagram, Flow, Node
from svcflow.mining.exchange.drawing import draw
from svcflow.mining.exchange.markup import parse_xml
from svcflow.mining.exchange.pnml_reading import read_pnml
from svcflow.mining.exchange.pnml_writing import write_pnml
from svcflow.mining.exchange.sketching import sketch_diagram

NAMES = [f"s{number:02}" for number in range(30)]


def made(flow: Item) -> Process:
    return process(flow)


def with_ends(dice: random.Random, flow: Item, outcome: int = 0) -> Item:
    """Return a sequence in which the case may end before the flow, and after it ends differently."""
    early = seq(task("early"), end("early"))
    way = may(early) if dice.random() < 0.5 else when(guard("odd", odd=Field("odd", "boolean")), early)
    return seq(way, flow, *((end("late"),) if outcome else ()))


def folded(made: Process) -> Item:
    diagram = draw(made, workspace(made))
    steps = {node.id: node.step for node in diagram.nodes if node.kind == "task"}
    guards = {f.id: compile_guard(f.condition, diagram.fields) for f in diagram.flows if f.condition}
    return placed(fold(diagram, steps, guards))


@given(st.integers(0, 10**9), st.integers(1, 14), st.sampled_from([0, 1, 2]))
@settings(max_examples=250, deadline=None)
def test_a_drawn_flow_folds_back_into_the_same_language(seed: int, size: int, ends: int) -> None:
    dice = random.Random(seed)
    flow = random_flow(dice, size, NAMES)
    made = process(with_ends(dice, flow, ends - 1) if ends else flow, fields={"odd": Field("odd", "boolean")})
    assert difference(of_process(made, workspace(made)), of_flow(made, folded(made))) is None


@given(st.integers(0, 10**9), st.integers(1, 12), st.booleans())
@settings(max_examples=120, deadline=None)
def test_a_net_folds_back_into_the_same_language(seed: int, size: int, ends: bool) -> None:
    from svcflow.definitions.net import compile_net

    dice = random.Random(seed)
    flow = random_flow(dice, size, NAMES)
    made = process(with_ends(dice, flow) if ends else flow, fields={"odd": Field("odd", "boolean")})
    text = write_pnml(compile_net(made, workspace(made)), "net", {step: step for step in made.steps})
    sketch = sketch_diagram(read_pnml(parse_xml(text.encode(), "net"), "net"))
    assert [step.id for step in sketch.steps] == [i.step for i in walk(made.flow) if isinstance(i, Task)]
    assert difference(of_process(made, workspace(made)), of_flow(made, placed(sketch.flow))) is None


@given(st.integers(0, 10**9), st.integers(1, 14))
@settings(max_examples=150, deadline=None)
def test_tidying_keeps_the_language_and_stays(seed: int, size: int) -> None:
    made = process(random_flow(random.Random(seed), size, NAMES))
    tidied = tidy(made.flow)
    assert difference(of_process(made, workspace(made)), of_flow(made, placed(tidied))) is None
    assert tidy(tidied) == tidied


def test_the_comparison_of_languages_can_tell_two_apart() -> None:
    one, other = process(seq(task("a"), may(task("b")))), process(seq(task("a"), task("b")))
    assert difference(of_process(one, workspace(one)), of_process(other, workspace(other))) == ("a",)


def test_an_end_within_a_repeat_stays_there() -> None:
    made = process(repeat(seq(task("a"), may(seq(task("b"), end("gone"))), task("c"))))
    flow = folded(made)
    assert difference(of_process(made, workspace(made)), of_flow(made, flow)) is None
    assert any(getattr(item, "outcome", "") == "gone" for item in walk(flow))


def test_guards_and_bounds_survive() -> None:
    fields = {"n": Field("n", "number"), "ok": Field("ok", "boolean")}
    again = guard("n > 3", **fields)
    flow = seq(task("a"), repeat(task("b"), guard=again, most=4), when(guard("ok", **fields), task("c")), task("d"))
    made = process(flow, fields=fields)
    assert folded(made) == placed(tidy(made.flow))


def diagram(*arcs: str, **kinds: str) -> Diagram:
    """Return a diagram of arcs written ``a>b``; nodes are tasks but for those of `kinds`."""
    ends = [arc.split(">") for arc in arcs]
    names = dict.fromkeys(name for pair in ends for name in pair)
    nodes = tuple(Node(name, kinds.get(name, "task"), name.upper()) for name in names)  # type: ignore[arg-type]
    return Diagram("d", "d", nodes, tuple(Flow(f"f{i}", a, b) for i, (a, b) in enumerate(ends)))


def refused(drawn: Diagram) -> str:
    with pytest.raises(InputError) as caught:
        fold(drawn, {n.id: n.id for n in drawn.nodes if n.kind == "task"}, {})
    assert caught.value.hint
    return caught.value.message


GATES = {"s": "start", "e": "end", "x": "exclusive", "y": "exclusive", "p": "parallel", "q": "parallel"}


def test_a_choice_that_meets_parallel_is_named() -> None:
    said = refused(diagram("s>x", "x>a", "x>b", "a>q", "b>q", "q>e", **GATES))
    assert said == "the branches of exclusive gateway 'X' open exclusive and meet parallel at parallel gateway 'Q'"


def test_branches_that_cross_are_named() -> None:
    drawn = diagram(
        "s>p", "p>a", "p>b", "a>f", "b>g", "f>c", "f>h", "g>h", "g>d", "h>i", "i>q", "c>q", "d>q", "q>e",
        **GATES, f="parallel", g="parallel", h="parallel",
    )  # fmt: skip
    assert "no block: the branches of" in refused(drawn)


def test_an_end_in_a_parallel_branch_is_named() -> None:
    said = refused(diagram("s>p", "p>a", "p>x", "x>b", "x>z", "a>q", "b>q", "q>e", **GATES | {"z": "end"}))
    assert "'P'" in said


def test_what_is_not_reached_or_never_ends_is_named() -> None:
    assert "task 'B' is never reached" in refused(diagram("s>a", "a>e", "b>y", "y>b", **GATES))
    assert "after task 'B' the case can never end" in refused(diagram("s>x", "x>e", "x>b", "b>y", "y>b", **GATES))


def test_parallel_ends_without_a_join_end_together() -> None:
    drawn = diagram("s>p", "p>a", "p>b", "a>e", "b>e", **GATES)
    flow = fold(drawn, {"a": "a", "b": "b"}, {})
    assert flow == tidy(par(task("a"), task("b")))


def test_tasks_without_gateways_join_exclusive_and_split_parallel() -> None:
    drawn = diagram("s>a", "a>b", "a>c", "b>q", "c>q", "q>x", "x>d", "d>g", "g>d", "g>e", **GATES | {"g": "exclusive"})
    flow = fold(drawn, {n.id: n.id for n in drawn.nodes if n.kind == "task"}, {})
    made = replace(process(seq(*(task(n) for n in "abcd"))), name=Text("d", "d"))
    expected = process(seq(task("a"), par(task("b"), task("c")), repeat(task("d"))))
    assert difference(of_flow(made, placed(flow)), of_process(expected, workspace(expected))) is None


def test_large_flows_fold_in_reasonable_work() -> None:
    made = process(seq(*(may(task(f"t{number}")) for number in range(250))))
    assert folded(made) == placed(tidy(made.flow))
