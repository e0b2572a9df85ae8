"""Timers: waits that a policy makes, not a queue (metrics.md 3).

The waits of a directly-follows pair are timer-like when

- at least half of them lie within 2 % of a mode (``concentration``), or
- spikes stand at whole days or hours: at least a fifth of them, and five times what the clock times at which the
  two activities happen would give by chance (``whole-days``, ``whole-hours``), or
- more than 80 % of the second activity's instances are written by one account that is a machine (``machine``).

A mode finer than the log's resolution is no evidence: in a log of dates every wait is a number of days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log, Millis
from svcflow.mining.accounts import DAY, find_lone
from svcflow.mining.presence import HOUR

MINUTE = 60_000
SECOND = 1_000

SAMPLE = 1_000

WAITS = 20
"""Fewer waits than this are not judged."""
CONCENTRATION = 0.5
TOLERANCE = 0.02
SPIKE = 0.2
OVER_CHANCE = 5.0


@dataclass(frozen=True, slots=True)
class Timer:
    """Why waits are taken for a timer's: the rule that fired, the share of waits it holds for, the typical wait.

    `mode` is in milliseconds; `account` names the machine where the rule is ``machine``.
    """

    rule: Literal["concentration", "whole-days", "whole-hours", "machine"]
    share: float
    mode: int
    account: str = ""


def measure_resolution(time: Millis) -> int:
    """Return the coarsest unit in milliseconds (day, hour, minute, second) that all time stamps are whole in.

    Dates may stand at a few different hours of UTC, where clocks change.
    """
    few = len(np.unique(time[:SAMPLE] % DAY)) <= 4  # most logs are no dates, and to find all distinct times takes long
    if len(time) and few and len(np.unique(time % DAY)) <= 4 and len(np.unique(time // DAY)) > 4:
        return DAY
    for unit in (HOUR, MINUTE, SECOND):
        if not (time % unit).any():
            return unit
    return 1


def judge(
    ends: Millis, starts: Millis, resources: NDArray[np.int32], *, log: Log, resolution: int, machines: frozenset[int]
) -> Timer | None:
    """Return the timer behind the waits from `ends` to `starts` (parallel arrays), if it looks like one.

    `resources` are the accounts of the second instances.
    """
    waits = np.maximum(starts - ends, 0)
    if len(waits) < WAITS:
        return None
    spikes = [
        _concentrate(waits, resolution),
        _stand_at_whole(ends, starts, DAY, resolution),
        _stand_at_whole(ends, starts, HOUR, resolution),
    ]
    fired = next(filter(None, spikes), None)
    if fired is not None:
        return fired
    lone = find_lone(log, resources, machines)
    if lone is not None and lone.machine and np.median(waits) >= MINUTE:
        return Timer("machine", lone.share, int(np.median(waits)), lone.resource)
    return None


def _concentrate(waits: Millis, resolution: int) -> Timer | None:
    """Return a timer if half of the waits lie within 2 % of one value."""
    finest = max(MINUTE, round(resolution / TOLERANCE) if resolution > 1 else 0)
    ordered = np.sort(waits)
    first = int(np.searchsorted(ordered, finest))
    ordered = ordered[first:]
    if len(ordered) < CONCENTRATION * len(waits) or not len(ordered):
        return None
    upper = np.searchsorted(ordered, ordered * ((1 + TOLERANCE) / (1 - TOLERANCE)), side="right")
    inside = upper - np.arange(len(ordered))
    best = int(np.argmax(inside))
    share = int(inside[best]) / len(waits)
    if share < CONCENTRATION:
        return None
    return Timer("concentration", share, int(np.median(ordered[best : best + int(inside[best])])))


def _stand_at_whole(ends: Millis, starts: Millis, unit: int, resolution: int) -> Timer | None:
    """Return a timer if many waits are a whole number of `unit` (a day or an hour), give or take a minute or two."""
    slack = 2 if unit == DAY else 1
    waits = starts - ends
    if resolution > MINUTE:
        return None
    near = (np.abs((waits + unit // 2) % unit - unit // 2) <= slack * MINUTE) & (waits >= unit // 2)
    share = float(near.mean())
    if share < SPIKE or share < OVER_CHANCE * _chance(ends, starts, unit, slack):
        return None
    units, hits = np.unique(np.round(waits[near] / unit), return_counts=True)
    rule: Literal["whole-days", "whole-hours"] = "whole-days" if unit == DAY else "whole-hours"
    return Timer(rule, share, int(units[int(np.argmax(hits))]) * unit)


def _chance(ends: Millis, starts: Millis, unit: int, slack: int) -> float:
    """Return how often the wait would be whole if both minutes (of the day or hour) were drawn independently."""
    size = unit // MINUTE
    first = np.bincount(ends // MINUTE % size, minlength=size) / len(ends)
    second = np.bincount(starts // MINUTE % size, minlength=size) / len(starts)
    near = sum(np.roll(second, shift) for shift in range(-slack, slack + 1))
    return float((first * near).sum())
