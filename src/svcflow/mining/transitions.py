"""The directly-follows steps inside a block: which instance follows which, and what is waited between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import Batch, Millis
from svcflow.mining.durations import find_cells

Derived = TypeVar("Derived")

DAY = 86_400_000


class BusinessClock(Protocol):
    """What measures open hours; `svcflow.calendars.Clock` does."""

    def elapsed_all(self, start: Millis, end: Millis) -> Millis:
        """Return the open milliseconds from each `start` to each `end`."""
        ...


@dataclass(frozen=True, slots=True)
class Transitions:
    """One entry for each instance that has one before it in its case, in log order.

    `row` is the later instance's place in the block; `pair` is ``before * activities + after``; `waiting` runs from
    the end of the first to the start of the second, in milliseconds, 0 where they overlap. `cases` has the case of
    every row of the block.
    """

    row: NDArray[np.int64]
    pair: NDArray[np.int64]
    waiting: Millis
    overlaps: NDArray[np.bool_]
    cases: NDArray[np.int64]

    @property
    def case(self) -> NDArray[np.int64]:
        """Return the case of each."""
        return self.cases.take(self.row)


def case_of_rows(batch: Batch) -> NDArray[np.int64]:
    """Return for each row the number of its case within the block."""
    return derive(batch, "case", lambda: np.repeat(np.arange(len(batch.offsets) - 1), np.diff(batch.offsets)))


def activity_codes(batch: Batch) -> NDArray[np.int64]:
    """Return the activity codes of a block as they are needed to be multiplied and counted."""
    return derive(batch, "activity codes", lambda: batch.activity.astype(np.int64))


def measure_days(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the day (of UTC, from 1970) of each completion, and the milliseconds since it began."""
    return derive(batch, "days", lambda: _measure_days(batch))


def _measure_days(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    day = batch.time // DAY  # a remainder costs three times as much as a quotient
    return day, batch.time - day * DAY


def follow(batch: Batch, activities: int) -> Transitions:
    """Return the transitions of a block whose activity codes are below `activities`."""
    return derive(batch, f"transitions of {activities}", lambda: _follow(batch, activities))


def _follow(batch: Batch, activities: int) -> Transitions:
    inner = np.ones(len(batch.time), np.bool_)
    inner[batch.offsets[:-1]] = False
    row = np.flatnonzero(inner)
    before, codes = row - 1, activity_codes(batch)
    pair = codes[:-1] * activities
    pair += codes[1:]
    pair = pair.take(before)
    cases = case_of_rows(batch)
    if not batch.has_start.any():  # what has but one time cannot overlap
        waited = times.sojourn(batch.time[:-1], batch.time[1:]).take(before)
        return Transitions(row, pair, waited, np.zeros(len(row), np.bool_), cases)
    ends, starts = batch.time.take(before), batch.start.take(row)
    return Transitions(row, pair, times.waiting(ends, starts), times.overlapping(ends, starts), cases)


def waiting_cells(batch: Batch, steps: Transitions) -> NDArray[np.int64]:
    """Return the histogram cell of the waiting of `steps`."""
    return derive(batch, "cells of waiting", lambda: find_cells(steps.waiting))


def business_waiting(batch: Batch, steps: Transitions, clock: BusinessClock) -> Millis:
    """Return the waiting of `steps` in open hours of `clock`."""
    ends, starts = batch.time[steps.row - 1], batch.start[steps.row]
    return derive(batch, "business waiting", lambda: clock.elapsed_all(ends, np.maximum(starts, ends)))


def measure_cycles(batch: Batch) -> Millis:
    """Return the cycle time of each case of a block."""
    return derive(batch, "cycles", lambda: _measure_cycles(batch))


def _measure_cycles(batch: Batch) -> Millis:
    if batch.has_start.any() or not len(batch.time):
        return times.cycle(batch.start, batch.time, batch.offsets)
    return times.sojourn(batch.time.take(batch.offsets[:-1]), batch.time.take(batch.offsets[1:] - 1))


def derive(batch: Batch, name: str, compute: Callable[[], Derived]) -> Derived:
    """Return what is computed of a block, once for all folds that read it."""
    known: Derived | None = batch.derived.get(name)
    if known is None:
        known = batch.derived[name] = compute()
    return known
