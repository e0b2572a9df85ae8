"""What the definitions say of activities of a log: which may run side by side, and which follow each other."""

from __future__ import annotations

from svcflow.definitions.model import Process, Workspace
from svcflow.definitions.net import steps_of
from svcflow.definitions.sidebyside import judge_pairs
from svcflow.eventlog.log import Log
from svcflow.execution.labels import fold, matches

Declared = dict[tuple[str, str], bool]


def read_declared(workspace: Workspace, log: Log) -> Declared:
    """Return of two activities by name, in both orders, whether the definitions let them run side by side.

    Of two that no definition has in one flow nothing is said. Where two definitions, or two steps that an activity may
    show, differ, they follow each other: then no wait is taken to begin earlier than it did.
    """
    found: Declared = {}
    for process in workspace.processes.values():
        names = {step: _name_activities(log, process, workspace, step) for step in steps_of(process, workspace)}
        for (one, other), beside in judge_pairs(process, workspace.processes).items():
            for pair in ((a, b) for a in names.get(one, ()) for b in names.get(other, ()) if a != b):
                found[pair] = found.get(pair, True) and beside
    return found


def _name_activities(log: Log, process: Process, workspace: Workspace, step: str) -> list[str]:
    """Return the activities of `log` that may show a step."""
    labels = steps_of(process, workspace)[step].labels
    patterns = [fold(label.pattern) for label in labels] or [fold(step)]
    return [name for name in log.activities.texts if any(matches(pattern, fold(name)) for pattern in patterns)]
