"""Scenarios: cases told in a file, executed, and compared with what the file expects of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from svcflow.definitions import rules
from svcflow.definitions.model import Scenario, ScenarioEvent, Scenarios, Workspace
from svcflow.eventlog.log import Log
from svcflow.execution.catalogue import catalogue, names
from svcflow.execution.onecase import Happening, log_of_case
from svcflow.execution.runs import Runs, execute
from svcflow.findings import Position, Problem
from svcflow.guards import suggest

_QUIET = frozenset(kind.name for kind in catalogue.values() if kind.severity == "info")
Some = TypeVar("Some")


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
    Scenarios name the roles of their people and rehearse the definition: the file of people and agreed deviations
    are left aside.
    """
    workspace = replace(workspace, agreements=(), organisation=replace(workspace.organisation, staff=()))
    for scenarios in workspace.scenarios:
        for scenario in scenarios.cases:
            log = write_log(scenario, scenarios, workspace.organisation.timezone)
            runs = execute(workspace, log, process=scenarios.process, by_id=True)
            yield Verdict(scenarios.process, scenario, runs, tuple(_compare(scenario, scenarios.process, runs)))


def write_log(scenario: Scenario, scenarios: Scenarios, timezone: str) -> Log:
    """Return a scenario as a log of one case; activities are step ids."""
    zone = ZoneInfo(timezone)
    events = [
        Happening(_instant(event, zone), event.step, event.actor, values=event.sets | {"role": event.role})
        for event in scenario.events
    ]
    return log_of_case(scenario.id, events, scenarios.base | scenario.given, source=scenarios.file, zone=timezone)


def _instant(event: ScenarioEvent, zone: ZoneInfo) -> int:
    moment = datetime.fromisoformat(event.at)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)


def _compare(scenario: Scenario, process: str, runs: Runs) -> Iterator[Problem]:
    """Yield one problem for each expectation that does not come true."""
    if process not in runs.processes:
        yield _failed(scenario, f"'{process}' does not apply to it (see `applies_to`), or it has no events")
        return
    run = runs.processes[process]
    case = run.cases.get(0)
    if scenario.outcome is not None and scenario.outcome != case["outcome"]:
        yield _failed(scenario, f"expected outcome '{scenario.outcome}', got '{case['outcome']}'", "outcome")
    states = {row["sla"]: row["state"] for row in run.clocks}
    for sla, expected in (scenario.slas or {}).items():
        got = states.get(sla, "not_started")
        if got != expected:
            yield _failed(scenario, f"expected {sla}: {expected}, got {got}", f"slas/{sla}")
    if scenario.deviations is not None:
        yield from _compare_deviations(scenario, scenario.deviations, runs)


def list_deviations(scenario: Scenario, runs: Runs) -> list[str]:
    """Return the deviations of an executed scenario as it would expect them, ``name step``; quiet ones if it does."""
    kinds = {text.split()[0] for text in scenario.deviations or () if text.split()}
    return [text for text, _ in _deviations(scenario, runs, _QUIET - kinds)]


def _compare_deviations(scenario: Scenario, expected: tuple[str, ...], runs: Runs) -> Iterator[Problem]:
    """Yield what did not come and what nobody expects; the two are one problem where they are about one step."""
    wanted = [(" ".join(text.split()), f"deviations/{i}") for i, text in enumerate(expected)]
    kinds = {text.partition(" ")[0] for text, _ in wanted}
    for text, place in wanted:
        kind = text.partition(" ")[0]
        if kind not in names:
            near = suggest(kind, list(names)) or f"; judged are {', '.join(names)}"
            yield _problem("scenario-reference", scenario, f"'{kind}' is not judged by this release{near}", place)
    came = list(_deviations(scenario, runs, _QUIET - kinds))
    missing = [(text, place) for text, place in _minus(wanted, came) if text.partition(" ")[0] in names]
    for text, at in _minus(came, wanted):
        twin = next((pair for pair in missing if pair[0].partition(" ")[2] == text.partition(" ")[2]), None)
        line = f" (event line {at.line})" if at is not None else ""
        if twin is None:
            yield _failed(scenario, f"'{text}' came, which is not expected{line}", "deviations", event=at)
        else:
            missing.remove(twin)
            yield _failed(scenario, f"expected '{twin[0]}', got '{text}'{line}", twin[1], event=at)
    for text, place in missing:
        yield _failed(scenario, f"expected '{text}', which did not come", place)


def _deviations(scenario: Scenario, runs: Runs, quiet: frozenset[str]) -> Iterator[tuple[str, Position | None]]:
    """Yield every deviation as ``name step``, with the place of its event if it has one."""
    for run in runs.processes.values():
        for row in run.deviations:
            if row["name"] not in quiet:
                place = scenario.events[row["row"]].position if row["row"] >= 0 else None
                yield f"{row['name']} {row['step'] or ''}".strip(), place


def _minus(these: Iterable[tuple[str, Some]], those: Iterable[tuple[str, object]]) -> list[tuple[str, Some]]:
    """Return what is left of a multiset of texts without another, in the order of the texts."""
    taken = Counter(text for text, _ in those)
    left = []
    for text, beside in these:
        taken[text] -= 1
        if taken[text] < 0:
            left.append((text, beside))
    return sorted(left, key=lambda pair: pair[0])


def _failed(scenario: Scenario, message: str, place: str = "", *, event: Position | None = None) -> Problem:
    return _problem("scenario-failed", scenario, message, place, event=event)


def _problem(rule: str, scenario: Scenario, message: str, place: str = "", *, event: Position | None = None) -> Problem:
    """Return a problem at an event, else where the expectation stands, else where the scenario begins."""
    module = rules.catalogue()[rule]
    expectation = scenario.places.get(place, scenario.position)
    related = (("expected here", expectation),) if event is not None and place in scenario.places else ()
    shown = f"{scenario.id}: {message}"
    return Problem(module.CODE, rule, module.SEVERITY, shown, event or expectation, related)
