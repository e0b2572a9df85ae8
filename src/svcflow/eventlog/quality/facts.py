"""What the checks of quality look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from svcflow.eventlog.events import Events, Faults
from svcflow.eventlog.instances import Pairs
from svcflow.eventlog.log import MISSING_TIME, Millis
from svcflow.eventlog.roles.evidence import Source


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading has found: the source, the events in use, the rows left out, the pairing."""

    source: Source
    columns: Mapping[str, tuple[str, ...]]
    events: Events
    faults: Faults
    pairs: Pairs


def take_moments(events: Events) -> Millis:
    """Return one time for each event: its time, or its start where it has not ended."""
    if events.start is None:
        return events.time.values
    return np.where(events.time.values == MISSING_TIME, events.start.values, events.time.values)
