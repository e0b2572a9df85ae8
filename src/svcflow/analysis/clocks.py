"""Which clock business time is measured on."""

from __future__ import annotations

from dataclasses import dataclass

from svcflow.calendars import Clock
from svcflow.definitions.model import Workspace
from svcflow.errors import UsageError


@dataclass(frozen=True, slots=True)
class ChosenClock:
    """A clock with the name and zone it goes by."""

    id: str
    timezone: str
    clock: Clock


def choose_clock(workspace: Workspace | None, name: str | None) -> ChosenClock | None:
    """Return the clock called `name`, or the one that all processes of `workspace` share, or ``None``.

    Raises `UsageError` if the workspace has no calendar of that name, or if there is no workspace to look it up in.
    """
    if workspace is None:
        if name is None:
            return None
        raise UsageError(f"--calendar {name}: calendars are defined in a workspace", "add -w WORKSPACE")
    calendars = workspace.organisation.calendars
    shared = {process.calendar for process in workspace.processes.values()}
    chosen = name if name is not None else (shared.pop() if len(shared) == 1 else None)
    if chosen is None:
        return None
    if chosen not in calendars:
        raise UsageError(f"unknown calendar {chosen!r}", f"the workspace has {', '.join(sorted(calendars))}")
    timezone = workspace.organisation.timezone
    return ChosenClock(chosen, timezone, Clock.from_spec(calendars[chosen], timezone))
