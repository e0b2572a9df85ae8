"""A workspace has no organisation, or more than one.

Roles, teams, calendars and the time zone come from exactly one file that begins with ``organisation:``.

Wrong::

    # file: old.svcflow.yaml
    svcflow: 1
    organisation: Old
    timezone: UTC
    calendars: {office: {mon-fri: "09:00-17:00"}}
    roles: {agent: {}, lead: {}}
    teams: {}

Right::

    # file: org.svcflow.yaml
    svcflow: 1
    organisation: New
    timezone: UTC
    calendars: {office: {mon-fri: "09:00-17:00"}}
    roles: {agent: {}, lead: {}}
    teams: {}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.documents import Span

CODE = "SVC208"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every organisation too many, or that there is none."""
    for other in survey.organisations[1:]:
        files = ", ".join(organisation.file for organisation in survey.organisations)
        related = (("the first one", survey.organisations[0].position),)
        yield Remark(f"{len(survey.organisations)} organisations: {files}", other.position, related)
    if survey.organisations or survey.blind or any(source.kind == "organisation" for source in survey.sources):
        return
    first = survey.processes[0].position if survey.processes else survey.sources[0].at(Span(1, 1, 1, 2))
    yield Remark("no organisation: no file of this folder begins with 'organisation:', so no role is known", first)
