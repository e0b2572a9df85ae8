"""What the checks of quality look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from svcflow.eventlog.log import Log
from svcflow.eventlog.quality.survey import Survey
from svcflow.eventlog.quality.tally import Tally


@dataclass(frozen=True, slots=True)
class Context:
    """A finished log, what was counted while it was read, and the survey of its cases.

    `number` returns the row of the export that an instance of the log stands for, where that is still known. `as_of` is
    the time (UTC milliseconds) after which nothing can have happened, where it was given.
    """

    log: Log
    tally: Tally
    survey: Survey
    number: Callable[[int], int] | None = None
    as_of: int | None = None

    @property
    def done(self) -> tuple[int, ...]:
        """Return the codes of the activities that settle a case."""
        codes = (self.log.activities.find(name) for name in self.log.done)
        return tuple(code for code in codes if code is not None)

    def rows(self, places: Iterable[int]) -> tuple[int, ...]:
        """Return the rows of the export for places in the log; none where they are not known."""
        return () if self.number is None else tuple(sorted(self.number(place) for place in places))
