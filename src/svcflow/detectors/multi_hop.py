"""Cases that pass through many hands before anybody does anything new with them.

**What.** Cases that are handed on from team to team at least `gap` times more often than is usual, among three or more
teams, and what they wait on the way.

**How.** A *hop* is a handover with which the same work changes hands: the activity it begins with was last done in the
case by another team. Teams that each do a step of their own make no hops, and straight back to the team before is
ping-pong, not another hand. Compared with the median number of hops of all cases. The cost is the addressable waiting
at all hops of such cases beyond the usual number.

**Source.** metrics.md 3 and 4; the gap of 5 touchpoints as in ServiceNow's public documentation of many hands.

**Limits.** Needs teams: that another member of a pool goes on with a case is no hop. Two teams only are ping-pong.
Association, not cause: such cases may have been harder ones.

**Options.** `gap` of hops, `min_count` hops, `min_cases` cases, `min_share` of the provider's waiting, `most`
findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.accounts import find_outsiders
from svcflow.mining.routing import trace_routes
from svcflow.weighing.bounces import mark_passed_on
from svcflow.weighing.claims import SHARP, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

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
    if not log.has_teams:
        return []
    ground = survey(log, mined)
    routes = trace_routes(log.batch(0, log.cases), log.team, find_outsiders(log, mined.waits.machines))
    needless = mark_passed_on(log, log.team)
    received = routes.received
    known = (routes.holder[received] != UNKNOWN) & ~routes.bounced[received]
    hop = received[needless[routes.row[received]] & known]
    hops = np.bincount(routes.case[hop], minlength=log.cases)
    key = np.unique(routes.case[hop] * len(log.teams) + routes.holder[hop])
    hands = np.bincount(key // len(log.teams), minlength=log.cases)
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
