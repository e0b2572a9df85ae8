"""Who owns the wait before an activity, as the definitions say: steps done outside the house are not the provider's."""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Label, Process, Workspace
from svcflow.eventlog.log import Log
from svcflow.execution.labels import fold, matches
from svcflow.findings import Side

CUSTOMER = "customer"
MACHINE = "system"
"""Steps of this role are a machine's: whether a timer makes the wait is judged on the log."""


def read_sides(workspace: Workspace, log: Log) -> dict[str, Side]:
    """Return the side of each activity of `log` whose step belongs to somebody outside.

    A step all of whose owners are external roles is the customer's if one of them is ``customer``, else a vendor's; a
    step that ends a `waiting` is the customer's. An activity that two steps claim differently stays the provider's.
    """
    found: dict[str, set[Side]] = {}
    for process in workspace.processes.values():
        for step, side in _sides_of_steps(workspace, process):
            for name in list_activities(log, process, step):
                found.setdefault(name, set()).add(side)
    return {name: sides.pop() for name, sides in found.items() if len(sides) == 1}


def list_waiting(workspace: Workspace, log: Log) -> set[str]:
    """Return the activities of `log` whose step begins a `waiting` of some process."""
    return {
        name
        for process in workspace.processes.values()
        for waiting in process.waiting
        if waiting.since in process.steps
        for name in list_activities(log, process, waiting.since)
    }


def _sides_of_steps(workspace: Workspace, process: Process) -> Iterator[tuple[str, Side]]:
    roles = workspace.organisation.roles
    awaited = {step for waiting in process.waiting for step in waiting.until}
    for step in process.steps.values():
        outside = bool(step.owners) and all(owner in roles and roles[owner].external for owner in step.owners)
        if step.id in awaited or (outside and CUSTOMER in step.owners):
            yield step.id, "customer"
        elif outside and MACHINE not in step.owners:
            yield step.id, "vendor"
        else:
            yield step.id, "provider"


def list_activities(log: Log, process: Process, step: str) -> list[str]:
    """Return the activities of `log` that show a step."""
    labels: tuple[Label, ...] = process.steps[step].labels
    patterns = [fold(label.pattern) for label in labels] or [fold(step)]
    return [name for name in log.activities.texts if any(matches(pattern, fold(name)) for pattern in patterns)]
