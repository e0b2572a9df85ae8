"""What the checks of quality look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from svcflow.eventlog.events import Events, Faults, Rows
from svcflow.eventlog.instances import Pairs
from svcflow.eventlog.log import MISSING_TIME, Millis
from svcflow.eventlog.roles.evidence import Source


@dataclass(frozen=True)
class Facts:
    """What reading has found: the source, the events in use, the rows left out, the pairing."""

    source: Source
    columns: Mapping[str, tuple[str, ...]]
    events: Events
    faults: Faults
    pairs: Pairs

    @cached_property
    def tied(self) -> tuple[int, Rows]:
        """Return how many events have the time of the one before them in their case, and all events of such groups."""
        case, time = self.events.case.codes, take_moments(self.events)
        order = np.lexsort((time, case))
        same = (np.diff(case[order]) == 0) & (np.diff(time[order]) == 0)
        return int(same.sum()), order[np.r_[False, same] | np.r_[same, False]]


def take_moments(events: Events) -> Millis:
    """Return one time for each event: its time, or its start where it has not ended."""
    if events.start is None:
        return events.time.values
    return np.where(events.time.values == MISSING_TIME, events.start.values, events.time.values)
