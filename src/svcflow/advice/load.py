"""Whether the wait before a step answers to load at all: the cheap test before anyone asks for more people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN
from svcflow.replay.chain import Chain, Rows

FEWEST_DAYS = 30
_DAY = 86_400_000


def respond(chain: Chain, rows: Rows) -> tuple[float, int] | None:
    """Return Spearman's rho between the backlog a head and the wait before a step, and the number of days it is on.

    One value a UTC day: how many of `rows` are enabled but not begun when the day starts, divided by the people seen
    on the step that day, beside the median wait of those enabled that day. ``None`` below thirty days on which
    something was enabled and somebody at work. Source: advice.md 4, load response.
    """
    begun = chain.log.time[rows] - chain.processing[rows]
    enabled = begun - chain.waiting[rows]
    if not len(begun):
        return None
    days, waits = _medians(enabled // _DAY, chain.waiting[rows])
    backlog = np.searchsorted(np.sort(enabled), days * _DAY) - np.searchsorted(np.sort(begun), days * _DAY)
    heads = _heads(chain, rows, days)
    busy = heads > 0
    if busy.sum() < FEWEST_DAYS:
        return None
    pressure, waits = backlog[busy] / heads[busy], waits[busy]
    if np.ptp(pressure) == 0 or np.ptp(waits) == 0:
        return 0.0, int(busy.sum())
    return float(np.corrcoef(_rank(pressure), _rank(waits))[0, 1]), int(busy.sum())


def _medians(days: NDArray[np.int64], values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    order = np.argsort(days, kind="stable")
    names, begins = np.unique(days[order], return_index=True)
    groups = np.split(values[order], begins[1:])
    return names, np.array([np.median(group) for group in groups])


def _heads(chain: Chain, rows: Rows, days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many people completed the step on each of `days`; one where the log names nobody."""
    known = rows & (chain.log.resource != UNKNOWN)
    if not known.any():
        return np.ones(len(days), dtype=np.int64)
    width = len(chain.log.resources)
    pairs = np.unique(chain.log.time[known] // _DAY * width + chain.log.resource[known])
    worked = np.sort(pairs // width)
    heads = np.searchsorted(worked, days, side="right") - np.searchsorted(worked, days, side="left")
    return np.asarray(heads, dtype=np.int64)


def _rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks, equal values sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[inverse], dtype=np.float64)
