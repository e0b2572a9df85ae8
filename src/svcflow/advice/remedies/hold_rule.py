"""Put a case on hold only for a question, and take it off hold when no answer comes.

Heuristic: control addition (Reijers & Liman Mansar 2005): on hold stops the clocks of a promise; it needs a reason and
an end.

When it fits: cases are on hold for an answer that nobody gave, and work goes on all the same.

What may get worse: time, since clocks run that stood still; customers may be asked only to have a reason.

The patch adds a rule: after the step that puts a case on hold, one of those that end the waiting, within the time in
which answers usually come. A hold without an answer is then a deviation that somebody sees.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import say, shorten
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rounding import round_up
from svcflow.advice.rules import end_waiting
from svcflow.findings import Finding
from svcflow.whatif import CapWait, Scope
from svcflow.wording import say_duration, say_hours, say_share

DETECTORS = ("on-hold-misuse",)
REMEDY = Remedy("hold-rule", "control addition", "small", 1)
REMEDY_WITHOUT_PATCH = Remedy("hold-rule", "control addition", "small", 1, "practice")
LEAST_S, DAY = 3600, 86_400


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` where the definition says how long a hold may last."""
    log, name = context.log, finding.subject.names[0]
    code = log.activities.find(name)
    held = np.asarray(log.activity == code)
    place = context.find_place(held)
    after = np.roll(held, 1) & ~context.chain.first
    ends = _find_answers(context, place)
    answered = after & np.isin(log.activity, ends)
    misused = after & ~np.isin(log.activity, ends)
    if not misused.any():
        return None
    usual = float(np.quantile(context.chain.waiting[answered], 0.75)) / 1000 if answered.any() else DAY
    seconds = round_up(max(usual, LEAST_S))
    patch = _owe(context, place, seconds) if place else None
    if place is not None and patch is None:
        return None
    others = tuple(log.activities[c] for c in np.unique(log.activity[misused]).tolist())
    share = float(finding.evidence.get("unanswered_share", 0) or 0)
    limit, step = context.name_target(seconds, place), context.names.step(place.step if place else None, name)
    en, zh = (shorten(step[lang], 24) for lang in ("en", "zh"))
    words = Words(
        title=say(f"No '{en}' without an answer in {limit['en']}", f"“{zh}”须在 {limit['zh']}内有答复，否则解除挂起"),
        reason=say(
            f"{finding.count:,} times '{step['en']}' ({say_share(share)}) nobody answered, and work went on after all: "
            f"{say_hours(finding.cost_s)} in which the clocks stood still.",
            f"“{step['zh']}”有 {finding.count:,} 次（{say_share(share)}）无人答复而继续处理："
            f"时限停表 {say_hours(finding.cost_s, 'zh')}。",
        ),
        risks=say(
            "Time: clocks run that stood still, so more targets are missed at first. Customers may be asked only to "
            "have a reason.",
            "时间：原先停表的时限继续计时，起初超时会增多。可能只为找理由而询问客户。",
        ),
        check=say(
            f"After four weeks: svcflow execute WORKSPACE NEW_LOG. At most {say_share(share / 2)} of '{name}' without "
            f"an answer (now {say_share(share)}).",
            f"四周后运行 svcflow execute WORKSPACE NEW_LOG：“{name}”无答复的不超过 {say_share(share / 2)}"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=say(
            f"Take it back if customers who answer within {say_duration(2 * seconds)} are cut off.",
            f"若 {say_duration(2 * seconds, 'zh')}内答复的客户被中断，则撤回。",
        ),
    )
    return proposal.propose(
        REMEDY if patch else REMEDY_WITHOUT_PATCH,
        finding,
        words,
        context,
        patch=patch,
        place=place,
        changes=(CapWait(Scope(others, (name,)), LEAST_S),),
        assumption=say("where nobody is asked, work goes on within an hour", "未询问任何人时，一小时内继续办理"),
    )


def _find_answers(context: Context, place: Place | None) -> list[int]:
    """Return the activities that end the waiting: by the definition, else those of somebody outside."""
    log = context.log
    if place is None:
        return [c for c, text in enumerate(log.activities.texts) if log.sides.get(text, "provider") != "provider"]
    until = {step for waiting in place.process.waiting if waiting.since == place.step.id for step in waiting.until}
    found = []
    for code in range(len(log.activities)):
        other = context.find_place(np.asarray(log.activity == code), place.process.id)
        if other is not None and other.step.id in until:
            found.append(code)
    return found


def _owe(context: Context, place: Place, seconds: int) -> str | None:
    """Return a patch with a rule that ends the hold; ``None`` if there is one or nothing can end it."""
    workspace, process, step = context.workspace, place.process, place.step.id
    assert workspace is not None
    return end_waiting(workspace, process, step, key=f"answered_{step}", seconds=seconds)
