"""The directly-follows steps inside a block: which instance follows which, and what is waited between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import Batch, Codes, Millis
from svcflow.kernels import loops, passes
from svcflow.kernels.twins import compiled_by
from svcflow.mining.durations import find_cells

Derived = TypeVar("Derived")

DAY = 86_400_000


class BusinessClock(Protocol):
    """What measures open hours; `svcflow.calendars.Clock` does."""

    def elapsed_all(self, start: Millis, end: Millis) -> Millis:
        """Return the open milliseconds from each `start` to each `end`."""
        ...


def take_columns(batch: Batch, activities: int) -> passes.Steps:
    """Return what steps are measured on, for a loop over a block."""
    return passes.Steps(batch.offsets, *take_times(batch), batch.activity, activities)


def take_times(batch: Batch) -> tuple[Millis, Millis | None]:
    """Return completions and starts, ``None`` for these where no instance has one: one time cannot overlap."""
    return batch.time, batch.start if batch.has_start.any() else None


@dataclass(frozen=True, slots=True)
class Transitions:
    """One entry for each instance that has one before it in its case, in log order.

    `pair` is ``before * activities + after``; `waiting` runs from the end of the first to the start of the second, in
    milliseconds, 0 where they overlap.
    """

    offsets: NDArray[np.int64]
    """Those of the block; the block itself would be held by what it holds, and not be let go in time."""
    pair: NDArray[np.int64]
    waiting: Millis
    overlaps: NDArray[np.bool_]
    found: dict[str, NDArray[np.int64]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def row(self) -> NDArray[np.int64]:
        """Return the place of the later instance in the block."""
        if "row" not in self.found:
            inner = np.ones(int(self.offsets[-1]), np.bool_)
            inner[self.offsets[:-1]] = False
            self.found["row"] = np.flatnonzero(inner)
        return self.found["row"]

    @property
    def case(self) -> NDArray[np.int64]:
        """Return the case of each."""
        return number_cases(self.offsets).take(self.row)


def case_of_rows(batch: Batch) -> NDArray[np.int64]:
    """Return for each row the number of its case within the block."""
    return derive(batch, "case", lambda: number_cases(batch.offsets))


@compiled_by(loops.number_cases)
def number_cases(offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the case of each row; case `c` owns ``offsets[c]:offsets[c + 1]``."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


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
    return Transitions(batch.offsets, *measure_steps(batch.offsets, take_times(batch), batch.activity, activities))


@compiled_by(loops.measure_steps)
def measure_steps(
    offsets: NDArray[np.int64], times_of: tuple[Millis, Millis | None], activity: Codes, activities: int
) -> tuple[NDArray[np.int64], Millis, NDArray[np.bool_]]:
    """Return pair and waiting of each transition of a block, and whether its instances overlap."""
    time, start = times_of
    inner = np.ones(len(time), np.bool_)
    inner[offsets[:-1]] = False
    row = np.flatnonzero(inner)
    before, codes = row - 1, activity.astype(np.int64)
    pair = codes[:-1] * activities
    pair += codes[1:]
    pair = pair.take(before)
    if start is None:
        return pair, times.sojourn(time[:-1], time[1:]).take(before), np.zeros(len(row), np.bool_)
    ends, starts = time.take(before), start.take(row)
    return pair, times.waiting(ends, starts), times.overlapping(ends, starts)


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
