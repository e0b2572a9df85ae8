"""What timers are judged by (metrics.md 3), kept by directly-follows pair in bounded space.

The rules and their limits are those of `svcflow.mining.timers`. Whole days and hours, chance, and the share of machines
are counted exactly; concentration is judged on the histogram of the waits: a share may be off by the width of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch, Codes, Vocabulary
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.accounts import DAY, LONE, is_nobody
from svcflow.mining.durations import BITS, CELLS, Durations, find_middles
from svcflow.mining.grouping import Floats, Ints, is_among, mark
from svcflow.mining.presence import HOUR
from svcflow.mining.tallies import Counter, Tally, merge_parts
from svcflow.mining.timers import CONCENTRATION, MINUTE, OVER_CHANCE, SECOND, SPIKE, TOLERANCE, WAITS, Timer
from svcflow.mining.transitions import Transitions, follow, measure_days, take_columns

_MINUTES = DAY // MINUTE
_UNITS = 1 << 20
_FEW = 5
_Unit = Literal["whole-days", "whole-hours"]
_RULES: tuple[tuple[_Unit, int, int], ...] = (("whole-days", DAY, 2), ("whole-hours", HOUR, 1))


class Resolution(NamedTuple):
    """Which units some time stamp is not whole in, and the first few times of day and days that occur."""

    broken: Ints
    moments: Ints
    days: Ints

    def merge(self, other: Resolution) -> Resolution:
        """Put two together."""
        return Resolution(
            self.broken | other.broken,
            np.unique(np.r_[self.moments, other.moments])[:_FEW],
            np.unique(np.r_[self.days, other.days])[:_FEW],
        )

    @property
    def unit(self) -> int:
        """Return the coarsest unit in milliseconds that all time stamps are whole in; see `timers`."""
        if 0 < len(self.moments) < _FEW == len(self.days):
            return DAY
        whole = (unit for unit, broken in zip((HOUR, MINUTE, SECOND), self.broken.tolist(), strict=True) if not broken)
        return next(whole, 1)


class Spikes(NamedTuple):
    """By pair of activities. Minutes are those of the day (UTC): `ended` and `started` count ``pair * 1440 + minute``.

    `days` and `hours` count waits near a whole number of them, as ``pair << 20 | number``; `machines` the instances
    that a machine wrote, as ``pair * resources + machine``.
    """

    ended: Tally
    started: Tally
    days: Tally
    hours: Tally
    machines: Tally
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class SpikesFold:
    """Computes `Spikes`; `machines` are resource codes below `resources`."""

    activities: int
    resources: int
    machines: Codes

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns that are read."""
        return frozenset({"time", "start", "activity", *({"resource"} if len(self.machines) else set())})

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> Spikes:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Spikes, right: Spikes) -> Spikes:
        """Put two summaries together."""
        return merge_parts(left, right)

    def finish(self, state: Spikes, log: Source) -> Spikes:
        """Return the summary as it is."""
        return state


