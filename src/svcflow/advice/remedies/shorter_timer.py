"""Let the timer that closes cases run out earlier, with the risk of re-opening beside it.

Not a redesign of work but a policy: nobody works while the timer runs, so a shorter one shortens the time to close
and nothing else. Time to resolve stays as it is. metrics.md 10 gives it as the change for an automatic close.

When it fits: the wait is a timer, and cases that were taken up again after the step before it were nearly all taken
up (95 %) long before it ran out.

What may get worse: customers who answer after the shorter time find the case closed and must open a new one.

The patch sets `within` on the closing step, on the clock of that step; the timer itself is set in the system that runs
it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.advice import proposal
from svcflow.advice.context import Context, Place, sojourns
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rounding import round_up
from svcflow.advice.targets import set_target
from svcflow.findings import Finding
from svcflow.replay.chain import Rows, find_main_pair, select
from svcflow.whatif import CapWait, Scope
from svcflow.wording import say_duration, say_share

DETECTORS = ("bottleneck", "timer")
REMEDY = Remedy("shorter-timer", "none: a policy", "small", 1, "policy")


@dataclass(frozen=True, slots=True)
class Facts:
    """A timer: how many wait for it and how long, the shorter time, and the cases taken up again meanwhile.

    `back` is their share of all that reach this point, `later` the share of them that came after the shorter time.
    """

    finding: Finding
    pair: tuple[str, str]
    step: Text
    count: int
    now_s: float
    timer: Text
    clock: Text
    returned: int
    back: float
    later: float


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless it is a timer that could be at most 3/4 as long."""
    if not finding.timer:
        return None
    rows = select(context.chain, finding)
    pair = find_main_pair(context.chain, rows)
    if pair is None:
        return None
    place = context.find_place(rows)
    now = float(np.median(sojourns(context, rows, place)))
    others = _take_up(context, pair, rows, place)
    safe = float(np.quantile(others, 0.95)) if len(others) else 0.0
    seconds = round_up(max(safe, now / 2))
    if seconds > 0.75 * now:
        return None
    patch = set_target(context, place, seconds) if place else None
    if place and patch is None:
        return None
    count, timer, clock = int(rows.sum()), context.name_target(seconds, place), context.say_clock(place)
    later = float((others > seconds).mean()) if len(others) else 0.0
    step = context.names.step(place.step if place else None, pair[1])
    back = len(others) / (len(others) + count)
    facts = Facts(finding, pair, step, count, now, timer, clock, len(others), back, later)
    scope = Scope((pair[1],), (pair[0],))
    return proposal.propose(
        REMEDY,
        finding,
        _word(facts, context),
        context,
        patch=patch,
        place=place,
        changes=(CapWait(scope, seconds, place.calendar if place else None, whole=True),),
        assumption=say(
            f"the timer runs out after {timer['en']}{clock['en']}; time to resolve does not change",
            f"定时器在 {timer['zh']}{clock['zh']}后到期；解决时长不变",
        ),
    )


def _word(facts: Facts, context: Context) -> Words:
    (first, second), timer, back = facts.pair, facts.timer, facts.back
    late, now, subject = say_share(facts.later), facts.now_s, context.names.subject(facts.finding)
    step, clock = {lang: shorten(text) for lang, text in facts.step.items()}, facts.clock
    return Words(
        title=say(
            f"Shorten the timer before '{step['en']}' to {timer['en']}", f"“{step['zh']}”前的定时器缩短为 {timer['zh']}"
        ),
        reason=say(
            f"{subject['en']}: {facts.count:,} cases wait for a timer, half of them longer than {say_duration(now)}"
            f"{clock['en']}; of {facts.returned:,} taken up again, {late} came after {timer['en']}.",
            f"{subject['zh']}：{facts.count:,} 单在等定时器，半数超过 {say_duration(now, 'zh')}{clock['zh']}；"
            f"重新受理的 {facts.returned:,} 次中 {late} 晚于 {timer['zh']}。",
        ),
        risks=say(
            f"Customers who come back after {timer['en']} find the case closed: {say_share(facts.later * back)} of the "
            "cases at this point in the log. Time to resolve does not change: nobody works while the timer runs. The "
            "timer itself is set in the source system.",
            f"超过 {timer['zh']} 才回复的客户会发现工单已关闭：占日志中到达此处的 {say_share(facts.later * back)}。"
            "解决时长不变：定时器运行期间无人处理。定时器本身须在来源系统中设置。",
        ),
        check=say(
            f"After four weeks: svcflow mine NEW_LOG. Median wait from '{first}' to '{second}' at most {timer['en']}"
            f"{clock['en']}; "
            f"taken up again at most {say_share(back + 0.01)} of the cases (now {say_share(back)}).",
            f"四周后运行 svcflow mine NEW_LOG：“{first}”至“{second}”等待中位数不超过 {timer['zh']}{clock['zh']}；"
            f"重新受理不超过 {say_share(back + 0.01)}（目前 {say_share(back)}）。",
        ),
        rollback=say(
            f"Set the old time again if more than {say_share(back + 0.02)} are taken up again, or if new cases of the "
            "same customers rise.",
            f"若重新受理超过 {say_share(back + 0.02)}，或同一客户的新工单增加，则恢复原时限。",
        ),
    )


def _take_up(context: Context, pair: tuple[str, str], rows: Rows, place: Place | None) -> NDArray[np.float64]:
    """Return how long after the first activity of `pair` cases were taken up by another step, in seconds."""
    before, _ = context.chain.list_pairs()
    return sojourns(context, (before == context.log.activities.find(pair[0])) & ~rows, place)
