"""What an execution says about each case of a log, as columns that two executions can be compared by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.execution.catalogue import catalogue
from svcflow.execution.frame import Coded, Frame
from svcflow.execution.outcome import ProcessRuns
from svcflow.execution.runs import Runs

Numbers = NDArray[np.int64]
LATE = frozenset({"breached", "overdue"})
NOT_STARTED = "not_started"
BREACH = "D402"
"""Told by the clocks of the SLA, with the state it was in before."""


class Departure(NamedTuple):
    """A kind of deviation at a step, an SLA or a rule."""

    process: str
    code: str
    subject: str


class Clock(NamedTuple):
    """The clock of an SLA that was started as the n-th in a case, and what state it is in."""

    process: str
    sla: str
    number: int


class Numbering:
    """Values that get a number when they are first met, the same in both executions."""

    def __init__(self) -> None:
        self._known: dict[object, int] = {}

    def number(self, value: object) -> int:
        """Return the number of a value."""
        return self._known.setdefault(value, len(self._known))

    def values(self) -> list[object]:
        """Return the values by number."""
        return [*self._known]


@dataclass(frozen=True)
class Keys:
    """The numbers of processes, outcomes, departures, clocks and states."""

    processes: Numbering
    outcomes: Numbering
    departures: Numbering
    clocks: Numbering
    states: Numbering


@dataclass(frozen=True)
class Verdicts:
    """One entry for each case of the log: -1 where no process judges it. `conforming` is 0 or 1.

    `departed` counts each departure of each case: rows of (case, departure) with `times`. `clocked` holds rows of
    (case, clock) with `state`. Both are sorted.
    """

    process: Numbers
    outcome: Numbers
    conforming: Numbers
    departed: Numbers
    times: Numbers
    clocked: Numbers
    state: Numbers


def make_keys() -> Keys:
    """Return numberings for two executions that are to be compared."""
    keys = Keys(*(Numbering() for _ in range(5)))
    keys.states.number(NOT_STARTED)
    return keys


def gather_verdicts(runs: Runs, keys: Keys) -> Verdicts:
    """Return what an execution says about each case of its log."""
    process, outcome, conforming = (np.full(runs.log.cases, -1, np.int64) for _ in range(3))
    departed: list[Numbers] = []
    clocked: list[Numbers] = []
    for name, run in runs.processes.items():
        cases = run.cases["case"].codes
        process[cases] = keys.processes.number(name)
        outcome[cases] = _numbers(run.cases["outcome"], keys.outcomes.number)
        conforming[cases] = run.cases["conforming"]
        departed.append(_departures(run, name, cases, keys))
        clocked.append(_clocks(run, name, cases, keys))
    rows, times = _count(departed)
    clocks = np.concatenate(clocked) if clocked else np.zeros((0, 3), np.int64)
    clocks = clocks[np.lexsort((clocks[:, 1], clocks[:, 0]))]
    return Verdicts(process, outcome, conforming, rows, times, clocks[:, :2], clocks[:, 2])


def _numbers(column: Coded, number: Callable[[str], int]) -> Numbers:
    """Return the number of each text of a column; an empty one counts, too."""
    table = np.asarray([*(number(text) for text in column.texts), number("")], np.int64)
    return table[column.codes]


def _departures(run: ProcessRuns, name: str, cases: Numbers, keys: Keys) -> Numbers:
    """Return (case, departure) of every deviation but breaches of an SLA."""
    frame: Frame = run.deviations
    codes, subjects = frame["code"], frame["step"]
    pairs = np.stack([codes.codes, subjects.codes], axis=1).astype(np.int64)
    distinct, inverse = np.unique(pairs, axis=0, return_inverse=True)
    table = np.asarray(
        [
            -1 if codes.texts[code] == BREACH else
            keys.departures.number(Departure(name, codes.texts[code], subjects.texts[s] if s >= 0 else ""))
            for code, s in distinct.tolist()
        ] or [0],
        np.int64,
    )  # fmt: skip
    rows = np.stack([cases[frame["index"]], table[inverse.ravel()] if len(frame) else frame["index"]], axis=1)
    return rows[rows[:, 1] >= 0].astype(np.int64)


def _clocks(run: ProcessRuns, name: str, cases: Numbers, keys: Keys) -> Numbers:
    """Return (case, clock, state) of every clock; several of one SLA in a case are numbered by their start."""
    frame = run.clocks
    case, sla = cases[frame["index"]].astype(np.int64), frame["sla"].codes.astype(np.int64)
    order = np.lexsort((frame["started"], sla, case))
    case, sla = case[order], sla[order]
    first = np.r_[True, (case[1:] != case[:-1]) | (sla[1:] != sla[:-1])] if len(case) else np.zeros(0, np.bool_)
    begins = np.flatnonzero(first)
    number = np.arange(len(case)) - np.repeat(begins, np.diff(np.r_[begins, len(case)]))
    distinct, inverse = np.unique(np.stack([sla, number], axis=1), axis=0, return_inverse=True)
    texts = frame["sla"].texts
    table = np.asarray([keys.clocks.number(Clock(name, texts[s], n)) for s, n in distinct.tolist()] or [0], np.int64)
    state = _numbers(frame["state"], keys.states.number)[order]
    return np.stack([case, table[inverse.ravel()] if len(case) else case, state], axis=1)


def _count(parts: list[Numbers]) -> tuple[Numbers, Numbers]:
    rows = np.concatenate(parts) if parts else np.zeros((0, 2), np.int64)
    found, times = np.unique(rows, axis=0, return_counts=True)
    return found, times.astype(np.int64)


def is_grave(departure: Departure) -> bool:
    """Return whether a departure is more than a remark."""
    kind = catalogue.get(departure.code)
    return kind is None or kind.severity != "info"
