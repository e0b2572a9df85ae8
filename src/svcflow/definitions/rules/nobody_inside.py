"""A step of the flow is owned by people outside only: nobody inside answers for it when it does not happen.

People outside who have a team with a line to somebody inside are answered for. What customers do at any time is their
own affair, and not judged.

Wrong::

    roles: {agent: {external: true}, lead: {}}
    teams: {desk: {lead: lead}}

Right::

    roles: {agent: {external: true}, lead: {}}
    teams: {desk: {lead: lead}, partner: {lead: agent, reports_to: desk}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Task
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC702"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every step of a flow that only outsiders own whom nobody inside leads."""
    reporting = Reporting.of(survey)
    if reporting is None:
        return
    for process in survey.sound:
        placed = {item.step for item in walk(process.flow) if isinstance(item, Task)}
        for step in process.steps.values():
            if step.id in placed and step.owners and all(_outside(reporting, owner) for owner in step.owners):
                message = f"step '{step.id}' is owned by outsiders only: who answers for it?"
                yield Remark(message, step.position)


def _outside(reporting: Reporting, role: str) -> bool:
    leads = (reporting.organisation.teams[name].lead for team in reporting.teams_of(role)
             for name in reporting.line_of(team))  # fmt: skip
    return reporting.is_external(role) and not any(lead and not reporting.is_external(lead) for lead in leads)
