"""A team that more work comes to than it can do: the more cases queue for it, the longer each of them waits.

**What.** Teams whose waits answer to their queue, and what cases wait there beyond a short queue's wait.

**How.** The queue that a case finds is the number of cases that wait for the team when it comes. Waits and queues are
compared by rank *within each week* (so that a trend or a season is no overload), in open hours. A team is overloaded if
they go together (rank correlation of at least `least_rho`) and waits at the longest third of queues are at least twice
as long, and half an hour longer, than at the shortest. The cost is what cases wait beyond the median at the shortest.

**Source.** Queueing: where capacity is enough, a wait does not depend on who else waits; metrics.md 6 and 10.

**Limits.** How many people work is not known here: this is the answer of waits to load, not utilisation. Needs teams.

**Options.** `least_rho`, `min_count` waits, `min_cases` cases, `min_share` of all time between events, `most` findings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log, Millis
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.timers import MINUTE
from svcflow.weighing.claims import CHANGE, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings
from svcflow.weighing.hours import measure_open

DEFINITION = "overloaded-team"
TITLE = {
    "en": "{from} has more work than it can do: cases queue for {cost}",
    "zh": "{from} 工作超出能力：工单排队共 {cost}",
}
WEEK = 7 * 86_400_000


def detect(
    log: Log,
    mined: Mined,
    *,
    least_rho: float = 0.5,
    min_count: int = 100,
    min_cases: int = 50,
    min_share: float = 0.01,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each team whose waits answer to its queue."""
    if not log.has_teams:
        return []
    ground = survey(log, mined)
    waited = np.flatnonzero(ground.open & (log.team != UNKNOWN))
    counts = np.bincount(log.team[waited], minlength=len(log.teams))
    drafts = []
    for team in np.flatnonzero(counts >= min_count).tolist():
        rows = waited[log.team[waited] == team]
        if count_cases(ground, rows) < min_cases:
            continue
        draft = _judge(ground, team, rows, least_rho)
        if draft is not None:
            drafts.append(draft)
    return write_findings(("overloaded-team", DEFINITION), drafts, ground, Limits(min_share, most))


def _judge(ground: Ground, team: int, rows: NDArray[np.int64], least_rho: float) -> Draft | None:
    log = ground.log
    spent = ground.wait[rows] if ground.mined.waits.business else measure_open(log, rows)
    began, started = log.time[rows - 1], np.maximum(log.start[rows], log.time[rows - 1])
    queue = np.searchsorted(np.sort(began), began) - np.searchsorted(np.sort(started), began)
    rho = _correlate_within(queue, spent, began // WEEK)
    short, long = np.quantile(queue, [1 / 3, 2 / 3])
    low, high = spent[queue <= short], spent[queue >= max(long, short + 1)]
    if rho < least_rho or not len(low) or not len(high):
        return None
    usual, crowded = float(np.median(low)), float(np.median(high))
    if crowded < max(2 * usual, usual + 30 * MINUTE):
        return None
    level = float(np.median(ground.wait[rows][queue <= short]))
    held = np.maximum(ground.wait[rows] - level, 0).astype(np.int64)
    return Draft(
        Subject("team", (log.teams[team],)),
        rows,
        held,
        count_cases(ground, rows),
        len(rows),
        {
            "rho": rho,
            "short_queue_s": usual / 1000,
            "long_queue_s": crowded / 1000,
            "queue_p90": float(np.quantile(queue, 0.9)),
        },
        turn=CHANGE,
    )


def _correlate_within(queue: NDArray[np.int64], spent: Millis, week: NDArray[np.int64]) -> float:
    """Return the rank correlation of queues and waits within weeks, over all weeks of ten waits or more."""
    ranks = []
    for number in np.unique(week).tolist():
        here = week == number
        if int(here.sum()) >= 10:
            ranks.append(np.stack([_rank(queue[here]), _rank(spent[here])]))
    if not ranks:
        return 0.0
    one, other = np.concatenate(ranks, axis=1)
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / scale if scale else 0.0


def _rank(values: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return mid-ranks around 0, as a share of their number."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks: NDArray[np.float64] = middle[place] / len(values) - (len(values) + 1) / (2 * len(values))
    return ranks
