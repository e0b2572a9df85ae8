"""Cases that begin, end and are in progress, by local day: exact sums in a few numbers per day.

A case is in progress from its first start to its last completion. A case that is known to be open is in progress to
the end of the log: what comes after is cut off. Where a log does not say which activities are done ones, every case
counts as ended at its last completion.

How many cases are in progress, added up over a day, follows exactly from how many began and ended on each day and how
long after its midnight they did: no instant need be sorted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Codes, Log, Millis
from svcflow.mining.days import TOO_LONG, Days
from svcflow.mining.grouping import is_among
from svcflow.mining.quantity import Measured, decline
from svcflow.mining.transitions import derive

Ints = NDArray[np.int64]
Flow = Ints
"""What a fold keeps: the rows of `Levels` that are counted, by day."""

FIELDS = 6


class Lives(NamedTuple):
    """The cases of a block: first start, last completion (milliseconds), and whether they are known to be open."""

    begin: Millis
    end: Millis
    open: NDArray[np.bool_]


def find_lives(batch: Batch, done: Codes | None) -> Lives:
    """Return when the cases of a block begin and end; `done` are activity codes, ``None`` where nobody knows.

    Worked out once for all folds of a pass, which share their `done`.
    """
    return derive(batch, "lives", lambda: _find_lives(batch, done))


def _find_lives(batch: Batch, done: Codes | None) -> Lives:
    if len(batch.offsets) < 2:
        nothing = np.empty(0, np.int64)
        return Lives(nothing, nothing, np.empty(0, np.bool_))
    begin = np.minimum.reduceat(batch.start, batch.offsets[:-1])
    last = batch.offsets[1:] - 1
    if done is None:
        return Lives(begin, batch.time[last], np.zeros(len(begin), np.bool_))
    return Lives(begin, batch.time[last], ~is_among(batch.activity[last], done))


def count_flow(batch: Batch, days: Days, done: Codes | None) -> Flow:
    """Return the flow of the cases of a block; worked out once for all folds of a pass, which share days and done."""
    return derive(batch, "flow", lambda: count_lives(days, find_lives(batch, done)))


def count_lives(days: Days, lives: Lives) -> Flow:
    """Return the flow of these cases: `FIELDS` numbers for each day."""
    size = len(days)
    closed = ~lives.open
    began, ended = days.find(lives.begin), days.find(lives.end[closed])
    stayed = (lives.end - lives.begin)[closed]
    flow = np.zeros((FIELDS, size), np.int64)
    flow[0] = np.bincount(began, minlength=size)
    flow[1] = np.bincount(ended, minlength=size)
    np.add.at(flow[2], began, lives.begin - days.edges[began])
    np.add.at(flow[3], ended, lives.end[closed] - days.edges[ended])
    flow[4] = np.bincount(began[closed], minlength=size)
    np.add.at(flow[5], began[closed], stayed)
    return flow


@dataclass(frozen=True)
class Levels:
    """The flow of a whole log.

    By day: cases `begun` and `ended`, how long after midnight they did (`after_begin`, `after_end`, sums of
    milliseconds), and of the cases that began then and have ended, number `settled` and time in progress `stayed`.
    """

    days: Days
    flow: Flow

    @property
    def begun(self) -> Ints:
        """Return the cases that began on each day."""
        begun: Ints = self.flow[0]
        return begun

    @property
    def ended(self) -> Ints:
        """Return the cases that ended on each day."""
        ended: Ints = self.flow[1]
        return ended

    @property
    def settled(self) -> Ints:
        """Return of the cases that began on each day how many have ended since."""
        settled: Ints = self.flow[4]
        return settled

    @property
    def stayed(self) -> Millis:
        """Return how long those were in progress, together."""
        stayed: Millis = self.flow[5]
        return stayed

    @property
    def at_end(self) -> Ints:
        """Return how many cases are in progress at the end of each day."""
        level: Ints = np.cumsum(self.begun - self.ended)
        return level

    @property
    def in_progress(self) -> Millis:
        """Return case-milliseconds in progress during each day, up to the end of the log."""
        edges = self.days.edges
        lasted = np.minimum(edges[1:], self.days.span[1]) - edges[:-1]
        spent: Millis = self.at_end * lasted - self.flow[2] + self.flow[3]
        return spent


def say_censoring(done: Codes | None, open_cases: int) -> dict[str, str | int]:
    """Return the figure that says what an end is in this log."""
    if done is None:
        return {"ends": "last events: the log does not say what done is"}
    return {"open_cases": open_cases}


@dataclass(frozen=True)
class FlowFold:
    """Adds up the flow of a log by day; `tell` makes a quantity of its `Levels`, given what is done."""

    days: Days | None
    done: Codes | None
    tell: Callable[[Levels, Codes | None], Measured]
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def partial(self, batch: Batch) -> Flow:
        """Summarise one block."""
        return np.zeros((FIELDS, 0), np.int64) if self.days is None else count_flow(batch, self.days, self.done)

    def merge(self, left: Flow, right: Flow) -> Flow:
        """Add two summaries."""
        return left + right

    def finish(self, state: Flow, log: Log) -> Measured:
        """Return the quantity; a log that spans too long has none."""
        return decline(**TOO_LONG) if self.days is None else self.tell(Levels(self.days, state), self.done)
