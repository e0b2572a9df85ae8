"""A team has no lead: nobody answers for its work, and escalations end there.

Wrong::

    teams: {desk: {lead: lead}, digital: {members: {agent: 3}, reports_to: desk}}

Right::

    teams: {desk: {lead: lead}, digital: {lead: agent, members: {agent: 3}, reports_to: desk}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC602"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every team without a lead."""
    reporting = Reporting.of(survey)
    for team in reporting.organisation.teams.values() if reporting else ():
        if team.lead is None:
            yield Remark(f"team '{team.id}' has no lead", team.position)
