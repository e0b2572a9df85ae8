"""A step that hangs on one person: when that person is away, cases lie there.

**What.** An activity more than 80 % of which (where it is known who) one account does, where that account is a person
and the log knows many. The person is never named.

**How.** Looked at are activities that others do too elsewhere in the log's weeks: the log must know more than five
people, and most other activities must be done by several. The cost is the *excess*: each addressable wait before the
step, less the median of the waits before it on days when the person was at work, summed. A person counts as at work
on the days (UTC) with an event of theirs. Where waits are no longer while the person is away, nothing is reported.

**Source.** metrics.md 3: a lone person who takes more than 80 % of a step is no timer but a single-person step.

**Limits.** A day off is known only by the absence of events. Association, not cause.

**Options.** `min_count` waits, `min_cases` cases, `min_share` of the provider's waiting, `most` findings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.accounts import DAY, find_lone
from svcflow.weighing.claims import KNOWN, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, describe_waits, write_findings

DEFINITION = "single-person-step"
TITLE = {
    "en": "{from} hangs on one person: cases wait {cost} while that person is away",
    "zh": "“{from}”只靠一人：其缺席时工单多等 {cost}",
}
PEOPLE = 5
"""In a log of so few people, or fewer, most steps hang on one."""
USUAL = 0.5
"""If more than this share of the activities hang on one person, that is how the work is divided."""


def detect(
    log: Log, mined: Mined, *, min_count: int = 50, min_cases: int = 20, min_share: float = 0.01, most: int = 5
) -> list[Finding]:
    """Return one finding for each activity that waits for its one person."""
    if len(log.resources) <= PEOPLE + 1:
        return []
    ground, machines = survey(log, mined), mined.waits.machines
    lone, judged = [], 0
    for activity in range(len(log.activities)):
        rows = np.flatnonzero(log.activity == activity)
        if len(rows) < min_count:
            continue
        judged += 1
        known = log.resource[rows][log.resource[rows] != UNKNOWN]
        found = find_lone(log, known, machines) if 2 * len(known) >= min_count else None
        if found is not None and not found.machine:
            lone.append((activity, rows, found.share))
    if len(lone) > USUAL * judged:
        return []
    drafts = []
    for activity, rows, share in lone:
        waited = rows[ground.open[rows]]
        if len(waited) >= min_count and count_cases(ground, waited) >= min_cases:
            drafts.append(_measure(ground, activity, waited, share))
    return write_findings(("single-person-step", DEFINITION), drafts, ground, Limits(min_share, most))


def _measure(ground: Ground, activity: int, rows: NDArray[np.int64], share: float) -> Draft:
    """Return what cases wait before a step because its person was away in the meantime."""
    log = ground.log
    person = int(np.bincount(log.resource[rows][log.resource[rows] != UNKNOWN]).argmax())
    at_work = np.unique(log.time[log.resource == person] // DAY)
    since, until = log.time[rows - 1] // DAY, log.start[rows] // DAY
    worked = np.searchsorted(at_work, until, side="right") - np.searchsorted(at_work, since)
    away = np.maximum(until - since + 1 - worked, 0) > 0
    waits = ground.wait[rows]
    usual = int(np.median(waits[~away])) if (~away).any() else 0
    held = np.where(away, np.maximum(waits - usual, 0), 0)
    here = away & (held > 0)
    kept = rows[here]
    return Draft(
        Subject("activity", (log.activities[activity],)),
        kept,
        held[here],
        count_cases(ground, kept),
        len(kept),
        {**describe_waits(waits), "single_person_share": share, "away_share": float(away.mean())},
        turn=KNOWN,
    )
