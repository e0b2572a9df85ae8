"""Weeks drawn again: the sample that uncertainty is measured on, and the naive prediction a simulator must beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import DAY_MS
from svcflow.estimation.traces import Places, Traces
from svcflow.eventlog.log import Millis

WEEK_MS = 7 * DAY_MS
LATEST = 8
"""The naive prediction draws from so many weeks before what it predicts."""


def number_weeks(times: Millis) -> Places:
    """Return the calendar week (Monday to Sunday, UTC) of each instant, as a number that ascends."""
    return np.asarray((times + 3 * DAY_MS) // WEEK_MS, dtype=np.int64)  # 1970 began on a Thursday


def predict_naively(history: Traces, until: int, span_ms: int, random: np.random.Generator) -> Traces:
    """Return cases for the `span_ms` milliseconds after `until`: whole historical cases, a week at a time.

    Each week is one of the last eight before `until`, drawn with replacement; its cases arrive at the same hour of the
    week as they did. No queue is modelled: what this gets right needs no simulator. `history` must hold a case of
    those weeks; raises ValueError if it does not.
    """
    back = (until - 1 - history.arrival) // WEEK_MS
    known = int(min(LATEST, back[back < LATEST].max(initial=-1) + 1))
    if known < 1:
        raise ValueError("no case arrived in the eight weeks before")
    weeks = -(-span_ms // WEEK_MS)
    drawn = random.integers(0, known, weeks)
    chosen = [np.flatnonzero(back == week) for week in drawn.tolist()]
    cases = np.concatenate(chosen)
    ahead = np.repeat((drawn + 1 + np.arange(weeks)) * WEEK_MS, [len(part) for part in chosen])
    inside = history.arrival[cases] + ahead < until + span_ms
    return history.take(cases[inside], ahead[inside])


def draw_weeks(weeks: Places, random: np.random.Generator) -> NDArray[np.float64]:
    """Return how often each case is taken if whole weeks are drawn with replacement; `weeks` holds that of each."""
    names, place = np.unique(weeks, return_inverse=True)
    taken = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
    return np.asarray(taken[place], dtype=np.float64)
