"""Matters that were settled and are taken up again.

**What.** Cases in which work goes on after a done activity, and what they wait until they are settled once more.

**How.** A re-open is a step from a done activity to one that is not (what done means is in the mapping of the log, or
guessed). The cost is the addressable waiting from the re-open to the next done activity: within it somebody here has
the matter on the table again. Named by the step that takes it up.

**Source.** metrics.md 5.

**Limits.** Where done is only guessed and the log goes on after most done activities, nothing is reported. The wait
before the re-open is the customer's and not counted. Some re-opens are meant (a second delivery).

**Options.** `min_count` re-opens, `min_cases` cases, `min_share` of the provider's waiting, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.mined import find_codes
from svcflow.weighing.claims import SHARP, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

DEFINITION = "reopen"
TITLE = {
    "en": "{cases} settled cases are taken up again with {from}: {cost} of waiting",
    "zh": "{cases} 件已办结工单以“{from}”重新开启：等待共 {cost}",
}


def detect(
    log: Log, mined: Mined, *, min_count: int = 20, min_cases: int = 20, min_share: float = 0.01, most: int = 5
) -> list[Finding]:
    """Return one finding for each activity that takes settled cases up again."""
    if not mined.done or not log.instances:
        return []
    ground = survey(log, mined)
    settled = np.isin(log.activity, find_codes(log, mined.done))
    again = np.zeros(log.instances, np.bool_)
    again[1:] = settled[:-1] & ~settled[1:] & (ground.case[1:] == ground.case[:-1])
    rows = np.arange(log.instances)
    # each row belongs to the re-open that stands last before it, until a done activity has come after that
    last = np.maximum.accumulate(np.where(again, rows, -1))
    ends = np.concatenate([[-1], np.maximum.accumulate(np.where(settled, rows, -1))[:-1]])
    inside = (last >= 0) & (last < rows) & (ends < last) & (ground.case[np.maximum(last, 0)] == ground.case)
    drafts = []
    for activity in np.unique(log.activity[again]).tolist():
        at = np.flatnonzero(again & (log.activity == activity))
        if len(at) < min_count or count_cases(ground, at) < min_cases:
            continue
        waited = rows[inside & ground.open & (log.activity[np.maximum(last, 0)] == activity)]
        drafts.append(
            Draft(
                Subject("activity", (log.activities[activity],)),
                waited,
                ground.wait[waited],
                count_cases(ground, at),
                len(at),
                {"case_share": count_cases(ground, at) / max(log.cases, 1)},
                turn=SHARP,
            )
        )
    return write_findings(("reopen", DEFINITION), drafts, ground, Limits(min_share, most))
