"""Escalations that come too late: the case lay with those who could not solve it.

**What.** Cases that wait longer than a target before they are escalated, and by how much.

**How.** An escalation is an activity named so (escalate, 升级) with which another team takes the case. The cost is the
addressable waiting before it beyond the `target_min`; nothing is reported unless at least `late` of the escalations
miss it and their median is at least twice the target and no shorter than three quarters of that of the waits before
other steps that follow the same activities: an escalation is urgent, and late where it lies like ordinary work. Eight
times the target is late however long the rest lies.
Going up a line without a step named for it is a handover, and told there.

**Source.** metrics.md 9: waiting before an escalation below 30 minutes.

**Limits.** What was tried before the escalation is not known. Which cases should have been escalated and never were,
only the definition says.

**Options.** `target_min` minutes, `late` share, `min_count` late escalations, `min_cases` cases, `min_share` of the
provider's waiting, `most` findings.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.timers import MINUTE
from svcflow.weighing.claims import SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

DEFINITION = "late-escalation"
TITLE = {
    "en": "{cases} cases are escalated late by {from}: {cost}",
    "zh": "{cases} 件工单升级过迟（“{from}”）：共 {cost}",
}
_ESCALATE = re.compile(r"escalat|eskal|升级", re.IGNORECASE)
TWICE, LIKE_OTHERS, ANYHOW = 2.0, 0.75, 8.0


def detect(
    log: Log,
    mined: Mined,
    *,
    target_min: float = 30,
    late: float = 0.25,
    min_count: int = 20,
    min_cases: int = 20,
    min_share: float = 0.01,
    most: int = 3,
) -> list[Finding]:
    """Return one finding for each activity by which cases are escalated late."""
    ground = survey(log, mined)
    told = np.array([bool(_ESCALATE.search(name)) for name in log.activities.texts], np.bool_)
    rising = told[log.activity] if len(told) else np.zeros(0, np.bool_)
    if log.has_teams:
        rising[1:] &= log.team[1:] != log.team[:-1]
    rising &= ground.open
    target = int(target_min * MINUTE)
    drafts = []
    for activity in np.unique(log.activity[rising]).tolist():
        rows = np.flatnonzero(rising & (log.activity == activity))
        over = rows[ground.wait[rows] > target]
        if len(over) < max(min_count, late * len(rows)) or count_cases(ground, over) < min_cases:
            continue
        usual = _compare(ground, rows, rising)
        if usual is None or np.median(ground.wait[rows]) < min(
            max(LIKE_OTHERS * usual, TWICE * target), ANYHOW * target
        ):
            continue
        subject = Subject("activity", (log.activities[activity],))
        figures: dict[str, float | int | str] = {"escalations": len(rows), "late_share": len(over) / len(rows)}
        figures["median_s"] = float(np.median(ground.wait[rows])) / 1000
        waits = ground.wait[over] - target
        drafts.append(
            Draft(subject, over, np.maximum(waits, 0), count_cases(ground, over), len(over), figures, turn=SHARP)
        )
    return write_findings(("late-escalation", DEFINITION), drafts, ground, Limits(min_share, most))


def _compare(ground: Ground, rows: NDArray[np.int64], rising: NDArray[np.bool_]) -> float | None:
    """Return the median wait before other steps that follow the same activities."""
    log = ground.log
    before = np.unique(log.activity[rows - 1])
    others = np.flatnonzero(ground.open & ~rising)
    others = others[np.isin(log.activity[others - 1], before)]
    return float(np.median(ground.wait[others])) if len(others) else None
