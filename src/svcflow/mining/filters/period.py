"""Cases that begin in a period: ``{"kind": "period", "since": "2026-01-01", "until": "2026-02-01"}``.

From `since` on and before `until`; either may be left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.selection import to_millis
from svcflow.mining.facts import Facts


def keep(facts: Facts, *, since: str | None = None, until: str | None = None) -> NDArray[np.bool_]:
    """Return the cases that begin from `since` on and before `until`, in the zone of the log."""
    kept = np.ones(facts.log.cases, bool)
    if since:
        kept &= facts.begin >= to_millis(since, facts.log.zone)
    if until:
        kept &= facts.begin < to_millis(until, facts.log.zone)
    return kept
