"""Ask the customer once, for everything.

Heuristic: contact reduction (Reijers & Liman Mansar 2005): fewer contacts with customers and third parties; and
contact combination: what has to be asked is asked together, at the intake where it can be.

When it fits: a step after which the case waits for the customer comes again and again in a case, or customers come
back within days with the same matter.

What may get worse: the first contact takes longer; customers may be asked for more than their case needs.

The patch limits the requests to one a case (`at_most`) where the definition allows more; what comes after it is a
deviation that somebody sees. For customers who come back, the patch owes them the call-back that the definition knows
and does not ask for (`after`, `then`, `within`); without such a step there is nothing to patch.
"""

from __future__ import annotations

import re

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.limiting import limit_step
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rules import add_rule
from svcflow.definitions.model import Process
from svcflow.findings import Finding
from svcflow.whatif import Change, Scope, Skip
from svcflow.wording import say_share

DETECTORS = ("extreme-repetition", "repeat-contact", "repeating-pattern", "rework")
REMEDY = Remedy("contact-reduction", "contact reduction", "small", 1)
REMEDY_WITHOUT_PATCH = Remedy("contact-reduction", "contact reduction", "medium", 2, "practice")
_CALL = re.compile(r"call.?back|回访|follow.?up", re.IGNORECASE)


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless it is about requests to customers, or their coming back."""
    if finding.detector == "repeat-contact":
        return _tell_them(finding, context)
    for name in dict.fromkeys(finding.subject.names):
        rows = np.asarray(context.log.activity == context.log.activities.find(name))
        place = context.find_place(rows)
        asks = place is not None and any(waiting.since == place.step.id for waiting in place.process.waiting)
        if asks or (place is None and context.log.states.get(name) == "customer"):
            return _ask_once(finding, context, name, place)
    return None


def _ask_once(finding: Finding, context: Context, name: str, place: Place | None) -> Proposal | None:
    rows = np.asarray(context.log.activity == context.log.activities.find(name))
    _, counts = np.unique(context.chain.case[rows], return_counts=True)
    over = counts[counts > 1]
    patch = limit_step(context, place, 1) if place else None
    if not len(over) or (place is not None and patch is None):
        return None
    step = context.names.step(place.step if place else None, name)
    share = len(over) / len(counts)
    en, zh = (shorten(step[lang]) for lang in ("en", "zh"))
    words = Words(
        title=say(f"One combined request: '{en}' once a case", f"一次问全：“{zh}”每单一次"),
        reason=say(
            f"{len(over):,} of {len(counts):,} cases with '{step['en']}' ask more than once, {int((over - 1).sum()):,} "
            "requests too many. Ask for everything at once, what is always needed at the intake.",
            f"{len(counts):,} 单有“{step['zh']}”的工单中 {len(over):,} 单询问不止一次，"
            f"多出 {int((over - 1).sum()):,} 次。"
            "应一次问全，必问项在受理时收集。",
        ),
        risks=_RISKS,
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG --what loops. '{name}' more than once in at most "
            f"{say_share(share / 2)} of the cases that have it (now {say_share(share)}).",
            f"八周后运行 svcflow mine NEW_LOG --what loops：“{name}”超过一次的工单不超过 {say_share(share / 2)}"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=_ROLLBACK,
    )
    changes: tuple[Change, ...] = (Skip(Scope((name,), from_round=2)),)
    said = say("nobody has to ask again, and nobody waits for the second answer", "无需再次询问，也无人等待第二次答复")
    remedy = REMEDY if patch else REMEDY_WITHOUT_PATCH
    return proposal.propose(remedy, finding, words, context, patch=patch, place=place, changes=changes, assumption=said)


def _tell_them(finding: Finding, context: Context) -> Proposal:
    found = next((p for p in (_owe(context, process) for process in _processes(context)) if p), None)
    share = finding.cases / max(context.log.cases, 1)
    words = Words(
        title=_TELL if found is None else _CALL_BACK,
        reason=say(
            f"{finding.cases:,} cases ({say_share(share)}) are a customer's second or later one on the same matter "
            "within days: it was not solved, or nobody told them.",
            f"{finding.cases:,} 单（{say_share(share)}）是同一客户数日内就同一事项再次来单：未解决，或未告知客户。",
        ),
        risks=_RISKS,
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG --what repeat-contacts. At most {say_share(share / 2)} of the "
            f"cases (now {say_share(share)}).",
            f"八周后运行 svcflow mine NEW_LOG --what repeat-contacts：不超过 {say_share(share / 2)} 的工单"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=_ROLLBACK,
    )
    remedy = REMEDY if found else REMEDY_WITHOUT_PATCH
    return proposal.propose(remedy, finding, words, context, patch=found)


def _processes(context: Context) -> list[Process]:
    return list(context.workspace.processes.values()) if context.workspace else []


def _owe(context: Context, process: Process) -> str | None:
    """Return a patch that owes a call-back after the matter is settled, where the process knows such a step."""
    workspace = context.workspace
    assert workspace is not None
    done = [context.find_place(np.asarray(context.log.activity == context.log.activities.find(n)), process.id)
            for n in context.log.done]  # fmt: skip
    settles = [p.step.id for p in done if p is not None]
    calls = [step.id for step in process.steps.values() if _CALL.search(f"{step.id} {step.name.en} {step.name.zh}")]
    owed = {then for rule in process.rules.values() if rule.kind == "after" for then in rule.others}
    free = [call for call in calls if call not in owed and call not in settles]
    if not settles or not free:
        return None
    value = f"{{after: {settles[0]}, then: {free[0]}, within: 2d}}"
    return add_rule(workspace, process, f"{free[0]}_owed", value)


_TELL: Text = say("Tell customers what was done before the case is closed", "结单前告知客户处理结果")
_CALL_BACK: Text = say("Call back after the matter is settled", "办结后回访客户")
_RISKS = say(
    "Time: the first contact takes longer. Quality: customers may be asked for more than their case needs.",
    "时间：首次接触会更长。质量：可能向客户索取本单不需要的信息。",
)
_ROLLBACK = say(
    "Take it back if the time of the first contact rises by a quarter, or complaints about questions do.",
    "若首次接触时长上升四分之一，或客户对提问的抱怨增加，则撤回。",
)
