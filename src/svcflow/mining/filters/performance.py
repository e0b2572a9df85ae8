"""Cases by cycle time in seconds: ``{"kind": "performance", "min_s": 86400, "max_s": 259200}``, limits included."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.facts import Facts


def keep(facts: Facts, *, min_s: float | None = None, max_s: float | None = None) -> NDArray[np.bool_]:
    """Return the cases whose cycle time lies between the limits."""
    kept = np.ones(facts.log.cases, bool)
    if min_s is not None:
        kept &= facts.cycle >= min_s * 1000
    if max_s is not None:
        kept &= facts.cycle <= max_s * 1000
    return kept
