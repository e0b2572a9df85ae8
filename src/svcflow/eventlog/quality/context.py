"""What the checks of quality look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.eventlog.quality.survey import Survey
from svcflow.eventlog.quality.tally import Tally

Numbers = Callable[[NDArray[np.intp]], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Context:
    """A finished log, what was counted while it was read, and the survey of its cases.

    `numbers` returns the rows of the export that instances of the log stand for, where that is still known, `files` how
    many rows of files stand before each file of the log, and its name. `as_of` is the time (UTC milliseconds) after
    which nothing can have happened, where it was given.
    """

    log: Log
    tally: Tally
    survey: Survey
    numbers: Numbers | None = None
    files: tuple[tuple[int, str], ...] = ()
    as_of: int | None = None

    @property
    def done(self) -> tuple[int, ...]:
        """Return the codes of the activities that settle a case."""
        codes = (self.log.activities.find(name) for name in self.log.done)
        return tuple(code for code in codes if code is not None)

    def rows(self, places: Iterable[int]) -> tuple[int, ...]:
        """Return the rows of the export for places in the log; none where they are not known."""
        if self.numbers is None:
            return ()
        return tuple(sorted(self.numbers(np.fromiter(places, np.intp)).tolist()))
