"""Waits that a policy makes, such as an automatic close: each timer with its time.

**What.** Pairs of activities whose waits are timer-like. The time of a timer is nobody's queue: nobody could work
faster, but the policy can be another one.

**How.** A wait is timer-like when at least half of the waits of its pair lie within 2 % of one value, when spikes
stand at whole days or hours beyond chance, or when a machine writes more than 80 % of the second activity. The cost is
all time that lies behind the timer; `timer_mode_s` is what the timer is set to.

**Source.** metrics.md 3. In service desks the wait for an automatic close holds 31 to 72 % of all time between events.

**Limits.** It never ranks first, whatever it holds, and is not addressable waiting: a shorter timer closes sooner, it
solves nothing sooner. A machine that is slow looks like a timer.

**Options.** `min_count` waits, `min_cases` cases, `min_share` of all time between events, `most` findings.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.weighing.claims import KNOWN, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, describe_waits, write_findings

DEFINITION = "timer"
TITLE = {
    "en": "{from} → {to} runs on a timer: {cost}",
    "zh": "{from} → {to} 由定时器决定：共 {cost}",
}


def detect(
    log: Log, mined: Mined, *, min_count: int = 20, min_cases: int = 20, min_share: float = 0.01, most: int = 12
) -> list[Finding]:
    """Return one finding for each pair of activities whose waits a timer makes."""
    waits, ground = mined.waits, survey(log, mined)
    counts = np.bincount(waits.pair, minlength=len(waits.source))
    drafts = []
    for pair, timer in enumerate(waits.timers):
        if timer is None or counts[pair] < min_count:
            continue
        at = np.flatnonzero(waits.pair == pair)
        cases = count_cases(ground, waits.row[at])
        if cases < min_cases:
            continue
        names = (log.activities[int(waits.source[pair])], log.activities[int(waits.target[pair])])
        known: dict[str, float | int | str] = {
            "timer_rule": timer.rule,
            "timer_share": timer.share,
            "timer_mode_s": timer.mode / 1000,
        }
        drafts.append(
            Draft(
                Subject("pair", names),
                waits.row[at],
                waits.counted[at],
                cases,
                len(at),
                known | describe_waits(waits.counted[at]),
                side=waits.sides[pair],
                timer=True,
                turn=KNOWN,
            )
        )
    return write_findings(("timer", DEFINITION), drafts, ground, Limits(min_share, most))
