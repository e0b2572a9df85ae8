"""Give the receiving step of a slow handover a target, and somebody to tell when it is missed.

Heuristic: control addition (Reijers & Liman Mansar 2005). A case that has been handed over belongs to nobody until
the receiver takes it; a target makes the gap visible while it can still be closed.

When it fits: the wait before a handover is much longer than the wait on the same pair of steps within one team.

What may get worse: quality, if cases are accepted to stop the clock; cost, for watching it. It moves attention, not
capacity: a receiving team that is full will miss the target too.

The patch sets `within` on the receiving step to the median wait of the handover (half of them keep it already), or,
where the step has such a target, adds an SLA with an escalation ladder up the reporting line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.chain import find_main_pair, select, select_pair
from svcflow.advice.context import Context, sojourns
from svcflow.advice.proposal import Remedy, Text, Words, name_subject, name_target, say
from svcflow.advice.rounding import round_up
from svcflow.advice.targets import keep_target, set_either
from svcflow.findings import Finding, Recommendation
from svcflow.wording import say_duration, say_share

DETECTORS = ("handover-delay",)
REMEDY = Remedy("acceptance-target", "control addition", "small", 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """The handovers of one pair of steps: how many, their median wait, the target, and how many would miss it."""

    finding: Finding
    pair: tuple[str, str]
    step: str
    count: int
    median_s: float
    target: Text
    late: float
    repeating: float


def propose(finding: Finding, context: Context) -> Recommendation | None:
    """Return the recommendation for `finding`, ``None`` if the definition says it already."""
    rows = select(context.chain, finding)
    pair = find_main_pair(context.chain, rows)
    if pair is None:
        return None
    rows &= select_pair(context.chain, pair)
    places = context.find_pair(rows)
    place = places[1] if places else None
    rows &= place.rows if place else rows
    waits = sojourns(context, rows, place)
    median = float(np.median(waits))
    seconds = round_up(median)
    patch = None
    if places:
        patch = set_either(context, rows, places, seconds)
        if patch is None:
            return None
    step, target = place.step.id if place else pair[1], name_target(seconds)
    late, repeating = float((waits > seconds).mean()), context.measure_repeating()
    facts = Facts(finding, pair, step, len(waits), median, target, late, repeating)
    effects = context.estimate(
        keep_target(context, rows, place, seconds), f"every such handover is accepted within {target['en']}"
    )
    owner = place.process.owner if place else None
    return proposal.propose(REMEDY, finding, _word(facts), patch=patch, owner=owner, effects=effects)


def _word(facts: Facts) -> Words:
    first, second = facts.pair
    subject, target, late = name_subject(facts.finding), facts.target, say_share(facts.late)
    return Words(
        title=say(
            f"Accept within {target['en']} what is handed over ({subject['en']}): of {facts.count:,} handovers from "
            f"'{first}' to '{second}' half wait longer than {say_duration(facts.median_s)}",
            f"交接（{subject['zh']}）须在 {target['zh']} 内接手：从“{first}”到“{second}”的 {facts.count:,} 次交接中，"
            f"半数等待超过 {say_duration(facts.median_s, 'zh')}",
        ),
        risks=say(
            "Quality: cases may be accepted only to stop the clock. Cost: someone must watch it. A team that is full "
            "misses the target too.",
            "质量：可能只为停表而接单。成本：需要有人盯时限。若接手团队已满负荷，时限同样会超。",
        ),
        check=say(
            f"After four weeks: svcflow execute WORKSPACE NEW_LOG. 'late {facts.step}' or a breached clock in at most "
            f"{say_share(facts.late / 2)} of these handovers (now {late} take longer than {target['en']}).",
            f"四周后运行 svcflow execute WORKSPACE NEW_LOG：“{facts.step}”超时的交接不超过 {say_share(facts.late / 2)}"
            f"（目前 {late} 超过 {target['zh']}）。",
        ),
        rollback=say(
            f"Take it back (git apply -R) if the share of cases that repeat a step, now {say_share(facts.repeating)}, "
            "rises by more than two points within eight weeks.",
            f"若八周内重复步骤的工单占比（目前 {say_share(facts.repeating)}）上升超过两个百分点，"
            "则撤回（git apply -R）。",
        ),
    )
