"""Bounces that are about who has the case, and bounces that a loop of steps brings with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Log
from svcflow.mining.recurrence import recur
from svcflow.mining.routing import Routes, sustain
from svcflow.weighing.claims import HOLDERS

Rows = NDArray[np.int64]
ALTERNATIONS = 3
"""So many changes between two holders in a row are to and fro, not a bounce."""
RUNS = 10
"""So many of them in as many cases, between two holders, are told."""
WITHIN = 0.2
"""Where this share of the same steps stays with one holder, they need no handover."""


def mark_passed_on(log: Log, holder: Codes) -> NDArray[np.bool_]:
    """Return the rows whose activity was last done in the case by another holder: the same work changed hands."""
    again = recur(log.batch(0, log.cases))
    passed = np.zeros(log.instances, np.bool_)
    passed[again.row] = holder[again.row] != holder[again.before]
    return passed


def mark_needless(log: Log, holder: Codes) -> NDArray[np.bool_]:
    """Return the rows at which work changes hands that need not.

    Either the same work changed hands, or the same step from the activity before often stays with one holder.
    """
    passed = mark_passed_on(log, holder)
    inner = np.ones(log.instances, np.bool_)
    inner[log.offsets[:-1][np.diff(log.offsets) > 0]] = False
    rows = np.flatnonzero(inner)
    _, pair = np.unique(
        log.activity[rows - 1].astype(np.int64) * len(log.activities) + log.activity[rows], return_inverse=True
    )
    stays = (holder[rows] == holder[rows - 1]) & (holder[rows] != UNKNOWN)
    within = np.bincount(pair, weights=stays) >= WITHIN * np.bincount(pair) if len(pair) else stays
    passed[rows] |= within[pair] & ~stays
    return passed


def find_sustained(log: Log, routes: Routes, passed: NDArray[np.bool_], alternations: int) -> tuple[Rows, Rows]:
    """Return the stays that end so many changes to and fro between two holders, and the stays of each of those changes.

    A run must repeat work: some stay of it begins with an activity that was done before in the case. Where work changes
    hands without need in it (`passed`, by row), it does so in all changes but one: a single bounce between two
    handovers that are the design's is no run. Nobody unknown takes part.
    """
    ends = sustain(routes, max(alternations - 1, 1))
    ends = ends[(routes.holder[ends] != UNKNOWN) & (routes.holder[ends - 1] != UNKNOWN)]
    legs = ends[:, None] - np.arange(alternations)[None, :]
    seen = np.zeros(log.instances, np.bool_)
    seen[recur(log.batch(0, log.cases)).row] = True
    needless = passed[routes.row[legs]].sum(axis=1)
    runs = seen[routes.row[legs]].any(axis=1) & ((needless == 0) | (needless >= alternations - 1))
    return ends[runs], legs[runs]


def choose_turn(passed: NDArray[np.bool_], turn: int) -> int:
    """Return when a ping-pong takes its time: in its `turn` where work changes hands without need in most bounces.

    Elsewhere each team does its own steps again, and going to and fro is what the loop of these steps brings with it:
    then the loop takes first.
    """
    return turn if 2 * int(passed.sum()) >= len(passed) else HOLDERS
