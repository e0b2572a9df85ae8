"""What speaks for a recommendation, so that anybody can look for himself: the finding, a command, cases, examples."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Any

from svcflow.advice.context import Context
from svcflow.findings import Finding

_TABLES = {
    "extra-step": "variants",
    "handover-delay": "handovers",
    "level-skip": "handovers",
    "multi-hop": "touchpoints",
    "overloaded-team": "work-in-progress",
    "ping-pong": "handovers",
    "reopen": "reopens",
    "repeat-contact": "repeat-contacts",
    "repeating-pattern": "cycles",
    "rework": "loops",
    "sustained-ping-pong": "handovers",
    "timer": "timers",
}
"""The table of `svcflow mine` that shows what a detector found, where it is not that of the waits."""
_JUDGED = {"idle-team", "missed-callback", "sla-at-risk"}


def gather_evidence(finding: Finding, context: Context) -> dict[str, Any]:
    """Return the id of the finding, the command that shows it, how many cases it is about, and examples.

    `critical` is the share of the cycle time (or of the time to resolve) that lies on its rows along the critical
    chain: waits and work; ``naive`` adds up all their time, also what runs beside other steps.
    """
    share = context.measure_critical(finding)
    critical = {} if share is None else {"critical": asdict(share)}
    return critical | {
        "finding": finding.id,
        "detector": finding.detector,
        "query": say_query(finding, defined=context.workspace is not None),
        "cases": finding.cases,
        "count": finding.count,
        "examples": list(finding.examples),
    }


def say_query(finding: Finding, *, defined: bool) -> str:
    """Return the command that shows what a finding is about; LOG and WORKSPACE stand for the reader's own."""
    if finding.detector in _JUDGED:
        return "svcflow execute WORKSPACE LOG"
    where = " -w WORKSPACE" if defined else ""
    narrowed = ""
    if finding.subject.kind == "pair":
        narrowed = " --follows " + " ".join(_quote(name) for name in finding.subject.names[:2])
    table = _TABLES.get(finding.detector, "bottlenecks")
    return f"svcflow mine LOG{where} --what {table}{narrowed}"


def _quote(name: str) -> str:
    """Return a name of the log as one word of a command line; control characters become blanks."""
    return shlex.quote("".join(c if c.isprintable() else " " for c in name))
