"""Put a clock on the step that cases wait for longest.

Heuristic: control addition (Reijers & Liman Mansar 2005): check what is about to go wrong while it can be mended.

When it fits: a step has no target, or one so wide that the longest waits keep it; the waits spread widely, so that
some cases show what is possible.

What may get worse: cost, for watching; quality, if work is rushed; other steps, from which attention is drawn. It adds
no capacity.

The patch sets `within` on the slow step to its median (half of the cases keep it already), or, where the step has such
a target, adds an SLA with an escalation ladder up the reporting line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.chain import find_main_pair, select
from svcflow.advice.context import Context, sojourns
from svcflow.advice.proposal import Remedy, Text, Words, name_subject, name_target, say
from svcflow.advice.rounding import round_up
from svcflow.advice.targets import keep_target, set_either
from svcflow.findings import Finding, Recommendation
from svcflow.wording import say_duration, say_share

DETECTORS = ("bottleneck",)
REMEDY = Remedy("control-addition", "control addition", "small", 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """The passes of a slow step: how many, how long half and nine in ten take, the target, and how many miss it."""

    finding: Finding
    activity: str
    step: str
    count: int
    median_s: float
    p90_s: float
    target: Text
    late: float
    repeating: float


def propose(finding: Finding, context: Context) -> Recommendation | None:
    """Return the recommendation; ``None`` for timers, customers' waits and what the definition says already."""
    if finding.timer or finding.side in {"customer", "nobody"}:
        return None
    rows = select(context.chain, finding)
    pair = find_main_pair(context.chain, rows)
    if pair is None:
        return None
    places = context.find_pair(rows)
    place = places[1] if places else context.find_place(rows)
    rows &= place.rows if place else rows
    waits = sojourns(context, rows, place)
    median, p90 = (float(q) for q in np.quantile(waits, [0.5, 0.9]))
    seconds = round_up(median)
    patch = None
    if place:
        patch = set_either(context, rows, places or (None, place), seconds)
        if patch is None:
            return None
    several = place is not None and context.find_place(select(context.chain, finding)) is None
    what = f"{pair[1]} ({place.step.id})" if place and several else pair[1]
    step, target = place.step.id if place else pair[1], name_target(seconds)
    late, repeating = float((waits > seconds).mean()), context.measure_repeating()
    facts = Facts(finding, what, step, len(waits), median, p90, target, late, repeating)
    effects = context.estimate(
        keep_target(context, rows, place, seconds), f"every pass keeps the target of {target['en']}"
    )
    owner = place.process.owner if place else None
    return proposal.propose(REMEDY, finding, _word(facts), patch=patch, owner=owner, effects=effects)


def _word(facts: Facts) -> Words:
    subject, target, late = name_subject(facts.finding), facts.target, say_share(facts.late)
    return Words(
        title=say(
            f"Do '{facts.activity}' within {target['en']} ({subject['en']}): half of {facts.count:,} take "
            f"longer than {say_duration(facts.median_s)}, one in ten than {say_duration(facts.p90_s)}",
            f"“{facts.activity}”须在 {target['zh']} 内完成（{subject['zh']}）：{facts.count:,} 次中半数超过 "
            f"{say_duration(facts.median_s, 'zh')}，十分之一超过 {say_duration(facts.p90_s, 'zh')}",
        ),
        risks=say(
            "Quality: work may be rushed. Cost: someone must watch the clock. Other steps may get less attention; the "
            "target adds no capacity.",
            "质量：可能赶工。成本：需要有人盯时限。其他步骤可能被忽视；时限本身不增加人手。",
        ),
        check=say(
            f"After four weeks: svcflow execute WORKSPACE NEW_LOG. 'late {facts.step}' or a breached clock in at most "
            f"{say_share(facts.late / 2)} of the passes (now {late} take longer than {target['en']}).",
            f"四周后运行 svcflow execute WORKSPACE NEW_LOG：“{facts.step}”超时不超过 {say_share(facts.late / 2)}"
            f"（目前 {late} 超过 {target['zh']}）。",
        ),
        rollback=say(
            f"Take it back (git apply -R) if the share of cases that repeat a step, now {say_share(facts.repeating)}, "
            "rises by more than two points within eight weeks.",
            f"若八周内重复步骤的工单占比（目前 {say_share(facts.repeating)}）上升超过两个百分点，"
            "则撤回（git apply -R）。",
        ),
    )
