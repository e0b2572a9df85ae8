"""Cases that pass through many hands before anybody does anything new with them.

**What.** Cases that are handed on at least `gap` times more often than is usual, among three or more teams (people,
where cases hardly leave a team), and what they wait on the way.

**How.** A *hop* is a handover after which nothing new is done: the receiver's first activity had been done before in the
case. A case with so many steps that it needs many hands is none. Compared with the median number of hops of all cases.
The cost is the addressable waiting at all hops of such cases beyond the usual number.

**Source.** metrics.md 3 and 4; the gap of 5 touchpoints as in ServiceNow's public documentation of many hands.

**Limits.** Hops between two teams only are ping-pong. Association, not cause: such cases may have been harder ones.

**Options.** `gap` of hops, `min_count` hops, `min_cases` cases, `min_share` of all time between events, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.detectors._claims import SHARP, survey
from svcflow.detectors._drafts import Draft, Limits, count_cases, write_findings
from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.recurrence import recur
from svcflow.mining.routing import choose_holder, trace_routes

DEFINITION = "multi-hop"
TITLE = {
    "en": "{cases} cases pass through many hands: {cost} of waiting",
    "zh": "{cases} 件工单多次转手：等待共 {cost}",
}
HANDS = 3


def detect(
    log: Log,
    mined: Mined,
    *,
    gap: int = 4,
    min_count: int = 50,
    min_cases: int = 20,
    min_share: float = 0.005,
    most: int = 1,
) -> list[Finding]:
    """Return the finding, or none."""
    holder = choose_holder(log, mined.team_cases)
    if holder is None:
        return []
    ground = survey(log, mined)
    routes = trace_routes(log.batch(0, log.cases), holder.codes, holder.choose_passed(log, mined.waits.machines))
    seen = np.zeros(log.instances, np.bool_)
    seen[recur(log.batch(0, log.cases)).row] = True
    received = routes.received
    hop = received[seen[routes.row[received]] & (routes.holder[received] != UNKNOWN)]
    hops = np.bincount(routes.case[hop], minlength=log.cases)
    key = np.unique(routes.case[hop] * len(holder.names) + routes.holder[hop])
    hands = np.bincount(key // len(holder.names), minlength=log.cases)
    usual = int(np.median(hops)) if log.cases else 0
    many = (hops >= usual + gap) & (hands >= HANDS)
    before = np.concatenate([[0], np.cumsum(np.bincount(routes.case[hop], minlength=log.cases))])[:-1]
    number = np.arange(len(hop)) - before[routes.case[hop]] if len(hop) else hop
    rows = routes.row[hop[many[routes.case[hop]] & (number >= usual)]]
    cases = count_cases(ground, rows)
    if len(rows) < min_count or cases < min_cases:
        return []
    waited = rows[ground.open[rows]]
    subject = Subject("process", ())
    evidence: dict[str, float | int | str] = {"usual_hops": usual, "mean_hops": float(hops[many].mean())}
    draft = Draft(subject, waited, ground.wait[waited], cases, len(rows), evidence, turn=SHARP)
    return write_findings(("multi-hop", DEFINITION), [draft], ground, Limits(min_share, most))
