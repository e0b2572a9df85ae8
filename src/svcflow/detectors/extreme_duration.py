"""A few waits that are extremely long for their kind: cases that were forgotten.

**What.** Pairs of activities between which single cases wait more than 50 times the median.

**How.** A wait is extreme if it is more than `factor` times the median of its pair *and* more than twice the P95:
nights, weekends and a merely wide spread are no extremes. If more than `top` of the waits of a pair are extreme, they
are a habit, not an accident, and nothing is reported. The cost is what these waits take beyond the median.

**Source.** metrics.md 3; defaults as in ServiceNow's public documentation of extreme durations (50 x the median, at
least 20 cases, at most the top 2 %).

**Limits.** Below a median of a minute factors say nothing: the median counts as a minute then.

**Options.** `factor` of the median, `top` share of the waits, `min_count` extreme waits, `min_cases` cases with one,
`min_share` of all time between events, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.grouping import seconds
from svcflow.mining.timers import MINUTE
from svcflow.weighing.claims import GROUP, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

DEFINITION = "extreme-duration"
TITLE = {
    "en": "{from} → {to}: {cases} cases wait extremely long, {cost} in all",
    "zh": "{from} → {to}：{cases} 件工单等待极长，共 {cost}",
}
TAIL = 2.0


def detect(
    log: Log,
    mined: Mined,
    *,
    factor: float = 50,
    top: float = 0.02,
    min_count: int = 20,
    min_cases: int = 20,
    min_share: float = 0.01,
    most: int = 8,
) -> list[Finding]:
    """Return one finding for each pair of activities with enough extreme waits."""
    ground, waits = survey(log, mined), mined.waits
    order = np.argsort(waits.pair, kind="stable")
    bounds = np.searchsorted(waits.pair[order], np.arange(len(waits.source) + 1))
    drafts = []
    for pair in np.flatnonzero(waits.addressable_pairs & (np.diff(bounds) >= max(min_count, 1) / top)).tolist():
        at = order[bounds[pair] : bounds[pair + 1]]
        counted = waits.counted[at]
        usual, p95 = (float(q) for q in np.quantile(counted, [0.5, 0.95]))
        extreme = at[(counted > factor * max(usual, MINUTE)) & (counted > TAIL * p95)]
        rows = waits.row[extreme]
        if not min_count <= len(extreme) <= top * len(at) or count_cases(ground, rows) < min_cases:
            continue
        names = (log.activities[int(waits.source[pair])], log.activities[int(waits.target[pair])])
        figures = {"median_s": seconds(usual), "shortest_s": seconds(int(waits.counted[extreme].min()))}
        drafts.append(
            Draft(
                Subject("pair", names),
                rows,
                waits.counted[extreme] - int(usual),
                count_cases(ground, rows),
                len(rows),
                {**figures, "count_share": len(extreme) / len(at)},
                turn=GROUP,
            )
        )
    return write_findings(("extreme-duration", DEFINITION), drafts, ground, Limits(min_share, most))
