"""Bottlenecks as a table: where cases wait, dearest first, in the words of the figures around it."""

from __future__ import annotations

from typing import Any

from svcflow.detectors import bottleneck, detect
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.stored import Stored
from svcflow.mining import Mined, Summarised


def list_bottlenecks(log: Log, mined: Mined) -> list[dict[str, Any]]:
    """Return what the detector of bottlenecks finds, a row for each pair of activities."""
    return [
        {
            "from": finding.subject.names[0],
            "to": finding.subject.names[1],
            "cost_s": finding.cost_s,
            "share": finding.share,
            "low_s": finding.interval_s[0],
            "high_s": finding.interval_s[1],
            "cases": finding.cases,
            "count": finding.count,
            "median_s": finding.evidence["median_s"],
            "p90_s": finding.evidence["p90_s"],
            "side": finding.side,
            "timer": finding.timer,
            "examples": list(finding.examples),
        }
        for finding in detect(log, mined, select=["bottleneck"])
    ]


def list_summarised(log: Stored, mined: Summarised) -> list[dict[str, Any]]:
    """Return the same of a canonical file that stays on disk, within the limits of the detector."""
    rows = mined.list_bottlenecks(**(bottleneck.detect.__kwdefaults__ or {}))
    names = log.name_cases(case for row in rows for case in row["examples"])
    return [{**row, "examples": [names[case] for case in row["examples"]]} for row in rows]
