"""What a process and an organisation ask for, as duties: one list that two versions are compared by."""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.difference.duties import Duty
from svcflow.definitions.durations import write_duration
from svcflow.definitions.model import (
    CalendarSpec,
    Kpi,
    Organisation,
    OrgRole,
    Process,
    Rule,
    Sla,
    Step,
    Target,
    Team,
)
from svcflow.findings import Position
from svcflow.guards import Guard

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def list_process_duties(process: Process) -> Iterator[Duty]:
    """Yield what a process asks for besides its flow."""
    subject, at = "process", process.position
    yield Duty(subject, "owner", process.owner, at)
    yield Duty(subject, "calendar", process.calendar, at)
    yield from _guard(subject, "applies to", process.applies_to, at)
    yield from _optional(subject, "valid from", process.valid_from, at)
    yield from _optional(subject, "valid until", process.valid_until, at)
    yield from _optional(subject, "ignores", ", ".join(sorted(process.ignore)), at)
    for name, field in process.fields.items():
        values = f"[{', '.join(field.values)}]" if field.kind == "enum" else field.kind
        yield Duty(f"case field {name}", "", values, at)
    for step in process.steps.values():
        yield from _list_step(step)
    for waiting in process.waiting:
        yield Duty(f"waiting after {waiting.since}", "until", " or ".join(sorted(waiting.until)), waiting.position)
    for sla in process.slas.values():
        yield from _list_sla(sla)
    for rule in process.rules.values():
        yield from _list_rule(rule)
    for kpi in process.kpis.values():
        yield from _list_kpi(kpi)


def list_organisation_duties(organisation: Organisation) -> Iterator[Duty]:
    """Yield what an organisation says about hours, authority and reporting lines."""
    at = organisation.position
    yield Duty("organisation", "time zone", organisation.timezone, at)
    if organisation.span_of_control is not None:
        yield Duty("organisation", "span of control", str(organisation.span_of_control), at)
    yield from _optional("organisation", "people", organisation.people, at)
    for calendar in organisation.calendars.values():
        yield from _list_calendar(calendar)
    for role in organisation.roles.values():
        yield from _list_role(role)
    for team in organisation.teams.values():
        yield from _list_team(team)


def _list_step(step: Step) -> Iterator[Duty]:
    subject, at = f"step {step.id}", step.position
    yield Duty(subject, "owner", " or ".join(sorted(step.owners)), at)
    if step.within is not None:
        yield _target(subject, "within", step.within)
    yield from _optional(subject, "calendar", step.calendar, at)
    yield from _optional(subject, "spends", step.spends, at)
    yield from _optional(subject, "needs", ", ".join(sorted(step.needs)), at)
    labels = sorted(f"{label.pattern}{f' when {_plain(label.when)}' if label.when else ''}" for label in step.labels)
    yield from _optional(subject, "labels", ", ".join(labels), at)


def _list_sla(sla: Sla) -> Iterator[Duty]:
    subject, at = f"sla {sla.id}", sla.position
    yield Duty(subject, "from", " or ".join(sorted(sla.start)), at)
    yield Duty(subject, "to", " or ".join(sorted(sla.stop)), at)
    yield _target(subject, "target", sla.target)
    yield from _guard(subject, "when", sla.when, at)
    yield from _optional(subject, "calendar", sla.calendar, at)
    if sla.objective is not None:
        yield Duty(subject, "objective", f"{sla.objective * 100:g}%", at)
    if sla.cycle != "first":
        yield Duty(subject, "cycle", sla.cycle, at)
    if sla.waiting_counts:
        yield Duty(subject, "waiting", "counts", at)
    if sla.escalation is not None:
        yield from _optional(subject, "escalation step", sla.escalation.step, at)
        grace = sla.escalation.grace_s
        yield Duty(subject, "grace", write_duration(grace), at, (("", grace),))
        for rung in sla.escalation.rungs:
            yield Duty(subject, f"escalation at {rung.percent}%", rung.role, rung.position)