class Gathered:
    """What the blocks so far hold."""

    def __init__(self, fold: SpikesFold) -> None:
        self._fold = fold
        pairs = fold.activities**2
        self._ended, self._started = (Counter(pairs * _MINUTES) for _ in range(2))
        self._near = [Counter(pairs * _UNITS) for _ in _RULES]
        self._machines = Counter(pairs * max(fold.resources, 1))
        none = np.empty(0, np.int64)
        self._resolution = Resolution(np.zeros(3, np.int64), none, none)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if not self._tally(batch):
            self._add_columns(batch)

    def _tally(self, batch: Batch) -> bool:
        """Take a block in by one loop over it; return whether that could be done."""
        ended, started = self._ended.places, self._started.places
        if not is_built() or ended is None or started is None:
            return False
        machines = None
        if len(self._fold.machines):
            machines = (batch.resource, mark(self._fold.machines, max(self._fold.resources, 1)))
        steps = take_columns(batch, self._fold.activities)
        found = passes.tally_spikes(steps, machines, ended, started, few=_FEW)
        for counter, keys in zip((*self._near, self._machines), found[:3], strict=True):
            counter.add(keys)
        self._resolution = self._resolution.merge(Resolution(found.broken, found.moments, found.dates))
        return True

    def _add_columns(self, batch: Batch) -> None:
        """Take a block in by one column after the other."""
        steps = follow(batch, self._fold.activities)
        before, moments = steps.row - 1, steps.pair * _MINUTES
        minute = measure_days(batch)[1] // MINUTE
        self._ended.add(moments + minute.take(before))
        if batch.has_start.any():
            minute = batch.start // MINUTE % _MINUTES
        self._started.add(moments + minute.take(steps.row))
        self._add_near(steps)
        if len(self._fold.machines):
            writer = batch.resource.take(steps.row).astype(np.int64)
            wrote = is_among(writer, self._fold.machines)
            self._machines.add(steps.pair[wrote] * self._fold.resources + writer[wrote])
        self._resolution = self._resolve(batch)

    def state(self) -> Spikes:
        """Return the state of the blocks so far."""
        counters = (self._ended, self._started, *self._near, self._machines)
        ended, started, days, hours, machines = (counter.state() for counter in counters)
        return Spikes(ended, started, days, hours, machines, self._resolution)

    def _add_near(self, steps: Transitions) -> None:
        """Count the waits near whole days and hours; overlaps wait 0, which is near none."""
        hours = (steps.waiting + HOUR // 2) // HOUR
        off = np.abs(steps.waiting - hours * HOUR)
        near = np.flatnonzero((off <= max(slack for _, _, slack in _RULES) * MINUTE) & (hours > 0))
        pair, hours, off = steps.pair.take(near), hours.take(near), off.take(near)
        for counter, (_, unit, slack) in zip(self._near, _RULES, strict=True):
            number, rest = np.divmod(hours, unit // HOUR)
            chosen = (off <= slack * MINUTE) & (rest == 0)
            counter.add((pair[chosen] << 20) + np.minimum(number[chosen], _UNITS - 1))

    def _resolve(self, batch: Batch) -> Resolution:
        known = self._resolution
        day, moment = measure_days(batch)
        units = zip(known.broken.tolist(), (HOUR, MINUTE, SECOND), strict=True)
        broken = [old or bool((moment // unit * unit != moment).any()) for old, unit in units]
        return known.merge(
            Resolution(np.array(broken, np.int64), _add_few(known.moments, moment), _add_few(known.days, day))
        )


def _add_few(known: Ints, values: Ints) -> Ints:
    """Return the smallest few distinct ones of a few values and many."""
    if len(known) == _FEW:  # only smaller ones can still change anything
        values = values[values < known[-1]]
    found: list[int] = []
    while len(values) and len(found) < _FEW:
        found.append(int(values.min()))
        values = values[values > found[-1]]
    return np.union1d(known, np.array(found, np.int64))[:_FEW]


def judge_spikes(waits: Durations, spikes: Spikes, resources: Vocabulary) -> tuple[Timer | None, ...]:
    """Return the timer behind the waits of each pair of `waits`, or ``None``."""
    resolution = spikes.resolution.unit
    found: list[Timer | None] = []
    for place, (pair, count) in enumerate(zip(waits.keys.tolist(), waits.counts.tolist(), strict=True)):
        if count < WAITS:
            found.append(None)
            continue
        fired = _concentrate(*_values(waits, place), resolution)
        fired = fired or _stand_at_whole(spikes, pair, count, resolution)
        found.append(fired or _find_machine(waits, place, spikes.machines, resources))
    return tuple(found)


def _values(waits: Durations, place: int) -> tuple[Floats, Ints]:
    """Return the values of one key, ascending, and how often each occurs."""
    if waits.exact[place]:
        ends = np.cumsum(waits.kept_counts())
        values = waits.kept[int(ends[place]) - int(waits.counts[place]) : int(ends[place])]
        return values.astype(np.float64), np.ones(len(values), np.int64)
    key = int(waits.keys[place])
    low, high = np.searchsorted(waits.cells, (key << BITS, (key + 1) << BITS))
    return find_middles(waits.cells[low:high] & (CELLS - 1)), waits.filled[low:high]


def _concentrate(values: Floats, counts: Ints, resolution: int) -> Timer | None:
    whole = int(counts.sum())
    finest = max(MINUTE, round(resolution / TOLERANCE) if resolution > 1 else 0)
    first = int(np.searchsorted(values, finest))
    values, counts = values[first:], counts[first:]
    if not len(values) or int(counts.sum()) < CONCENTRATION * whole:
        return None
    seen = np.append(0, np.cumsum(counts))
    upper = np.searchsorted(values, values * ((1 + TOLERANCE) / (1 - TOLERANCE)), side="right")
    inside = seen[upper] - seen[:-1]
    best = int(np.argmax(inside))
    share = int(inside[best]) / whole
    if share < CONCENTRATION:
        return None
    middle = np.searchsorted(seen, seen[best] + int(inside[best]) / 2, side="left")
    return Timer("concentration", share, int(values[min(int(middle), len(values)) - 1]))


def _stand_at_whole(spikes: Spikes, pair: int, count: int, resolution: int) -> Timer | None:
    if resolution > MINUTE:
        return None
    for (rule, unit, slack), near in zip(_RULES, (spikes.days, spikes.hours), strict=True):
        low, high = np.searchsorted(near.keys, (pair << 20, (pair + 1) << 20))
        share = int(near.counts[low:high].sum()) / count
        if share >= SPIKE and share >= OVER_CHANCE * _chance(spikes, pair, unit, slack):
            number = int(near.keys[low + int(np.argmax(near.counts[low:high]))]) & (_UNITS - 1)
            return Timer(rule, share, number * unit)
    return None


def _chance(spikes: Spikes, pair: int, unit: int, slack: int) -> float:
    """Return how often the wait would be whole if both minutes (of the day or hour) were drawn independently."""
    size = unit // MINUTE
    minutes = np.arange(pair * _MINUTES, (pair + 1) * _MINUTES)
    first, second = (tally.of(minutes).reshape(-1, size).sum(axis=0) for tally in (spikes.ended, spikes.started))
    near = sum(np.roll(second, shift) for shift in range(-slack, slack + 1))
    return float((first * near).sum()) / (int(first.sum()) * int(second.sum()))


def _find_machine(waits: Durations, place: int, machines: Tally, resources: Vocabulary) -> Timer | None:
    pair, count = int(waits.keys[place]), int(waits.counts[place])
    low, high = np.searchsorted(machines.keys, (pair * len(resources), (pair + 1) * len(resources)))
    if low == high:
        return None
    top = low + int(np.argmax(machines.counts[low:high]))
    share, code = int(machines.counts[top]) / count, int(machines.keys[top]) - pair * len(resources)
    values, counts = _values(waits, place)
    median = float(values[int(np.searchsorted(np.cumsum(counts), count / 2))])
    if share <= LONE or median < MINUTE or is_nobody(resources[code]):
        return None
    return Timer("machine", share, int(median), resources[code])
