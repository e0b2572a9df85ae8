"""The clock of a case: open time of a calendar, standing still while the case waits for somebody outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import Clock
from svcflow.definitions.model import CalendarSpec, Process, Target, Waiting, Workspace
from svcflow.errors import DefinitionError
from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution.knowledge import Knowledge
from svcflow.execution.track import Rows, Track
from svcflow.findings import NOWHERE

NO_TARGET = -1


@dataclass(frozen=True)
class Timeline:
    """Milliseconds on the clock at each event of a track, and at the moment looked at for each case.

    Only differences within a case have a meaning. `net` stands still while the case waits; `gross` does not.
    """

    net: Rows
    gross: Rows
    net_now: Rows
    gross_now: Rows

    def spent(self, start: Rows, end: Rows, *, gross: bool = False) -> Rows:
        """Return the time from one event of a case to another."""
        clock = self.gross if gross else self.net
        return clock[end] - clock[start]

    def spent_until_now(self, start: Rows, cases: Rows, *, gross: bool = False) -> Rows:
        """Return the time from an event of each case to the moment looked at."""
        return (self.gross_now[cases] - self.gross[start]) if gross else (self.net_now[cases] - self.net[start])


@dataclass(frozen=True)
class Clocks:
    """The timelines of a track, one for each calendar asked for."""

    workspace: Workspace
    process: Process
    track: Track
    paused: NDArray[np.bool_]
    now: int
    _made: dict[str, Timeline]

    def on(self, calendar: str | None) -> Timeline:
        """Return the timeline on a calendar (the process's, if none is named)."""
        name = calendar or self.process.calendar
        if name not in self._made:
            self._made[name] = _timeline(self.track, self.clock(name), self.paused, self.now)
        return self._made[name]

    def due(self, calendar: str | None, start: Rows, spans: Rows, *, gross: bool = False) -> Rows:
        """Return the instant at which `spans` milliseconds have passed on the clock since an event of each case.

        MISSING_TIME where the clock stands still before that, because the case waits.
        """
        if not len(start):
            return start.copy()
        timeline, track = self.on(calendar), self.track
        passed = timeline.gross if gross else timeline.net
        wanted = passed[start] + spans
        last = track.offsets[track.case_of[start] + 1] - 1
        # The last event before which not all of it has passed: from there on it is the calendar's own deadline.
        at = np.clip(np.searchsorted(passed, wanted, side="left") - 1, start, last)
        due = self.clock(calendar).deadlines(track.times[at], wanted - passed[at])
        stands = self.paused[at] & (wanted > passed[at]) & (not gross)
        return np.where(stands, MISSING_TIME, due)

    def clock(self, calendar: str | None) -> Clock:
        """Return a calendar of the organisation as a clock."""
        return clock_of(self.workspace, calendar or self.process.calendar)


def build_clocks(workspace: Workspace, process: Process, track: Track, *, steps: tuple[str, ...], now: int) -> Clocks:
    """Return the clocks of a process's cases."""
    return Clocks(workspace, process, track, _paused_after(track, process.waiting, steps), now, {})


def clock_of(workspace: Workspace, name: str) -> Clock:
    """Return a calendar as a clock; an empty name is every minute of every day."""
    organisation = workspace.organisation
    spec: CalendarSpec | None = organisation.calendars.get(name)
    if spec is None and name in ("", "always"):
        spec = CalendarSpec("always", ((0, 6, ((0, 1440),)),), None, (), (), NOWHERE)
    elif spec is None:
        raise DefinitionError(f"unknown calendar '{name}'", "run `svcflow validate`")
    return _made(spec, organisation.timezone)


@lru_cache(maxsize=64)
def _made(spec: CalendarSpec, timezone: str) -> Clock:
    """Return a clock; its table of open hours is dear, and the same for everybody who asks."""
    return Clock.from_spec(spec, timezone)


def _paused_after(track: Track, waiting: tuple[Waiting, ...], steps: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return whether the case is waiting, for any reason, from each event to the next."""
    index = {step: i for i, step in enumerate(steps)}
    events = np.arange(len(track.rows))
    first = track.offsets[:-1][track.case_of] if len(events) else events
    paused = np.zeros(len(events), np.bool_)
    for wait in waiting:
        began = track.steps == index.get(wait.since, -1)
        over = np.isin(track.steps, [index[step] for step in wait.until if step in index])
        latest = np.maximum.accumulate(np.where(began | over, events, -1)) if len(events) else events
        paused |= (latest >= first) & began[latest]
    return paused


def _timeline(track: Track, clock: Clock, paused: NDArray[np.bool_], now: int) -> Timeline:
    opened = clock.open_until(track.times)
    last = track.offsets[1:] - 1
    inner = np.ones(len(opened), np.bool_)
    inner[last[last >= track.offsets[:-1]]] = False
    gap = np.where(inner, np.roll(opened, -1) - opened, 0)
    gross = np.concatenate(([0], np.cumsum(gap)))[:-1].astype(np.int64)
    net = np.concatenate(([0], np.cumsum(np.where(paused, 0, gap))))[:-1].astype(np.int64)
    at = np.where(last >= track.offsets[:-1], last, 0)
    if not len(opened):
        nothing = np.zeros(len(track.cases), np.int64)
        return Timeline(net, gross, nothing, nothing)
    tail = np.maximum(clock.open_until(np.asarray([now], np.int64))[0] - opened[at], 0)
    return Timeline(net, gross, net[at] + np.where(paused[at], 0, tail), gross[at] + tail)


def targets(knowledge: Knowledge, target: Target, rows: Rows) -> Rows:
    """Return the target in milliseconds that holds at each row, NO_TARGET where there is none.

    A target by field is chosen by what is known after the row: a raised severity shortens it.
    """
    if target.constant is not None:
        return np.full(len(rows), target.constant * 1000, np.int64)
    otherwise = NO_TARGET if target.otherwise is None else target.otherwise * 1000
    known = knowledge.field(target.by or "")
    if known is None:
        return np.full(len(rows), otherwise, np.int64)
    by_value = {value.casefold(): seconds * 1000 for value, seconds in target.values}
    table = [by_value.get(str(value).strip().casefold(), otherwise) for value in known.values]
    return np.asarray(table, np.int64)[knowledge.codes(target.by or "", rows, "after")]
