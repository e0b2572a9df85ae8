"""Runs, findings and advice in one value: what `svcflow analyze` computes and the report shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Recommendation

if TYPE_CHECKING:
    from svcflow.execution import Runs
    from svcflow.mining import Mined
    from svcflow.mining.discovery import Model

Progress = Callable[[str], None]

__all__ = ["Analysis", "analyze"]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One log, measured, judged by its definitions where there are any, with advice."""

    log: Log
    mined: Mined
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    workspace: Workspace | None = None
    runs: Runs | None = None
    model: Model | None = None
    calendar: tuple[str, str] | None = None
    """Name and time zone of the clock that business time was measured on."""

    def to_json(self, *, show_people: bool = False) -> dict[str, Any]:
        """Return the document of `svcflow schema analysis`; people are numbered unless `show_people`."""
        from svcflow.analysis.document import write_document

        return write_document(self, show_people=show_people)


def analyze(
    log: Log,
    workspace: Workspace | None = None,
    *,
    as_of: str | None = None,
    calendar: str | None = None,
    discover: bool = True,
    progress: Progress | None = None,
) -> Analysis:
    """Mine `log`, execute `workspace` against it, detect weaknesses and recommend changes.

    `as_of` (ISO 8601) is now for clocks still running, by default the log's last time stamp. `calendar` names the
    clock of business time; without it, the one calendar that all of the workspace's processes share. `discover`
    may be switched off to save the seconds that pm4py takes.
    Raises `UsageError` if the workspace has no such calendar.
    """
    from svcflow.advice import recommend
    from svcflow.analysis.clocks import choose_clock
    from svcflow.detectors import detect, read_sides
    from svcflow.execution import execute
    from svcflow.mining import mine

    say = progress or (lambda _stage: None)
    chosen = choose_clock(workspace, calendar)
    if workspace is not None:  # the map, the value stream and the findings then say the same of who is waited for
        log = replace(log, sides={**read_sides(workspace, log), **log.sides})
    say("mining")
    mined = mine(log, clock=chosen.clock if chosen else None)
    runs = None
    if workspace is not None:
        say("executing")
        runs = execute(workspace, log, as_of=as_of)
    say("detecting")
    findings = detect(log, mined, workspace)
    say("advising")
    recommendations = recommend(findings, log, mined, workspace, runs, most=None)
    model = None
    if discover and log.cases:
        from svcflow.mining.discovery import discover as discover_model
        from svcflow.mining.discovery import is_discoverable

        say("discovering the model")
        model = discover_model(mined) if is_discoverable(mined) else None
    return Analysis(
        log, mined, findings, recommendations, workspace, runs, model, (chosen.id, chosen.timezone) if chosen else None
    )
