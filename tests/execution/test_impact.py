"""What a change of definitions does to recorded cases: against both executions read row by row."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.execution.definitions import (
    anytime,
    disturb,
    guard,
    log,
    par,
    play,
    process,
    random_flow,
    repeat,
    seq,
    task,
    when,
    workspace,
)
from tests.execution.definitions import step as made_step

from svcflow.definitions import load
from svcflow.definitions.model import Process, Sla, Target
from svcflow.eventlog.log import Log
from svcflow.execution import Runs, execute
from svcflow.execution.impact import Impact, compare_runs
from svcflow.findings import NOWHERE
from svcflow.guards import Field

DOCUMENTED = Path(__file__).parent / "documented"
CLAIM = {"claim": Field("claim", "number")}
REMARKS = ("D203",)


def told(runs: Runs) -> dict[str, dict[str, object]]:
    """Return the verdict of each case, read from the frames one row at a time."""
    found: dict[str, dict[str, object]] = {}
    for name, run in runs.processes.items():
        for row in run.cases:
            found[row["case"]] = {
                "process": name, "outcome": row["outcome"], "conforming": row["conforming"],
                "deviations": Counter(), "clocks": Counter(),
            }  # fmt: skip
        for row in run.deviations:
            if row["code"] != "D402":
                found[row["case"]]["deviations"][row["code"], row["step"]] += 1  # type: ignore[index]
        for row in run.clocks:
            found[row["case"]]["clocks"][row["sla"], row["state"]] += 1  # type: ignore[index]
    return found


def late(verdict: dict[str, object]) -> int:
    clocks = verdict["clocks"]
    assert isinstance(clocks, Counter)
    return sum(count for (_, state), count in clocks.items() if state in ("breached", "overdue"))


def faults(verdict: dict[str, object]) -> int:
    deviations = verdict["deviations"]
    assert isinstance(deviations, Counter)
    return sum(count for (code, _), count in deviations.items() if code not in REMARKS)


def check_against_both(old: Runs, new: Runs) -> Impact:
    """Compare an impact with both executions, and return it."""
    impact = compare_runs(old, new)
    before, after = told(old), told(new)
    changed = {case for case in before.keys() | after.keys() if before.get(case) != after.get(case)}
    both = before.keys() & after.keys()
    worse = {
        case
        for case in both
        if (before[case]["conforming"] and not after[case]["conforming"])
        or late(after[case]) > late(before[case])
        or faults(after[case]) > faults(before[case])
    }
    better = {
        case
        for case in both - worse
        if (after[case]["conforming"] and not before[case]["conforming"])
        or late(after[case]) < late(before[case])
        or faults(after[case]) < faults(before[case])
    }
    assert (impact.changed, impact.worse, impact.better) == (len(changed), len(worse), len(better))
    assert impact.conforming == tuple(sum(bool(v["conforming"]) for v in side.values()) for side in (before, after))
    assert impact.late == tuple(sum(late(v) > 0 for v in side.values()) for side in (before, after))
    for reason in impact.reasons:
        assert set(reason.examples) <= changed
        assert reason.cases >= len(reason.examples) > 0
        if reason.kind != "deviation":
            continue
        key = reason.code, reason.subject or None
        cases = 0
        for case in both:
            was, now = before[case]["deviations"][key], after[case]["deviations"][key]  # type: ignore[index]
            cases += now > was if reason.new else was > now
        assert reason.cases == cases
    return impact


def random_log(seed: int, flow_of: Process) -> Log:
    dice = random.Random(seed)
    names = [*flow_of.steps]
    cases, given = {}, {}
    for i in range(40):
        steps = disturb(dice, play(dice, flow_of.flow), names)
        at = float(i)
        events: list[dict[str, object]] = []
        for name in steps:
            at += dice.choice((0.2, 1.0, 3.0))
            events.append({"step": name, "at": at, "who": dice.choice("xyz"), "role": dice.choice(("r", "q"))})
        if events:
            cases[f"c{i}"] = events
            given[f"c{i}"] = {"claim": dice.choice((100, 600, 900, None))}
    return log(cases, given)


def timed(made: Process, hours: int, owner: str) -> Process:
    names = [*made.steps]
    target = Target(hours * 3600)
    sla = Sla("fast", (names[0],), (names[-1],), target, None, None, None, "first", waiting_counts=False,
              escalation=None, position=NOWHERE)  # fmt: skip
    steps = {name: replace(made_step(name, (owner,), hours * 1800)) for name in names}
    return replace(made, slas={"fast": sla}, steps=steps)


@pytest.mark.parametrize("seed", range(30))
def test_impact_agrees_with_both_executions(seed: int) -> None:
    dice = random.Random(seed)
    one, other = (
        timed(process(random_flow(dice, 5, "abcde")), dice.choice((1, 4, 9)), dice.choice("rq")) for _ in "12"
    )
    made = random_log(seed, one)
    before, after = (execute(workspace(p, roles=("r", "q")), made, by_id=True) for p in (one, other))
    check_against_both(before, after)
    check_against_both(after, before)
    nothing = compare_runs(before, before)
    assert (nothing.changed, nothing.reasons) == (0, ())


@pytest.mark.parametrize("seed", range(20))
def test_what_gets_worse_one_way_gets_better_or_worse_the_other(seed: int) -> None:
    dice = random.Random(seed)
    one, other = (timed(process(random_flow(dice, 4, "abcd")), dice.choice((1, 9)), "r") for _ in "12")
    made = random_log(seed, one)
    before, after = (execute(workspace(p, roles=("r", "q")), made, by_id=True) for p in (one, other))
    there, back = compare_runs(before, after), compare_runs(after, before)
    assert there.changed == back.changed
    assert there.conforming == back.conforming[::-1]
    assert (there.now_late, there.no_longer_late) == (back.no_longer_late, back.now_late)
    assert (there.now_conforming, there.no_longer_conforming) == (back.no_longer_conforming, back.now_conforming)
    assert {(r.kind, r.code, r.subject, r.old, r.new, r.cases) for r in there.reasons if r.kind == "sla"} == {
        (r.kind, r.code, r.subject, r.new, r.old, r.cases) for r in back.reasons if r.kind == "sla"
    }


def asking(text: str) -> Process:
    return process(seq(task("a"), when(guard(text, **CLAIM), task("approve")), task("b")), fields=CLAIM)


def test_a_moved_threshold_changes_the_cases_between() -> None:
    claims = {"c1": 100, "c2": 600, "c3": 900, "c4": 600}
    steps = {"c1": "a b", "c2": "a b", "c3": "a approve b", "c4": "a approve b"}
    cases = {
        case: [{"step": name, "at": float(10 * int(case[1]) + i)} for i, name in enumerate(text.split())]
        for case, text in steps.items()
    }
    made = log(cases, {case: {"claim": claim} for case, claim in claims.items()})
    before, after = (execute(workspace(asking(text)), made, by_id=True) for text in ("claim > 500", "claim > 800"))
    impact = check_against_both(before, after)
    found = {(r.name, r.subject, bool(r.new), r.turn): r.examples for r in impact.reasons}
    assert found == {
        ("skipped", "approve", False, "better"): ("c2",),
        ("not_needed", "approve", True, "worse"): ("c4",),
    }
    assert (impact.now_conforming, impact.no_longer_conforming) == (1, 1)


def test_a_case_that_another_process_judges_is_told_so() -> None:
    kind = {"kind": Field("kind", "enum", ("x", "y"))}
    flow = seq(task("a"), task("b"))
    mine = replace(process(flow, fields=kind), id="mine", applies_to=guard("kind == x", **kind))
    yours = replace(process(flow, fields=kind), id="yours", applies_to=guard("kind == y", **kind))
    wider = replace(mine, applies_to=guard("kind in (x, y)", **kind))
    events = [{"step": "a", "at": 0.0}, {"step": "b", "at": 1.0}]
    made = log(
        {"c1": events, "c2": [e | {"at": float(str(e["at"])) + 5} for e in events]},
        {"c1": {"kind": "x"}, "c2": {"kind": "y"}},
    )
    impact = compare_runs(
        execute(workspace(mine, yours), made, by_id=True), execute(workspace(wider, yours), made, by_id=True)
    )
    assert [(r.kind, r.old, r.new, r.cases, r.examples) for r in impact.reasons] == [
        ("process", "yours", "mine", 1, ("c2",))
    ]
    assert (impact.changed, impact.worse, impact.better) == (1, 0, 0)
    alone = compare_runs(execute(workspace(mine), made, by_id=True), execute(workspace(mine, yours), made, by_id=True))
    assert [(r.old, r.new) for r in alone.reasons] == [("", "yours")]


def test_rounds_and_outcomes() -> None:
    made = log({"c1": [{"step": s, "at": float(i)} for i, s in enumerate("aaab")], "c2": [{"step": "z", "at": 9.0}]})
    looped = [process(seq(repeat(task("a"), most=most), task("b")), anytime=(anytime("z", "gone"),)) for most in (2, 3)]
    before, after = (execute(workspace(p), made, by_id=True) for p in looped)
    impact = check_against_both(before, after)
    assert [(r.name, r.turn, r.examples) for r in impact.reasons] == [("too_many_rounds", "better", ("c1",))]
    renamed = execute(workspace(replace(looped[0], anytime=(anytime("z", "left"),))), made, by_id=True)
    outcome = check_against_both(before, renamed)
    assert [(r.kind, r.old, r.new, r.turn) for r in outcome.reasons] == [("outcome", "gone", "left", "other")]


def test_nothing_is_said_of_an_empty_log() -> None:
    made = log({})
    runs = execute(workspace(process(par(task("a"), task("b")))), made, by_id=True)
    assert compare_runs(runs, runs).changed == 0


def test_the_documented_workspace_does_not_differ_from_itself_on_any_log() -> None:
    documented = load(DOCUMENTED)
    dice = random.Random(1)
    names = ["register", "acknowledge", "assess", "investigate", "review", "resolve", "close", "chase", "withdraw"]
    cases = {
        f"c{i}": [{"step": dice.choice(names), "at": float(i + j), "who": "amy", "role": "agent"} for j in range(6)]
        for i in range(30)
    }
    made = log(cases)
    one, other = (execute(documented, made, by_id=True, process="complaint") for _ in "12")
    assert check_against_both(one, other).changed == 0
