"""A few cases that do one step dozens of times.

**What.** Activities that single cases repeat more than 20 times as often as is usual, and what they wait for it.

**How.** Usual is the median number of times among the cases that have the activity. If more than `top` of them are
extreme, that is a habit and nothing is reported. The cost is the addressable waiting before the repetitions beyond the
usual number.

**Source.** metrics.md 3; 20 x the median as in ServiceNow's public documentation of extreme repetitions.

**Limits.** A log that writes each save of a form as an event repeats without anybody doing anything.

**Options.** `factor` of the median, `top` share of the cases with the activity, `min_count` repetitions, `min_cases`
cases, `min_share` of the provider's waiting, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.weighing.claims import SHARP, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, count_cases, write_findings

DEFINITION = "extreme-repetition"
TITLE = {
    "en": "{cases} cases repeat {from} extremely often: {cost} of waiting",
    "zh": "{cases} 件工单极频繁地重复“{from}”：等待共 {cost}",
}


def detect(
    log: Log,
    mined: Mined,
    *,
    factor: float = 20,
    top: float = 0.05,
    min_count: int = 50,
    min_cases: int = 5,
    min_share: float = 0.005,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each activity that some cases repeat so often."""
    ground = survey(log, mined)
    width = max(len(log.activities), 1)
    key = ground.case * width + log.activity
    order = np.argsort(key, kind="stable")
    place = np.arange(len(order))
    head = np.ones(len(order), np.bool_)
    head[1:] = key[order[1:]] != key[order[:-1]]
    number = np.empty(len(order), np.int64)
    number[order] = place - np.maximum.accumulate(np.where(head, place, 0)) + 1
    shown, times = np.unique(key, return_counts=True)
    drafts = []
    for activity in np.unique(log.activity).tolist():
        here = shown % width == activity
        usual = float(np.median(times[here]))
        extreme = shown[here][times[here] > factor * usual] // width
        if not min_cases <= len(extreme) <= top * int(here.sum()):
            continue
        rows = np.flatnonzero((log.activity == activity) & (number > usual) & np.isin(ground.case, extreme))
        if len(rows) < min_count:
            continue
        waited = rows[ground.open[rows]]
        evidence: Evidence = {
            "usual_times": usual,
            "mean_times": float(times[here][times[here] > factor * usual].mean()),
        }
        subject = Subject("activity", (log.activities[activity],))
        cases = count_cases(ground, rows)
        drafts.append(Draft(subject, waited, ground.wait[waited], cases, len(rows), evidence, turn=SHARP))
    return write_findings(("extreme-repetition", DEFINITION), drafts, ground, Limits(min_share, most))
