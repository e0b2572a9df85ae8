"""A wait that grows from week to week.

**What.** Activities before which cases wait longer and longer over the weeks of the log.

**How.** Waits by the week in which they began; weeks at the end of the log whose long waits have not ended yet are left
out. The trend of their ranks must stand out against how weeks scatter at a false discovery rate of 1 % over all
activities tried, that of the weekly medians rise by a fifth of its start and by half an hour at least, and a line fit
better than one jump (that is drift).
The cost is what cases wait beyond the mean wait of the first weeks.

**Source.** Wilcoxon (1945), Theil (1950), Sen (1968), Benjamini and Hochberg (1995).

**Limits.** Needs eight weeks of five waits each. A season looks like a trend in a log that is shorter than a year.
Association, not cause.

**Options.** `min_count` waits, `min_cases` cases, `min_share` of the provider's waiting, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import sum_by_case
from svcflow.mining.grouping import seconds
from svcflow.weighing.changes import Change, find_changes
from svcflow.weighing.claims import CHANGE, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, spread, write_findings

DEFINITION = "growing-duration"
TITLE = {
    "en": "The wait before {from} grows from week to week: {cost} so far",
    "zh": "“{from}”之前的等待逐周增长：至今多耗 {cost}",
}


def detect(
    log: Log, mined: Mined, *, min_count: int = 50, min_cases: int = 20, min_share: float = 0.01, most: int = 5
) -> list[Finding]:
    """Return one finding for each activity before which waits grow."""
    ground = survey(log, mined)
    found = find_changes(ground, min_count, max(min_share * ground.ours, 1)) if log.instances else {}
    drafts = [_draft(ground, code, change) for code, change in found.items() if change.kind == "trend"]
    drafts = [draft for draft in drafts if draft.cases >= min_cases]
    return write_findings(("growing-duration", DEFINITION), drafts, ground, Limits(min_share, most))


def _draft(ground: Ground, code: int, change: Change) -> Draft:
    rows = change.rows[change.late]
    per_case = sum_by_case(ground.case[rows], ground.wait[rows] - change.level, ground.log.cases)
    return Draft(
        Subject("activity", (ground.log.activities[code],)),
        rows,
        spread(ground.wait[rows], float(np.maximum(per_case.sum(), 0))),
        count_cases(ground, rows),
        len(rows),
        {"weeks": change.weeks, "before_s": seconds(change.level), "after_s": seconds(change.after)},
        per_case=per_case,
        turn=CHANGE,
    )
