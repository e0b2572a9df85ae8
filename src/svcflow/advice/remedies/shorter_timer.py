"""Let the timer that closes cases run out earlier, with the risk of re-opening beside it.

Not a redesign of work but a policy: nobody works while the timer runs, so a shorter one shortens the time to close
and nothing else. Time to resolve stays as it is. metrics.md 10 gives it as the change for an automatic close.

When it fits: the wait is a timer, and cases that were taken up again after the step before it were nearly all taken
up (95 %) long before it ran out.

What may get worse: customers who answer after the shorter time find the case closed and must open a new one.

The patch sets `within` on the closing step; the timer itself is set in the system that runs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.advice import proposal
from svcflow.advice.chain import Rows, find_main_pair, select
from svcflow.advice.context import Context
from svcflow.advice.proposal import Remedy, Text, Words, name_subject, name_target, say
from svcflow.advice.replay import cap
from svcflow.advice.rounding import round_up
from svcflow.advice.targets import set_target
from svcflow.findings import Finding, Recommendation
from svcflow.wording import say_duration, say_share

DETECTORS = ("bottleneck",)
REMEDY = Remedy("shorter-timer", "none: a policy", "small", 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """A timer: how many wait for it and how long, the shorter time, and the cases taken up again meanwhile.

    `back` is their share of all that reach this point, `later` the share of them that came after the shorter time.
    """

    finding: Finding
    pair: tuple[str, str]
    count: int
    now_s: float
    timer: Text
    returned: int
    back: float
    later: float


def propose(finding: Finding, context: Context) -> Recommendation | None:
    """Return the recommendation for `finding`; ``None`` unless it is a timer that could be at most 3/4 as long."""
    if not finding.timer:
        return None
    chain = context.chain
    rows = select(chain, finding)
    pair = find_main_pair(chain, rows)
    if pair is None:
        return None
    now = float(np.median(chain.waiting[rows])) / 1000
    others = _take_up(context, pair, rows)
    safe = float(np.quantile(others, 0.95)) if len(others) else 0.0
    seconds = round_up(max(safe, now / 2))
    if seconds > 0.75 * now:
        return None
    place = context.find_place(rows)
    patch = set_target(context, place, seconds) if place else None
    if place and patch is None:
        return None
    count, timer = int(rows.sum()), name_target(seconds)
    later = float((others > seconds).mean()) if len(others) else 0.0
    facts = Facts(finding, pair, count, now, timer, len(others), len(others) / (len(others) + count), later)
    effects = context.estimate(
        cap(chain, rows, seconds * 1000), f"the timer runs out after {timer['en']}; time to resolve does not change"
    )
    owner = place.process.owner if place else None
    return proposal.propose(REMEDY, finding, _word(facts), patch=patch, owner=owner, effects=effects)


def _word(facts: Facts) -> Words:
    (first, second), timer, back = facts.pair, facts.timer, facts.back
    late, now, subject = say_share(facts.later), facts.now_s, name_subject(facts.finding)
    return Words(
        title=say(
            f"Close after {timer['en']} instead of {say_duration(now)} ({subject['en']}): {facts.count:,} cases wait "
            f"for a timer; of {facts.returned:,} taken up again, {late} came later than that",
            f"自动结案由 {say_duration(now, 'zh')} 缩短为 {timer['zh']}（{subject['zh']}）："
            f"{facts.count:,} 单在等定时器；重新受理的 {facts.returned:,} 次中 {late} 晚于该时限",
        ),
        risks=say(
            f"Customers who come back after {timer['en']} find the case closed: {say_share(facts.later * back)} of the "
            "cases at this point in the log. Time to resolve does not change: nobody works while the timer runs. The "
            "timer itself is set in the source system.",
            f"超过 {timer['zh']} 才回复的客户会发现工单已关闭：占日志中到达此处的 {say_share(facts.later * back)}。"
            "解决时长不变：定时器运行期间无人处理。定时器本身须在来源系统中设置。",
        ),
        check=say(
            f"After four weeks: svcflow mine NEW_LOG. Median wait from '{first}' to '{second}' at most {timer['en']}; "
            f"taken up again at most {say_share(back + 0.01)} of the cases (now {say_share(back)}).",
            f"四周后运行 svcflow mine NEW_LOG：“{first}”至“{second}”等待中位数不超过 {timer['zh']}；"
            f"重新受理不超过 {say_share(back + 0.01)}（目前 {say_share(back)}）。",
        ),
        rollback=say(
            f"Set the old time again if more than {say_share(back + 0.02)} are taken up again, or if new cases of the "
            "same customers rise.",
            f"若重新受理超过 {say_share(back + 0.02)}，或同一客户的新工单增加，则恢复原时限。",
        ),
    )


def _take_up(context: Context, pair: tuple[str, str], rows: Rows) -> NDArray[np.float64]:
    """Return how long after the first activity of `pair` cases were taken up by another step, in seconds."""
    before, _ = context.chain.list_pairs()
    others = (before == context.log.activities.find(pair[0])) & ~rows
    return np.asarray(context.chain.waiting[others] / 1000.0, dtype=np.float64)
