"""Which step sets what, and values that suit the guards."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.generation.draws import Draws
from svcflow.generation.facts import FactModel, satisfy
from svcflow.guards import Field, compile_guard

WORKFLOWS = Path(__file__).parents[2] / "workflows"
FIELDS = {
    "severity": Field("severity", "enum", ("low", "medium", "high")),
    "claim": Field("claim", "number"),
    "valid": Field("valid", "boolean"),
    "status": Field("status", "string"),
}


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(WORKFLOWS)


@pytest.mark.parametrize(
    ("process", "setters"),
    [
        ("complaint", {"assess": ("valid", "needs_dept"), "review": ("verdict",), "callback": ("satisfied",)}),
        ("inquiry", {"confirm": ("understood", "solved")}),
        ("escalation", {"accept": ("needs_dept",), "dept_answer": ("settled",)}),
        ("callback", {"dial": ("reached",), "ask_satisfaction": ("satisfied",)}),
        ("intake", {"classify": ("topic",)}),
    ],
)
def test_a_field_is_set_by_the_step_before_its_decision(
    workspace: Workspace, process: str, setters: dict[str, tuple[str, ...]]
) -> None:
    assert FactModel(workspace.processes[process], workspace.processes).setters == setters


def test_every_case_is_one_that_the_process_applies_to(workspace: Workspace) -> None:
    for process in workspace.processes.values():
        model = FactModel(process, workspace.processes)
        for number in range(20):
            facts = model.open_case(Draws(3, f"{process.id}/{number}"))
            assert process.applies_to is not None
            assert process.applies_to.evaluate(facts) is True


def test_what_leaves_the_main_path_is_rare(workspace: Workspace) -> None:
    model = FactModel(workspace.processes["complaint"], workspace.processes)
    drawn = [model.draw("valid", Draws(1, str(n)), "valid") for n in range(2000)]
    assert 0.05 < drawn.count(False) / len(drawn) < 0.15
    claims = [float(model.draw("claim", Draws(1, str(n)), "claim")) for n in range(2000)]
    assert 0.1 < sum(claim > 500 for claim in claims) / len(claims) < 0.35


conditions = st.recursive(
    st.sampled_from(
        [
            "severity >= medium",
            "severity == low",
            "claim > 500",
            "claim <= 20",
            "valid",
            "status == 'done'",
            "status != 'x'",
        ]
    ),
    lambda inner: st.one_of(
        inner.map(lambda a: f"not ({a})"), st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join)
    ),
    max_leaves=4,
)


@given(text=conditions, wanted=st.booleans())
def test_values_that_satisfy_do(text: str, wanted: bool) -> None:
    guard = compile_guard(text, FIELDS)
    found = satisfy(guard, FIELDS, {}, wanted=wanted)
    reachable = any(
        guard.evaluate({"severity": s, "claim": c, "valid": v, "status": t}) is wanted
        for s in ("low", "medium", "high")
        for c in (19.0, 20.0, 21.0, 499.0, 500.0, 501.0)
        for v in (True, False)
        for t in ("done", "x", "other")
    )
    if found:
        assert guard.evaluate(found) is wanted
        assert {*found} <= {*guard.fields}
    else:
        assert not reachable or "status" in text


@given(seed=st.integers(0, 2**64), subject=st.text(max_size=8), question=st.text(max_size=8))
def test_a_draw_depends_on_its_name_alone(seed: int, subject: str, question: str) -> None:
    first = Draws(seed, subject).uniform(question)
    Draws(seed, subject).choose("another", "abc")
    assert Draws(seed, subject).uniform(question) == first
    assert 0 <= first < 1


def test_draws_are_even_and_choices_follow_their_weights() -> None:
    drawn = [Draws(0, str(n)).uniform("u") for n in range(4000)]
    assert abs(sum(drawn) / len(drawn) - 0.5) < 0.02
    chosen = [Draws(0, str(n)).choose("c", "abc", [1, 2, 1]) for n in range(4000)]
    assert abs(chosen.count("b") / len(chosen) - 0.5) < 0.03
    lengths = sorted(Draws(0, str(n)).lognormal("l", 60, 0.5) for n in range(4001))
    assert 56 < lengths[2000] < 64
