"""Two activities between which a part of the cases waits hours longer than the rest.

**What.** Pairs of activities whose waits fall into two groups, a fast and a slow one, at least two hours apart.

**How.** The groups are told apart on the logarithm of the wait in open hours (of the calendar, else those in which the
log shows work): a mixture of two distributions must fit clearly better than one, with a valley between them. A wide
spread alone is no second group. Where an attribute of the case or the team goes along with the slow group, ``by``
and ``value`` name it (chi-square, corrected for the number of values tried). The cost is what the slow group waits
beyond the median of the fast one. If the step is slow whatever came before, it is a slow step.

**Source.** metrics.md 3; defaults as in ServiceNow's public documentation of slow transitions: at least 50 occurrences,
two groups of at least 20, a gap of 120 minutes.

**Limits.** Association, not cause. With one time stamp per event the second activity's own work is in the wait. A group
of more than 70 % is the rule, not slow.

**Options.** `gap_min` minutes, `group` of waits, `min_count` waits, `min_cases` cases, `min_share` of the provider's
waiting, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.weighing.claims import GROUP, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings
from svcflow.weighing.slowness import find_slow

DEFINITION = "slow-pair"
TITLE = {
    "en": "{from} → {to}: {cases} cases wait {cost} longer than the rest",
    "zh": "{from} → {to}：{cases} 件工单比其余多等 {cost}",
}


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
    """Return one finding for each pair of activities with a slow group."""
    ground, waits = survey(log, mined), mined.waits
    order = np.argsort(waits.pair, kind="stable")
    bounds = np.searchsorted(waits.pair[order], np.arange(len(waits.source) + 1))
    sums = np.bincount(waits.pair, weights=waits.counted, minlength=len(waits.source))
    large = waits.addressable_pairs & (np.diff(bounds) >= min_count) & (sums >= max(min_share * ground.ours, 1))
    drafts = []
    for pair in np.flatnonzero(large).tolist():
        found = find_slow(ground, waits.row[order[bounds[pair] : bounds[pair + 1]]], gap_min, group)
        if found is None:
            continue
        rows = found.rows[found.slow]
        cases = count_cases(ground, rows)
        if cases < min_cases:
            continue
        names = (log.activities[int(waits.source[pair])], log.activities[int(waits.target[pair])])
        held = found.excess[found.slow]
        drafts.append(Draft(Subject("pair", names), rows, held, cases, len(rows), found.evidence, turn=GROUP))
    return write_findings(("slow-pair", DEFINITION), drafts, ground, Limits(min_share, most))
