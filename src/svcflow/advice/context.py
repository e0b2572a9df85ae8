"""What a remedy knows: the log and its chain, and where a finding stands in the definitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.advice.causes import explain_rows
from svcflow.advice.naming import Names, Text, name_target, say
from svcflow.calendars import Clock
from svcflow.definitions.model import Process, Step, Workspace
from svcflow.definitions.net import inlined
from svcflow.eventlog.log import Log, Millis
from svcflow.execution import Runs
from svcflow.execution.claims import claim
from svcflow.execution.concurrency import read_declared
from svcflow.execution.knowledge import Knowledge
from svcflow.execution.labels import steps_of_rows
from svcflow.execution.timeline import NO_TARGET, targets
from svcflow.findings import Effect, Finding
from svcflow.replay.chain import Chain, Rows, select
from svcflow.replay.critical import CriticalChain, CriticalShare
from svcflow.replay.graph import link
from svcflow.replay.outcome import refuse
from svcflow.replay.refusals import Unanswerable
from svcflow.replay.spans import Span

_WEEK = 604_800_000


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A step of a process, and the rows of the log that show it in the cases that the process judges."""

    process: Process
    step: Step
    rows: Rows

    @property
    def calendar(self) -> str:
        """Return the id of the calendar that the targets of the step run on."""
        return self.step.calendar or self.process.calendar


