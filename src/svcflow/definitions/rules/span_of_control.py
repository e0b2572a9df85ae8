"""More people report to a lead than the organisation's ``span_of_control`` allows.

Counted are the members of the team, shared among its leads if it has several, and one lead for each team that reports
to it. People outside the organisation are not.

Wrong::

    teams: {desk: {lead: lead, members: {agent: 22}}}
    span_of_control: 15

Right::

    teams: {desk: {lead: lead, members: {lead: 2, agent: 22}}}
    span_of_control: 15
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Team
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC603"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every team that is too large for its leads."""
    reporting = Reporting.of(survey)
    limit = reporting.organisation.span_of_control if reporting else None
    if reporting is None or limit is None:
        return
    for team in reporting.organisation.teams.values():
        if team.lead is None or reporting.is_external(team.lead):
            continue
        leads, people = max(team.members.get(team.lead, 0), 1), _people(reporting, team)
        if people > limit * leads:
            each = f", {leads} of them" if leads > 1 else ""
            message = f"{team.lead}{each} leads {people} people in '{team.id}'; the span of control is {limit}"
            yield Remark(message, team.position)


def _people(reporting: Reporting, team: Team) -> int:
    """Return how many people report to the leads of a team."""
    own = sum(n for role, n in team.members.items() if role != team.lead and not reporting.is_external(role))
    below = (other for other in reporting.organisation.teams.values() if other.reports_to == team.id)
    leads = {other.id for other in below if other.lead not in (None, team.lead)}
    return own + sum(not reporting.is_external(reporting.organisation.teams[name].lead or "") for name in leads)
