"""Time that cases spend waiting between two activities, where somebody here could shorten it.

**What.** For each directly-follows pair, the sum over cases of the waiting from the end of the first activity to
the start of the second: business time where a calendar is given, else elapsed time.

**How.** Pairs are ranked by *addressable provider waiting*. Waits that a timer makes (see below) and waits that
the customer, a vendor or nobody owns are reported too, marked as what they are, and never ranked first: a case that
is settled waits for nobody until it is closed. A pair
whose second activity hangs on one person (more than 80 % of its instances, and no machine) carries
``single_person_share``: no timer, but a single-person step. Where start times are known, ``cte_before`` and
``cte_after`` say what cycle time efficiency would be without these waits.

**Timer.** At least half of the waits within 2 % of one value; or spikes at whole days or hours beyond chance; or
more than 80 % of the second activity written by an account that is a machine.

**Source.** metrics.md 3; thresholds as in ServiceNow's public documentation of slow transitions.

**Limits.** With one time stamp per event the figure is sojourn time: the second activity's own work is in it. What
a case waits after its last event is not in it: the log is cut there. Association, not cause.

**Options.** `min_count` waits and `min_cases` cases (fewer are not reported), `min_share` of all time between
events, `most` findings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.accounts import find_lone
from svcflow.mining.costs import Cost, price, sum_by_case
from svcflow.mining.grouping import group, seconds
from svcflow.mining.waits import PROVIDER, Waits, name_finding
from svcflow.weighing.claims import PLACE, Claim

DEFINITION = "addressable-provider-waiting"
TITLE = {
    "en": "{from} → {to}: {cost} of waiting",
    "zh": "{from} → {to}：等待共 {cost}",
}


def detect(
    log: Log, mined: Mined, *, min_count: int = 50, min_cases: int = 20, min_share: float = 0.01, most: int = 12
) -> list[Finding]:
    """Return one finding for each pair of activities with enough waiting between them."""
    waits = mined.waits
    sums = np.bincount(waits.pair, weights=waits.counted, minlength=len(waits.source))
    counts = np.bincount(waits.pair, minlength=len(waits.source))
    large = np.flatnonzero((counts >= min_count) & (sums >= min_share * max(waits.total, 1)))
    entries = {pair: np.flatnonzero(waits.pair == pair) for pair in large.tolist()}
    entries = {pair: at for pair, at in entries.items() if len(np.unique(waits.case[at])) >= min_cases}
    chosen = sorted(entries, key=lambda pair: (-sums[pair], pair))[:most]
    per_case = [sum_by_case(waits.case[entries[p]], waits.counted[entries[p]], log.cases) for p in chosen]
    costs = price(log, per_case, waits.total)
    return [_describe(log, mined, (pair, entries[pair]), cost) for pair, cost in zip(chosen, costs, strict=True)]


def _describe(log: Log, mined: Mined, found: tuple[int, NDArray[np.int64]], cost: Cost) -> Finding:
    pair, at = found
    waits = mined.waits
    names = (log.activities[int(waits.source[pair])], log.activities[int(waits.target[pair])])
    return Finding(
        id=name_finding("bottleneck", names),
        detector="bottleneck",
        subject=Subject("pair", names),
        cases=len(np.unique(waits.case[at])),
        count=len(at),
        cost_s=cost.total_s,
        share=cost.share,
        interval_s=cost.interval_s,
        side=waits.sides[pair],
        timer=waits.timers[pair] is not None,
        definition=DEFINITION,
        examples=cost.examples,
        evidence=_gather_evidence(log, mined, pair, at),
        claim=Claim(waits.row[at], waits.counted[at], PLACE),
    )


def _gather_evidence(log: Log, mined: Mined, pair: int, at: NDArray[np.int64]) -> dict[str, float | int | str]:
    waits = mined.waits
    evidence = _distribution(waits, at)
    timer = waits.timers[pair]
    if timer is not None:
        evidence |= {"timer_rule": timer.rule, "timer_share": timer.share, "timer_mode_s": timer.mode / 1000}
        return evidence
    lone = find_lone(log, log.resource[waits.row[at]], waits.machines)
    if lone is not None and not lone.machine and waits.sides[pair] == PROVIDER and len(log.resources) > 5:
        evidence["single_person_share"] = lone.share
    touch, whole = int(mined.cases.busy.sum()), int(mined.cases.cycle.sum())
    saved = int(waits.elapsed[at].sum())
    if touch and whole > saved:
        evidence |= {"cte_before": touch / whole, "cte_after": min(touch / (whole - saved), 1.0)}
    return evidence


def _distribution(waits: Waits, at: NDArray[np.int64]) -> dict[str, float | int | str]:
    """Return median, P90 and mean of these waits on the clock that costs are counted on."""
    one = group(np.zeros(len(at), np.int64), waits.counted[at])
    return {
        "median_s": seconds(one.quantile(0.5)[0]),
        "p90_s": seconds(one.quantile(0.9)[0]),
        "mean_s": seconds(one.means[0]),
        "clock": "business" if waits.business else "elapsed",
    }
