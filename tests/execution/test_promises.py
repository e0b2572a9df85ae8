"""Escalation ladders, duties, and rules about what comes before, together, too often (definitions.md 2.6, 3.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.execution.definitions import anytime, guard, log, may, process, repeat, seq, task, workspace

from svcflow.definitions.model import CalendarSpec, Escalation, Process, Rule, Rung, Sla, Target, Waiting, Workspace
from svcflow.execution import execute
from svcflow.execution.outcome import ProcessRuns
from svcflow.findings import NOWHERE, Position
from svcflow.guards import Field

HOUR = 3600
OFFICE = CalendarSpec("office", ((0, 4, ((540, 1020),)),), None, (), (), NOWHERE)
LEVEL = Field("level", "enum", ("low", "high"))
HERE = Position("p.yaml", 7, 3, 7, 9)


def ladder(*rungs: int, step: str | None = "tell", grace: float = 0.5) -> Escalation:
    return Escalation(step, round(grace * HOUR), tuple(Rung(p, "lead", replace(NOWHERE, line=p)) for p in rungs))


def clock(escalation: Escalation | None, hours: int = 10, **more: Any) -> Sla:
    made = Sla(
        "s", ("open",), ("solve",), Target(hours * HOUR), 0.9, None, None, "first",
        waiting_counts=False, escalation=escalation, position=NOWHERE,
    )  # fmt: skip
    return replace(made, **more)


def rule(kind: Any, steps: str, others: str = "", **more: Any) -> Rule:
    made = Rule("r", kind, tuple(steps.split()), tuple(others.split()), None, (), None, HERE)
    return replace(made, **more)


def made(*clocks: Sla, rules: tuple[Rule, ...] = (), **more: Any) -> Process:
    flow = seq(task("open"), repeat(seq(may(task("work")), task("solve"))), task("close"))
    steps = ("ask", "reply", "tell", "chase", "call")
    return process(
        flow, slas={c.id: c for c in clocks}, rules={r.id: r for r in rules}, fields={"level": LEVEL},
        waiting=(Waiting("ask", ("reply",), NOWHERE),),
        anytime=(*(anytime(s) for s in steps), anytime("drop", "dropped")), **more,
    )  # fmt: skip


def run(definition: Process | Workspace, *events: Any, as_of: float | None = None, **given: object) -> ProcessRuns:
    told = [{"step": e[0], "at": e[1]} | (e[2] if len(e) > 2 else {}) for e in events]
    place = definition if isinstance(definition, Workspace) else workspace(definition)
    now = None if as_of is None else round(as_of * 3_600_000)
    return execute(place, log({"x": told}, {"x": given}), as_of=now)["p"]


def rungs(found: ProcessRuns) -> list[tuple[int, str]]:
    return [(row["percent"], row["state"]) for row in found.rungs]


def codes(found: ProcessRuns, prefix: str) -> list[str]:
    return [f"{r['code']} {r['step']}" for r in found.deviations if r["code"].startswith(prefix)]


@pytest.mark.parametrize(
    ("events", "as_of", "states", "deviations"),
    [
        # Target 10 h, rungs at 5 h and 8 h, grace half an hour.
        ([("open", 0)], 4, ["ahead", "ahead"], []),
        ([("open", 0)], 5, ["pending", "ahead"], []),
        ([("open", 0)], 5.5, ["pending", "ahead"], []),
        ([("open", 0)], 5.6, ["missed", "ahead"], ["D403 s"]),
        ([("open", 0)], 9, ["missed", "missed"], ["D403 s", "D403 s"]),
        ([("open", 0), ("solve", 5)], 99, [], []),
        ([("open", 0), ("solve", 5.5)], 99, ["excused"], []),
        ([("open", 0), ("solve", 5.6)], 99, ["missed"], ["D403 s"]),
        ([("open", 0), ("tell", 5.5), ("solve", 7)], 99, ["kept"], []),
        ([("open", 0), ("tell", 1), ("solve", 7)], 99, ["kept"], []),
        ([("tell", 0), ("open", 1), ("solve", 9)], 99, ["missed"], ["D403 s"]),
        ([("open", 0), ("tell", 6), ("solve", 7)], 99, ["late"], ["D404 s"]),
        ([("open", 0), ("solve", 7), ("tell", 7.5)], 99, ["missed"], ["D403 s"]),
        ([("open", 0), ("tell", 1), ("solve", 9)], 99, ["kept", "missed"], ["D403 s"]),
        ([("open", 0), ("tell", 1), ("tell", 2), ("solve", 9)], 99, ["kept", "kept"], []),
        ([("open", 0), ("tell", 8.2), ("solve", 9)], 99, ["missed", "kept"], ["D403 s"]),
        ([("open", 0), ("tell", 6), ("tell", 8.2), ("solve", 9)], 99, ["late", "kept"], ["D404 s"]),
        ([("open", 0), ("ask", 4)], 99, ["ahead", "ahead"], []),
        ([("open", 0), ("ask", 4), ("reply", 20), ("solve", 21.4)], 99, ["excused"], []),
        ([("open", 0), ("ask", 4), ("reply", 20), ("solve", 21.6)], 99, ["missed"], ["D403 s"]),
        ([("open", 0), ("ask", 5.2)], 99, ["pending", "ahead"], []),
        ([("open", 0), ("drop", 5.2)], 99, ["excused"], []),
        ([("open", 0), ("drop", 6)], 99, ["missed"], ["D403 s"]),
    ],
)
def test_rungs(events: list[Any], as_of: float, states: list[str], deviations: list[str]) -> None:
    found = run(made(clock(ladder(50, 80))), *events, as_of=as_of)
    assert [state for _, state in rungs(found)] == states
    assert codes(found, "D40") == [*deviations, *(["D402 s"] if "D402 s" in codes(found, "D402") else [])]


def test_a_rung_says_when_it_fired_until_when_it_may_be_kept_and_what_kept_it() -> None:
    found = run(made(clock(ladder(50))), ("open", 0), ("ask", 4), ("reply", 20), ("tell", 22), ("solve", 23))
    (row,) = found.rungs
    assert [row[k] / 3_600_000 for k in ("at", "due", "kept_at")] == [21, 21.5, 22]
    (late,) = [r for r in found.deviations if r["code"] == "D404"]
    assert (late["time"], late["line"], late["value"], late["limit"]) == (22 * 3_600_000, 50, 5 * HOUR, 10 * HOUR)
    assert "50 % of the target" in late["detail"]


def test_a_ladder_runs_on_the_calendar_of_its_clock_with_its_grace() -> None:
    base = workspace(made(clock(ladder(80, grace=2), calendar="office")))
    place = replace(base, organisation=replace(base.organisation, calendars={"office": OFFICE, "always": OFFICE}))
    # 1970-01-01 was a Thursday: 8 h of an 8 h day fire on Friday 9:00 + ... the rest is due on Friday 11:00 at work.
    found = run(place, ("open", 9), ("tell", 24 + 11), as_of=24 + 12)
    (row,) = found.rungs
    assert [row[k] / 3_600_000 for k in ("at", "due", "kept_at")] == [17, 24 + 11, 24 + 11]
    assert row["state"] == "kept"


def test_without_a_step_rungs_are_notices() -> None:
    found = run(made(clock(ladder(50, 80, step=None))), ("open", 0), ("solve", 9), as_of=99)
    assert rungs(found) == [(50, "notice"), (80, "notice")]
    assert codes(found, "D403") == []


def test_one_event_keeps_one_rung_of_all_clocks_of_a_case() -> None:
    both = made(clock(ladder(50)), clock(ladder(60), id="t"))
    assert sorted(codes(run(both, ("open", 0), ("tell", 5), ("solve", 9)), "D403")) == ["D403 t"]
    assert codes(run(both, ("open", 0), ("tell", 5), ("tell", 6), ("solve", 9)), "D403") == []


def test_each_clock_of_a_cycle_has_its_own_ladder() -> None:
    each = clock(ladder(50), start=("chase",), cycle="each", hours=2)
    events = [("open", 0), ("chase", 1), ("tell", 2), ("solve", 4), ("chase", 5), ("solve", 8), ("chase", 9)]
    assert [s for _, s in rungs(run(made(each), *events, as_of=9.5))] == ["kept", "missed", "ahead"]


def test_the_ladder_of_a_total_counts_all_intervals() -> None:
    total = clock(ladder(50, 80), start=("chase",), cycle="total", hours=10)
    events = [("open", 0), ("chase", 1), ("solve", 4), ("chase", 10), ("tell", 12.4), ("solve", 14)]
    found = run(made(total), *events, as_of=99)
    assert [(r["percent"], r["at"] / 3_600_000, r["state"]) for r in found.rungs] == [(50, 12, "kept")]


WITHIN = 4 * HOUR


@pytest.mark.parametrize(
    ("events", "as_of", "state", "deviations"),
    [
        ([("open", 0), ("chase", 1)], 5, "open", []),
        ([("open", 0), ("chase", 1)], 5.1, "missed", ["D501 call"]),
        ([("open", 0), ("chase", 1), ("call", 5)], 9, "kept", []),
        ([("open", 0), ("chase", 1), ("call", 6)], 9, "late", ["D502 call"]),
        ([("open", 0), ("call", 1), ("chase", 1)], 9, "kept", []),
        ([("open", 0), ("call", 0.5), ("chase", 1)], 9, "missed", ["D501 call"]),
        ([("open", 0), ("chase", 1), ("ask", 2)], 99, "open", []),
        ([("open", 0), ("chase", 1), ("ask", 2), ("reply", 50), ("call", 53)], 99, "kept", []),
        ([("open", 0), ("chase", 1), ("ask", 2), ("reply", 50), ("call", 54)], 99, "late", ["D502 call"]),
        ([("open", 0), ("chase", 1), ("solve", 2), ("close", 2)], 3, "open", []),
        ([("open", 0), ("chase", 1), ("solve", 2), ("close", 2)], 9, "missed", ["D501 call"]),
        ([("open", 0), ("chase", 1), ("drop", 2)], 99, "cancelled", []),
        ([("open", 0), ("chase", 1), ("drop", 6)], 99, "missed", ["D501 call"]),
    ],
)
def test_a_duty_with_a_time(events: list[Any], as_of: float, state: str, deviations: list[str]) -> None:
    found = run(made(rules=(rule("after", "chase", "call", within_s=WITHIN),)), *events, as_of=as_of)
    assert [row["state"] for row in found.obligations] == [state]
    assert codes(found, "D50") == deviations


def test_a_duty_without_a_time_is_due_when_the_case_closes() -> None:
    asked = made(rules=(rule("after", "chase", "call tell"),))
    assert codes(run(asked, ("open", 0), ("chase", 1), as_of=999), "D5") == []
    assert codes(run(asked, ("open", 0), ("chase", 1), ("solve", 2), ("close", 3)), "D5") == ["D501 r"]
    assert codes(run(asked, ("open", 0), ("chase", 1), ("tell", 2), ("solve", 2), ("close", 3)), "D5") == []


def test_every_event_brings_a_duty_and_one_answer_does_all_that_are_open() -> None:
    asked = made(rules=(rule("after", "chase", "call", within_s=WITHIN),))
    found = run(asked, ("open", 0), ("chase", 1), ("chase", 4), ("call", 7), ("chase", 8), as_of=9)
    assert [(r["state"], r["again"]) for r in found.obligations] == [("late", False), ("kept", True), ("open", False)]
    assert found.duties()["r"] == {
        "open": 1, "kept": 1, "late": 1, "missed": 0, "cancelled": 0, "again": 1, "share_kept": 0.5,
    }  # fmt: skip
    (first, _, _) = found.obligations
    assert (first["since"], first["due"], first["done_at"]) == (3_600_000, 5 * 3_600_000, 7 * 3_600_000)


def test_the_condition_of_a_duty_reads_the_event_that_brings_it() -> None:
    asked = made(rules=(rule("after", "chase", "call", within_s=WITHIN, when=guard("level == high", level=LEVEL)),))
    high = {"level": "high"}
    assert codes(run(asked, ("open", 0), ("chase", 1, high), as_of=9), "D5") == ["D501 call"]
    assert codes(run(asked, ("open", 0), ("chase", 1), ("tell", 2, high), as_of=9), "D5") == []


def test_what_must_come_before() -> None:
    asked = made(rules=(rule("before", "solve", "work call"),))
    assert codes(run(asked, ("open", 0), ("work", 1), ("call", 1), ("solve", 2)), "D5") == []
    found = run(asked, ("open", 0), ("work", 1), ("solve", 2), ("solve", 3), ("call", 4))
    assert codes(found, "D5") == ["D503 solve"], "said once"
    (row,) = [r for r in found.deviations if r["code"] == "D503"]
    assert (row["time"], row["line"]) == (2 * 3_600_000, 7)
    assert row["detail"] == "'work' and 'call' must come before it"
    assert codes(run(asked, ("open", 0), ("work", 2), ("solve", 2), ("call", 2)), "D5") == [], "the same instant"


def test_what_must_never_meet() -> None:
    asked = made(rules=(rule("never", "chase call tell"),))
    assert codes(run(asked, ("open", 0), ("chase", 1), ("chase", 2)), "D5") == []
    assert codes(run(asked, ("open", 0), ("call", 1), ("chase", 2), ("call", 3)), "D5") == ["D504 chase"]
    found = run(asked, ("open", 0), ("call", 1), ("chase", 2), ("tell", 3))
    assert codes(found, "D5") == ["D504 chase", "D504 tell", "D504 tell"], "once for each pair"


def test_what_must_not_be_too_often_and_its_condition_before_the_event() -> None:
    asked = made(rules=(rule("at_most", "chase", limits=(("chase", 1),), when=guard("level == high", level=LEVEL)),))
    high = {"level": "high"}
    assert codes(run(asked, ("open", 0), ("chase", 1), ("chase", 2), level="low"), "D5") == []
    found = run(asked, ("open", 0), ("chase", 1), ("chase", 2, high), ("chase", 3), level="low")
    assert codes(found, "D5") == ["D505 chase"], "the second chase raised the level, the third was one too many"
    assert [r["detail"] for r in found.deviations if r["code"] == "D505"] == ["done 3 times by then, 1 are allowed"]
