"""A team that more work comes to than it can do: whoever comes while others wait long waits long as well.

**What.** Teams at whose steps waits hang together in time, and what cases wait there beyond quiet times.

**How.** Two signs, either of which tells. *The queue*: from the instants at which cases are handed to the team, and a
steady pace at several loads, follows what lies there at any moment. The waits of what is handed over must go with it by
rank, by a quarter at least and by four standard errors, beyond what hours, weekdays, a line over the weeks and a
jump explain; the cost is what cases wait beyond what they would with nothing before them. *The crowd*, where no steady
pace explains it: for each wait before a step of the team, the waits of the five cases that came before it and of the
five after it say how crowded it was. Waits and crowds are compared by rank *within each week*, and on either side of a
jump (so that a trend, a season or a change is no overload), in open hours; they must go together (a rank correlation of
at least `least_rho` that chance would not give in ten thousand tries). The cost is what cases wait beyond the mean of
the least crowded third. By either sign the waits in the most crowded third are at least 1.3 times as long as in the
least, and a quarter of an hour longer. A step that hangs on one person waits for that person, not for the team, and is
not looked at. A queue tells why waits grow, and so takes its time before what tells that they do.

**Source.** Queueing: where capacity is enough, a wait does not depend on who else waits; Lindley (1952); cumulative
curves, Newell (1982); metrics.md 6 and 10.

**Limits.** How many people work is not known here: a day on which the team is away looks like a queue. Needs teams.

**Options.** `least_rho`, `min_count` waits, `min_cases` cases, `min_share` of the provider's waiting, `most`
findings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log, Millis
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.accounts import find_lone
from svcflow.mining.costs import sum_by_case
from svcflow.mining.timers import MINUTE
from svcflow.weighing.changes import find_changes, rank
from svcflow.weighing.claims import CHANGE, QUEUE, Ground, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, count_cases, spread, write_findings
from svcflow.weighing.hours import measure_open
from svcflow.weighing.queues import Inflow, follow_queue, lay_out_inflow

DEFINITION = "overloaded-team"
TITLE = {
    "en": "{from} has more work than it can do: cases queue for {cost}",
    "zh": "“{from}”工作超出能力：工单排队共 {cost}",
}
WEEK = 7 * 86_400_000
CHANCE = 4.0
"""A correlation counts from this many standard errors on."""
LONGER, LEAST = 1.3, 15 * MINUTE
BESIDE = 5
MANY, LEAST_QUEUE, SHORT = 100, 0.25, 0.05
"""So many cases handed over tell whether waits follow the queue, from such a correlation on; a wait without a queue is
at least as long as the shortest twentieth."""
PEOPLE, LONE_OF = 5, 25
"""In a log of so few people, or fewer, most steps hang on one; so many instances by known people tell."""


def detect(
    log: Log,
    mined: Mined,
    *,
    least_rho: float = 0.15,
    min_count: int = 100,
    min_cases: int = 50,
    min_share: float = 0.01,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each team at whose steps waits hang together."""
    if not log.has_teams:
        return []
    ground = survey(log, mined)
    width = len(log.activities)
    waited = np.flatnonzero(ground.open & (log.team != UNKNOWN))
    waited = waited[~np.isin(log.activity[waited], _find_lone_steps(log, mined))]
    key = log.team[waited].astype(np.int64) * width + log.activity[waited]
    counts = np.bincount(key, minlength=width * len(log.teams))
    changes = find_changes(ground, min_count, max(min_share * ground.ours, 1))
    jumps = {code: change.moment for code, change in changes.items() if change.kind == "jump"}
    found: dict[int, list[Step]] = {}
    inflow = lay_out_inflow(log)
    for pair in np.flatnonzero(counts >= min_count).tolist():
        rows, jump = waited[key == pair], jumps.get(pair % width, 0)
        step = _judge_queue(ground, rows[inflow.handed[rows]], jump, inflow) or _judge(ground, rows, least_rho, jump)
        if step is not None:
            found.setdefault(pair // width, []).append(step)
    drafts = [_draft(ground, team, steps) for team, steps in found.items()]
    drafts = [draft for draft in drafts if draft.cases >= min_cases]
    return write_findings(("overloaded-team", DEFINITION), drafts, ground, Limits(min_share, most))


def _find_lone_steps(log: Log, mined: Mined) -> list[int]:
    """Return the activities that one person does, in a log that knows many."""
    if len(log.resources) <= PEOPLE + 1:
        return []
    known = np.flatnonzero(log.resource != UNKNOWN)
    found = []
    for activity in range(len(log.activities)):
        of = log.resource[known[log.activity[known] == activity]]
        lone = find_lone(log, of, mined.waits.machines) if len(of) >= LONE_OF else None
        if lone is not None and not lone.machine:
            found.append(activity)
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """The waits before one step of a team: their mean in quiet times, and how they hang together."""

    rows: NDArray[np.int64]
    level: float
    rho: float
    short_s: float
    long_s: float
    turn: int = CHANGE


def _judge_queue(ground: Ground, rows: NDArray[np.int64], jump: int, inflow: Inflow) -> Step | None:
    """Return what is waited before a step if it follows the queue that the cases handed to its team make."""
    log = ground.log
    if len(rows) < MANY:
        return None
    spent = ground.wait[rows] if ground.mined.waits.business else measure_open(log, rows)
    queue = follow_queue(log, rows, spent, (inflow, jump))
    if queue is None or queue.rho < LEAST_QUEUE:
        return None
    short, long = np.quantile(queue.length, [1 / 3, 2 / 3])
    low, high = queue.length <= short, queue.length >= long
    usual, crowded = float(np.median(spent[low])), float(np.median(spent[high]))
    if crowded < max(LONGER * usual, usual + LEAST):
        return None
    level = _measure_level(queue.length, ground.wait[rows], low)
    return Step(rows, level, queue.rho, usual / 1000, crowded / 1000, QUEUE)


def _measure_level(length: NDArray[np.float64], waits: Millis, low: NDArray[np.bool_]) -> float:
    """Return what is waited where nothing lies before: by a line, no more than where little does (`low`)."""
    over = length - length.mean()
    start = float(waits.mean() - length.mean() * (over @ waits) / max(float(over @ over), 1e-9))
    return float(np.clip(start, np.quantile(waits, SHORT), waits[low].mean()))


def _judge(ground: Ground, rows: NDArray[np.int64], least_rho: float, jump: int) -> Step | None:
    """Return what is waited before a step of a team if waits hang together; `jump` is when they changed, if so."""
    log = ground.log
    spent = ground.wait[rows] if ground.mined.waits.business else measure_open(log, rows)
    began = log.time[rows - 1]
    crowd = _feel_crowd(spent, began)
    rho, number = _correlate_within(crowd, spent, 2 * (began // WEEK) + (began >= jump))
    short, long = np.quantile(crowd, [1 / 3, 2 / 3])
    low, high = crowd <= short, crowd >= long
    if rho < max(least_rho, CHANCE / np.sqrt(max(number, 1))):
        return None
    usual, crowded = float(np.median(spent[low])), float(np.median(spent[high]))
    if crowded < max(LONGER * usual, usual + LEAST):
        return None
    return Step(rows, float(ground.wait[rows][low].mean()), rho, usual / 1000, crowded / 1000)


def _feel_crowd(spent: Millis, began: Millis) -> NDArray[np.float64]:
    """Return for each wait the mean rank of those that began just before and after it, itself left out."""
    order = np.argsort(began, kind="stable")
    ranks = np.empty(len(spent))
    ranks[order] = rank(spent[order])
    padded = np.concatenate([[0], np.cumsum(ranks[order])])
    place = np.arange(len(order))
    first, last = np.maximum(place - BESIDE, 0), np.minimum(place + BESIDE + 1, len(order))
    felt = np.empty(len(spent))
    felt[order] = (padded[last] - padded[first] - ranks[order]) / np.maximum(last - first - 1, 1)
    return felt


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
        {**evidence, "quiet_s": first.short_s, "crowded_s": first.long_s},
        per_case=per_case,
        turn=min(step.turn for step in steps),
    )


def _correlate_within(crowd: NDArray[np.float64], spent: Millis, week: NDArray[np.int64]) -> tuple[float, int]:
    """Return the rank correlation of crowds and waits within weeks of ten waits or more, and of how many waits."""
    ranks = []
    for number in np.unique(week).tolist():
        here = week == number
        if int(here.sum()) >= 10:
            ranks.append(np.stack([rank(crowd[here]), rank(spent[here])]))
    if not ranks:
        return 0.0, 0
    one, other = np.concatenate(ranks, axis=1)
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return (float((one * other).sum()) / scale if scale else 0.0), len(one)
