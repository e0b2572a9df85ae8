"""A step before which a part of the cases waits hours longer than the rest, whatever came before it.

**What.** Activities with two groups of waits before them, a fast and a slow one, at least two hours apart.

**How.** As for a slow pair, over all activities that come before. It is the step rather than a pair if slow waits stand
behind at least two of them (20 waits each), where the rarest is a third as frequent as the commonest. The cost is
what the slow group waits beyond the median of the fast one.

**Source.** metrics.md 3; defaults as in ServiceNow's public documentation of slow steps: at least 50 occurrences, two
groups of at least 20, a gap of 120 minutes.

**Limits.** Association, not cause. With one time stamp per event the step's own work is in the wait.

**Options.** `gap_min` minutes, `group` of waits, `min_count` waits, `min_cases` cases, `min_share` of the provider's
waiting, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.weighing.claims import STEP, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings
from svcflow.weighing.slowness import Slow, find_slow

DEFINITION = "slow-step"
TITLE = {
    "en": "{cases} cases wait {cost} longer than the rest before {from}",
    "zh": "{cases} 件工单在“{from}”之前比其余多等 {cost}",
}
ALIKE = 1 / 3


def detect(
    log: Log,
    mined: Mined,
    *,
    gap_min: float = 120,
    group: int = 20,
    min_count: int = 50,
    min_cases: int = 20,
    min_share: float = 0.01,
    most: int = 8,
) -> list[Finding]:
    """Return one finding for each activity with a slow group before it."""
    ground = survey(log, mined)
    waited = np.flatnonzero(ground.open)
    counts = np.bincount(log.activity[waited], minlength=len(log.activities))
    sums = np.bincount(log.activity[waited], weights=ground.wait[waited], minlength=len(log.activities))
    drafts = []
    for activity in np.flatnonzero((counts >= min_count) & (sums >= max(min_share * ground.ours, 1))).tolist():
        found = find_slow(ground, waited[log.activity[waited] == activity], gap_min, group)
        if found is None or not _is_general(ground, found, group):
            continue
        rows = found.rows[found.slow]
        cases = count_cases(ground, rows)
        if cases < min_cases:
            continue
        subject = Subject("activity", (log.activities[activity],))
        held = found.excess[found.slow]
        drafts.append(Draft(subject, rows, held, cases, len(rows), found.evidence, turn=STEP))
    return write_findings(("slow-step", DEFINITION), drafts, ground, Limits(min_share, most))


def _is_general(ground: Ground, found: Slow, group: int) -> bool:
    """Return whether slow waits stand behind several activities about alike."""
    before = ground.log.activity[found.rows - 1]
    counts = np.bincount(before)
    slow = np.bincount(before[found.slow], minlength=len(counts))
    judged = counts >= group
    rates = slow[judged] / counts[judged]
    return len(rates) > 1 and bool(rates.max() > 0) and bool(np.sort(rates)[-2] >= ALIKE * rates.max())
