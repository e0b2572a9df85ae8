"""What all cases of a played log share: definitions, clocks, people, the model of the data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from svcflow.calendars import Clock
from svcflow.definitions.model import Process, Step, Target, Workspace
from svcflow.generation.facts import FactModel, Facts
from svcflow.generation.people import Staff


@dataclass(frozen=True)
class Stage:
    """One process of a workspace, ready to be played."""

    workspace: Workspace
    process: Process

    @cached_property
    def staff(self) -> Staff:
        """Return the people."""
        return Staff(self.workspace.organisation)

    @cached_property
    def facts(self) -> FactModel:
        """Return how the data of a case is drawn."""
        return FactModel(self.process, self.workspace.processes)

    @cached_property
    def clocks(self) -> dict[str, Clock]:
        """Return the calendars as clocks."""
        organisation = self.workspace.organisation
        return {
            c.id: Clock(c.hours, organisation.timezone, c.holidays, c.closed, c.open)
            for c in organisation.calendars.values()
        }

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Return the steps by id, those of inlined processes too."""
        inlined = {d.process for d in self.facts.decisions if d.process}
        found: dict[str, Step] = {}
        for process in self.workspace.processes.values():
            if process.id in inlined or process is self.process:
                found |= process.steps
        return found

    def clock(self, step: Step) -> Clock:
        """Return the clock a step runs on."""
        return self.clocks[step.calendar or self.process.calendar]


def resolve(target: Target | None, facts: Facts) -> int | None:
    """Return a target's seconds for a case, ``None`` where it has none."""
    if target is None:
        return None
    if target.by is None:
        return target.constant
    value = facts.get(target.by)
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return dict(target.values).get(word, target.otherwise)
