"""Each kind of deviation, at the smallest case that shows it, and the cases beside it that do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.execution.definitions import (
    any_of,
    anytime,
    choose,
    column,
    end,
    guard,
    log,
    may,
    par,
    process,
    repeat,
    seq,
    step,
    task,
    trace,
    when,
    workspace,
)

from svcflow.definitions.model import CalendarSpec, OrgRole, Process, Rule, Target, Team, Workspace
from svcflow.execution import Runs, catalogue, execute
from svcflow.findings import NOWHERE, Position
from svcflow.guards import Field

ABC = seq(task("a"), task("b"), task("c"))
YES = Field("yes", "boolean")
YES_GUARD = guard("yes", yes=YES)


def run(made: Process | Workspace, *events: Any, given: dict[str, object] | None = None, **options: Any) -> Runs:
    """Execute one case; events are step names, or dicts for more."""
    told = [e if isinstance(e, dict) else {"step": e} for e in events]
    cases = {"x": [{"at": float(i)} | e for i, e in enumerate(told)]}
    made = made if isinstance(made, Workspace) else workspace(made)
    return execute(made, log(cases, {"x": given or {}}), **options)


def deviations(runs: Runs, *, info: bool = False) -> list[str]:
    rows = [row for one in runs.processes.values() for row in one.deviations]
    return [
        f"{row['name']} {row['step'] or ''}".strip()
        for row in rows
        if info or catalogue[row["code"]].severity != "info"
    ]


def outcome(runs: Runs) -> str:
    return str(runs["p"].cases.get(0)["outcome"])


# --- D1: the order of work ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("abc", []),
        ("ac", ["skipped b"]),
        ("c", ["skipped a", "skipped b"]),
        ("abbc", ["repeated b"]),
        ("acb", ["out_of_order b"]),
        ("abcc", ["after_end c"]),
        ("abcb", ["after_end b"]),
        ("ab", []),
        ("b", ["skipped a"]),
        ("a", []),
    ],
)
def test_a_sequence(steps: str, expected: list[str]) -> None:
    assert deviations(run(process(ABC), *steps)) == expected


def test_the_first_of_two_occurrences_is_the_step_and_the_second_its_repetition() -> None:
    rows = list(run(process(ABC), *"abbc")["p"].deviations)
    assert [(row["name"], row["row"]) for row in rows] == [("repeated", 2)]


def test_an_open_case_owes_nothing_yet_and_says_what_is_pending() -> None:
    runs = run(process(ABC), "a")
    assert (outcome(runs), runs["p"].open, runs["p"].conforming) == ("open", 1, 1)
    assert runs["p"].cases.get(0)["pending"] == "b"
    (pending,) = (m for m in runs["p"].moves if m["kind"] == "pending")
    assert (pending["step"], pending["enabled_at"]) == ("b", 0)


def test_a_closing_step_closes_a_case_even_without_the_work() -> None:
    runs = run(process(seq(task("a"), task("b"), task("c"), end("done_well"))), "a", "c")
    assert (outcome(runs), runs["p"].open) == ("done_well", 0)


def test_a_branch_of_a_last_parallel_does_not_close_the_case_alone() -> None:
    flow = seq(task("a"), par(task("b"), task("c")))
    assert outcome(run(process(flow), *"ab")) == "open"
    runs = run(process(flow), *"acb")
    assert (outcome(runs), deviations(runs)) == ("done", [])


def test_an_unexpected_step_is_one_without_a_place_here() -> None:
    flow = seq(task("a"), any_of(task("b"), task("c")), task("d"))
    assert deviations(run(process(flow), *"abcd")) == ["unexpected c"]


def test_rounds_beyond_the_maximum() -> None:
    flow = seq(repeat(seq(task("a"), task("b")), most=2), task("c"))
    assert deviations(run(process(flow), *"ababc")) == []
    runs = run(process(flow), *"abababc")
    assert deviations(runs) == ["too_many_rounds a"]
    (row,) = runs["p"].deviations
    assert (row["row"], row["rounds"], row["detail"]) == (4, 3, "round 3 of this repeat")


def test_rounds_of_an_inner_repeat_begin_anew() -> None:
    flow = seq(repeat(seq(task("o"), repeat(task("a"), most=2)), most=3), task("c"))
    assert deviations(run(process(flow), *"oaaoaac")) == []
    assert deviations(run(process(flow), *"oaaoaaac")) == ["too_many_rounds a"]


def test_a_bounded_repeat_is_left_after_its_last_round_whatever_its_condition_says() -> None:
    flow = seq(repeat(task("dial"), guard=YES_GUARD, most=3), task("write"))
    made = process(flow, fields={"yes": YES})
    again: dict[str, object] = {"step": "dial", "yes": "true"}
    assert deviations(run(made, again, again, again, "write")) == []
    assert deviations(run(made, again, again, "write")) == ["skipped dial"]
    assert deviations(run(made, again, again, again, again, "write")) == ["too_many_rounds dial"]


def test_the_end_by_an_anytime_step() -> None:
    made = process(ABC, anytime=(anytime("withdraw", "withdrawn"), anytime("chase")))
    runs = run(made, "a", "chase", "withdraw")
    assert (outcome(runs), deviations(runs)) == ("withdrawn", [])
    assert deviations(run(made, "a", "withdraw", "b", "chase")) == ["after_end b", "after_end chase"]
    assert deviations(run(made, *"abc", "chase")) == ["after_end chase"], "nothing can be done any more"


def test_a_withdrawal_in_the_middle_of_a_case_that_went_on_is_the_odd_one_out() -> None:
    made = process(seq(*(task(s) for s in "abcdef")), anytime=(anytime("withdraw", "withdrawn"),))
    runs = run(made, *"ab", "withdraw", *"cdef")
    assert (outcome(runs), deviations(runs)) == ("done", ["unexpected withdraw"])


def test_abandoned_is_open_and_silent_for_too_long() -> None:
    runs = execute(workspace(process(ABC)), log({"x": trace("a"), "y": trace("a", at=800.0)}))
    assert [(r["case"], r["name"], r["step"]) for r in runs["p"].deviations] == [("x", "abandoned", "a")]
    closed = execute(workspace(process(ABC)), log({"x": trace(*"abc"), "y": trace("a", at=800.0)}))
    assert deviations(closed) == []
    patient = execute(workspace(process(ABC)), log({"x": trace("a"), "y": trace("a", at=800.0)}), abandoned_after="8w")
    assert deviations(patient) == []


def test_labels_of_no_step_are_unmapped_and_ignored_ones_are_not_missed() -> None:
    made = process(ABC, ignore=("note*",))
    runs = run(made, "a", "what?", "Note: called", "b", "c")
    assert deviations(runs) == ["unmapped what?"]
    assert runs["p"].cases.get(0)["cost"] == 0


# --- D2: conditions -------------------------------------------------------------------------------------------------

BRANCHING = process(seq(task("a"), choose((YES_GUARD, seq(task("b"), end("good"))), (None, task("c"))), task("d")),
                    fields={"yes": YES})  # fmt: skip


def test_the_data_before_an_event_decide_what_is_due() -> None:
    assert deviations(run(BRANCHING, {"step": "a", "yes": "true"}, "b")) == []
    assert deviations(run(BRANCHING, {"step": "a", "yes": "false"}, "c", "d")) == []
    assert deviations(run(BRANCHING, "a", {"step": "b", "yes": "false"})) == [], "what b sets was not known before it"


def test_the_wrong_branch_is_believed_only_if_it_explains_more_than_four_steps() -> None:
    long = seq(*(task(f"l{i}") for i in range(6)))
    made = process(seq(task("a"), choose((YES_GUARD, long), (None, task("c"))), task("d")), fields={"yes": YES})
    no: dict[str, object] = {"step": "a", "yes": "false"}
    runs = run(made, no, *(f"l{i}" for i in range(6)), "d")
    assert deviations(runs) == ["wrong_branch l0"]
    (row,) = runs["p"].deviations
    assert row["detail"] == "this way was taken although 'yes' was false (yes = false)"
    assert deviations(run(made, no, "l0", "l1", "d")) == ["not_needed l0", "unexpected l1", "skipped c"]


def test_four_steps_are_not_enough_to_believe_the_wrong_branch() -> None:
    three = seq(*(task(f"l{i}") for i in range(3)))
    made = process(seq(task("a"), choose((YES_GUARD, three), (None, task("c"))), task("d")), fields={"yes": YES})
    runs = run(made, {"step": "a", "yes": "false"}, "l0", "l1", "l2", "d")
    assert runs["p"].cases.get(0)["cost"] == 4
    assert "wrong_branch l0" not in deviations(runs)


def test_work_that_its_condition_did_not_ask_for() -> None:
    claim = Field("claim", "number")
    flow = seq(task("a"), when(guard("claim > 500", claim=claim), task("approve")), task("d"))
    made = process(flow, fields={"claim": claim})
    runs = run(made, "a", "approve", "d", given={"claim": 100})
    assert deviations(runs) == ["not_needed approve"]
    assert runs["p"].deviations.get(0)["detail"] == "it was not due, for 'claim > 500' was false (claim = 100)"
    assert deviations(run(made, "a", "approve", "d", given={"claim": 900})) == []
    assert deviations(run(made, "a", "d", given={"claim": 900})) == ["skipped approve"]


def test_unknown_data_holds_nothing_against_a_case_but_is_said() -> None:
    runs = run(BRANCHING, "a", "c", "d")
    assert (deviations(runs), deviations(runs, info=True)) == ([], ["unknown_data c"])
    assert runs["p"].conforming == 1
    assert deviations(run(BRANCHING, {"step": "a", "yes": "true"}, "c", "d", guards=False), info=True) == []


# --- D3: people -----------------------------------------------------------------------------------------------------


def staffed(flow: Any, **more: Any) -> Workspace:
    made = process(flow, steps={"a": step("a", ["agent"]), "b": step("b", ["lead", "agent"])}, **more)
    return workspace(made, roles=("agent", "lead", "customer"))


def test_a_wrong_role_and_an_unknown_one() -> None:
    made = staffed(seq(task("a"), task("b")))
    assert deviations(run(made, {"step": "a", "role": "agent"}, {"step": "b", "role": "Lead"})) == []
    assert deviations(run(made, {"step": "a", "role": "customer"}, {"step": "b", "role": "lead"})) == ["wrong_role a"]
    runs = run(made, {"step": "a", "role": "astronaut"}, {"step": "b", "role": "lead"})
    assert deviations(runs) == []
    assert any("role of 1 of 2 events is unknown" in note for note in runs["p"].notes)


def test_without_roles_the_result_says_that_they_cannot_be_judged() -> None:
    runs = run(staffed(seq(task("a"), task("b"))), "a", "b")
    assert any("D301 and D304 cannot be judged" in note for note in runs["p"].notes)
    assert any("D302 and D303 cannot be judged" in note for note in runs["p"].notes)


def test_the_team_says_what_role_somebody_can_have() -> None:
    made = staffed(seq(task("a"), task("b")))
    teams = {
        "desk": Team("desk", "lead", None, {"agent": 3}, None, None, None, ("Service Desk*",), NOWHERE),
        "board": Team("board", "customer", None, {}, None, None, None, (), NOWHERE),
    }
    made = replace(made, organisation=replace(made.organisation, teams=teams))
    events = log({"x": trace("a", "b")})
    names = column(["Service Desk 2nd", "board"])
    assert names.vocabulary is not None
    runs = execute(made, replace(events, team=names.values, teams=names.vocabulary))
    assert deviations(runs) == ["wrong_role b"]


def rule(kind: Any, *steps: str, when_text: str = "") -> dict[str, Rule]:
    asked = guard(when_text, yes=YES) if when_text else None
    return {"r": Rule("r", kind, steps, (), None, (), asked, Position("p.yaml", 7, 1, 7, 2))}


def by(name: str, who: str, **more: object) -> dict[str, object]:
    return {"step": name, "who": who, **more}


def test_four_eyes() -> None:
    made = process(ABC, rules=rule("different", "a", "b", "c"))
    assert deviations(run(made, by("a", "amy"), by("b", "ben"), by("c", "cat"))) == []
    runs = run(made, by("a", "amy"), by("b", "ben"), by("c", "amy"))
    assert deviations(runs) == ["same_person c"]
    row = runs["p"].deviations.get(0)
    assert (row["line"], row["detail"]) == (7, "amy had also done 'a'")
    assert deviations(run(made, by("a", ""), by("b", ""), by("c", "amy"))) == [], "unknown people are not the same"


def test_a_loop_by_the_same_people_is_reported_once() -> None:
    made = process(seq(repeat(seq(task("a"), task("b"))), task("c")), rules=rule("different", "a", "b"))
    events = [by("a", "amy"), by("b", "amy"), by("a", "amy"), by("b", "amy"), by("c", "amy")]
    assert deviations(run(made, *events)) == ["same_person b"]


def test_a_rule_with_a_condition_speaks_only_where_it_is_known_to_hold() -> None:
    made = process(ABC, rules=rule("different", "a", "b", when_text="yes"), fields={"yes": YES})
    events = [by("a", "amy"), by("b", "amy"), by("c", "amy")]
    assert deviations(run(made, *events, given={"yes": "true"})) == ["same_person b"]
    assert deviations(run(made, *events, given={"yes": "false"})) == []
    assert deviations(run(made, *events)) == []


def test_one_hand_all_along() -> None:
    made = process(ABC, rules=rule("same", "a", "c"))
    assert deviations(run(made, by("a", "amy"), by("b", "ben"), by("c", "amy"))) == []
    runs = run(made, by("a", "amy"), by("b", "ben"), by("c", "cat"))
    assert deviations(runs) == ["other_person c"]
    assert runs["p"].deviations.get(0)["detail"] == "done by cat, but 'a' by amy"
    assert deviations(run(made, by("a", "amy"), by("b", "ben"), by("c", ""))) == []


def test_machines_are_nobody() -> None:
    made = workspace(process(ABC, rules=rule("different", "a", "b")))
    events = log({"x": [by("a", "bot", at=0), by("b", "bot", at=1), by("c", "amy", at=2)]})
    assert deviations(execute(made, events)) == ["same_person b"]
    assert deviations(execute(made, replace(events, machines=("bot",)))) == []


def test_authority_over_what_a_step_spends() -> None:
    claim = Field("claim", "number")
    pay = step("pay", ["agent", "lead", "boss"], spends="claim")
    made = workspace(process(seq(task("pay")), steps={"pay": pay}, fields={"claim": claim}))
    roles = {
        name: OrgRole(name, external=False, authority=limits, cost_per_minute=None, position=NOWHERE)
        for name, limits in (("agent", {"claim": 200.0}), ("boss", {"claim": None}), ("lead", {}))
    }
    made = replace(made, organisation=replace(made.organisation, roles=roles))

    def paid(role: str, amount: object) -> list[str]:
        return deviations(run(made, {"step": "pay", "role": role}, given={"claim": amount}))

    assert (paid("agent", 200), paid("agent", 201)) == ([], ["over_authority pay"])
    assert (paid("boss", 10_000), paid("lead", 1), paid("agent", "")) == ([], ["over_authority pay"], [])


def needing(*needs: str, rules: dict[str, Rule] | None = None) -> Process:
    fields = {name: Field(name, "string") for name in ("channel", "claim")}
    steps = {"b": step("b", needs=needs, needs_at=Position("p.yaml", 7, 9, 7, 20))}
    return process(ABC, steps=steps, fields=fields, rules=rules or {})


def test_a_field_that_a_step_needs_is_known_before_it() -> None:
    made, set_channel = needing("channel", "claim"), {"step": "a", "channel": "mail"}
    late = {"step": "b", "claim": "5", "channel": "mail"}
    assert deviations(run(made, "a", "b", "c", given={"channel": "mail", "claim": "5"})) == []
    assert deviations(run(made, set_channel, "b", "c", given={"claim": "5"})) == []
    assert deviations(run(made, set_channel, late, "c")) == ["unprepared b"], "what the event sets comes too late"
    row = run(made, "a", late, "c")["p"].deviations.get(0)
    assert (row["code"], row["detail"]) == ("D503", "'channel' and 'claim' were not known before it")
    assert (row["file"], row["line"], row["column"]) == ("p.yaml", 7, 9)
    assert run(made, set_channel, late, "c")["p"].deviations.get(0)["detail"] == "'claim' was not known before it"


def test_every_event_of_a_step_that_needs_a_field_is_judged() -> None:
    made = process(repeat(task("b")), steps=needing("claim").steps, fields={"claim": Field("claim", "string")})
    assert deviations(run(made, "b", {"step": "b", "claim": "5"}, "b")) == ["unprepared b"] * 2


def test_a_field_without_a_column_is_held_against_nobody_and_told_once() -> None:
    cases = {name: trace("a", "b", "c", at=n) for n, name in enumerate("xyz")}
    runs = execute(workspace(needing("channel", "claim")), log(cases, {"y": {"claim": "5"}}))
    assert [(d["case"], d["detail"]) for d in runs["p"].deviations] == [
        (case, "'claim' was not known before it") for case in "xz"
    ]
    told = [note for note in runs["p"].notes if "'channel'" in note]
    assert told == ["the log has no column 'channel', which 'b' needs: D503 leaves it out"]
    assert not any("'claim'" in note for note in runs["p"].notes)


def test_a_rule_before_and_a_needed_field_say_each_its_own() -> None:
    given = {"r": Rule("r", "before", ("b",), ("c",), None, (), None, Position("p.yaml", 9, 1, 9, 2))}
    rows = [*run(needing("claim", rules=given), "a", {"step": "b", "claim": "5"}, "c")["p"].deviations]
    assert {row["detail"] for row in rows} == {"'c' must come before it", "'claim' was not known before it"}


# --- D4: time -------------------------------------------------------------------------------------------------------


def timed(flow: Any, **within: int | Target) -> Process:
    steps = {
        name: step(name, within=w) if isinstance(w, int) else replace(step(name), within=w)
        for name, w in within.items()
    }
    return process(flow, steps=steps)


def test_a_step_is_late_by_the_clock_since_it_was_enabled() -> None:
    made = timed(ABC, b=3600)
    assert deviations(run(made, "a", {"step": "b", "at": 1.0}, {"step": "c", "at": 9.0})) == []
    runs = run(made, "a", {"step": "b", "at": 1.5}, {"step": "c", "at": 9.0})
    assert deviations(runs) == ["late b"]
    row = runs["p"].deviations.get(0)
    assert (row["value"], row["limit"], row["detail"]) == (
        5400.0,
        3600.0,
        "took 2 h since 'a', target 1.0 h".replace("2 h", "1.5 h"),
    )


def test_parallel_branches_are_timed_from_the_split() -> None:
    made = timed(seq(task("a"), par(task("b"), task("c")), task("d")), c=7200, d=3600)
    runs = run(made, "a", {"step": "b", "at": 5.0}, {"step": "c", "at": 6.0}, {"step": "d", "at": 7.0})
    assert deviations(runs) == ["late c"], "c could be done since a, not since b"
    enabled = {m["step"]: m["enabled_at"] for m in runs["p"].moves}
    assert enabled == {"a": 0, "b": 0, "c": 0, "d": 6 * 3_600_000}


def test_skipped_steps_take_no_time() -> None:
    made = timed(ABC, c=3600)
    assert deviations(run(made, "a", {"step": "c", "at": 0.9})) == ["skipped b"]
    assert deviations(run(made, "a", {"step": "c", "at": 1.1})) == ["skipped b", "late c"]


def test_the_calendar_of_the_step_wins_over_that_of_the_process() -> None:
    office = CalendarSpec("office", ((0, 4, ((540, 1020),)),), None, (), (), NOWHERE)
    made = timed(ABC, b=3600)
    steps = dict(made.steps)
    steps["b"] = replace(steps["b"], calendar="office")
    there = workspace(replace(made, steps=steps))
    there = replace(
        there, organisation=replace(there.organisation, calendars=there.organisation.calendars | {"office": office})
    )
    night = ["a", {"step": "b", "at": 9.5}, {"step": "c", "at": 9.5}]  # 1 January 1970 was a Thursday
    assert deviations(run(there, *night)) == []
    assert deviations(run(workspace(made), *night)) == ["late b"]


def test_a_target_by_field_is_the_one_that_holds_when_the_step_is_done() -> None:
    target = Target(None, "severity", (("critical", 600),), 36_000)
    severity = Field("severity", "enum", ("low", "critical"))
    made = replace(timed(ABC, b=target), fields={"severity": severity})
    slow = {"step": "b", "at": 1.0}
    assert deviations(run(made, "a", slow, given={"severity": "low"})) == []
    assert deviations(run(made, "a", slow, given={"severity": "critical"})) == ["late b"]
    assert deviations(run(made, "a", slow | {"severity": "critical"}, given={"severity": "low"})) == ["late b"]


def test_a_may_is_free() -> None:
    flow = seq(task("a"), may(task("b")), task("c"))
    assert deviations(run(process(flow), *"abc")) == deviations(run(process(flow), *"ac")) == []


def test_every_kind_has_a_manual() -> None:
    assert list(catalogue) == sorted(catalogue)
    for kind in catalogue.values():
        assert len(kind.manual) > 80
        assert kind.manual.endswith(".")


def test_the_names_of_the_language_are_those_that_are_judged() -> None:
    from svcflow.definitions.deviations import DEVIATIONS
    from svcflow.execution.catalogue import catalogue

    assert {code: kind.name for code, kind in catalogue.items()} == DEVIATIONS
