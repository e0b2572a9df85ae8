"""Log -> Findings; one weakness a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from svcflow import plugins
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Side
from svcflow.mining import Mined
from svcflow.wording import LANGS, say_count, say_hours

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace

__all__ = ["detect", "entitle", "read_sides"]


def detect(
    log: Log, mined: Mined, workspace: Workspace | None = None, select: Iterable[str] | None = None
) -> tuple[Finding, ...]:
    """Return what the detectors find in a log, dearest first.

    Findings are ranked by addressable cost; what a timer makes, or the customer, a vendor or nobody owns, comes after
    everything else, whatever it costs. `workspace` says which steps are not the provider's. `select` names the
    detectors to run, by default all. Raises `UsageError` for a detector that does not exist.
    """
    known = plugins.find(sys.modules[__name__])
    chosen = list(known) if select is None else list(select)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise UsageError(f"unknown detector {unknown[0]!r}", f"there are {', '.join(known)}")
    if workspace is not None:
        mined = replace(mined, waits=mined.waits.with_sides(log, read_sides(workspace, log)))
    found = [finding for name in chosen for finding in known[name].detect(log, mined)]
    return tuple(sorted(found, key=_rank))


def read_sides(workspace: Workspace, log: Log) -> dict[str, Side]:
    """Return the side of each activity of `log` whose step the definitions give to somebody outside."""
    from svcflow.detectors import _sides  # noqa: PLC0415 - without a workspace the definitions need not load

    return _sides.read_sides(workspace, log)


def _rank(finding: Finding) -> tuple[bool, float, str]:
    return (finding.timer or finding.side != "provider", -finding.cost_s, finding.id)


def entitle(finding: Finding) -> dict[str, str]:
    """Return what a finding says in one line, by language, from its detector's ``TITLE``."""
    titles = plugins.find(sys.modules[__name__])[finding.detector].TITLE
    names = finding.subject.names
    return {
        lang: titles[lang]
        .replace("{cost}", say_hours(finding.cost_s, lang))
        .replace("{cases}", say_count(finding.cases, lang))
        .replace("{from}", names[0])
        .replace("{to}", names[-1])
        for lang in LANGS
    }
