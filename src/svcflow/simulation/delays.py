"""Which instances the extraneous delay of a team falls on.

Where delays are less than half of the wait of a team, on a quarter of its instances by chance, exponentially (advice.md
5). Where they are most of it, the queue explains little, and chance would mix what belongs together: long delays fall
on the same activities and cases again and again. Then the rows that waited longest in the log have their wait as
their delay, as many of them as give the delays the mean that was fitted; they are taken up at the hours at which they
were, and the others only queue.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.simulation.arrays import Floats, Ints

MOST = 0.5
"""The share of the wait from which on delays are those of the log."""


def choose_random(spans: Floats, team: Ints, means: Floats) -> NDArray[np.bool_]:
    """Return the rows whose delay falls by chance: `spans` are what rows waited, `means` the mean delays by team."""
    at_team = np.maximum(team, 0)
    counts = np.bincount(at_team, team >= 0, len(means))
    waited = np.bincount(at_team, np.where(team >= 0, spans, 0.0), len(means)) / np.maximum(counts, 1)
    return np.asarray((means < MOST * waited)[at_team])


def spread_delays(spans: Floats, team: Ints, means: Floats, random: NDArray[np.bool_]) -> Floats:
    """Return the delay of each row in milliseconds: its team's mean where `random`, else its whole wait or none.

    >>> rows = np.array([1.0, 2.0, 9.0, 5.0]), np.array([0, 0, 0, -1])
    >>> spread_delays(*rows, np.array([10 / 3]), np.zeros(4, bool)).tolist()
    [0.0, 1.0, 9.0, 0.0]
    """
    delays = np.where(team >= 0, means[np.maximum(team, 0)], 0.0)
    for number in np.unique(team[~random & (team >= 0)]).tolist():
        mine = np.flatnonzero(team == number)
        delays[mine] = _take_longest(spans[mine], float(means[number]) * len(mine))
    return delays


def _take_longest(spans: Floats, total: float) -> Floats:
    """Return the longest spans that add up to `total`, of one of them a part; zero for the others."""
    order = np.argsort(-spans, kind="stable")
    before = np.cumsum(spans[order]) - spans[order]
    taken = np.empty(len(spans))
    taken[order] = np.clip(total - before, 0.0, spans[order])
    return taken
