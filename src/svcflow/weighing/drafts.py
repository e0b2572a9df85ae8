"""From a weakness that was measured to a finding: its price, its interval, its examples, its claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.findings import Finding, Side, Subject
from svcflow.mining.costs import Cost, price, sum_by_case
from svcflow.mining.grouping import group, seconds
from svcflow.mining.waits import name_finding
from svcflow.weighing.claims import CAUSE, Claim, Ground

Evidence = dict[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A weakness: what it is about, the time it holds in milliseconds by row, and how often it was seen.

    `per_case` is its cost by case where that is not the sum of `amounts`: an excess whose baseline is uncertain too.
    `apart` is added to the names that the finding's id is made of.
    """

    subject: Subject
    rows: NDArray[np.int64]
    amounts: Millis
    cases: int
    count: int
    evidence: Evidence = field(default_factory=dict)
    per_case: Millis | None = None
    side: Side = "provider"
    timer: bool = False
    apart: tuple[str, ...] = ()
    turn: int = CAUSE
    work: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too little to be told, as a share of time, and how many findings there are at most.

    The time is what the provider's own waiting takes, lest a long timer hides what goes wrong; for what a timer makes,
    or somebody else owns, all time between events.
    """

    share: float
    most: int


def write_findings(of: tuple[str, str], drafts: Sequence[Draft], ground: Ground, limits: Limits) -> list[Finding]:
    """Return the drafts that cost enough, and for certain more than nothing, as findings, dearest first.

    `of` are the ids of the detector and of its definition.
    """
    costs = [_sum(draft, ground) for draft in drafts]
    ours = ground.ours
    order = [i for i in range(len(drafts)) if costs[i].sum() >= _measure_least(drafts[i], limits.share, ground, ours)]
    order.sort(key=lambda i: (-int(costs[i].sum()), drafts[i].subject.names, drafts[i].apart))
    order = order[: limits.most]
    prices = price(ground.log, [costs[i] for i in order], ground.total)
    found = zip((drafts[i] for i in order), prices, strict=True)
    return [_write(of, draft, cost, ground) for draft, cost in found if cost.interval_s[0] > 0]


def _measure_least(draft: Draft, share: float, ground: Ground, ours: int) -> float:
    return max(share * (ground.total if draft.timer or draft.side != "provider" else ours), 1)


def _sum(draft: Draft, ground: Ground) -> Millis:
    if draft.per_case is not None:
        return draft.per_case
    return sum_by_case(ground.case[draft.rows], draft.amounts, ground.log.cases)


def _write(of: tuple[str, str], draft: Draft, cost: Cost, ground: Ground) -> Finding:
    detector, definition = of
    return Finding(
        id=name_finding(detector, (*draft.subject.names, *draft.apart)),
        detector=detector,
        subject=draft.subject,
        cases=draft.cases,
        count=draft.count,
        cost_s=cost.total_s,
        share=cost.share,
        interval_s=cost.interval_s,
        side=draft.side,
        timer=draft.timer,
        definition=definition,
        examples=cost.examples,
        evidence=draft.evidence | {"clock": "business" if ground.mined.waits.business else "elapsed"},
        claim=Claim(draft.rows, draft.amounts, draft.turn, draft.work),
    )


def count_cases(ground: Ground, rows: NDArray[np.int64]) -> int:
    """Return in how many cases these rows stand."""
    return len(np.unique(ground.case[rows]))


def describe_waits(waits: Millis) -> Evidence:
    """Return median, P90 and mean of some waits."""
    one = group(np.zeros(len(waits), np.int64), waits)
    return {
        "median_s": seconds(one.quantile(0.5)[0]),
        "p90_s": seconds(one.quantile(0.9)[0]),
        "mean_s": seconds(one.means[0]),
    }


def spread(waits: Millis, cost: float) -> Millis:
    """Return `cost` laid on waits in proportion to their length: never more than a wait is long.

    >>> spread(np.array([10, 30, 0]), 20.0).tolist(), spread(np.array([10, 30]), 99.0).tolist()
    ([5, 15, 0], [10, 30])
    """
    whole = float(waits.sum())
    part = min(max(cost, 0.0) / whole, 1.0) if whole else 0.0
    laid: Millis = np.floor(waits * part).astype(np.int64)
    return laid
