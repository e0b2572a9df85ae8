"""Someone may decide more than the one they report to: whoever is overruled can decide it alone.

Compared are the members of a team with its lead, and its lead with the lead of the team it reports to.

Wrong::

    roles: {agent: {authority: {claim: 800}}, lead: {authority: {claim: 500}}}

Right::

    roles: {agent: {authority: {claim: 200}}, lead: {authority: {claim: 500}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from svcflow.definitions.model import OrgRole
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC605"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every role with more authority over a field than its lead, once for each lead."""
    reporting = Reporting.of(survey)
    if reporting is None or reporting.cycles():
        return
    roles = reporting.organisation.roles
    for name, lead in dict.fromkeys(_pairs(reporting)):
        if name == lead or name not in roles or lead not in roles or roles[name].external or roles[lead].external:
            continue
        for field in roles[name].authority:
            mine, theirs = _limit(roles[name], field), _limit(roles[lead], field)
            if mine > theirs:
                message = f"{name} may decide more {field} ({_say(mine)}) than its lead {lead} ({_say(theirs)})"
                file = reporting.organisation.file
                place = place_of(survey, file, "roles", name, "authority", field, value=True)
                yield Remark(message, place, ((lead, roles[lead].position),))


def _pairs(reporting: Reporting) -> Iterator[tuple[str, str]]:
    teams = reporting.organisation.teams
    for team in teams.values():
        if team.lead is not None:
            yield from ((role, team.lead) for role, count in team.members.items() if count)
            above = teams.get(team.reports_to or "")
            if above is not None and above.lead is not None:
                yield team.lead, above.lead


def _limit(role: OrgRole, field: str) -> float:
    limit = role.authority.get(field, 0.0)
    return inf if limit is None else limit


def _say(limit: float) -> str:
    return "any" if limit == inf else f"{limit:.15g}"
