"""What a remedy knows: the log and its chain, and where a finding stands in the definitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.advice.chain import Chain, Rows
from svcflow.advice.effect import estimate, refuse
from svcflow.advice.replay import Replayed
from svcflow.calendars import Clock
from svcflow.definitions.model import Process, Step, Team, Workspace
from svcflow.definitions.net import inlined
from svcflow.eventlog.log import Log
from svcflow.execution import Runs
from svcflow.execution.claims import claim
from svcflow.execution.knowledge import Knowledge
from svcflow.execution.labels import fold, matches, steps_of_rows
from svcflow.findings import Effect


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A step of a process, and the rows of the log that show it in the cases that the process judges."""

    process: Process
    step: Step
    rows: Rows


@dataclass(frozen=True)
class Context:
    """Everything a remedy may read.

    `closed` marks the cases that have ended, by their number in the log; `addressable` the rows whose wait the
    provider owns and no timer makes.
    """

    chain: Chain
    closed: NDArray[np.bool_]
    addressable: Rows
    workspace: Workspace | None = None
    runs: Runs | None = None
    seed: int = 0

    @property
    def log(self) -> Log:
        """Return the log that the advice is about."""
        return self.chain.log

    def estimate(self, replayed: Replayed, *assumptions: str) -> tuple[Effect, ...]:
        """Return the effect of a replayed change on the cycle times of the closed cases."""
        return estimate(self.chain, replayed, closed=self.closed, assumptions=assumptions, seed=self.seed)

    def refuse(self, reason: str) -> tuple[Effect, ...]:
        """Return effects without figures, for a change that a replay cannot judge."""
        return refuse(self.chain, self.closed, reason)

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

    def find_team(self, name: str) -> Team | None:
        """Return the team of the organisation that the log calls `name`."""
        if self.workspace is None:
            return None
        teams = self.workspace.organisation.teams.values()
        return next((t for t in teams if any(matches(fold(p), fold(name)) for p in (t.id, *t.labels))), None)

    def find_clock(self, place: Place) -> Clock:
        """Return the clock that the targets of a step run on."""
        assert self.workspace is not None
        organisation = self.workspace.organisation
        spec = organisation.calendars[place.step.calendar or place.process.calendar]
        return Clock(spec.hours, organisation.timezone, spec.holidays, spec.closed, spec.open)

    def measure_repeating(self) -> float:
        """Return the share of cases that repeat an activity."""
        return len(np.unique(self.chain.case[self.chain.number_occurrences() > 1])) / max(self.log.cases, 1)

    @cached_property
    def _steps(self) -> dict[str, NDArray[np.int32]]:
        """Return for each process the step of every row as an index into its steps, -1 outside the cases it judges.

        A process that another one runs also judges the cases of that one.
        """
        assert self.workspace is not None
        processes, knowledge = self.workspace.processes, Knowledge(self.log)
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
