"""The streaming twin says of every prefix what the batch says of it."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.execution.definitions import HOUR, disturb, log, play, process, random_flow, step, thorough, workspace
from tests.execution.test_laws import STEPS

from svcflow.definitions import load
from svcflow.definitions.model import Escalation, Rule, Rung, Sla, Target, Waiting, Workspace
from svcflow.errors import UsageError
from svcflow.eventlog import read_log
from svcflow.execution import Monitor, execute
from svcflow.execution.monitor import State
from svcflow.findings import NOWHERE
from svcflow.generation import generate
from svcflow.guards import Field

DOCUMENTED = Path(__file__).parent / "documented"
LOCAL = {"index", "anchor", "sequence", "process"}


def pushed(case: str, event: dict[str, Any]) -> dict[str, object]:
    values = {name: value for name, value in event.items() if name not in ("step", "at", "who")}
    moment = round(float(str(event["at"])) * HOUR)
    return values | {"case": case, "activity": event["step"], "time": moment, "resource": event.get("who", "")}


def batch(
    place: Workspace, seen: dict[str, list[dict[str, Any]]], case: str, given_data: dict[str, object], now: int
) -> dict[str, object] | None:
    """Return what the batch says about a case of the events seen so far."""
    runs = execute(place, log(seen, dict.fromkeys(seen, given_data)), process=next(iter(place.processes)), as_of=now)
    for run in runs.processes.values():
        found = [i for i in range(len(run.cases)) if run.cases["case"].get(i) == case]
        if not found:
            continue
        row = run.cases.get(found[0])
        base = int(runs.log.offsets[runs.log.case_ids.index(case)])
        frames = {}
        for name in ("deviations", "allowed", "clocks", "rungs", "obligations"):
            frames[name] = tuple(moved(r, base) for r in getattr(run, name) if r["case"] == case)
        pending = tuple(filter(None, (row["pending"] or "").split(", ")))
        kept = {name: row[name] for name in ("outcome", "closed", "conforming", "cost")}
        return kept | {"version": row["version"] or "", "pending": pending} | frames
    return None


def moved(row: dict[str, Any], base: int) -> dict[str, Any]:
    """Count the events of a row from the beginning of its case."""
    places = {"row", "other", "done_row"}
    return {k: v - base if k in places and v >= 0 else v for k, v in row.items() if k not in LOCAL}


def shown(state: State | None) -> dict[str, object] | None:
    if state is None:
        return None
    return {name: getattr(state, name) for name in State.__dataclass_fields__ if name not in ("case", "process")}


def agree(place: Workspace, stream: list[tuple[str, dict[str, Any]]], given_data: dict[str, object]) -> None:
    """Compare after every event of a stream: the event's case, and at the end all cases."""
    monitor = Monitor(place, next(iter(place.processes)))
    seen: dict[str, list[dict[str, Any]]] = {}
    known: dict[str, dict[tuple[str, str], str]] = {}
    for case, event in stream:
        if case not in seen:
            monitor.open(case, given_data)
        seen.setdefault(case, []).append(event)
        changes = monitor.push(pushed(case, event))
        assert monitor.now is not None
        state = monitor.state(case)
        assert shown(state) == batch(place, seen, case, given_data, monitor.now)
        clocks = known.setdefault(case, {})
        clocks |= {(c.what, c.name): c.after for c in changes if c.what == "outcome"}
        if state is not None:
            assert clocks["outcome", state.process] == state.outcome, "the changes add up to the state"
    for case in seen:
        assert shown(monitor.state(case)) == batch(place, seen, case, given_data, monitor.now or 0)


