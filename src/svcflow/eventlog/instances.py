"""Events to activity instances: starts and completions of the same work are joined, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Codes, Millis

START, COMPLETE, ABANDON, OTHER = 1, 2, 3, 0

WORDS = {
    "start": START, "started": START, "begin": START, "begun": START, "in_progress": START,
    "complete": COMPLETE, "completed": COMPLETE, "end": COMPLETE, "ended": COMPLETE, "finish": COMPLETE,
    "finished": COMPLETE, "autoskip": COMPLETE, "manualskip": COMPLETE,
    "ate_abort": ABANDON, "pi_abort": ABANDON, "abort": ABANDON, "aborted": ABANDON, "withdraw": ABANDON,
    "withdrawn": ABANDON,
    "schedule": OTHER, "scheduled": OTHER, "assign": OTHER, "assigned": OTHER, "reassign": OTHER, "reassigned": OTHER,
    "suspend": OTHER, "suspended": OTHER, "resume": OTHER, "resumed": OTHER, "enable": OTHER, "enabled": OTHER,
    "unknown": OTHER,
}  # fmt: skip
"""Transitions of the XES standard (IEEE 1849) and their usual spellings, and what each does to an instance."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Instances: the source row of each completion, its times, and how many starts were never completed.

    `open` are the rows of starts that may still be completed: those that were abandoned are not among them.
    """

    rows: NDArray[np.intp]
    time: Millis
    start: Millis
    has_start: NDArray[np.bool_]
    open_starts: int
    open: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))


def pair_lifecycle(case: Codes, activity: Codes, time: Millis, transition: NDArray[np.uint8]) -> Pairs:
    """Join starts and completions of the same activity in the same case, first in, first out.

    Rows count in order of (time, source order). A completion without a start is an instance whose start is unknown; a
    start that is never completed, or is abandoned, is no instance. Other transitions say nothing about either.
    """
    rows = np.flatnonzero(transition != OTHER)
    rows = rows[np.lexsort((time[rows], activity[rows], case[rows]))]
    begins = transition[rows] == START
    group = np.flatnonzero(np.r_[True, (np.diff(case[rows]) != 0) | (np.diff(activity[rows]) != 0)][: len(rows)])
    matched = _match(begins, group)
    starts, ends = rows[begins & matched], rows[~begins & matched]
    begun = np.full(len(case), MISSING_TIME, np.int64)
    begun[ends] = time[starts]
    done = np.flatnonzero(transition == COMPLETE)
    completed = transition[ends] == COMPLETE
    start, has_start = _fill(begun[done], time[done])
    waiting = np.sort(rows[begins & ~matched])
    return Pairs(done, time[done], start, has_start, int(begins.sum() - completed.sum()), waiting)


def _match(begins: NDArray[np.bool_], group: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which rows have a partner: a queue per group, all groups at once.

    The length of a queue is the running sum of +1 and -1; a completion finds it empty exactly where that sum reaches a
    new low below zero. The starts left over at the end of a group are its last ones.
    """
    rows = len(begins)
    if not rows:
        return np.zeros(0, bool)
    sizes = np.diff(np.r_[group, rows])
    number = np.repeat(np.arange(len(group)), sizes)
    total = np.cumsum(np.where(begins, 1, -1))
    level = total - np.repeat(np.r_[0, total[group[1:] - 1]], sizes)
    drop = number * np.int64(2 * rows + 2)  # lower than anything in the groups before: the running minimum starts anew
    low = np.minimum.accumulate(np.minimum(level, 0) - drop) + drop
    before = np.r_[0, low[:-1]]
    before[group] = 0
    matched = begins | (level >= before)
    pairs = np.add.reduceat((~begins & matched).astype(np.int64), group)
    rank = np.cumsum(begins) - np.repeat(np.r_[0, np.cumsum(begins)[group[1:] - 1]], sizes)
    partnered: NDArray[np.bool_] = np.where(begins, rank <= np.repeat(pairs, sizes), matched)
    return partnered


def pair_columns(time: Millis, start: Millis) -> Pairs:
    """Take each row as one instance with its start and completion; a row without completion is not done yet."""
    done = np.flatnonzero(time != MISSING_TIME)
    begun, has_start = _fill(start[done], time[done])
    waiting = np.flatnonzero((time == MISSING_TIME) & (start != MISSING_TIME))
    return Pairs(done, time[done], begun, has_start, int((time == MISSING_TIME).sum()), waiting)


def take_each(time: Millis) -> Pairs:
    """Take each row as one instance of which only one time is known."""
    rows = np.arange(len(time))
    return Pairs(rows, time, time, np.zeros(len(time), bool), 0)


def _fill(start: Millis, time: Millis) -> tuple[Millis, NDArray[np.bool_]]:
    """Return starts, and which are known; a start after the completion is not believed."""
    known = (start != MISSING_TIME) & (start <= time)
    return np.where(known, start, time), known
