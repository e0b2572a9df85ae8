"""Cases by their ends: ``{"kind": "endpoint", "first": ["Register"], "last": ["Close", "Cancel"]}``.

The first activity is one of `first`, the last one of `last`; either may be left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.facts import Facts
from svcflow.mining.mined import find_codes


def keep(facts: Facts, *, first: list[str] | None = None, last: list[str] | None = None) -> NDArray[np.bool_]:
    """Return the cases that begin and end so."""
    log = facts.log
    kept = np.ones(log.cases, bool)
    if first:
        kept &= np.isin(log.activity[log.offsets[:-1]], find_codes(log, tuple(first)))
    if last:
        kept &= np.isin(log.activity[log.offsets[1:] - 1], find_codes(log, tuple(last)))
    return kept