def _list_rule(rule: Rule) -> Iterator[Duty]:
    subject, at = f"rule {rule.id}", rule.position
    steps, others = ", ".join(rule.steps), " or ".join(sorted(rule.others))
    words = {
        "after": f"after {steps} then {others}",
        "before": f"before {steps} need {', '.join(sorted(rule.others))}",
        "at_most": "at most " + ", ".join(f"{count} × {step}" for step, count in sorted(rule.limits)),
    }
    yield Duty(subject, "", words.get(rule.kind, f"{rule.kind} {', '.join(sorted(rule.steps))}"), at)
    if rule.within_s is not None:
        yield Duty(subject, "within", write_duration(rule.within_s), at, (("", rule.within_s),))
    yield from _guard(subject, "when", rule.when, at)


def _list_kpi(kpi: Kpi) -> Iterator[Duty]:
    subject, at = f"kpi {kpi.id}", kpi.position
    yield Duty(subject, "measure", " ".join(kpi.measure.split()), at)
    yield Duty(subject, "target", " ".join(kpi.target.split()), at)
    yield from _optional(subject, "dimension", kpi.dimension, at)


def _list_calendar(calendar: CalendarSpec) -> Iterator[Duty]:
    subject, at = f"calendar {calendar.id}", calendar.position
    open_on = {day: spans for first, last, spans in calendar.hours for day in range(first, last + 1)}
    for day, spans in sorted(open_on.items()):
        hours = " ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in spans)
        yield Duty(subject, _DAYS[day], hours, at)
    yield from _optional(subject, "holidays", calendar.holidays, at)
    yield from _optional(subject, "closed", ", ".join(sorted(calendar.closed)), at)
    yield from _optional(subject, "open", ", ".join(sorted(calendar.open)), at)


def _list_role(role: OrgRole) -> Iterator[Duty]:
    subject, at = f"role {role.id}", role.position
    yield Duty(subject, "", "external" if role.external else "of the house", at)
    for field, limit in role.authority.items():
        yield Duty(subject, f"authority over {field}", "any amount" if limit is None else f"{limit:g}", at)
    if role.cost_per_minute is not None:
        yield Duty(subject, "cost per minute", f"{role.cost_per_minute:g}", at)


def _list_team(team: Team) -> Iterator[Duty]:
    subject, at = f"team {team.id}", team.position
    yield from _optional(subject, "lead", team.lead, at)
    yield from _optional(subject, "reports to", team.reports_to, at)
    for role, count in team.members.items():
        yield Duty(subject, f"number of {role}", str(count), at)
    yield from _optional(subject, "calendar", team.calendar, at)
    yield from _optional(subject, "line", None if team.line is None else str(team.line), at)
    yield from _optional(subject, "department", team.department, at)
    yield from _optional(subject, "labels", ", ".join(sorted(team.labels)), at)


def _target(subject: str, facet: str, target: Target) -> Duty:
    if target.by is None:
        seconds = target.constant
        says = "none" if seconds is None else write_duration(seconds)
        return Duty(subject, facet, says, target.position, () if seconds is None else (("", seconds),))
    parts = [f"{value} {write_duration(seconds)}" for value, seconds in target.values]
    sizes = target.values
    if target.otherwise is not None:
        parts.append(f"else {write_duration(target.otherwise)}")
        sizes = (*sizes, ("", target.otherwise))
    return Duty(subject, facet, f"by {target.by}: {', '.join(parts)}", target.position, sizes)


def _guard(subject: str, facet: str, guard: Guard | None, at: Position) -> Iterator[Duty]:
    if guard is not None:
        yield Duty(subject, facet, _plain(guard), at, guard=guard)


def _optional(subject: str, facet: str, says: str | None, at: Position) -> Iterator[Duty]:
    if says:
        yield Duty(subject, facet, says, at)


def _plain(guard: Guard) -> str:
    return " ".join(guard.text.split())


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
