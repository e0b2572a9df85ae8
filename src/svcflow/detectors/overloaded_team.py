"""A team that more work comes to than it can do: the more cases queue for it, the longer each of them waits.

**What.** Teams whose waits answer to their queue, and what cases wait there beyond a short queue's wait.

**How.** The queue that a case finds before a step is the number of cases that wait for that step of the team when it
comes. Waits and queues are compared by rank *within each week* (so that a trend or a season is no overload), in open
hours. A step is overloaded if they go together (a rank correlation of at least `least_rho` that chance would not give
in ten thousand tries) and the waits at the longest third of queues are at least 1.4 times as long, and twenty minutes
longer, than at the shortest. The cost is what cases wait beyond the mean at the shortest queues.

**Source.** Queueing: where capacity is enough, a wait does not depend on who else waits; metrics.md 6 and 10.

**Limits.** How many people work is not known here: this is the answer of waits to load, not utilisation. Needs teams.

**Options.** `least_rho`, `min_count` waits, `min_cases` cases, `min_share` of all time between events, `most` findings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log, Millis
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import sum_by_case
from svcflow.mining.timers import MINUTE
from svcflow.weighing.claims import CHANGE, Ground, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, count_cases, spread, write_findings
from svcflow.weighing.hours import measure_open

DEFINITION = "overloaded-team"
TITLE = {
    "en": "{from} has more work than it can do: cases queue for {cost}",
    "zh": "{from} 工作超出能力：工单排队共 {cost}",
}
WEEK = 7 * 86_400_000
CHANCE = 4.0
"""A correlation counts from this many standard errors on."""
LONGER, LEAST = 1.4, 20 * MINUTE


def detect(
    log: Log,
    mined: Mined,
    *,
    least_rho: float = 0.2,
    min_count: int = 100,
    min_cases: int = 50,
    min_share: float = 0.01,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each team at whose steps waits answer to the queue."""
    if not log.has_teams:
        return []
    ground = survey(log, mined)
    width = len(log.activities)
    waited = np.flatnonzero(ground.open & (log.team != UNKNOWN))
    key = log.team[waited].astype(np.int64) * width + log.activity[waited]
    counts = np.bincount(key, minlength=width * len(log.teams))
    found: dict[int, list[Step]] = {}
    for pair in np.flatnonzero(counts >= min_count).tolist():
        step = _judge(ground, waited[key == pair], least_rho)
        if step is not None:
            found.setdefault(pair // width, []).append(step)
    drafts = [_draft(ground, team, steps) for team, steps in found.items()]
    drafts = [draft for draft in drafts if draft.cases >= min_cases]
    return write_findings(("overloaded-team", DEFINITION), drafts, ground, Limits(min_share, most))


@dataclass(frozen=True, slots=True)
class Step:
    """The waits before one step of a team: their mean at short queues, and how they answer to the queue."""

    rows: NDArray[np.int64]
    level: float
    rho: float
    short_s: float
    long_s: float


def _judge(ground: Ground, rows: NDArray[np.int64], least_rho: float) -> Step | None:
    log = ground.log
    spent = ground.wait[rows] if ground.mined.waits.business else measure_open(log, rows)
    began, started = log.time[rows - 1], np.maximum(log.start[rows], log.time[rows - 1])
    queue = np.searchsorted(np.sort(began), began) - np.searchsorted(np.sort(started), began)
    rho, number = _correlate_within(queue, spent, began // WEEK)
    short, long = np.quantile(queue, [1 / 3, 2 / 3])
    low, high = queue <= short, queue >= max(long, short + 1)
    if rho < max(least_rho, CHANCE / np.sqrt(max(number, 1))) or not low.any() or not high.any():
        return None
    usual, crowded = float(np.median(spent[low])), float(np.median(spent[high]))
    if crowded < max(LONGER * usual, usual + LEAST):
        return None
    return Step(rows, float(ground.wait[rows][low].mean()), rho, usual / 1000, crowded / 1000)


def _draft(ground: Ground, team: int, steps: list[Step]) -> Draft:
    """Return the finding about a team, by the step that waits longest first."""
    log = ground.log
    steps = sorted(steps, key=lambda step: -int(ground.wait[step.rows].sum()))
    rows = np.sort(np.concatenate([step.rows for step in steps]))
    excess = [(step.rows, ground.wait[step.rows] - step.level) for step in steps]
    case = np.concatenate([ground.case[at] for at, _ in excess])
    per_case = sum_by_case(case, np.concatenate([over for _, over in excess]), log.cases)
    first = steps[0]
    evidence: Evidence = {"step": log.activities[int(log.activity[first.rows[0]])], "rho": first.rho}
    return Draft(
        Subject("team", (log.teams[team],)),
        rows,
        spread(ground.wait[rows], float(per_case.sum())),
        count_cases(ground, rows),
        len(rows),
        {**evidence, "short_queue_s": first.short_s, "long_queue_s": first.long_s},
        per_case=per_case,
        turn=CHANGE,
    )


def _correlate_within(queue: NDArray[np.int64], spent: Millis, week: NDArray[np.int64]) -> tuple[float, int]:
    """Return the rank correlation of queues and waits within weeks of ten waits or more, and of how many waits."""
    ranks = []
    for number in np.unique(week).tolist():
        here = week == number
        if int(here.sum()) >= 10:
            ranks.append(np.stack([_rank(queue[here]), _rank(spent[here])]))
    if not ranks:
        return 0.0, 0
    one, other = np.concatenate(ranks, axis=1)
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return (float((one * other).sum()) / scale if scale else 0.0), len(one)


def _rank(values: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return mid-ranks around 0, as a share of their number."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks: NDArray[np.float64] = middle[place] / len(values) - (len(values) + 1) / (2 * len(values))
    return ranks
