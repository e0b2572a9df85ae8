"""No hour twice: which finding holds which time of a log.

The time of a case is cut into one piece for each row: from the completion of the row before to its own, which is the
wait before the row (on the clock that costs are counted on) and, where starts are known, the work on it. A finding
claims parts of pieces. Findings take in turn, and each gets of a piece what is left of it:

1. timers and what a definition promises, since their time is known exactly;
2. whole cases that need not have come, whatever goes wrong in them;
3. queues that follow from when cases come: why waits grow and shrink;
4. what changes over time, and who is overloaded: everything there becomes slower, whatever its shape;
5. sharp shapes: what another detector tells in general (sustained ping-pong, a pattern that repeats, ...);
6. what is measured against a baseline (an excess), and other shapes that name a cause;
7. steps, then
8. pairs of steps, where a group of waits stands out among others like them;
9. steps that come again, with all that is waited on the way round;
10. mere places: pairs of activities between which time passes;
11. pairs of teams between which time passes, where nothing says what it would be without the handover.

In one turn the dearest takes first. A finding of turn 1 to 8 that keeps less than half of its time tells what
another one tells better, and is dropped; a later one is dropped if what it keeps is too little to be told. A sharp
shape is told better by another one only: what turns 1 to 4 take of it says why its waits are long, not why they are
there, so it stays as long as it keeps a tenth of its time, or enough to be told. So do whole cases, which nothing else
tells of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log, Millis
from svcflow.findings import Finding
from svcflow.mining import Mined
from svcflow.mining.grouping import seconds

KNOWN, WHOLE, QUEUE, CHANGE, SHARP, CAUSE, STEP, GROUP, LOOP, PLACE, HOLDERS = range(1, 12)
KEPT, SHAPED = 0.5, 0.1
"""A finding that keeps less of its time is dropped; so is a sharp shape that changes and queues leave less of."""
LEAST = 0.01
"""A place that keeps less than this share of all time between events is dropped, unless it was as small before."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The time a finding holds: `amounts` of milliseconds before `rows` (or of the work on them, for `work`).

    `turn` is when it takes.
    """

    rows: NDArray[np.int64]
    amounts: Millis
    turn: int
    work: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """The pieces of a log by row, in milliseconds: what is waited before it, and what is worked on it.

    `open` tells the rows whose wait the provider owns and no timer makes; `case` the case of each row.
    """

    log: Log
    mined: Mined
    wait: Millis
    busy: Millis
    open: NDArray[np.bool_]
    case: NDArray[np.int64]

    @property
    def total(self) -> int:
        """Return all time between events: what shares are shares of."""
        return self.mined.waits.total

    @property
    def ours(self) -> int:
        """Return the time that the provider's own waiting takes: what a weakness must be a share of to be told."""
        return int(self.wait[self.open].sum())


def survey(log: Log, mined: Mined) -> Ground:
    """Return the ground of a log."""
    waits = mined.waits
    wait = np.zeros(log.instances, np.int64)
    wait[waits.row] = waits.counted
    open_ = np.zeros(log.instances, np.bool_)
    open_[waits.row] = waits.addressable
    case = log.case_of_row
    busy = log.time - log.start
    busy[waits.row] = np.minimum(busy[waits.row], log.time[waits.row] - log.time[waits.row - 1])
    return Ground(log, mined, wait, np.maximum(busy, 0), open_, case)


def allocate(findings: Sequence[Finding], log: Log, mined: Mined) -> list[Finding]:
    """Return the findings with the time that each holds alone, without those that others tell better."""
    ground = survey(log, mined)
    waits, works = ground.wait, ground.busy
    shaped = waits.copy()
    """What sharp shapes alone have left of the waits."""
    kept = []
    for finding in sorted(findings, key=_take_turn):
        claim = finding.claim
        if not isinstance(claim, Claim):
            kept.append(finding)
            continue
        left = works if claim.work else waits
        taken = np.minimum(claim.amounts, left[claim.rows])
        share = own = _measure_share(taken, claim)
        if claim.turn == SHARP and not claim.work:
            besides = np.minimum(claim.amounts, shaped[claim.rows])
            own = _measure_share(besides, claim)
        if _is_told(finding, claim, share, own):
            continue
        left[claim.rows] -= taken
        if claim.turn == SHARP and not claim.work:
            shaped[claim.rows] -= besides
        kept.append(_cut(finding, share))
    return kept


def _measure_share(taken: Millis, claim: Claim) -> float:
    return float(taken.sum()) / max(float(claim.amounts.sum()), 1.0)


def _take_turn(finding: Finding) -> tuple[int, float, str]:
    turn = finding.claim.turn if isinstance(finding.claim, Claim) else 0
    return turn, -finding.cost_s, finding.id


def _is_told(finding: Finding, claim: Claim, share: float, own: float) -> bool:
    """Return whether others tell of a finding's time already, of which it would keep a `share`.

    `own` is the share that it would keep if only findings of its own turn took any, for a sharp one.
    """
    if share >= KEPT or not claim.amounts.any():
        return False
    if claim.turn < LOOP and claim.turn != WHOLE and own < KEPT:
        return True
    if claim.turn in (SHARP, WHOLE) and share >= SHAPED:
        return False
    return finding.share * share < min(LEAST, finding.share)


def _cut(finding: Finding, share: float) -> Finding:
    """Return a finding that keeps a `share` of its cost; the interval shrinks with it."""
    if share >= 1:
        return finding
    low, high = finding.interval_s
    return replace(
        finding,
        cost_s=seconds(1000 * finding.cost_s * share),
        interval_s=(seconds(1000 * low * share), seconds(1000 * high * share)),
        share=finding.share * share,
        evidence=finding.evidence | {"gross_s": finding.cost_s},
    )
