"""Where a definition says what a deviation is about: the line to look at in each of two versions."""

from __future__ import annotations

from svcflow.definitions.model import Anytime, Process, Task
from svcflow.definitions.net import inlined, walk
from svcflow.execution.runs import Runs
from svcflow.findings import Position

_OF_FLOW = ("D1", "D2")


def find_place(runs: Runs, process: str, code: str, subject: str) -> Position | None:
    """Return where the definitions that were executed speak of a step, an SLA or a rule; ``None`` if they do not."""
    known = runs.workspace.processes.get(process)
    if known is None:
        return None
    if not subject:
        return known.position
    for part in inlined(known, runs.workspace.processes):
        found = _find(part, code, subject)
        if found is not None:
            return found
    return None


def _find(process: Process, code: str, subject: str) -> Position | None:
    if code == "D402" or subject not in process.steps:
        named = process.slas.get(subject) or process.rules.get(subject)
        return named.position if named else None
    step = process.steps[subject]
    if code == "D401" and step.within is not None:
        return step.within.position
    if code.startswith(_OF_FLOW):
        placed: list[Task | Anytime] = [i for i in walk(process.flow) if isinstance(i, Task) and i.step == subject]
        placed += [item for item in process.anytime if item.step == subject]
        return placed[0].position if placed else step.position
    return step.position
