"""Customers who come back with the same matter within a week: it was not solved, or they were not told.

**What.** Cases whose customer had another one with the same topic that ended at most `days` before, and what these
cases wait.

**How.** Whose a case is, and what it is about, stands in attributes of the case (customer, client, caller, requester,
客户; topic, category, subject, product, 类别). By chance, customers with many cases come back within days as well: at
an even pace a customer with k cases in a log of S days does so in k - 1 cases times k x days / S. Nothing is reported
unless there are at least twice as many as that. The cost is the addressable waiting of these cases, less the share
that chance explains.

**Source.** metrics.md 5 and 9: repeat contact, same customer and topic within 7 days.

**Limits.** Needs a column for the customer. Without one for the topic any matter of the same customer counts.

**Options.** `days`, `min_count` repeat contacts, `min_cases` cases, `min_share` of the provider's waiting, `most`
findings.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.accounts import DAY
from svcflow.weighing.claims import WHOLE, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, spread, write_findings

DEFINITION = "repeat-contact"
TITLE = {
    "en": "{cases} cases are repeat contacts within days: {cost} of waiting",
    "zh": "{cases} 件工单是客户数日内的重复来访：等待共 {cost}",
}
_CUSTOMER = re.compile(r"customer|client|caller|requester|citizen|account[ _]?id|客户|用户|来电", re.IGNORECASE)
_TOPIC = re.compile(r"topic|category|subject|product|theme|matter|类别|类型|主题|产品", re.IGNORECASE)
TWICE = 2.0


def detect(
    log: Log,
    mined: Mined,
    *,
    days: float = 7,
    min_count: int = 20,
    min_cases: int = 20,
    min_share: float = 0.01,
    most: int = 1,
) -> list[Finding]:
    """Return the finding, or none."""
    customer = _find_column(log, _CUSTOMER)
    if customer is None or not log.instances:
        return []
    topic = _find_column(log, _TOPIC)
    who = customer[1].astype(np.int64)
    key = who * (int(topic[1].max()) + 1) + topic[1] if topic else who
    again, expected = _find_again(log, np.where(who == UNKNOWN, -1, key), round(days * DAY))
    if len(again) < max(min_count, min_cases, TWICE * expected):
        return []
    ground = survey(log, mined)
    part = 1 - expected / len(again)
    draft = _draft(ground, again, part, {"by": customer[0], "expected_by_chance": expected})
    return write_findings(("repeat-contact", DEFINITION), [draft], ground, Limits(min_share, most))


def _draft(ground: Ground, again: NDArray[np.int64], part: float, evidence: dict[str, float | int | str]) -> Draft:
    mine = np.zeros(ground.log.cases, np.bool_)
    mine[again] = True
    rows = np.flatnonzero(mine[ground.case] & ground.open)
    held = spread(ground.wait[rows], part * float(ground.wait[rows].sum()))
    evidence |= {"case_share": len(again) / ground.log.cases}
    return Draft(Subject("process", ()), rows, held, len(again), len(again), evidence, turn=WHOLE)


def _find_column(log: Log, named: re.Pattern[str]) -> tuple[str, Codes] | None:
    """Return the first text attribute of cases of such a name whose values come in more than one case."""
    for name, column in log.case_attributes.items():
        if column.kind == "text" and column.vocabulary is not None and named.search(name):
            values = np.asarray(column.values, np.int32)
            if len(np.unique(values[values != UNKNOWN])) < int((values != UNKNOWN).sum()):
                return name, values
    return None


def _find_again(log: Log, key: NDArray[np.int64], window: int) -> tuple[NDArray[np.int64], float]:
    """Return the cases that begin within `window` ms of the end of another of the same key, and how many by chance."""
    begin, end = log.start[log.offsets[:-1]], np.maximum.reduceat(log.time, log.offsets[:-1])
    order = np.lexsort((begin, key))
    order = order[key[order] >= 0]
    same = np.flatnonzero(key[order[1:]] == key[order[:-1]]) + 1
    gap = begin[order[same]] - end[order[same - 1]]
    again = order[same[(gap >= 0) & (gap <= window)]]
    _, counts = np.unique(key[order], return_counts=True)
    span = max(int(end.max() - begin.min()), 1)
    expected = float(((counts - 1) * np.minimum(counts * window / span, 1)).sum())
    return np.sort(again), expected
