"""Every step is on its target and still the SLA is breached, as its clock runs while the steps' clocks stand still.

Steps that run on other calendars than the SLA are followed on the wall, from every moment of a year at which the first
of them can begin; the worst is told. Give the SLA the calendar of its steps, or a longer target.

Wrong::

    calendars: {office: {mon-fri: "09:00-17:00"}, always: {mon-sun: "00:00-24:00"}}
    # file: request.svcflow.yaml
    slas:
      resolution:
        {from: register, to: close, target: 1d, calendar: always, objective: 90%, escalate: {80%: lead}}

Right::

    calendars: {office: {mon-fri: "09:00-17:00"}, always: {mon-sun: "00:00-24:00"}}
    # file: request.svcflow.yaml
    slas:
      resolution:
        {from: register, to: close, target: 1w, calendar: always, objective: 90%, escalate: {80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from svcflow.definitions.budgets import Budget, budgets, place_of_entry
from svcflow.definitions.chains import Chain, longest_of
from svcflow.definitions.durations import say_hours
from svcflow.definitions.model import Process, Sla
from svcflow.definitions.moments import WEEKDAYS
from svcflow.definitions.openings import Opening
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.routes import Stretch
from svcflow.definitions.samples import say
from svcflow.definitions.survey import Survey
from svcflow.definitions.years import Year, year_of

CODE = "SVC503"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every entry of an SLA's target that steps on target can breach, with the worst opening."""
    reporting = Reporting.of(survey)
    if reporting is None:
        return
    years: dict[int, Year] = {}
    for process in survey.sound:
        for sla in process.slas.values():
            ways = _ways(budgets(survey, process, sla))
            if not ways:
                continue
            number = year_of(survey, process)
            year = years.setdefault(number, Year(reporting.organisation, number))
            yield from _judge(survey, process, sla, (year, ways))


def _ways(found: list[Budget]) -> dict[str, list[tuple[Budget, Stretch]]]:
    """Return the longest ways by entry; none where another calendar has no part, or the ways are too long anyway."""
    ways: dict[str, list[tuple[Budget, Stretch]]] = {}
    for budget in found:
        ways.setdefault(budget.entry, []).extend((budget, way) for way in budget.ways)
    kept = {}
    for entry, pairs in ways.items():
        chains = longest_of(tuple(way.chain for _, way in pairs))
        if any(_own(budget, way.chain) > budget.allowed_s for budget, way in pairs):
            continue  # SVC502 says so
        firsts = (next(pair for pair in pairs if pair[1].chain == chain) for chain in chains)
        mixed = [pair for pair in firsts if any(calendar != pair[0].calendar for calendar, _ in pair[1].chain)]
        if mixed:
            kept[entry] = mixed
    return kept


def _own(budget: Budget, chain: Chain) -> int:
    return sum(seconds for calendar, seconds in chain if calendar == budget.calendar)


def _judge(
    survey: Survey, process: Process, sla: Sla, of: tuple[Year, dict[str, list[tuple[Budget, Stretch]]]]
) -> Iterator[Remark]:
    year, ways = of
    opens = {step.calendar or process.calendar for name, step in process.steps.items() if name in sla.start}
    for entry, pairs in ways.items():
        worst: tuple[Opening, Budget, Stretch] | None = None
        for budget, way in pairs:
            for start in opens or {process.calendar}:
                found = year.worst(way.chain, budget.calendar, start)
                over = found is not None and found.lasts_ms > budget.allowed_s * 1_000
                if found is not None and over and (worst is None or found.lasts_ms > worst[0].lasts_ms):
                    worst = found, budget, way
        if worst is not None:
            yield Remark(_tell(sla, year, worst), place_of_entry(survey, process, sla, entry))


def _tell(sla: Sla, year: Year, worst: tuple[Opening, Budget, Stretch]) -> str:
    opening, budget, way = worst
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=opening.at)
    local = moment.astimezone(ZoneInfo(year.organisation.timezone))
    day = WEEKDAYS[local.weekday()].title()
    when = f"{day} {local:%Y-%m-%d %H:%M}" if year.is_uneven else f"{day} {local:%H:%M}"
    spells = " and ".join(f"{say_hours(seconds)} of {calendar}" for calendar, seconds in way.chain)
    case = f" ({say(dict(budget.data))})" if budget.data else ""
    verb = "are" if len(way.chain) > 1 else "is"
    return (
        f"every step on target still breaches '{sla.id}': opened {when}, {spells} {verb} "
        f"{say_hours(opening.lasts_ms / 1_000)} of {budget.calendar}, target {say_hours(budget.allowed_s)}{case}"
    )
