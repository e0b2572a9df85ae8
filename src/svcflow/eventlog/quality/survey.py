"""One pass over whole cases: what the checks of a finished log need to know about all of it.

A survey is a fold: parts over any split of the cases add up to the survey of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Batch, Log

Counts = NDArray[np.int64]

MINUTE, DAY = 60_000, 86_400_000
BINS = 1 << 16
SCALE = 4
"""Bins of durations to each doubling: a bin is 19 % wide."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts over all cases and instances of a log.

    `opening`, `closing`, `done_by` and `started` count, by activity, cases that begin and end with it, its instances,
    and those with a start. `cycles` and `gaps` are histograms of durations (see `bin_durations`), `minutes` one of
    times that are whole minutes, by the minute of the day (UTC), `stamps` one of all times by a hash. `days` maps days
    since 1970 to instances.
    """

    cases: int
    instances: int
    without_resource: int
    without_team: int
    opening: Counts
    closing: Counts
    done_by: Counts
    started: Counts
    cycles: Counts
    gaps: Counts
    minutes: Counts
    stamps: Counts
    days: dict[int, int]

    def __add__(self, other: Survey) -> Survey:
        """Return the survey of both parts together."""
        days = dict(self.days)
        for day, count in other.days.items():
            days[day] = days.get(day, 0) + count
        summed = {part.name: getattr(self, part.name) + getattr(other, part.name) for part in fields(Survey)[:-1]}
        return Survey(**summed, days=days)


def survey(log: Log) -> Survey:
    """Return the survey of a log, block by block."""
    parts = (survey_batch(batch, len(log.activities)) for batch in log.batches())
    return reduce(lambda one, other: one + other, parts)


def survey_batch(batch: Batch, activities: int) -> Survey:
    """Return the survey of some whole cases of a log with so many activities."""
    first, last = batch.offsets[:-1], batch.offsets[1:] - 1
    inner = np.ones(len(batch.time), bool)
    inner[first] = False
    gaps = np.diff(batch.time, prepend=batch.time[:1])[inner]
    begins = np.minimum.reduceat(batch.start, first)

    def count(codes: NDArray[np.int32]) -> Counts:
        return np.bincount(codes, minlength=activities)

    return Survey(
        cases=len(first),
        instances=len(batch.time),
        without_resource=int((batch.resource == UNKNOWN).sum()),
        without_team=int((batch.team == UNKNOWN).sum()),
        opening=count(batch.activity[first]),
        closing=count(batch.activity[last]),
        done_by=count(batch.activity),
        started=count(batch.activity[batch.has_start]),
        cycles=_histogram(bin_durations(batch.time[last] - begins)),
        gaps=_histogram(bin_durations(gaps)),
        minutes=count_minutes(batch.time),
        stamps=np.bincount(hash_times(batch.time), minlength=BINS),
        days=_count_days(batch.time),
    )


def bin_durations(millis: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bin of each duration: logarithmic, `SCALE` to each doubling, negative ones in bin 0."""
    return (np.log2(np.maximum(millis, 0) + 1.0) * SCALE).astype(np.int64)


def read_quantile(bins: Counts, share: float) -> int:
    """Return the upper end of the bin in which a quantile of durations lies, in milliseconds; 0 where there are none.

    >>> bins = np.bincount(bin_durations(np.array([10, 20, 1000])), minlength=256)
    >>> read_quantile(bins, 0.5) // 10
    2
    """
    total = np.cumsum(bins)
    place = int(np.searchsorted(total, share * total[-1]))
    return int(2 ** ((place + 1) / SCALE) - 1) if total[-1] else 0


def hash_times(millis: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bin of each time in `Survey.stamps`: equal times fall into one, others are spread."""
    mixed = millis.view(np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15)
    return (mixed >> np.uint64(48)).astype(np.int64)


def count_minutes(millis: NDArray[np.int64]) -> Counts:
    """Count times that are whole minutes by the minute of the day."""
    minutes = millis // MINUTE
    return np.bincount(minutes[minutes * MINUTE == millis] % 1440, minlength=1440)


def _histogram(bins: NDArray[np.int64]) -> Counts:
    return np.bincount(bins, minlength=256)


def _count_days(millis: NDArray[np.int64]) -> dict[int, int]:
    days = millis // DAY
    low, high = int(days.min()), int(days.max())
    if high - low < 4 * len(days) + 100_000:
        counts = np.bincount(days - low)
        some = np.flatnonzero(counts)
        return dict(zip((some + low).tolist(), counts[some].tolist(), strict=True))
    values, counts = np.unique(days, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))
