"""A visit: one occurrence of a step as it is planned, and what a planted problem may change of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from svcflow.definitions.model import Process, Step
from svcflow.generation.draws import Draws
from svcflow.generation.facts import Fact, Facts
from svcflow.generation.period import Period


@dataclass(frozen=True, slots=True)
class Detour:
    """An event outside the flow on the way to a visit: after `wait_ms` of open time, `team` does `step`.

    An empty `team` is the one whose work the step is.
    """

    step: str
    team: str
    wait_ms: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One occurrence of a step before it happens.

    `key` names the step and its rounds, such as ``review/1.2``; `enabled` (ms) is when it becomes possible; `wait_ms`
    and `work_ms` are open time on the step's calendar; `holder` is the team that has the case. `sets` are the fields
    its event will set. `last_round`: no further round of the innermost loop is allowed. `fixed_at` (ms) lets the event
    happen at an instant instead; `actor` names who acts instead of somebody on duty;
    `shifts` (ms) are how long that person is there and how long away in turn, from the start of the log.
    """

    key: str
    step: Step
    enabled: int
    wait_ms: int
    work_ms: int
    role: str
    team: str
    holder: str
    sets: Mapping[str, Fact]
    last_round: bool
    detours: tuple[Detour, ...] = ()
    skipped: bool = False
    fixed_at: int | None = None
    actor: str | None = None
    shifts: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One event that happened: completion and start in ms (`start` ``None``: not recorded)."""

    at: int
    start: int | None
    step: str
    role: str
    team: str
    actor: str
    sets: Mapping[str, Fact]


@dataclass(slots=True)
class Case:
    """A case while it is played: what is known (at opening, now), what happened, which plants struck (number, ms).

    `period` is the log's.
    """

    id: str
    process: Process
    draws: Draws
    opened: int
    home: str
    opening: Facts
    facts: Facts
    period: Period
    rows: list[Row] = field(default_factory=list)
    touched: list[tuple[int, int]] = field(default_factory=list)

    def last_of(self, step: str) -> Row | None:
        """Return the latest event of a step."""
        return max((r for r in self.rows if r.step == step), key=lambda r: r.at, default=None)

    def holder(self, at: int) -> str:
        """Return the team that has the case at an instant: that of the latest event."""
        row = self._latest(at)
        return row.team if row else self.home

    def latest(self, at: int) -> str:
        """Return the step of the latest event at an instant, empty before the first."""
        row = self._latest(at)
        return row.step if row else ""

    def role(self, at: int) -> str:
        """Return the role of who did the latest event before an instant."""
        row = self._latest(at)
        return row.role if row else ""

    def _latest(self, at: int) -> Row | None:
        return max((r for r in self.rows if r.at <= at), key=lambda r: r.at, default=None)

    def count(self, step: str) -> int:
        """Return how often a step has happened."""
        return sum(r.step == step for r in self.rows)
