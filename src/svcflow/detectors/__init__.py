"""Log -> Findings; one weakness a file."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING

from svcflow import plugins
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Side
from svcflow.mining import Mined
from svcflow.weighing.claims import allocate
from svcflow.wording import LANGS, Lang, say_count, say_hours

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.execution import Runs
    from svcflow.staffing import Plan

__all__ = ["detect", "entitle", "read_sides"]


def detect(
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    select: Iterable[str] | None = None,
    *,
    runs: Runs | None = None,
    staffing: Plan | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[Finding, ...]:
    """Return what the detectors find in a log, dearest first.

    No time is counted twice: what several findings are about, one of them holds (see `weighing.claims`). Findings
    are ranked by what they hold; what a timer makes, or the customer, a vendor or nobody owns, comes after everything
    else, whatever it costs. `workspace` says which steps are not the provider's; `runs` is that workspace executed on
    this log: without it detectors of broken promises are silent. `staffing` is what `weighing.staffed.plan_staff` gave,
    where that is known already. `select` names the detectors to run, by default
    all; `progress` is told how many have run. Raises `UsageError` for a detector that does not exist.
    """
    known = plugins.find(sys.modules[__name__])
    chosen = list(known) if select is None else list(select)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise UsageError(f"unknown detector {unknown[0]!r}", f"there are {', '.join(known)}")
    if workspace is not None:
        mined = replace(mined, waits=mined.waits.with_sides(log, read_sides(workspace, log)))
    given: dict[str, object] = {"runs": runs, "workspace": workspace}
    if log.has_teams and any("staffing" in inspect.signature(known[name].detect).parameters for name in chosen):
        given["staffing"] = staffing or _plan(log, mined, workspace)
    found: list[Finding] = []
    for number, name in enumerate(chosen, start=1):
        if progress:
            progress(f"detecting weaknesses: {number} of {len(chosen)} detectors")
        found += _run(known[name], (log, mined), given)
    return tuple(sorted(allocate(found, log, mined), key=_rank))


def _plan(log: Log, mined: Mined, workspace: Workspace | None) -> object:
    """Return who is needed and who is there by hour of the week, which several detectors look at."""
    from svcflow.weighing import staffed  # noqa: PLC0415 - as the definitions in `read_sides`

    return staffed.plan_staff(log, mined, workspace)


def _run(detector: ModuleType, of: tuple[Log, Mined], given: Mapping[str, object]) -> list[Finding]:
    """Return what one detector finds, given what of the rest it asks for: `runs`, `workspace`, `staffing`."""
    asked = inspect.signature(detector.detect).parameters
    found: list[Finding] = detector.detect(*of, **{name: value for name, value in given.items() if name in asked})
    return found


def read_sides(workspace: Workspace, log: Log) -> dict[str, Side]:
    """Return the side of each activity of `log` whose step the definitions give to somebody outside."""
    from svcflow.weighing import sides  # noqa: PLC0415 - without a workspace the definitions need not load

    return sides.read_sides(workspace, log)


def _rank(finding: Finding) -> tuple[bool, float, str]:
    return (finding.timer or finding.side != "provider", -finding.cost_s, finding.id)


def entitle(finding: Finding) -> dict[str, str]:
    """Return what a finding says in one line, by language, from its detector's ``TITLE``."""
    titles = plugins.find(sys.modules[__name__])[finding.detector].TITLE
    names = finding.subject.names or ("",)
    figures = {name: value for name, value in finding.evidence.items() if isinstance(value, str)}
    texts = {**figures, "from": names[0], "to": names[-1], "names": str(finding.subject)}
    return {lang: _fill(titles[lang], finding, texts, lang) for lang in LANGS}


def _fill(title: str, finding: Finding, texts: dict[str, str], lang: Lang) -> str:
    """Return a title with its figures; texts of the log go in last, so that what looks like a field stays text."""
    filled = title.replace("{cost}", say_hours(finding.cost_s, lang)).replace("{cases}", say_count(finding.cases, lang))
    return _FIELD.sub(lambda field: texts.get(field[1], field[0]), filled)


_FIELD = re.compile(r"\{([a-z_]+)\}")
