"""A sketched process and the organisation it needs: its own, or the one that stands in the folder already."""

from __future__ import annotations

from dataclasses import replace

from svcflow.definitions.model import Organisation
from svcflow.definitions.writing import OrganisationSketch, ProcessSketch, TeamSketch


def fit(sketch: ProcessSketch, organisation: Organisation) -> ProcessSketch:
    """Return the sketch with the calendar and the roles of an organisation; what it does not know is noted."""
    calendars = organisation.calendars
    calendar = sketch.calendar if sketch.calendar in calendars else next(iter(calendars), sketch.calendar)
    known = _able(organisation)
    deputy = _largest(organisation)
    steps = []
    for step in sketch.steps:
        owners = tuple(owner for owner in step.owners if owner in known)
        missing = ", ".join(owner for owner in step.owners if owner not in known)
        note = "; ".join(part for part in (step.note, f"no role here: {missing}" if missing else "") if part)
        steps.append(replace(step, owners=owners or (deputy,), note=note))
    owner = sketch.owner if sketch.owner in known else deputy
    return replace(sketch, owner=owner, calendar=calendar, steps=tuple(steps))


def _able(organisation: Organisation) -> set[str]:
    """Return the roles that can own a step: outsiders, and those that some team has or the list of people may."""
    staffed = {role for team in organisation.teams.values() for role in (*team.members, team.lead or "")}
    return {
        role.id
        for role in organisation.roles.values()
        if role.external or role.id in staffed or organisation.people or not organisation.teams
    }


def _largest(organisation: Organisation) -> str:
    """Return the inside role that most people have."""
    count: dict[str, int] = {role.id: 0 for role in organisation.roles.values() if not role.external}
    for team in organisation.teams.values():
        for role, members in team.members.items():
            if role in count:
                count[role] += members
    return max(count, key=lambda role: count[role], default=next(iter(organisation.roles), "agent"))


def found_organisation(sketch: ProcessSketch) -> OrganisationSketch:
    """Return the least organisation that a sketched process can stand on: its roles, in one team."""
    roles = tuple(dict.fromkeys((sketch.owner, *(owner for step in sketch.steps for owner in step.owners))))
    head = ("Who works here. Nobody said how many there are: put the numbers right.",)
    team = TeamSketch("desk", sketch.owner, dict.fromkeys(roles, 1))
    return OrganisationSketch("Service centre", "UTC", roles, frozenset(), (team,), head)