events = st.fixed_dictionaries(
    {
        "step": st.sampled_from([*STEPS, "nonsense"]),
        "role": st.sampled_from(["agent", "team_lead", ""]),
        "who": st.sampled_from(["amy", "ben", ""]),
        "severity": st.sampled_from(["low", "critical", ""]),
        "claim": st.sampled_from(["100", "900", ""]),
        "satisfied": st.sampled_from(["true", "false", ""]),
        "gap": st.sampled_from([0.0, 0.2, 1.0, 7.0]),
    }
)
streams = st.lists(st.tuples(st.sampled_from("xyz"), events), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def complaint() -> Workspace:
    return load(DOCUMENTED)


@settings(deadline=None, max_examples=10)
@given(stream=streams)
def test_the_complaint_on_any_stream(complaint: Workspace, stream: list[tuple[str, dict[str, Any]]]) -> None:
    now, told = 1.0, []
    for case, event in stream:
        now += event["gap"]
        told.append((case, {k: v for k, v in event.items() if k != "gap"} | {"at": now}))
    agree(complaint, told, {"category": "complaint", "tier": "key", "valid": "true"})


def demanding(dice: random.Random) -> Workspace:
    """Return a random flow with a clock, a ladder, duties and a wait on random steps of it."""
    fields = {name: Field(name, "string") for name in ("colour", "size")}
    made = process(random_flow(dice, dice.randint(2, 7), (f"s{i}" for i in range(99))), fields=fields)
    names = list(made.steps)

    def pick() -> str:
        return dice.choice(names)

    ladder = Escalation(pick(), 1800, (Rung(50, "lead", NOWHERE), Rung(90, "boss", NOWHERE)))
    clock = Sla("s", (pick(),), (pick(),), Target(3 * 3600), 0.9, None, None, dice.choice(("first", "each", "total")),
                waiting_counts=dice.random() < 0.3, escalation=ladder, position=NOWHERE)  # fmt: skip
    rules = [
        Rule("owe", "after", (pick(),), (pick(),), dice.choice((None, 7200)), (), None, NOWHERE),
        Rule("first", "before", (pick(),), (pick(),), None, (), None, NOWHERE),
        Rule("not", "never", (pick(), pick()), (), None, (), None, NOWHERE),
        Rule("few", "at_most", (), (), None, ((pick(), 1),), None, NOWHERE),
        Rule("eyes", "different", (pick(), pick()), (), None, (), None, NOWHERE),
    ]
    wants = ((), (), ("colour",), ("colour", "size"))
    steps = {name: step(name, within=dice.choice((None, 3600)), needs=dice.choice(wants)) for name in names}
    made = replace(made, steps=steps, slas={"s": clock}, rules={rule.id: rule for rule in rules},
                   waiting=(Waiting(pick(), (pick(),), NOWHERE),))  # fmt: skip
    return workspace(made)


def test_random_definitions_on_every_prefix() -> None:
    dice = random.Random(26)
    prefixes = 0
    for _ in range(20 * thorough()):
        place = demanding(dice)
        (made,) = place.processes.values()
        steps = disturb(dice, play(dice, made.flow), list(made.steps))[:10]
        now, stream = 0.0, []
        for name in steps:
            now += dice.choice((0, 0.5, 1, 2, 5))
            told = {"colour": dice.choice(("", "red"))} if dice.random() < 0.4 else {}
            case, who = dice.choice("xxy"), dice.choice(("amy", "ben"))
            stream.append((case, {"step": name, "at": now, "who": who} | told))
        agree(place, stream, {})
        prefixes += len(stream)
    assert prefixes > 80


def test_a_played_log_event_by_event(tmp_path: Path) -> None:
    workflows = load(Path(__file__).parents[2] / "workflows")
    for name in ("callback", "complaint"):
        played = generate(workflows, process=name, cases=5, start=date(2026, 3, 2), weeks=2, seed=3)
        export, mapping = tmp_path / "log.csv", tmp_path / "log.mapping.yaml"
        export.write_text(played.csv, "utf-8")
        mapping.write_text(json.dumps(played.mapping), "utf-8")
        whole = read_log(export, mapping)
        monitor = Monitor(workflows, name)
        stream = sorted(range(whole.instances), key=lambda row: int(whole.time[row]))
        owner = whole.case_of_row
        for row in stream:
            case = whole.case_ids[owner[row]]
            if row == whole.offsets[owner[row]]:
                monitor.open(case, {n: c.get(int(owner[row])) for n, c in whole.case_attributes.items()})
            values = {n: c.get(row) for n, c in whole.attributes.items()}
            people = {"resource": whole.resources[whole.resource[row]], "team": whole.teams[whole.team[row]]}
            event = {"case": case, "activity": whole.activities[whole.activity[row]], "time": int(whole.time[row])}
            monitor.push(values | people | event)
        runs = execute(workflows, whole, process=name)
        run = runs[name]
        for i, case in enumerate(whole.case_ids):
            state = monitor.state(case)
            assert state is not None
            mine = [(d["code"], d["step"], d["time"]) for d in state.deviations]
            assert mine == [(d["code"], d["step"], d["time"]) for d in run.deviations if d["case"] == case]
            assert [c["state"] for c in state.clocks] == [c["state"] for c in run.clocks if c["case"] == case]
            assert (state.outcome, state.cost) == (run.cases.get(i)["outcome"], run.cases.get(i)["cost"])


def test_time_alone_changes_clocks_and_duties(complaint: Workspace) -> None:
    monitor = Monitor(complaint, "complaint")
    monitor.open("x", {"category": "complaint", "severity": "low"})
    first = monitor.push(
        {"case": "x", "activity": "建单", "time": "2026-11-02T09:00", "resource": "amy", "role": "agent"}
    )
    assert ("clock", "first_response", "", "running") in {(c.what, c.name, c.before, c.after) for c in first}
    later = monitor.advance("2026-11-02T10:20")
    assert {(c.what, c.name, c.before, c.after) for c in later} == {
        ("clock", "first_response", "running", "overdue"),
        ("deviation", "sla_breached first_response", "", "D402"),
        ("deviation", "not_escalated first_response", "", "D403"),
        ("rung", "first_response", "ahead", "missed"),
        ("rung", "first_response", "ahead", "pending"),
    }
    assert monitor.advance("2026-11-02T09:00") == [], "time never goes back"
    state = monitor.state("x")
    assert state is not None
    assert (state.outcome, state.pending) == ("open", ("acknowledge",))


def test_what_reads_otherwise_later_is_withdrawn() -> None:
    from tests.execution.definitions import seq, task

    monitor = Monitor(workspace(process(seq(task("a"), task("b"), task("c")))))
    said = [
        [
            (c.what, c.name)
            for c in monitor.push({"case": "x", "activity": name, "time": i * HOUR})
            if c.what != "outcome"
        ]
        for i, name in enumerate("acb")
    ]
    assert said == [[], [("deviation", "skipped b")], [("deviation", "out_of_order b"), ("withdrawn", "skipped b")]]


def test_cases_that_no_process_claims_and_cases_forgotten(complaint: Workspace) -> None:
    monitor = Monitor(complaint)
    monitor.open("x", {"category": "repair"})
    assert monitor.push({"case": "x", "activity": "建单", "time": 0}) == []
    assert monitor.state("x") is None
    assert monitor.state("unheard of") is None
    monitor.forget("x")
    assert monitor.cases() == ()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"activity": "a", "time": 0}, "no case"),
        ({"case": "x", "time": 0}, "no activity"),
        ({"case": "x", "activity": "a"}, "has no time"),
        ({"case": "x", "activity": "a", "time": True}, "has no time"),
        ({"case": "x", "activity": "a", "time": "soon"}, "'soon' is no moment"),
    ],
)
def test_an_event_that_is_none_is_one_clear_line(complaint: Workspace, event: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Monitor(complaint, "complaint").push(event)


def test_an_unknown_process_is_refused(complaint: Workspace) -> None:
    with pytest.raises(UsageError, match="no process 'nope'"):
        Monitor(complaint, "nope")
