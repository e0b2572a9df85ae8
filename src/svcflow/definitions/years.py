"""One year of an organisation's calendars, in which the worst opening is looked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from svcflow.calendars import Clock
from svcflow.calendars.wall import EPOCH
from svcflow.definitions.chains import Chain
from svcflow.definitions.model import Organisation, Process
from svcflow.definitions.openings import Hours, Opening, worst_opening
from svcflow.definitions.survey import Survey
from svcflow.errors import DefinitionError

USUAL_YEAR = 2026
"""Where no date is stated: a year whose holidays and make-up days are published; not today's, so that verdicts stay."""
_YEARS = range(1971, 3000)
"""Years that can be meant; 9999-12-31 says that something never ends."""


@dataclass(slots=True)
class Year:
    """The calendars of a year, each built when it is first asked for."""

    organisation: Organisation
    number: int
    _hours: dict[str, Hours] = field(default_factory=dict)
    _found: dict[tuple[Chain, str, str], Opening] = field(default_factory=dict)

    @property
    def is_uneven(self) -> bool:
        """Return whether some weeks differ from others, so that a weekday does not tell the day."""
        return any(spec.holidays or spec.closed or spec.open for spec in self.organisation.calendars.values())

    def worst(self, chain: Chain, on: str, start: str) -> Opening | None:
        """Return when `chain` lasts longest on a calendar; ``None`` if a calendar is not known or never open."""
        key = chain, on, start
        if key not in self._found:
            try:
                named = {name: self._of(name) for name in dict.fromkeys((on, start, *(c for c, _ in chain)))}
                first, last = (date(year, 1, 1).toordinal() - EPOCH for year in (self.number, self.number + 1))
                self._found[key] = worst_opening(
                    chain, named[on], named[start], calendars=named, days=range(first, last)
                )
            except (DefinitionError, KeyError):
                return None  # an unknown calendar, zone or country has its own rule
        return self._found[key]

    def _of(self, name: str) -> Hours:
        if name not in self._hours:
            clock = Clock.from_spec(self.organisation.calendars[name], self.organisation.timezone)
            self._hours[name] = Hours.of(clock, self.number - 1, self.number + 1)
        return self._hours[name]


def year_of(survey: Survey, process: Process) -> int:
    """Return the year to look at: that in which the process becomes valid, or the last that a calendar names."""
    calendars = survey.organisations[0].calendars.values() if survey.organisations else ()
    named = [int(day[:4]) for calendar in calendars for day in (*calendar.closed, *calendar.open)]
    if process.valid_from:
        named = [int(process.valid_from[:4])]
    return max((year for year in named if year in _YEARS), default=USUAL_YEAR)
