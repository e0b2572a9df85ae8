"""Stretches of cases laid on their waits: how much of the wait before each row lies between two instants."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.weighing.claims import Ground


def overlay(ground: Ground, case: NDArray[np.int64], since: Millis, until: Millis) -> tuple[NDArray[np.int64], Millis]:
    """Return the rows whose wait lies inside these stretches of cases, and how much of it (ms on the costs' clock).

    Stretches of one case may overlap: a row then holds no more than its wait.
    """
    log = ground.log
    lengths = log.offsets[case + 1] - log.offsets[case]
    of = np.repeat(np.arange(len(case)), lengths)
    rows = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths) + log.offsets[case][of]
    later = rows > log.offsets[case][of]
    rows, of = rows[later], of[later]
    begin, end = log.time[rows - 1], np.maximum(log.start[rows], log.time[rows - 1])
    inside = np.minimum(end, until[of]) - np.maximum(begin, since[of])
    whole = np.maximum(end - begin, 1)
    held = np.floor(ground.wait[rows] * np.clip(inside / whole, 0, 1)).astype(np.int64)
    kept = np.flatnonzero(held > 0)
    shown, place = np.unique(rows[kept], return_inverse=True)
    sums = np.bincount(place, weights=held[kept], minlength=len(shown)).astype(np.int64)
    return shown, np.minimum(sums, ground.wait[shown])
