"""Laws of the execution: what must not change anything, and what must change exactly one thing."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.execution.definitions import disturb, log, play, process, random_flow, trace, workspace

from svcflow.definitions import load
from svcflow.definitions.model import Process, Workspace
from svcflow.eventlog.log import Log
from svcflow.execution import Runs, execute
from svcflow.guards import Field

DOCUMENTED = Path(__file__).parent / "documented"
STEPS = ("register", "acknowledge", "assess", "explain", "investigate", "consult", "dept_reply", "propose", "review",
         "approve", "resolve", "callback", "close", "chase", "ask", "answer", "escalate", "withdraw")  # fmt: skip

events = st.fixed_dictionaries(
    {
        "step": st.sampled_from(STEPS),
        "role": st.sampled_from(["agent", "team_lead", "quality_supervisor", "customer", ""]),
        "who": st.sampled_from(["amy", "ben", ""]),
        "severity": st.sampled_from(["low", "critical", ""]),
        "claim": st.sampled_from(["100", "900", "9000", ""]),
        "satisfied": st.sampled_from(["true", "false", ""]),
        "valid": st.sampled_from(["true", "false", "", "", ""]),
    }
)
cases = st.lists(st.lists(events, min_size=1, max_size=12), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def complaint() -> Workspace:
    return load(DOCUMENTED)


def told(crowd: list[list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """Number the cases; each starts ten minutes after the one before, with an event every 40 minutes."""
    return {f"case {i}": [e | {"at": i / 6 + k * 2 / 3} for k, e in enumerate(one)] for i, one in enumerate(crowd)}


def seen(runs: Runs, case: str) -> dict[str, list[dict[str, object]]]:
    """Return all that is said about a case, but for places in the log."""
    found: dict[str, list[dict[str, object]]] = {}
    for run in runs.processes.values():
        for name in ("cases", "moves", "deviations", "clocks", "rungs", "obligations"):
            frame = getattr(run, name)
            rows = [row for row in frame if row["case"] == case]
            local = {"row", "done_row", "other", "index", "anchor", "sequence"}
            found[name] = [{k: v for k, v in row.items() if k not in local} for row in rows]
    return found


@settings(deadline=None, max_examples=40)
@given(crowd=cases)
def test_a_case_alone_is_the_case_in_a_crowd(complaint: Workspace, crowd: list[list[dict[str, object]]]) -> None:
    everybody = told(crowd)
    given_data = {name: {"category": "complaint"} for name in everybody}
    together = execute(complaint, log(everybody, given_data))
    for name, one in everybody.items():
        alone = execute(complaint, log({name: one}, {name: {"category": "complaint"}}), as_of=together.as_of)
        assert seen(alone, name) == seen(together, name)
    whole = together.to_json()["complaint"]
    assert whole["cases"] == len(everybody)
    assert whole["deviations"] == dict(sorted(Counter(row["code"] for row in together["complaint"].deviations).items()))


@settings(deadline=None, max_examples=25)
@given(crowd=cases, seed=st.integers(0, 999))
def test_the_order_of_cases_and_the_names_of_people_change_nothing_but_names(
    complaint: Workspace, crowd: list[list[dict[str, object]]], seed: int
) -> None:
    everybody = told(crowd)
    given_data = {name: {"category": "complaint"} for name in everybody}
    names = list(everybody)
    random.Random(seed).shuffle(names)
    renamed = {
        name: [e | {"who": {"amy": "zoe", "ben": "abe", "": ""}[str(e["who"])]} for e in everybody[name]]
        for name in names
    }
    first = execute(complaint, log(everybody, given_data))
    second = execute(complaint, log(renamed, given_data))
    assert first.to_json() == second.to_json()

    def counted(runs: Runs) -> list[tuple[object, ...]]:
        return [(r["code"], r["step"], r["count"], r["cases"], r["line"]) for r in runs.deviations_table()]

    assert sorted(map(str, counted(first))) == sorted(map(str, counted(second)))


@settings(deadline=None, max_examples=25)
@given(crowd=cases, days=st.integers(1, 3000))
def test_moving_the_clock_by_whole_days_changes_nothing(
    complaint: Workspace, crowd: list[list[dict[str, object]]], days: int
) -> None:
    everybody = told(crowd)
    given_data = {name: {"category": "complaint"} for name in everybody}
    later = {name: [e | {"at": float(str(e["at"])) + days * 24} for e in one] for name, one in everybody.items()}
    first = execute(complaint, log(everybody, given_data)).to_json()["complaint"]
    second = execute(complaint, log(later, given_data)).to_json()["complaint"]
    for run in (first, second):
        for sla in run["slas"].values():
            sla.pop("months")
    assert first == second


def test_a_played_trace_has_no_deviation_and_one_forbidden_event_adds_exactly_one() -> None:
    dice = random.Random(11)
    for _ in range(60):
        made = process(random_flow(dice, dice.randint(2, 7), (f"s{i}" for i in range(99))))
        made = replace(made, steps=made.steps | process(random_flow(dice, 1, ["alien"])).steps)
        steps = play(dice, made.flow)
        broken = list(steps)
        broken.insert(dice.randint(0, len(steps)), "alien")
        runs = execute(workspace(made), log({"x": trace(*steps), "y": trace(*broken)}))
        kinds: dict[str, list[str]] = {"x": [], "y": []}
        for row in runs["p"].deviations:
            if row["code"] != "D105":
                kinds[row["case"]].append(f"{row['name']} {row['step']}")
        assert kinds["x"] == []
        assert kinds["y"] in (["unexpected alien"], ["after_end alien"])


def test_splitting_a_log_by_case_and_adding_up_gives_the_whole() -> None:
    dice = random.Random(3)
    made = process(random_flow(dice, 7, (f"s{i}" for i in range(99))), fields={"x": Field("x", "string")})
    crowd = {f"c{i}": trace(*disturb(dice, play(dice, made.flow), list(made.steps))[:30]) for i in range(50)}
    crowd = {name: one for name, one in crowd.items() if one}
    now = 40 * 3_600_000

    def counts(some: dict[str, list[dict[str, object]]]) -> Counter[str]:
        found = execute(workspace(made), log(some), as_of=now)["p"]
        return Counter(found.counts()) + Counter(cases=len(found.cases), conforming=found.conforming, open=found.open)

    names = list(crowd)
    halves = ({n: crowd[n] for n in names[:20]}, {n: crowd[n] for n in names[20:]})
    assert counts(crowd) == counts(halves[0]) + counts(halves[1])


@settings(deadline=None, max_examples=10)
@given(crowd=cases)
def test_judging_in_blocks_changes_nothing(complaint: Workspace, crowd: list[list[dict[str, object]]]) -> None:
    everybody = told(crowd)
    made = log(everybody, {name: {"category": "complaint", "tier": "key"} for name in everybody})
    whole = execute(complaint, made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("svcflow.execution.judge.BLOCK", 4)
        parts = execute(complaint, made)
    assert parts.to_json() == whole.to_json()
    for name in everybody:
        assert seen(parts, name) == seen(whole, name)
    for frame in ("moves", "deviations", "clocks", "rungs", "obligations"):
        indices = [getattr(runs["complaint"], frame)["index"].tolist() for runs in (parts, whole)]
        assert indices[0] == indices[1]


def claimed(*processes: Process, made: Log) -> tuple[dict[str, int], int]:
    runs = execute(workspace(*processes), made)
    return {name: len(run.cases) for name, run in runs.processes.items()}, runs.unclaimed


def test_who_judges_which_case() -> None:
    from tests.execution.definitions import guard, seq, task

    kind = Field("kind", "enum", ("p", "q", "r"))
    p = process(seq(task("a"), task("b")), fields={"kind": kind}, applies_to=guard("kind == p", kind=kind))
    q = replace(p, id="q", applies_to=guard("kind != r", kind=kind))
    other = replace(process(seq(task("x"), task("y"))), id="other")
    crowd = {name: trace("a", "b") for name in "123456"}
    data: dict[str, dict[str, object]] = {
        n: {"kind": k} for n, k in zip("123456", ["p", "q", "r", "p", "q", ""], strict=True)
    }
    assert claimed(p, q, made=log(crowd, data)) == ({"p": 2, "q": 2}, 2)
    assert claimed(q, p, made=log(crowd, data)) == ({"q": 4}, 2), "the first in the order of the files"
    assert claimed(p, made=log(crowd, data)) == ({"p": 3}, 3), "alone it takes what may be its own"
    assert claimed(other, made=log(crowd, data)) == ({"other": 6}, 0)
    rest = {"7": trace("x")} | crowd
    free = replace(process(seq(task("a"))), id="free")
    assert claimed(p, other, free, made=log(rest, data)) == ({"p": 2, "other": 1, "free": 4}, 0)


def test_a_long_case_and_many_cases_share_their_work() -> None:
    made = process(random_flow(random.Random(5), 6, (f"s{i}" for i in range(99))))
    steps = list(made.steps)
    crowd = {f"c{i}": trace(*[steps[k % len(steps)] for k in range(i % 5 + 1)]) for i in range(500)}
    run = execute(workspace(made), log(crowd))["p"]
    assert run.sequences == 5
    assert len(run.cases) == 500
    costs = run.cases["cost"]
    sizes = run.cases["events"]
    for size in range(1, 6):
        assert len(np.unique(costs[sizes == size])) == 1
