"""A scenario speaks of something that its process does not have.

Outcomes, SLAs, deviations and case fields are those of the process under test; a field with listed values has one of
them. A deviation that this release does not judge cannot be expected either: `svcflow explain` lists those it judges.

Wrong::

    flow: [register, work, review, close, {end: resolved}]
    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      straight:
        events: [Mon 09:00 register agent:amy]
        expect: {outcome: solved}

Right::

    flow: [register, work, review, close, {end: resolved}]
    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      straight:
        events: [Mon 09:00 register agent:amy]
        expect: {outcome: open}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from svcflow.definitions.model import Process, Scenario
from svcflow.definitions.net import inlined
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.findings import Position
from svcflow.guards import Field, suggest

CODE = "SVC802"
SEVERITY = "error"

OPEN = "open"
"""The outcome of a case that has not ended."""


def check(survey: Survey) -> Iterator[Remark]:
    """Yield what scenarios expect or set that their process does not know."""
    sound = {process.id: process for process in survey.sound}
    for scenarios in survey.scenarios:
        process = sound.get(scenarios.process)
        if process is None or scenarios.file in survey.broken:
            continue
        fields = {name: known for part in inlined(process, survey.by_id) for name, known in part.fields.items()}
        yield from _judge_data(scenarios.base, fields, scenarios.position)
        for scenario in scenarios.cases:
            yield from _judge_data(scenario.given, fields, scenario.position)
            for event in scenario.events:
                yield from _judge_data(event.sets, fields, event.position)
            yield from _judge_expectations(scenario, process, survey)


def _judge_expectations(scenario: Scenario, process: Process, survey: Survey) -> Iterator[Remark]:
    outcomes = _outcomes(process, survey)
    if scenario.outcome is not None and scenario.outcome not in outcomes:
        yield _unknown("outcome", scenario.outcome, outcomes, scenario.places.get("outcome", scenario.position))
    for sla in scenario.slas or ():
        if sla not in process.slas:
            place = scenario.places.get(f"slas/{sla}", scenario.position)
            yield _unknown("SLA", sla, sorted(process.slas), place)
    known = [*survey.steps_for(process.id), *process.slas, *process.rules]
    for i, text in enumerate(scenario.deviations or ()):
        kind, _, subject = " ".join(text.split()).partition(" ")
        if subject and subject not in known and kind != "unmapped":
            place = scenario.places.get(f"deviations/{i}", scenario.position)
            message = f"'{text}': there is no step, SLA or rule '{subject}'{suggest(subject, known)}"
            yield Remark(message, place)


def _outcomes(process: Process, survey: Survey) -> list[str]:
    """Return every way in which a case can end, and that it is open."""
    net, graph = survey.nets.get(process.id), survey.graphs.get(process.id)
    if net is None:
        return []
    reached = range(len(net.transitions)) if graph is None else sorted({number for _, number, _ in graph.edges})
    found = [net.transitions[number].outcome for number in reached]
    found += [anytime.outcome for anytime in process.anytime]
    return [*dict.fromkeys(outcome for outcome in found if outcome is not None), OPEN]


def _unknown(kind: str, name: str, known: list[str], place: Position) -> Remark:
    there = f"; the process has {', '.join(known)}" if known else "; the process has none"
    return Remark(f"{kind} '{name}' does not exist{suggest(name, known) or there}", place)


def _judge_data(data: Mapping[str, object], fields: Mapping[str, Field], place: Position) -> Iterator[Remark]:
    for name, value in data.items():
        field = fields.get(name)
        if field is None:
            yield Remark(f"the process has no case field '{name}'{suggest(name, list(fields))}", place)
            continue
        allowed = {"enum": field.values, "boolean": ("true", "false")}.get(field.kind, ())
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if allowed and value not in (None, "") and text not in allowed:
            yield Remark(f"'{text}' is not a value of {name} ({', '.join(allowed)}){suggest(text, allowed)}", place)
