"""Nets: what each construct becomes, and that a net can do exactly what its outline says."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.definitions import load
from svcflow.definitions.flows import read_item
from svcflow.definitions.model import (
    AnyOf,
    Choose,
    End,
    Item,
    May,
    Parallel,
    Process,
    Repeat,
    Sequence,
    Task,
    Text,
    When,
)
from svcflow.definitions.net import DEFAULT_OUTCOME, Net, build_net, compile_net, explore, inlined, items_of, steps_of
from svcflow.definitions.reading import Reading
from svcflow.definitions.soundness import dead_steps, route, traps
from svcflow.documents import parse
from svcflow.errors import DefinitionError
from svcflow.findings import NOWHERE
from svcflow.guards import Field

EXAMPLES = Path(__file__).parent / "examples"
LONGEST = 5
Trace = tuple[str, ...]


def process(flow: str, name: str = "p") -> Process:
    document = parse(flow)
    reading = Reading(document, name, {"ok": Field("ok", "boolean"), "n": Field("n", "number")})
    item = read_item(reading, document.root)
    assert reading.remarks == []
    return Process(
        id=name, name=Text(name, name), owner="lead", file="p.yaml", valid_from=None, valid_until=None, applies_to=None,
        calendar="office", fields=reading.fields, ignore=(), steps={}, flow=item, anytime=(), waiting=(), slas={},
        rules={}, kpis={}, position=NOWHERE,
    )  # fmt: skip


def net_of(flow: str) -> Net:
    return build_net(process(flow), {})


def decisions(net: Net) -> list[tuple[str, list[tuple[str, bool]]]]:
    return [
        (t.path, [(net.guards[guard].text, holds) for guard, holds in t.decision.literals])
        for t in net.transitions
        if t.decision
    ]


def test_steps_are_visible_and_named_by_their_place() -> None:
    net = net_of("[a, [b, c], {may: d}]")
    assert [(t.step, t.path) for t in net.transitions if t.step] == [
        ("a", "flow/0"), ("b", "flow/1/0"), ("c", "flow/1/1"), ("d", "flow/2/may"),
    ]  # fmt: skip


def test_choose_refuses_the_branches_above() -> None:
    net = net_of("{choose: [{when: ok, do: a}, {when: n > 1, do: b}, {else: c}]}")
    assert decisions(net) == [
        ("flow/choose/0", [("ok", True)]),
        ("flow/choose/1", [("ok", False), ("n > 1", True)]),
        ("flow/choose/2", [("ok", False), ("n > 1", False)]),
    ]


def test_when_decides_both_ways_and_repeat_too() -> None:
    net = net_of("[{when: ok, do: a}, {repeat: {do: b, redo: c, while: not ok}}]")
    assert decisions(net) == [
        ("flow/0", [("ok", True)]),
        ("flow/0", [("ok", False)]),
        ("flow/1", [("not ok", True)]),
        ("flow/1", [("not ok", False)]),
    ]


def test_the_same_guard_is_kept_once() -> None:
    assert [guard.text for guard in net_of("[{when: ok, do: a}, {when: ok, do: b}]").guards] == ["ok"]


def test_a_repeat_without_guard_and_may_and_any_decide_nothing() -> None:
    assert decisions(net_of("[{repeat: {do: a}}, {may: b}, {any: [c, d]}]")) == []


def test_ends_lead_to_the_sink_with_their_outcome() -> None:
    net = net_of("[a, {when: ok, do: {end: early}}, b]")
    ends = {t.outcome: t.produces for t in net.transitions if t.outcome}
    assert ends == {"early": (net.sink,), DEFAULT_OUTCOME: (net.sink,)}


def test_an_inlined_process_goes_on_after_its_ends() -> None:
    inner = process("[x, {when: ok, do: {end: no}}, y, {end: yes}]", "inner")
    outer = process("[a, {run: inner}, b]")
    net = build_net(outer, {"inner": inner})
    assert [t.path for t in net.transitions if t.step] == ["flow/0", "flow/1/run/flow/0", "flow/1/run/flow/2", "flow/2"]
    assert {t.outcome for t in net.transitions if t.outcome} == {DEFAULT_OUTCOME}
    assert traces(net) == {("a", "x", "b"), ("a", "x", "y", "b")}


def test_a_process_may_be_run_twice() -> None:
    inner = process("[x, {end: yes}]", "inner")
    net = build_net(process("[{run: inner}, a, {run: inner}]"), {"inner": inner})
    assert traces(net) == {("x", "a", "x")}
    assert len({t.path for t in net.transitions if t.step}) == 3


@pytest.mark.parametrize(("flow", "message"), [("[a, {run: p}]", "circle: p → p"), ("{run: q}", "'q' is run but not")])
def test_what_cannot_be_run_is_refused(flow: str, message: str) -> None:
    outer = process(flow)
    with pytest.raises(DefinitionError, match=message):
        build_net(outer, {"p": outer})


def test_too_many_markings_are_refused_not_counted_for_ever() -> None:
    net = net_of("{parallel: [" + ", ".join(f"s{n}" for n in range(30)) + "]}")
    with pytest.raises(DefinitionError, match="more than 500 markings"):
        explore(net, cap=500)


def test_parallel_multiplies_markings() -> None:
    graph = explore(net_of("{parallel: [a, b, c, d]}"))
    assert len(graph.markings) == 2**4 + 3  # source, every subset done, joined, sink
    assert graph.markings[0] == (0,)
    assert graph.markings[graph.final] == (1,)


def test_an_end_beside_other_branches_is_a_trap() -> None:
    graph = explore(net_of("[a, {parallel: [[b, {when: ok, do: {end: stop}}], c]}, d]"))
    caught = traps(graph)
    assert caught
    assert route(graph, caught[0]) in {("a", "b"), ("a",)}


def test_what_stands_after_an_end_is_dead() -> None:
    assert dead_steps(explore(net_of("[a, {end: x}, b]"))) == ("b",)


def test_the_examples_compile() -> None:
    workspace = load(EXAMPLES)
    refund = workspace.processes["refund"]
    graph = explore(compile_net(refund, workspace))
    assert traps(graph) == ()
    assert dead_steps(graph) == ()
    assert [part.id for part in inlined(refund, workspace.processes)] == ["refund", "ring_back"]
    assert {"dial", "write", "bank"} <= steps_of(refund, workspace).keys()
    assert {t.step for t in graph.net.transitions if t.step} < steps_of(refund, workspace).keys()


# An outline and its net say the same: the traces of the one, found by reading the outline as a grammar, are those of
# the other, found by playing the net. Guards are left open on both sides.


def traces(net: Net, longest: int = LONGEST) -> set[Trace]:
    graph = explore(net)
    following: dict[int, list[tuple[int, int]]] = {}
    for before, transition, after in graph.edges:
        following.setdefault(before, []).append((transition, after))
    seen: set[tuple[int, Trace]] = {(0, ())}
    waiting = [(0, ())]
    while waiting:
        marking, trace = waiting.pop()
        for transition, after in following.get(marking, ()):
            step = net.transitions[transition].step
            state = (after, (*trace, step) if step else trace)
            if len(state[1]) <= longest and state not in seen:
                seen.add(state)
                waiting.append(state)
    return {trace for marking, trace in seen if marking == graph.final}


Words = set[tuple[Trace, bool]]


def words(item: Item) -> Words:
    """Return the traces of an item up to the longest, each with whether it ended the case."""
    match item:
        case Task():
            return {((item.step,), False)}
        case End():
            return {((), True)}
        case Sequence():
            found: Words = {((), False)}
            for inner in item.items:
                found = chain(found, words(inner))
            return found
        case Parallel():
            mixed: set[Trace] = {()}
            for inner in item.branches:
                mixed = {m for a in mixed for b, _ in words(inner) for m in shuffle(a, b) if len(m) <= LONGEST}
            return {(trace, False) for trace in mixed}
        case Choose() | AnyOf():
            return set().union(*(words(inner) for inner in items_of(item)))
        case May() | When():
            return words(item.item) | {((), False)}
        case Repeat():
            once = words(item.do)
            again = chain(words(item.redo), once) if item.redo else once
            found, fresh = set(once), once
            while fresh:
                fresh = chain({word for word in fresh if not word[1]}, again) - found
                found |= fresh
            return found
    raise AssertionError(item)


def chain(first: Words, second: Words) -> Words:
    ended = {word for word in first if word[1]}
    going = {(a + b, end) for a, stop in first if not stop for b, end in second if len(a) + len(b) <= LONGEST}
    return ended | going


def shuffle(a: Trace, b: Trace) -> set[Trace]:
    if not a or not b:
        return {a + b}
    return {(a[0], *rest) for rest in shuffle(a[1:], b)} | {(b[0], *rest) for rest in shuffle(a, b[1:])}


def outlines(*, ends: bool) -> st.SearchStrategy[object]:
    leaf: st.SearchStrategy[object] = st.just("step")
    if ends:
        leaf = st.sampled_from(["step", "step", "step", {"end": "out"}])

    def grow(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        calm = inner.filter(lambda item: "end" not in str(item))
        return st.one_of(
            st.lists(inner, min_size=1, max_size=3),
            st.lists(calm, min_size=2, max_size=3).map(lambda items: {"parallel": items}),
            st.lists(inner, min_size=2, max_size=3).map(lambda items: {"any": items}),
            inner.map(lambda item: {"may": item}),
            inner.map(lambda item: {"when": "ok", "do": item}),
            st.tuples(inner, inner).map(lambda p: {"choose": [{"when": "n > 1", "do": p[0]}, {"else": p[1]}]}),
            inner.map(lambda item: {"repeat": {"do": item, "while": "not ok"}}),
            st.tuples(inner, inner).map(lambda p: {"repeat": {"do": p[0], "redo": p[1]}}),
        )

    return st.recursive(leaf, grow, max_leaves=6)


def spell(item: object) -> str:
    """Write an outline in flow style, every step with a name of its own."""
    names = count()

    def write(part: object) -> str:
        if part == "step":
            return f"s{next(names)}"
        if isinstance(part, list):
            return "[" + ", ".join(map(write, part)) + "]"
        if isinstance(part, dict):
            return "{" + ", ".join(f"{key}: {write(value)}" for key, value in part.items()) + "}"
        return str(part)

    return write(item)


@settings(deadline=None, max_examples=250)
@given(outlines(ends=True).map(spell))
def test_a_net_does_what_its_outline_says(flow: str) -> None:
    outline = process(flow)
    assert traces(build_net(outline, {})) == {trace for trace, _ in words(outline.flow)}


@settings(deadline=None, max_examples=250)
@given(outlines(ends=True).map(spell))
def test_block_structure_is_sound(flow: str) -> None:
    graph = explore(net_of(flow))
    if graph.final >= 0:
        assert traps(graph) == ()
    assert all(len(set(marking)) == len(marking) for marking in graph.markings), "safe: one token in a place"


@settings(deadline=None, max_examples=150)
@given(outlines(ends=False).map(spell))
def test_without_ends_every_step_can_happen(flow: str) -> None:
    graph = explore(net_of(flow))
    assert graph.final >= 0
    assert dead_steps(graph) == ()
    assert len(set(graph.markings)) == len(graph.markings)
