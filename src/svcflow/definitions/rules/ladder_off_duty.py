"""The clock of an SLA runs at hours at which the one to be told does not work.

A rung that fires at night reaches nobody before the morning. Compared are the weekly hours of the SLA's calendar and
those of the teams that have the role. Name a role that is on duty, or let the clock run on its hours.

Wrong::

    calendars: {office: {mon-fri: "09:00-17:00"}, always: {mon-sun: "00:00-24:00"}}
    teams: {desk: {lead: lead, members: {agent: 3}, calendar: office}}
    # file: request.svcflow.yaml
    slas:
      resolution:
        {from: register, to: close, target: 1w, calendar: always, objective: 90%, escalate: {80%: lead}}

Right::

    calendars: {office: {mon-fri: "09:00-17:00"}, always: {mon-sun: "00:00-24:00"}}
    teams: {desk: {lead: lead, members: {agent: 3}, calendar: always}}
    # file: request.svcflow.yaml
    slas:
      resolution:
        {from: register, to: close, target: 1w, calendar: always, objective: 90%, escalate: {80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from svcflow.definitions.model import CalendarSpec, Organisation
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC507"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield the first rung of each role whose hours do not cover an SLA's."""
    reporting = Reporting.of(survey)
    if reporting is None:
        return
    organisation = reporting.organisation
    for process in survey.sound:
        for sla in process.slas.values():
            clock = organisation.calendars.get(sla.calendar or process.calendar)
            told: set[str] = set()
            for rung in sla.escalation.rungs if sla.escalation and clock else ():
                hours = _hours(organisation, reporting, rung.role)
                if clock is None or hours is None or rung.role in told or not _week([clock]) & ~_week(hours):
                    continue
                told.add(rung.role)
                works = " and ".join(dict.fromkeys(calendar.id for calendar in hours))
                yield Remark(f"the clock runs {clock.id}, but {rung.role} works {works} hours", rung.position)


def _hours(organisation: Organisation, reporting: Reporting, role: str) -> list[CalendarSpec] | None:
    """Return the calendars of the teams that have a role; ``None`` if one of them does not say."""
    teams = [organisation.teams[name] for name in reporting.teams_of(role)]
    found = [organisation.calendars.get(team.calendar or "") for team in teams]
    known = [calendar for calendar in found if calendar is not None]
    return known if known and len(known) == len(found) else None


def _week(calendars: Iterable[CalendarSpec]) -> int:
    """Return the minutes of the week at which one of some calendars is open, as bits."""
    minutes = 0
    for calendar in calendars:
        for first, last, spans in calendar.hours:
            for day in range(first, last + 1):
                for start, end in spans:
                    minutes |= ((1 << max(end - start, 0)) - 1) << (day * 1440 + start)
    return minutes
