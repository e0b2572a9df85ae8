"""Give the receiving step of a slow handover a target, and somebody to tell when it is missed.

Heuristic: control addition (Reijers & Liman Mansar 2005). A case that has been handed over belongs to nobody until
the receiver takes it; a target makes the gap visible while it can still be closed.

When it fits: the wait before a handover is much longer than the wait on the same pair of steps within one team.

What may get worse: quality, if cases are accepted to stop the clock; cost, for watching it. It moves attention, not
capacity: a receiving team that is full will miss the target too.

The patch sets `within` on the receiving step to the median wait of the handover (half of them keep it already). Where
the step has a target, that one stands: the patch adds an SLA over it with an escalation ladder up the reporting line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.context import Context, sojourns
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.scopes import scope_pair
from svcflow.advice.separation import is_external
from svcflow.advice.targets import Aim, cap_aim, choose_aim
from svcflow.execution.timeline import NO_TARGET
from svcflow.findings import Finding
from svcflow.replay.chain import find_main_pair, select, select_pair
from svcflow.wording import say_duration, say_share

DETECTORS = ("handover-delay",)
REMEDY = Remedy("acceptance-target", "control addition", "small", 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """The handovers of one pair of steps: how many, their median wait, what they are held to, how many miss it.

    `word` is how `svcflow execute` calls the step, `clock` what runs.
    """

    finding: Finding
    step: Text
    word: str
    count: int
    median_s: float
    aim: Aim
    clock: Text
    late: float
    repeating: float


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`, ``None`` if the definition says it already."""
    rows = select(context.chain, finding)
    pair = find_main_pair(context.chain, rows)
    if pair is None:
        return None
    rows &= select_pair(context.chain, pair)
    since, place = context.find_pair(rows) or (None, None)
    if place is not None and is_external(context, place):
        return None  # what others do is agreed with them: see vendor-contract
    rows &= place.rows if place else rows
    waits = sojourns(context, rows, place)
    median = float(np.median(waits))
    aim = choose_aim(context, rows, (since, place), median)
    if aim is None:
        return None
    late = float(((waits > aim.limits / 1000) & (aim.limits != NO_TARGET)).mean())
    step, word = context.names.step(place.step if place else None, pair[1]), place.step.id if place else pair[1]
    clock, repeating = context.say_clock(place), context.measure_repeating()
    facts = Facts(finding, step, word, len(waits), median, aim, clock, late, repeating)
    return proposal.propose(
        REMEDY,
        finding,
        _word(facts, context),
        context,
        patch=aim.patch,
        place=place,
        changes=cap_aim(context, scope_pair(finding, pair), place, aim),
        assumption=say(
            f"every such handover is accepted within {aim.text['en']}{clock['en']}",
            f"此类移交均在 {aim.text['zh']}{clock['zh']}内接手",
        ),
    )


def _entitle(facts: Facts, context: Context) -> Text:
    target, parties = facts.aim.text, context.names.parties(facts.finding)
    if parties is None and facts.aim.stated:
        en, zh = (shorten(facts.step[lang]) for lang in ("en", "zh"))
        return say(f"Escalate a late '{en}' after a handover", f"移交后“{zh}”一超时即升级")
    if parties is None:
        return say(f"Accept handed-over work within {target['en']}", f"移交的工单须在 {target['zh']}内接手")
    first, second = parties
    if facts.aim.stated:
        return say(
            f"{second['en']}: escalate late work from {first['en']}",
            f"{second['zh']}：{first['zh']}移交的工单一超时即升级",
        )
    return say(
        f"{second['en']}: accept work from {first['en']} within {target['en']}",
        f"{second['zh']}须在 {target['zh']}内接手{first['zh']}移交的工单",
    )


def _word(facts: Facts, context: Context) -> Words:
    subject, target, late = context.names.subject(facts.finding), facts.aim.text, say_share(facts.late)
    step, clock = facts.step, facts.clock
    return Words(
        title=_entitle(facts, context),
        reason=say(
            f"{subject['en']}: half of {facts.count:,} handovers to '{step['en']}' wait longer than "
            f"{say_duration(facts.median_s)}{clock['en']}; {late} wait longer than "
            + ("the definition allows, " if facts.aim.stated else "")
            + f"{target['en']}.",
            f"{subject['zh']}：移交至“{step['zh']}”的 {facts.count:,} 次中，半数等待超过 "
            f"{say_duration(facts.median_s, 'zh')}{clock['zh']}，{late} 超过"
            + ("流程定义的时限 " if facts.aim.stated else " ")
            + f"{target['zh']}。",
        ),
        risks=say(
            "Quality: cases may be accepted only to stop the clock. Cost: someone must watch it. A team that is full "
            "misses the target too.",
            "质量：可能只为停表而接单。成本：需要有人盯时限。若接手团队已满负荷，时限同样会超。",
        ),
        check=say(
            f"After four weeks: svcflow execute WORKSPACE NEW_LOG. 'late {facts.word}' or a breached clock in at most "
            f"{say_share(facts.late / 2)} of these handovers (now {late} take longer than {target['en']}).",
            f"四周后运行 svcflow execute WORKSPACE NEW_LOG：“{facts.word}”超时的交接不超过 {say_share(facts.late / 2)}"
            f"（目前 {late} 超过 {target['zh']}）。",
        ),
        rollback=say(
            f"Take it back (git apply -R) if the share of cases that repeat a step, now {say_share(facts.repeating)}, "
            "rises by more than two points within eight weeks.",
            f"若八周内重复步骤的工单占比（目前 {say_share(facts.repeating)}）上升超过两个百分点，"
            "则撤回（git apply -R）。",
        ),
    )
