"""Runs, findings and advice in one value: what `svcflow analyze` computes and the report shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Recommendation

if TYPE_CHECKING:
    from svcflow.advice.money import Assumptions
    from svcflow.analysis.models import WrittenModel
    from svcflow.execution import Runs
    from svcflow.mining import Mined
    from svcflow.mining.discovery import Model
    from svcflow.staffing import Plan

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
    min_group: int | None = None
    """Groups of fewer cases than this are not in the document."""
    written: tuple[WrittenModel, ...] = ()
    """The definitions, measured as models of the log as `model` is."""

    assumptions: Assumptions | None = None
    """What was said of costs, for the business cases."""
    staffing: Plan | None = None
    """Who is needed and who is there, hour by hour of the week; ``None`` where the log names no team."""

    def to_json(self, *, show_people: bool = False) -> dict[str, Any]:
        """Return the document of `svcflow schema analysis`; people are numbered unless `show_people`."""
        from svcflow.analysis.disclosure import withhold_analysis
        from svcflow.analysis.document import write_document

        document = write_document(self, show_people=show_people)
        return withhold_analysis(document, self.min_group, common=True)


def analyze(  # noqa: PLR0913 - one call from a log to its analysis
    log: Log,
    workspace: Workspace | None = None,
    *,
    as_of: str | None = None,
    calendar: str | None = None,
    discover: bool = True,
    advise: bool = True,
    min_group: int | None = None,
    engine: str = "local",
    assumptions: Assumptions | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Mine `log`, execute `workspace` against it, detect weaknesses and recommend changes.

    `as_of` (ISO 8601) is now for clocks still running, by default the log's last time stamp. `calendar` names the
    clock of business time; without it, the one calendar that all of the workspace's processes share. `discover` may be
    switched off to save the seconds that pm4py takes, `advise` those that recommendations take. The document of the
    analysis tells nothing of groups of fewer than `min_group` cases. `engine` is where the log is mined (see
    `svcflow.engines`), `assumptions` what changes cost (see `svcflow.advice.money`).
    Raises `UsageError` if the workspace has no such calendar, or if the whole log is such a group.
    """
    from svcflow.advice import recommend
    from svcflow.analysis.clocks import choose_clock
    from svcflow.detectors import detect, read_sides
    from svcflow.disclosure import refuse_few
    from svcflow.execution import execute
    from svcflow.execution.concurrency import read_declared
    from svcflow.mining import mine
    from svcflow.mining.disclosure import keep_common_variants
    from svcflow.weighing.staffed import plan_staff

    refuse_few(log.cases, min_group)

    say = progress or (lambda _stage: None)
    chosen = choose_clock(workspace, calendar)
    if workspace is not None:  # the map, the value stream and the findings then say the same of who is waited for
        log = replace(log, sides={**read_sides(workspace, log), **log.sides})
    say("mining")
    mined = mine(
        log,
        clock=chosen.clock if chosen else None,
        organisation=workspace.organisation if workspace else None,
        declared=read_declared(workspace, log) if workspace else None,
        quantities=None,
        engine=engine,
        progress=progress,
    )
    runs = None
    if workspace is not None:
        say(f"executing the definitions on {log.cases:,} cases")
        runs = execute(workspace, log, as_of=as_of, progress=progress)
    say(f"detecting weaknesses in {log.cases:,} cases")
    staffing = plan_staff(log, mined, workspace) if log.has_teams and log.cases else None
    findings = detect(log, mined, workspace, runs=runs, staffing=staffing, progress=progress)
    recommendations: tuple[Recommendation, ...] = ()
    if advise:
        say(f"estimating the effects of {len(findings):,} findings")
        recommendations = recommend(findings, log, mined, workspace, runs, most=None)
    model: Model | None = None
    written: tuple[WrittenModel, ...] = ()
    if discover and log.cases:
        from svcflow.analysis.models import measure_written
        from svcflow.mining.discovery import discover as discover_model
        from svcflow.mining.discovery import is_discoverable

        say("discovering the model")
        common = keep_common_variants(mined, min_group)
        model = discover_model(common) if common and is_discoverable(common) else None
        if model is not None and workspace is not None and runs is not None:
            measured = measure_written(log, runs, workspace)
            written = tuple(row for row in measured if row.cases >= (min_group or 1))
    clock = (chosen.id, chosen.timezone) if chosen else None
    return Analysis(
        log, mined, findings, recommendations, workspace, runs, model, clock, min_group, written, assumptions, staffing
    )
