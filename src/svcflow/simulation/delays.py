"""Which instances the extraneous delay of a team falls on.

Where delays are less than half of the wait of a team, on a quarter of its instances by chance, exponentially (advice.md
5). Where they are most of it, the queue explains little, and chance would mix what belongs together: long delays fall
on the same activities and cases again and again. Then each row of the log has as its delay what it took beyond a limit
of its team, chosen such that the delays have the mean that was fitted.
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
    """Return the delay of each row in milliseconds: its team's mean where `random`, else what it took too long.

    >>> rows = np.array([1.0, 2.0, 9.0, 5.0]), np.array([0, 0, 0, -1])
    >>> spread_delays(*rows, np.array([2.0]), np.zeros(4, bool)).tolist()
    [0.0, 0.0, 6.0, 0.0]
    """
    delays = np.where(team >= 0, means[np.maximum(team, 0)], 0.0)
    for number in np.unique(team[~random & (team >= 0)]).tolist():
        mine = np.flatnonzero(team == number)
        delays[mine] = np.maximum(spans[mine] - _find_limit(spans[mine], float(means[number])), 0.0)
    return delays


def _find_limit(spans: Floats, mean: float) -> float:
    """Return the limit beyond which the spans have a given mean excess; not below zero."""
    total = np.cumsum(np.sort(spans)[::-1])
    limits = (total - len(spans) * mean) / np.arange(1, len(spans) + 1)
    return max(float(limits.max()), 0.0)
