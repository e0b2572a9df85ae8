"""Rules that a patch adds to a process, and whether two shares of cases differ beyond chance, on which some rest."""

from __future__ import annotations

import math
from collections.abc import Sequence

from svcflow.advice import edits
from svcflow.advice.patch import write_patch
from svcflow.advice.targets import ORDER
from svcflow.definitions.durations import write_duration
from svcflow.definitions.model import Process, Workspace


def add_rule(workspace: Workspace, process: Process, key: str, value: str) -> str | None:
    """Return a patch that adds ``key: value`` to the rules; ``None`` if there is such a rule."""
    if key in process.rules:
        return None
    text = edits.insert_entry(workspace.sources[process.file], "rules", key, value, order=ORDER)
    return write_patch(workspace, process.file, text)


def end_waiting(
    workspace: Workspace, process: Process, step: str, *, key: str, seconds: int, ends: Sequence[str] = ()
) -> str | None:
    """Return a patch with a rule that what ends the `waiting` since a step, or one of `ends`, comes in time.

    ``None`` if there is a rule of what comes after that step, or no `waiting` since it.
    """
    until = [name for waiting in process.waiting if waiting.since == step for name in waiting.until]
    if not until or any(rule.kind == "after" and step in rule.steps for rule in process.rules.values()):
        return None
    names = [*until, *(end for end in ends if end not in until)]
    value = f"{{after: {step}, then: [{', '.join(names)}], within: {write_duration(seconds)}}}"
    return add_rule(workspace, process, key, value)


def measure_error(share: float, one: int, other: int) -> float:
    """Return the standard error of the difference of two shares among `one` and `other` cases, `share` being of both.

    >>> measure_error(0.5, 50, 50)
    0.1
    """
    return math.sqrt(share * (1 - share) * (1 / one + 1 / other))
