"""Scenarios: cases told in a file, executed, and compared with what the file expects of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from svcflow.definitions.model import Scenario, ScenarioEvent, Scenarios, Workspace
from svcflow.eventlog.log import Column, Log, Vocabulary
from svcflow.execution.catalogue import catalogue, names
from svcflow.execution.runs import Runs, execute
from svcflow.findings import Position, Problem

_QUIET = frozenset(kind.name for kind in catalogue.values() if kind.severity == "info")
_STATES = ("not_started", "running", "paused", "met", "breached", "overdue", "cancelled")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One scenario executed: what differs from its expectations (nothing, if it passed)."""

    process: str
    scenario: Scenario
    runs: Runs
    problems: tuple[Problem, ...]


def run_scenarios(workspace: Workspace) -> Iterator[Verdict]:
    """Execute every scenario of a workspace and compare it with what it expects.

    Now is the scenario's last event. Compared are the outcome, the states of the clocks that are named, and all
    deviations as a multiset of ``name step``, but for unknown data where the scenario does not speak of it.
    """
    for scenarios in workspace.scenarios:
        for scenario in scenarios.cases:
            log = write_log(scenario, scenarios, workspace.organisation.timezone)
            runs = execute(workspace, log, process=scenarios.process, by_id=True)
            yield Verdict(scenarios.process, scenario, runs, tuple(_compare(scenario, scenarios.process, runs)))


def write_log(scenario: Scenario, scenarios: Scenarios, timezone: str) -> Log:
    """Return a scenario as a log of one case; activities are step ids."""
    zone = ZoneInfo(timezone)
    events = scenario.events
    time = np.asarray([_instant(event, zone) for event in events], np.int64)
    order = np.argsort(time, kind="stable")
    events, time = tuple(events[i] for i in order.tolist()), time[order]
    activities = Vocabulary(tuple(sorted({event.step for event in events})))
    people = _texts([event.actor for event in events])
    fields = sorted({name for event in events for name in event.sets} - {"role"})
    attributes = {name: _texts([event.sets.get(name, "") for event in events]) for name in fields}
    attributes["role"] = _texts([event.role for event in events])
    given = scenarios.base | scenario.given
    assert people.vocabulary is not None
    return Log(
        source=scenarios.file,
        zone=timezone,
        case_ids=(scenario.id,),
        offsets=np.asarray([0, len(events)], np.int64),
        time=time,
        start=time,
        has_start=np.zeros(len(events), np.bool_),
        activity=np.asarray([activities.texts.index(event.step) for event in events], np.int32),
        activities=activities,
        resource=people.values.astype(np.int32),
        resources=people.vocabulary,
        team=np.zeros(len(events), np.int32),
        teams=Vocabulary(("",)),
        events=len(events),
        attributes=attributes,
        case_attributes={name: _texts([_text(value)]) for name, value in given.items()},
    )


def _instant(event: ScenarioEvent, zone: ZoneInfo) -> int:
    moment = datetime.fromisoformat(event.at)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(values: list[str]) -> Column:
    known = ("", *sorted(set(values) - {""}))
    codes = {text: i for i, text in enumerate(known)}
    return Column("text", np.asarray([codes[text] for text in values], np.int32), Vocabulary(known))


def _compare(scenario: Scenario, process: str, runs: Runs) -> Iterator[Problem]:
    """Yield one problem for each expectation that does not come true."""
    if process not in runs.processes:
        yield _failed(scenario, f"'{process}' does not apply to it (see `applies_to`), or it has no events")
        return
    run = runs.processes[process]
    case = run.cases.get(0)
    if scenario.outcome is not None and scenario.outcome != case["outcome"]:
        yield _failed(scenario, f"expected outcome '{scenario.outcome}', got '{case['outcome']}'")
    states = {row["sla"]: row["state"] for row in run.clocks}
    for sla, expected in (scenario.slas or {}).items():
        if sla not in run.process.slas:
            known = ", ".join(run.process.slas) or "none"
            yield _problem("SVC802", scenario, f"there is no SLA '{sla}'; the process has {known}")
        elif expected not in _STATES:
            yield _problem("SVC802", scenario, f"'{expected}' is no state of a clock; states are {', '.join(_STATES)}")
        elif states.get(sla, "not_started") != expected:
            yield _failed(scenario, f"expected {sla}: {expected}, got {states.get(sla, 'not_started')}")
    if scenario.deviations is not None:
        yield from _compare_deviations(scenario, scenario.deviations, runs)


def _compare_deviations(scenario: Scenario, expected: tuple[str, ...], runs: Runs) -> Iterator[Problem]:
    wanted = Counter(" ".join(text.split()) for text in expected)
    kinds = {text.partition(" ")[0] for text in wanted}
    for kind in sorted(kinds - names.keys()):
        yield _problem("SVC802", scenario, f"'{kind}' is not judged by this release; judged are {', '.join(names)}")
    where: dict[str, list[Position]] = {}
    for run in runs.processes.values():
        for row in run.deviations:
            if row["name"] in _QUIET - kinds:
                continue
            place = scenario.events[row["row"]].position if row["row"] >= 0 else scenario.position
            where.setdefault(f"{row['name']} {row['step'] or ''}".strip(), []).append(place)
    got = Counter({text: len(places) for text, places in where.items()})
    for text in sorted((wanted - got).elements()):
        if text.partition(" ")[0] in names:
            yield _failed(scenario, f"expected '{text}', which did not come")
    for text in sorted((got - wanted).elements()):
        at = where[text].pop()
        line = f" (event line {at.line})" if at != scenario.position else ""
        yield _failed(scenario, f"'{text}' came, which is not expected{line}")


def _failed(scenario: Scenario, message: str) -> Problem:
    return _problem("SVC801", scenario, message)


def _problem(code: str, scenario: Scenario, message: str) -> Problem:
    name = {"SVC801": "scenario-failed", "SVC802": "scenario-reference"}[code]
    return Problem(code, name, "error", f"{scenario.id}: {message}", scenario.position)
