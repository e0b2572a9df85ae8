"""The weeks a log covers, and what cases share in them: how far they have gone, how much work has piled up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from svcflow.calendars import HOUR_MS

_HEADROOM = 1.08
"""An overloaded team's capacity, as a multiple of the work that comes in on average."""


@dataclass(frozen=True)
class Period:
    """From `start` to the export at `until` (ms); `arrivals` are the opening times of all cases, in order (ms).

    `calls` are the instants at which cases come to a team, in order, where a problem needs to know its queue.
    """

    start: int
    until: int
    arrivals: tuple[int, ...]
    calls: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _queues: dict[str, tuple[float, ...]] = field(default_factory=dict, compare=False, repr=False)

    def progress(self, at: int) -> float:
        """Return how much of the period has gone at an instant: 0 at its start, 1 at its end and after."""
        return min(max((at - self.start) / max(self.until - self.start, 1), 0.0), 1.0)

    def backlog(self, team: str, at: int) -> float:
        """Return the work piled up at a team, as a multiple of what a case that comes there finds on average."""
        if team not in self._queues:
            self._queues[team] = self._pile_up(self.calls.get(team, ()))
        levels = self._queues[team]
        return levels[self._hour(at)] if levels else 1.0

    def next_shift(self, at: int, shifts: tuple[int, int]) -> int:
        """Return when somebody is there, at an instant or next; `shifts` are how long there and how long away (ms)."""
        there, away = shifts
        into = (at - self.start) % (there + away)
        return at if into < there else at + there + away - into

    def _pile_up(self, calls: Sequence[int]) -> tuple[float, ...]:
        """Return the queue at the end of each hour: what came in, less a steady capacity (a fluid queue)."""
        capacity = _HEADROOM * len(calls) / self._hours
        level, levels, done = 0.0, [], 0
        for hour in range(self._hours):
            now = bisect_right(calls, self.start + (hour + 1) * HOUR_MS)
            level = max(level + now - done - capacity, 0.0)
            levels.append(level)
            done = now
        mean = sum(levels[self._hour(at)] for at in calls) / max(len(calls), 1)
        return tuple(level / mean for level in levels) if mean else ()

    @property
    def _hours(self) -> int:
        return max((self.until - self.start) // HOUR_MS, 1)

    def _hour(self, at: int) -> int:
        return min(max((at - self.start) // HOUR_MS, 0), self._hours - 1)