@dataclass(frozen=True)
class Context:
    """Everything a remedy may read.

    `spans` are the stretches of a case that effects are measured on, the one that matters most first; `addressable`
    marks the rows whose wait the provider owns and no timer makes.
    """

    chain: Chain
    spans: tuple[Span, ...]
    addressable: Rows
    workspace: Workspace | None = None
    runs: Runs | None = None
    seed: int = 0
    _clocks: dict[str, Clock] = field(default_factory=dict, repr=False)

    @property
    def log(self) -> Log:
        """Return the log that the advice is about."""
        return self.chain.log

    @cached_property
    def names(self) -> Names:
        """Return what things are called."""
        return Names(self.workspace)

    @cached_property
    def critical(self) -> tuple[CriticalChain, ...]:
        """Return the critical chains of the cases, up to the end of each of the spans."""
        declared = read_declared(self.workspace, self.log) if self.workspace else None
        graph = link(self.log, declared=declared)
        return tuple(CriticalChain.trace(graph, span) for span in self.spans)

    def measure_critical(self, finding: Finding) -> CriticalShare | None:
        """Return which share of the first span that it touches lies on the rows of a finding; ``None`` without rows."""
        rows = select(self.chain, finding)
        if not rows.any():
            return None
        found = [chain.measure(rows) for chain in self.critical]
        return next((share for share in found if share.both), found[-1])

    def find_owner(self) -> str | None:
        """Return who is accountable for all processes of the workspace; ``None`` where that is not one role."""
        owners = {p.owner for p in self.workspace.processes.values()} if self.workspace else set()
        return next(iter(owners)) if len(owners) == 1 else None

    def refuse(self, reason: Text) -> tuple[Effect, ...]:
        """Return effects without figures, for a change that nothing can judge."""
        return refuse(self.chain, self.spans, Unanswerable(reason["en"], reason["zh"]))

    def find_place(self, rows: Rows, process: str | None = None, *, least: float = 0.8) -> Place | None:
        """Return the step that most of `rows` show, in the process (or that `process`) that knows most of them.

        ``None`` if no definition knows them, or if less than a share `least` of them shows one step.
        """
        if self.workspace is None or not rows.any():
            return None
        tables = {name: t for name, t in self._steps.items() if process in {None, name} and (t[rows] >= 0).any()}
        if not tables:
            return None
        name, table = max(tables.items(), key=lambda item: int((item[1][rows] >= 0).sum()))
        shown = table[rows]
        counts = np.bincount(shown[shown >= 0])
        step = int(counts.argmax())
        if counts[step] < least * counts.sum():
            return None
        found = self.workspace.processes[name]
        return Place(found, list(found.steps.values())[step], table == step)

    def knows(self, rows: Rows) -> bool:
        """Return whether some definition knows most of `rows`, be it as several steps."""
        return self.workspace is not None and any(2 * (t[rows] >= 0).sum() > rows.sum() for t in self._steps.values())

    def find_pair(self, rows: Rows) -> tuple[Place, Place] | None:
        """Return the step that most of the rows right before `rows` show, and that of `rows`, in one process."""
        receiver = self.find_place(rows, least=0)
        if receiver is None:
            return None
        sender = self.find_place(np.roll(rows & receiver.rows, -1), receiver.process.id, least=0)
        return None if sender is None else (sender, receiver)

    def find_clock(self, place: Place) -> Clock:
        """Return the clock that the targets of a step run on."""
        return self.find_calendar(place.calendar)

    def list_calendars(self) -> tuple[str, ...]:
        """Return the calendars that the organisation declares."""
        return tuple(self.workspace.organisation.calendars) if self.workspace else ()

    def find_calendar(self, name: str) -> Clock:
        """Return the clock of a calendar of the organisation."""
        assert self.workspace is not None
        organisation = self.workspace.organisation
        if name not in self._clocks:
            self._clocks[name] = Clock.from_spec(organisation.calendars[name], organisation.timezone)
        return self._clocks[name]

    def say_clock(self, place: Place | None) -> Text:
        """Return what to add to durations on the clock of a step; nothing where that is the wall clock."""
        if place is None or self.find_clock(place).elapsed(0, _WEEK) == _WEEK:
            return say("", "")
        return say(" of open hours", "（工作时间）")

    def name_target(self, seconds: int, place: Place | None) -> Text:
        """Return a target as people say it; on a clock that stands still at night, in hours rather than days."""
        return name_target(seconds, hours=bool(self.say_clock(place)["en"]))

    def list_targets(self, place: Place, rows: Rows) -> Millis:
        """Return the target that the definition sets for each of `rows` of a step, NO_TARGET where there is none."""
        within = place.step.within
        if within is None:
            return np.full(int(rows.sum()), NO_TARGET, dtype=np.int64)
        return targets(self._knowledge, within, np.flatnonzero(rows))

    def list_known(self, field: str) -> Rows | None:
        """Return for each row whether a field of the case is known once it is done; ``None`` without such a column."""
        known = self._knowledge.field(field)
        return None if known is None else np.asarray(known.after > 0, np.bool_)

    def measure_repeating(self) -> float:
        """Return the share of cases that repeat an activity."""
        return len(np.unique(self.chain.case[self.chain.number_occurrences() > 1])) / max(self.log.cases, 1)

    @cached_property
    def causes(self) -> dict[str, Millis] | None:
        """Return what each cause takes of the wait of every row; ``None`` where starts or people are not known."""
        return explain_rows(self.chain) if self.log.has_start.any() and self.log.has_resources else None

    @cached_property
    def _knowledge(self) -> Knowledge:
        return Knowledge(self.log)

    @cached_property
    def _steps(self) -> dict[str, NDArray[np.int32]]:
        """Return for each process the step of every row as an index into its steps, -1 outside the cases it judges.

        A process that another one runs also judges the cases of that one.
        """
        assert self.workspace is not None
        processes, knowledge = self.workspace.processes, self._knowledge
        steps = {name: np.maximum(steps_of_rows(process, knowledge), -1) for name, process in processes.items()}
        mine = {name: np.zeros(self.log.cases, dtype=np.bool_) for name in processes}
        for name, cases in self._claim(knowledge, steps).items():
            for part in inlined(processes[name], processes):
                mine[part.id][cases] = True
        return {name: np.where(mine[name][self.chain.case], steps[name], -1).astype(np.int32) for name in processes}

    def _claim(self, knowledge: Knowledge, steps: dict[str, NDArray[np.int32]]) -> dict[str, NDArray[np.int64]]:
        """Return the cases that each process judges, by their number in the log."""
        assert self.workspace is not None
        if self.runs is not None:
            return {name: run.cases["case"].codes.astype(np.int64) for name, run in self.runs.processes.items()}
        return claim(self.workspace.processes, knowledge, steps, np.arange(self.log.cases)).cases


def sojourns(context: Context, rows: Rows, place: Place | None) -> NDArray[np.float64]:
    """Return how long each of `rows` took from being possible to being done, in seconds on the clock of its step."""
    chain = context.chain
    end = chain.log.time[rows]
    begin = end - chain.waiting[rows] - chain.processing[rows]
    spans = end - begin if place is None else context.find_clock(place).elapsed_all(begin, end)
    return np.asarray(spans / 1000.0, dtype=np.float64)
