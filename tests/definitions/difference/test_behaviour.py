"""Behaviours gained and lost, against every word of both languages up to a length."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from tests.definitions.difference.language import FIELDS, holds, random_process, words
from tests.execution.definitions import any_of, anytime, choose, end, guard, may, par, process, repeat, seq, task, when

from svcflow.definitions.difference import Behaviour, Side, Trace, compare_behaviour
from svcflow.definitions.model import Process, Run
from svcflow.errors import DefinitionError
from svcflow.findings import NOWHERE
from svcflow.guards import Field

ROOM = 5


def compare(old: Process, new: Process, *others: Process, data: bool = True, most: int = 10) -> Behaviour:
    known = {other.id: other for other in others}
    return compare_behaviour(Side(old, known), Side(new, known), data=data, most=most)


def traces(found: Behaviour) -> list[tuple[str, Trace]]:
    told = [(kind, getattr(change, kind)) for change in found.changes for kind in ("lost", "gained")]
    return [(kind, trace) for kind, trace in told if trace is not None]


def said(found: Behaviour) -> list[str]:
    return [f"{kind} {' '.join(trace.steps)} = {trace.outcome}" for kind, trace in traces(found)]


@pytest.mark.parametrize("seed", range(60))
def test_a_process_does_not_differ_from_itself(seed: int) -> None:
    made = random_process(random.Random(seed), "abcdef")
    twin = replace(made, anytime=(anytime("z"),))
    assert compare(made, made).changes == ()
    # Not the same net, but the same language.
    assert compare(made, process(seq(made.flow, may(seq())), fields=FIELDS)).changes == ()
    assert compare(twin, twin).changes == ()


@pytest.mark.parametrize("seed", range(260))
def test_the_verdict_is_that_of_both_languages_word_by_word(seed: int) -> None:
    dice = random.Random(seed)
    names = "abcd"[: dice.randint(2, 4)]
    old, new = random_process(dice, names), random_process(dice, names)
    before, after = words(old, ROOM), words(new, ROOM)
    found = compare(old, new)
    shown = traces(found)
    assert bool(found.changes) == bool(shown)
    for kind, language, other in (("lost", before, after), ("gained", after, before)):
        shortest = min((len(letters) for letters, _ in language - other), default=None)
        told = min((len(t.steps) + 1 for k, t in shown if k == kind and t.outcome), default=None)
        if shortest is not None:
            assert told == shortest, (old.flow, new.flow)
        else:
            assert told is None or told > ROOM + 1
    for kind, trace in shown:
        if trace.outcome is not None and len(trace.steps) <= ROOM:
            here, there = (before, after) if kind == "lost" else (after, before)
            assert holds(trace, here)
            assert not holds(trace, there)


def test_a_threshold_that_moved_is_shown_by_a_case_between() -> None:
    claim = {"claim": Field("claim", "number")}

    def asking(text: str) -> Process:
        return process(seq(task("a"), when(guard(text, **claim), task("approve")), task("b")), fields=claim)

    found = compare(asking("claim > 500"), asking("claim > 800"))
    assert said(found) == ["lost a approve b = done", "gained a b = done"]
    for _, trace in traces(found):
        assert 500 < float(str(trace.given["claim"])) <= 800
        assert trace.facts == ()
        assert trace.at == 1
    assert [letter.name for letter in traces(found)[1][1].instead] == ["approve"]
    assert compare(asking("claim > 500"), asking("not claim <= 500")).changes == ()
    assert compare(asking("claim > 500"), asking("claim > 800"), data=False).changes == ()


def test_order_choice_rounds_and_outcomes() -> None:
    a, b, c = task("a"), task("b"), task("c")
    cases = [
        (seq(a, b), par(a, b), ["gained b a = done"]),
        (par(a, b, c), seq(a, b, c), ["lost a c b = done", "lost b a c = done"]),
        (any_of(a, b), seq(a, b), ["lost a = done", "gained a b = done", "lost b = done"]),
        (may(a), a, ["lost  = done"]),
        (seq(a, end("x")), seq(a, end("y")), ["lost a = x", "gained a = y"]),
        (repeat(a, most=2), repeat(a, most=3), ["gained a a a = done"]),
        (repeat(a), repeat(a, most=3), ["lost a a a a = done"]),
    ]
    for old, new, wanted in cases:
        shown = said(compare(process(old), process(new)))
        assert set(wanted) <= set(shown), shown
        assert {line.split()[0] for line in shown} == {line.split()[0] for line in wanted}


def test_the_rounds_of_a_repeat_are_bounded_whatever_its_condition_says() -> None:
    x = {"x": Field("x", "boolean")}

    def looped(most: int) -> Process:
        return process(seq(repeat(task("a"), guard=guard("x", **x), most=most), task("b")), fields=x)

    found = compare(looped(2), looped(3))
    assert said(found) == ["lost a a b = done", "gained a a a b = done"]
    lost = traces(found)[0][1]
    assert lost.given == {"x": True} or lost.facts == ((2, {"x": True}),)


def test_steps_at_any_time_are_told_once() -> None:
    flow = seq(task("a"), par(task("b"), task("c")), task("d"))
    plain = process(flow)
    with_note = process(flow, anytime=(anytime("note"),))
    assert said(compare(plain, with_note)) == ["gained note a b c d = done"]
    leaving = process(flow, anytime=(anytime("note", "gone"),))
    assert len(compare(with_note, leaving).changes) == 1
    found = traces(compare(plain, leaving))
    assert [(kind, trace.steps, trace.outcome) for kind, trace in found] == [("gained", ("note",), "gone")]
    assert found[0][1].anytime


def test_what_runs_is_compared_with_what_is_run() -> None:
    inner = replace(process(seq(task("b"), end("x"))), id="inner")
    other = replace(process(seq(task("b"), task("c"), end("x"))), id="inner")
    outer = process(seq(task("a"), Run("inner", "", NOWHERE), task("d")))
    found = compare_behaviour(Side(outer, {"inner": inner}), Side(outer, {"inner": other}))
    assert said(found) == ["lost a b d = done", "gained a b c d = done"]
    assert compare_behaviour(Side(outer, {"inner": inner}), Side(outer, {"inner": inner})).changes == ()


def test_conditions_that_compare_fields_may_hold_or_fail() -> None:
    numbers = {"m": Field("m", "number"), "n": Field("n", "number")}
    one = process(when(guard("m > n", **numbers), task("a")), fields=numbers)
    other = process(task("a"), fields=numbers)
    found = traces(compare(one, other))
    assert [(kind, trace.steps) for kind, trace in found] == [("lost", ()), ("gained", ("a",))]
    assert all(trace.given == {"m > n": False} for _, trace in found)


def test_a_gap_between_conditions_is_a_prefix_that_leads_nowhere() -> None:
    x, y = guard("x", **FIELDS), guard("not x", **FIELDS)
    whole = process(seq(task("a"), choose((x, task("b")), (y, task("c")))), fields=FIELDS)
    gap = process(seq(task("a"), choose((x, task("b")), (guard("x and not x", **FIELDS), task("c")))), fields=FIELDS)
    assert said(compare(whole, gap)) == ["lost a c = done"]


def test_no_more_changes_are_told_than_asked_for() -> None:
    old = process(par(*(task(name) for name in "abcd")))
    new = process(seq(*(task(name) for name in "abcd")))
    few, many = compare(old, new, most=2), compare(old, new, most=100)
    assert len(few.changes) == 2
    assert few.more == len(many.changes) - 2


def deciding(branches: int) -> tuple[Process, Process]:
    fields = {f"g{i}": Field(f"g{i}", "boolean") for i in range(branches)}
    inner = par(*(when(guard(name, **fields), task(f"s{name}")) for name in fields))
    return tuple(process(seq(inner, task("x"), *more), fields=fields) for more in ((), (task("y"),)))  # type: ignore[return-value]


def test_what_decides_too_much_at_once_is_refused() -> None:
    with pytest.raises(DefinitionError, match="too much at the same time"):
        compare(*deciding(8))
    assert (
        said(compare(*deciding(4))) == said(compare(*deciding(5), data=False)) == ["lost x = done", "gained x y = done"]
    )
