"""The problems of a role end with it: its team reports to nobody, and it is not the top.

The top is the team that most others report to, directly or through others.

Wrong::

    roles: {agent: {}, lead: {}, trainer: {}}
    teams: {desk: {lead: lead}, floor: {lead: agent, reports_to: desk}, training: {lead: trainer}}

Right::

    roles: {agent: {}, lead: {}, trainer: {}}
    teams: {desk: {lead: lead}, floor: {lead: agent, reports_to: desk}, training: {lead: trainer, reports_to: desk}}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC704"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every team but the top that reports to nobody; those in a circle have their own rule."""
    reporting = Reporting.of(survey)
    if reporting is None or reporting.cycles():
        return
    teams = reporting.organisation.teams
    below = Counter(reporting.line_of(team)[-1] for team in teams)
    tops = [team for team in teams.values() if team.reports_to is None]
    top = max(tops, key=lambda team: below[team.id], default=None)  # the first of equals
    for team in tops:
        if team is not top and team.lead is not None and not reporting.is_external(team.lead):
            yield Remark(f"problems of '{team.lead}' end there: its team reports to nobody", team.position)
