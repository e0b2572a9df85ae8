"""What a remedy knows: the log and its chain, and where a finding stands in the definitions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.advice.chain import Chain, Rows
from svcflow.advice.effect import estimate, refuse
from svcflow.advice.replay import Replayed
from svcflow.calendars import Clock
from svcflow.definitions.model import Process, Step, Team, Workspace
from svcflow.findings import Effect

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log
    from svcflow.execution import Runs


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a process: where an activity of the log stands in the definitions."""

    process: Process
    step: Step


@dataclass(frozen=True)
class Context:
    """Everything a remedy may read. `closed` marks the cases that have ended, by their number in the log."""

    chain: Chain
    closed: NDArray[np.bool_]
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

    def find(self, *activities: str) -> tuple[Place, ...] | None:
        """Return the places of all `activities` in the one process that names them all, ``None`` if none does.

        Of several such processes the one that names most of the log's instances is taken.
        """
        if self.workspace is None:
            return None
        candidates = []
        for process in self.workspace.processes.values():
            steps = [find_step(process, activity) for activity in activities]
            if all(steps):
                places = tuple(Place(process, step) for step in steps if step is not None)
                candidates.append((self._coverage[process.id], places))
        return max(candidates, key=lambda c: c[0])[1] if candidates else None

    def find_team(self, name: str) -> Team | None:
        """Return the team of the organisation that the log calls `name`."""
        if self.workspace is None:
            return None
        teams = self.workspace.organisation.teams.values()
        return next((t for t in teams if any(_matches(p, name) for p in (t.id, *t.labels))), None)

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
    def _coverage(self) -> dict[str, int]:
        assert self.workspace is not None
        counts = np.bincount(self.log.activity, minlength=len(self.log.activities))
        return {
            process.id: sum(
                int(count)
                for text, count in zip(self.log.activities.texts, counts, strict=True)
                if find_step(process, text) is not None
            )
            for process in self.workspace.processes.values()
        }


def find_step(process: Process, activity: str) -> Step | None:
    """Return the one step of `process` that `activity` names.

    ``None`` if no label matches, or if the labels that match belong to several steps and only the data of an event
    can tell which.
    """
    found: dict[str, Step] = {}
    for step in process.steps.values():
        for label in step.labels:
            if _matches(label.pattern, activity):
                found[step.id] = step
    if not found and activity in process.steps:
        return process.steps[activity]
    return next(iter(found.values())) if len(found) == 1 else None


def sojourns(context: Context, rows: Rows, place: Place | None) -> NDArray[np.float64]:
    """Return how long each of `rows` took from being possible to being done, in seconds on the clock of its step."""
    chain = context.chain
    end = chain.log.time[rows]
    begin = end - chain.waiting[rows] - chain.processing[rows]
    spans = end - begin if place is None else context.find_clock(place).elapsed_all(begin, end)
    return np.asarray(spans / 1000.0, dtype=np.float64)


def _matches(pattern: str, text: str) -> bool:
    parts = (re.escape(_fold(part)) for part in pattern.split("*"))
    return re.fullmatch(".*".join(parts), _fold(text), re.DOTALL) is not None


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
