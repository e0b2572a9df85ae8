"""Cases by variant: ``{"kind": "variant", "variants": [["A", "B"]]}`` or ``{"kind": "variant", "coverage": 0.8}``.

`coverage` takes the most common variants of the whole log that make at least this share of its cases, and no more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.exploration.opened import Opened


def keep(
    opened: Opened, *, variants: list[list[str]] | None = None, coverage: float | None = None
) -> NDArray[np.bool_]:
    """Return the cases of these variants."""
    known = opened.variants
    kept = np.ones(len(known), bool)
    if variants is not None:
        wanted = {tuple(opened.log.activities.find(name) for name in names) for names in variants}
        kept &= np.fromiter((sequence in wanted for sequence in known.sequences), bool, len(known))
    if coverage is not None:
        running = np.cumsum(known.count)
        enough = int(np.searchsorted(running, coverage * opened.log.cases - 1e-9))
        kept &= np.arange(len(known)) <= enough
    return kept[known.of_case]
