"""A pattern of steps that comes again at once: A, B, C, A, B, C, ...

**What.** Cycles of two to six steps that a case goes round twice or more in a row, named by their steps.

**How.** A further round counts once it is complete and follows the round before without anything in between. A cycle
is taken by its shortest form (A, B, A, B is one of two steps, not of four), whichever step it is entered by. The cost
is the addressable waiting within the further rounds: the first is the work itself, unless these steps hardly come but
in such runs (nine tenths of them); then the first round is of the pattern too. A step that repeats itself alone is
rework of that step, not a pattern; a round that takes a settled matter up again is a re-open.

**Source.** metrics.md 5: shortest cycles up to length 6, named by their steps.

**Limits.** Some rounds are meant (ask, answer, ask, answer): the definition says which. A cycle with other steps in
between is found as rework.

**Options.** `longest` cycle in steps, `min_count` further rounds, `min_cases` cases, `min_share` of the provider's
waiting, `most` findings.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.mined import find_codes
from svcflow.mining.reopening import find_reopens
from svcflow.weighing.claims import SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

DEFINITION = "repeating-pattern"
ONLY_SO = 0.9
"""If so much of what its steps are done lies in its runs, a cycle is no work that is done again."""
TITLE = {
    "en": "{cases} cases go round {names} again: {cost} of waiting",
    "zh": "{cases} 件工单重复走 {names}：等待共 {cost}",
}


@dataclass(frozen=True, slots=True)
class _Rounds:
    """Runs of a cycle of `steps`: each stands in the rows from `first` to `last`, all of them in further rounds."""

    steps: int
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def detect(
    log: Log,
    mined: Mined,
    *,
    longest: int = 6,
    min_count: int = 20,
    min_cases: int = 20,
    min_share: float = 0.01,
    most: int = 8,
) -> list[Finding]:
    """Return one finding for each cycle with enough waiting in its further rounds."""
    ground = survey(log, mined)
    taken = np.zeros(log.instances, np.bool_)
    reopened = np.zeros(log.instances + 1, np.int64)
    if mined.done and log.instances:
        reopened[find_reopens(log.batch(0, log.cases), find_codes(log, mined.done)).row + 1] = 1
    reopened = np.cumsum(reopened)
    found: dict[tuple[int, ...], list[tuple[int, int, int]]] = {}
    for steps in range(1, longest + 1):
        rounds = _find_rounds(log, ground.case, steps, (taken, reopened))
        for first, last in zip(rounds.first.tolist(), rounds.last.tolist(), strict=True):
            taken[first - steps : last + 1] = True
            if steps > 1:
                way = tuple(log.activity[first - steps : first].tolist())
                found.setdefault(_turn(way), []).append((first, last, steps))
    drafts = []
    for runs in found.values():
        count = sum((last - first + 1) // steps for first, last, steps in runs)
        rows = np.concatenate([np.arange(first, last + 1) for first, last, _ in runs])
        if count >= min_count and count_cases(ground, rows) >= min_cases:
            drafts.append(_draft(ground, runs, count, rows))
    return write_findings(("repeating-pattern", DEFINITION), drafts, ground, Limits(min_share, most))


def _find_rounds(
    log: Log, case: NDArray[np.int64], steps: int, without: tuple[NDArray[np.bool_], NDArray[np.int64]]
) -> _Rounds:
    """Return where each row repeats the one `steps` before it for a whole round or more.

    Neither is in the rows `without`: those taken, and those between which a matter was re-opened (counted up to each).
    """
    taken, reopened = without
    same = np.zeros(log.instances + 1, np.bool_)
    code = log.activity
    same[steps:-1] = (code[steps:] == code[:-steps]) & (case[steps:] == case[:-steps]) if log.instances else False
    same[steps:-1] &= ~(taken[steps:] | taken[: -steps or None][: max(len(taken) - steps, 0)])
    same[steps:-1] &= reopened[steps + 1 :] == reopened[1 : max(len(reopened) - steps, 1)]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same]).astype(np.int8)))
    first, after = edges[::2], edges[1::2]
    whole = after - first >= steps
    return _Rounds(steps, first[whole], after[whole] - 1)


def _turn(way: tuple[int, ...]) -> tuple[int, ...]:
    """Return the same cycle begun at the step that makes it smallest.

    >>> _turn((3, 1, 2)), _turn((2, 3, 1))
    ((1, 2, 3), (1, 2, 3))
    """
    return min(way[i:] + way[:i] for i in range(len(way)))


def _draft(ground: Ground, runs: list[tuple[int, int, int]], count: int, rows: NDArray[np.int64]) -> Draft:
    log = ground.log
    ways = Counter(tuple(log.activity[first - steps : first].tolist()) for first, _, steps in runs)
    way = min(ways, key=lambda way: (-ways[way], way))
    names = tuple(log.activities[code] for code in (*way, way[0]))
    whole = np.concatenate([np.arange(first - steps, last + 1) for first, last, steps in runs])
    if len(whole) >= ONLY_SO * int(np.isin(log.activity, way).sum()):
        rows = whole
    waited = rows[ground.open[rows]]
    return Draft(
        Subject("loop", names),
        waited,
        ground.wait[waited],
        count_cases(ground, rows),
        count,
        {"steps": len(way), "runs": len(runs)},
        apart=("cycle",),
        turn=SHARP,
    )
