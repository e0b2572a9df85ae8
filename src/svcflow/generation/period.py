"""The weeks a log covers, and what cases share in them: how far they have gone, how much work has piled up."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from svcflow.calendars import HOUR_MS

_HEADROOM = 1.08
"""An overloaded team's capacity, as a multiple of the work that comes in on average."""


@dataclass(frozen=True)
class Period:
    """From `start` to the export at `until` (ms); `arrivals` are the opening times of all cases, in order (ms)."""

    start: int
    until: int
    arrivals: tuple[int, ...]

    def progress(self, at: int) -> float:
        """Return how much of the period has gone at an instant: 0 at its start, 1 at its end and after."""
        return min(max((at - self.start) / max(self.until - self.start, 1), 0.0), 1.0)

    def backlog(self, at: int) -> float:
        """Return the work piled up at an instant in a queue that all cases pass, as a multiple of its mean."""
        levels = self._levels
        place = min(max((at - self.start) // HOUR_MS, 0), len(levels) - 1)
        return levels[place] / self._mean if self._mean else 1.0

    def next_shift(self, at: int, shifts: tuple[int, int]) -> int:
        """Return when somebody is there, at an instant or next; `shifts` are how long there and how long away (ms)."""
        there, away = shifts
        into = (at - self.start) % (there + away)
        return at if into < there else at + there + away - into

    @cached_property
    def _levels(self) -> tuple[float, ...]:
        """Return the queue's length at the end of each hour: what came in, less a steady capacity (a fluid queue)."""
        hours = max((self.until - self.start) // HOUR_MS, 1)
        capacity = _HEADROOM * len(self.arrivals) / hours
        level, levels, done = 0.0, [], 0
        for hour in range(hours):
            now = bisect_right(self.arrivals, self.start + (hour + 1) * HOUR_MS)
            level = max(level + now - done - capacity, 0.0)
            levels.append(level)
            done = now
        return tuple(levels)

    @cached_property
    def _mean(self) -> float:
        """Return the queue's length that a case meets on average."""
        last = len(self._levels) - 1
        met = [self._levels[min(max((at - self.start) // HOUR_MS, 0), last)] for at in self.arrivals]
        return sum(met) / len(met) if met else 0.0
