"""Cases by variant: ``{"kind": "variant", "variants": [["A", "B"]]}`` or ``{"kind": "variant", "coverage": 0.8}``.

`ranks` are places of variants in the whole log, 1 the most common; `coverage` takes the most common variants of the
whole log that make at least this share of its cases, and no more. What is given twice holds together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.facts import Facts


def keep(
    facts: Facts,
    *,
    variants: list[list[str]] | None = None,
    ranks: list[int] | None = None,
    coverage: float | None = None,
) -> NDArray[np.bool_]:
    """Return the cases of these variants."""
    known = facts.variants
    kept = np.ones(len(known), bool)
    if variants is not None:
        wanted = {tuple(facts.log.activities.find(name) for name in names) for names in variants}
        kept &= np.fromiter((sequence in wanted for sequence in known.sequences), bool, len(known))
    if ranks is not None:
        kept &= np.isin(np.arange(len(known)) + 1, ranks)
    if coverage is not None:
        running = np.cumsum(known.count)
        enough = int(np.searchsorted(running, coverage * facts.log.cases - 1e-9))
        kept &= np.arange(len(known)) <= enough
    return kept[known.of_case]
