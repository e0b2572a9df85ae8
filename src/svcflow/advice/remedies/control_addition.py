"""Put a clock on the step that cases wait for longest.

Heuristic: control addition (Reijers & Liman Mansar 2005): check what is about to go wrong while it can be mended.

When it fits: a step has no target, or one so wide that the longest waits keep it; the waits spread widely, so that
some cases show what is possible.

What may get worse: cost, for watching; quality, if work is rushed; other steps, from which attention is drawn. It adds
no capacity.

The patch sets `within` on the slow step to its median (half of the cases keep it already). Where the step has a
target, that one stands: the patch adds an SLA over it with an escalation ladder up the reporting line. No patch where
some cases never need the step: a clock over it would count them all as breached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.context import Context, sojourns
from svcflow.advice.naming import Text, say, shorten, shorten_both
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.scopes import scope_pair
from svcflow.advice.separation import is_external
from svcflow.advice.targets import Aim, cap_aim, choose_aim
from svcflow.execution.timeline import NO_TARGET
from svcflow.findings import Finding
from svcflow.replay.chain import find_main_pair, select
from svcflow.wording import say_duration, say_share

DETECTORS = (
    "bottleneck",
    "extreme-duration",
    "growing-duration",
    "late-escalation",
    "missed-callback",
    "sla-at-risk",
    "slow-pair",
    "slow-step",
)
REMEDY = Remedy("control-addition", "control addition", "small", 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """The passes of a slow step: how many, how long half and nine in ten take, the target, and how many miss it.

    `word` is how `svcflow execute` calls the step, `clock` what runs.
    """

    finding: Finding
    before: Text
    step: Text
    word: str
    count: int
    median_s: float
    p90_s: float
    aim: Aim
    clock: Text
    late: float
    repeating: float


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal; ``None`` for timers, the waits of others and what the definition says already."""
    if finding.timer or finding.side != "provider":
        return None
    rows = select(context.chain, finding)
    pair = find_main_pair(context.chain, rows)
    if pair is None:
        return None
    since, place = context.find_pair(rows) or (None, context.find_place(rows))
    if place is not None and is_external(context, place):
        return None  # what others do is agreed with them: see vendor-contract
    rows &= place.rows if place else rows
    waits = sojourns(context, rows, place)
    median, p90 = (float(q) for q in np.quantile(waits, [0.5, 0.9]))
    aim = choose_aim(context, rows, (since, place), median)
    if aim is None:
        return None
    late = float(((waits > aim.limits / 1000) & (aim.limits != NO_TARGET)).mean())
    before, step = (context.names.step(p.step if p else None, n) for p, n in zip((since, place), pair, strict=True))
    word, clock = place.step.id if place else pair[1], context.say_clock(place)
    facts = Facts(finding, before, step, word, len(waits), median, p90, aim, clock, late, context.measure_repeating())
    return proposal.propose(
        REMEDY,
        finding,
        _word(facts, context),
        context,
        patch=aim.patch,
        place=place,
        changes=cap_aim(context, scope_pair(finding, pair if finding.subject.kind == "pair" else None), place, aim),
        assumption=say(
            f"every pass keeps the target of {aim.text['en']}{clock['en']}",
            f"每次都守住 {aim.text['zh']}{context.say_clock(place)['zh']}的时限",
        ),
    )


def _entitle(facts: Facts) -> Text:
    step, target = facts.step, facts.aim.text
    if facts.aim.stated:
        since, until = shorten_both(facts.before["en"], step["en"], 35)
        since_zh, until_zh = shorten_both(facts.before["zh"], step["zh"], 28)
        return say(f"Escalate a late '{until}' after '{since}'", f"“{since_zh}”之后“{until_zh}”一超时即升级")
    if facts.finding.subject.kind == "pair":  # another target may stand for the step as a whole
        since, until = shorten_both(facts.before["en"], step["en"], 35)
        since_zh, until_zh = shorten_both(facts.before["zh"], step["zh"], 28)
        return say(
            f"Do '{until}' within {target['en']} of '{since}'", f"“{since_zh}”之后“{until_zh}”须在 {target['zh']}内完成"
        )
    en, zh = (shorten(step[lang]) for lang in ("en", "zh"))
    return say(f"Do '{en}' within {target['en']}", f"“{zh}”须在 {target['zh']}内完成")


def _word(facts: Facts, context: Context) -> Words:
    subject, target, late = context.names.subject(facts.finding), facts.aim.text, say_share(facts.late)
    clock = facts.clock
    by_patch = (" (git apply -R)", "（git apply -R）") if facts.aim.patch else ("", "")
    return Words(
        title=_entitle(facts),
        reason=say(
            f"{subject['en']}: {late} of {facts.count:,} take longer than "
            + ("the target of the definition, " if facts.aim.stated else "")
            + f"{target['en']}{clock['en']}; half longer than {say_duration(facts.median_s)}, one in ten than "
            f"{say_duration(facts.p90_s)}.",
            f"{subject['zh']}：{facts.count:,} 次中 {late} 超过"
            + ("流程定义的时限 " if facts.aim.stated else " ")
            + f"{target['zh']}{clock['zh']}；半数超过 {say_duration(facts.median_s, 'zh')}，"
            f"十分之一超过 {say_duration(facts.p90_s, 'zh')}。",
        ),
        risks=say(
            "Quality: work may be rushed. Cost: someone must watch the clock. Other steps may get less attention; the "
            "target adds no capacity.",
            "质量：可能赶工。成本：需要有人盯时限。其他步骤可能被忽视；时限本身不增加人手。",
        ),
        check=say(
            f"After four weeks: svcflow execute WORKSPACE NEW_LOG. 'late {facts.word}' or a breached clock in at most "
            f"{say_share(facts.late / 2)} of the passes (now {late} take longer than {target['en']}).",
            f"四周后运行 svcflow execute WORKSPACE NEW_LOG：“{facts.word}”超时不超过 {say_share(facts.late / 2)}"
            f"（目前 {late} 超过 {target['zh']}）。",
        ),
        rollback=say(
            f"Take it back{by_patch[0]} if the share of cases that repeat a step, now {say_share(facts.repeating)}, "
            "rises by more than two points within eight weeks.",
            f"若八周内重复步骤的工单占比（目前 {say_share(facts.repeating)}）上升超过两个百分点，则撤回{by_patch[1]}。",
        ),
    )
