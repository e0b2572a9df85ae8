"""A few waits that are extremely long for their kind: cases that were forgotten.

**What.** Activities before which single cases wait more than 50 times as long as is usual.

**How.** Usual is the median of the waits between the same two activities. A wait is extreme if it is more than `factor`
times that *and*, as a multiple of it, more than twice the P95 of all waits before the activity: nights, weekends and a
merely wide spread are no extremes. Both are counted on open hours: of the calendar where one is given, else those in
which the log shows work. If more than `top` of them are extreme, they are a habit, not an accident, and
nothing is reported. The cost is what these waits take beyond the median.

**Source.** metrics.md 3; defaults as in ServiceNow's public documentation of extreme durations (50 x the median, at
least 20 cases, at most the top 2 %).

**Limits.** Below a median of a minute factors say nothing: the median counts as a minute then.

**Options.** `factor` of the median, `top` share of the waits, `min_count` extreme waits, `min_cases` cases with one,
`min_share` of the provider's waiting, `most` findings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log, Millis
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.grouping import group, look_up, seconds
from svcflow.mining.timers import MINUTE
from svcflow.mining.waits import Waits
from svcflow.weighing.claims import CAUSE, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, count_cases, write_findings
from svcflow.weighing.hours import measure_open

DEFINITION = "extreme-duration"
TITLE = {
    "en": "{cases} cases wait extremely long before {from}: {cost}",
    "zh": "{cases} 件工单在“{from}”之前等待极长：共 {cost}",
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
    """Return one finding for each activity with enough extreme waits before it."""
    ground, waits = survey(log, mined), mined.waits
    usual = _find_usual(waits, waits.counted)
    times = waits.counted / usual
    if not waits.business:
        opened = measure_open(log, waits.row)
        times = np.minimum(times, opened / _find_usual(waits, opened))
    target = waits.target[waits.pair]
    order = np.argsort(target, kind="stable")
    order = order[waits.addressable[order]]
    bounds = np.searchsorted(target[order], np.arange(len(log.activities) + 1))
    drafts = []
    for activity in np.flatnonzero(np.diff(bounds) >= max(min_count, 1) / top).tolist():
        at = order[bounds[activity] : bounds[activity + 1]]
        extreme = at[times[at] > max(factor, TAIL * float(np.quantile(times[at], 0.95)))]
        rows = waits.row[extreme]
        if not min_count <= len(extreme) <= top * len(at) or count_cases(ground, rows) < min_cases:
            continue
        figures: Evidence = {
            "median_s": seconds(float(np.median(usual[extreme]))),
            "shortest_s": seconds(int(waits.counted[extreme].min())),
            "count_share": len(extreme) / len(at),
        }
        held = (waits.counted[extreme] - usual[extreme]).astype(np.int64)
        subject = Subject("activity", (log.activities[activity],))
        drafts.append(Draft(subject, rows, held, count_cases(ground, rows), len(rows), figures, turn=CAUSE))
    return write_findings(("extreme-duration", DEFINITION), drafts, ground, Limits(min_share, most))


def _find_usual(waits: Waits, spent: Millis) -> NDArray[np.float64]:
    """Return for each wait the median of those between the same two activities, a minute at least."""
    groups = group(waits.pair, spent)
    usual: NDArray[np.float64] = np.maximum(look_up(waits.pair, groups.keys, groups.quantile(0.5)), MINUTE)
    return usual
