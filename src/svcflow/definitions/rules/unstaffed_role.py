"""A role has work to do, but no team has anybody in it.

Judged are roles that own a process or a step, or are told by a ladder. Roles outside the organisation need no team.
With a list of ``people``, those count who are listed.

Wrong::

    roles: {agent: {}, lead: {}, analyst: {}}
    # file: request.svcflow.yaml
    owner: analyst

Right::

    roles: {agent: {}, lead: {}, analyst: {}}
    teams: {desk: {lead: lead, members: {agent: 3, analyst: 1}}}
    # file: request.svcflow.yaml
    owner: analyst
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC606"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every role with work and without people, where it is defined."""
    reporting = Reporting.of(survey)
    if reporting is None or not reporting.organisation.teams:
        return
    wanted = {reference.name for reference in survey.references if reference.kind == "role"}
    used = dict.fromkeys(_working(survey))
    for role in reporting.organisation.roles.values():
        if role.id in used and role.id in wanted and not role.external and not _is_staffed(reporting, role.id):
            first = min(r.position for r in survey.references if r.kind == "role" and r.name == role.id)
            nobody = "nobody is listed" if reporting.organisation.people else "no team has anybody"
            yield Remark(f"{nobody} as '{role.id}'", role.position, (("is to do something here", first),))


def _is_staffed(reporting: Reporting, role: str) -> bool:
    return bool(reporting.teams_of(role)) or (
        reporting.organisation.people is not None and reporting.people([role]) > 0
    )


def _working(survey: Survey) -> Iterator[str]:
    for process in survey.processes:
        yield process.owner
        for step in process.steps.values():
            yield from step.owners
        for sla in process.slas.values():
            yield from (rung.role for rung in sla.escalation.rungs) if sla.escalation else ()
