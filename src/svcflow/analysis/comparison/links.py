"""Links of two maps: how many of the cases take each, and how long they wait there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.mining.mined import Mined

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LinkWaits:
    """A link of one log: how many of its cases take it, the waits there in seconds, its side, whether it is a timer."""

    cases: int
    waits: NDArray[np.float64]
    side: str
    timer: bool


def gather_links(log: Log, mined: Mined, chosen: NDArray[np.bool_]) -> dict[Pair, LinkWaits]:
    """Return the links that the chosen cases take, by the names of their activities."""
    waits = mined.waits
    at = np.flatnonzero(chosen[waits.case])
    order = at[np.argsort(waits.pair[at], kind="stable")]
    pairs, starts = np.unique(waits.pair[order], return_index=True)
    bounds = np.append(starts, len(order))
    found = {}
    for place, pair in enumerate(pairs.tolist()):
        own = order[bounds[place] : bounds[place + 1]]
        names = (log.activities[int(waits.source[pair])], log.activities[int(waits.target[pair])])
        cases = len(np.unique(waits.case[own]))
        timer = waits.timers[pair] is not None
        found[names] = LinkWaits(cases, waits.counted[own] / 1000, waits.sides[pair], timer)
    return found


def list_activities(log: Log, chosen: NDArray[np.bool_]) -> Iterator[tuple[str, int]]:
    """Yield each activity with the number of chosen cases that show it."""
    width = max(len(log.activities), 1)
    key = np.unique(log.case_of_row.astype(np.int64) * width + log.activity)
    key = key[chosen[key // width]]
    for code, cases in enumerate(np.bincount(key % width, minlength=width).tolist()):
        if cases:
            yield log.activities[code], cases
