"""Cases in which one activity follows another: ``{"kind": "follower", "first": "A", "then": "B", "within_s": 3600}``.

Eventually, or with ``"directly": true`` at once; with `within_s`, at most so long from completion to completion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.facts import Facts


def keep(
    facts: Facts, *, first: str, then: str, directly: bool = False, within_s: float | None = None
) -> NDArray[np.bool_]:
    """Return the cases in which `then` follows `first` at least once.

    Rows of a case are in order of completion, so the next `then` is also the soonest.
    """
    log = facts.log
    kept = np.zeros(log.cases, bool)
    before, after = log.activities.find(first), log.activities.find(then)
    if before is None or after is None:
        return kept
    rows = np.flatnonzero(log.activity == before)
    targets = np.flatnonzero(log.activity == after)
    place = np.searchsorted(targets, rows, side="right")
    rows, place = rows[place < len(targets)], place[place < len(targets)]
    found = targets[place]
    good = facts.case[found] == facts.case[rows]
    if directly:
        good &= found == rows + 1
    if within_s is not None:
        good &= log.time[found] - log.time[rows] <= within_s * 1000
    kept[facts.case[rows[good]]] = True
    return kept
