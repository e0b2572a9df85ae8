"""Let the team that has the case do the next step too, where it is able to.

Heuristic: empower (Reijers & Liman Mansar 2005): give those who do the work the decision as well, so that it needs
no handover. Where the same team did both steps, the log shows how long that takes.

When it fits: handovers wait much longer than the same pair of steps within one team, and that pair occurs within a
team often enough (20 times) to know.

What may get worse: quality, where the sending team lacks the skill; the cases it kept were perhaps the easy ones.
Flexibility gets better, specialisation worse. Training costs.

The patch adds the owners of the sending step to the receiving step. Where the definition lets the sending team do the
step already there is nothing to patch: it is a matter of skill. Nothing is proposed where a rule asks for different
people on the two steps, or where no role may do both and the teams are not two lines of support.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.scopes import scope_pair
from svcflow.advice.separation import is_separated, may_do
from svcflow.findings import Finding
from svcflow.replay.chain import changes_hands, find_main_pair, keeps_hands, select, select_pair
from svcflow.whatif import KeepHands
from svcflow.wording import say_duration

DETECTORS = ("handover-delay", "level-skip")
FEWEST_WITHIN = 20
REMEDY = Remedy("wider-owner", "empower", "medium", 2)


@dataclass(frozen=True, slots=True)
class Facts:
    """One pair of steps: how often it is handed over and kept, and the median waits of both.

    `allowed` tells that those who hand over may do the receiving `step` already.
    """

    finding: Finding
    pair: tuple[str, str]
    step: Text
    allowed: bool
    handed: int
    kept: int
    handed_s: float
    kept_s: float
    cases: int


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` if nothing tells how long it takes within a team, or it must not."""
    chain, kind = context.chain, finding.subject.kind
    rows = select(chain, finding)
    pair = find_main_pair(chain, rows)
    if pair is None:
        return None
    both = select_pair(chain, pair)
    rows, within = rows & both & changes_hands(chain, kind), both & keeps_hands(chain, kind)
    if within.sum() < FEWEST_WITHIN or not rows.any():
        return None
    handed, kept = (float(np.median(chain.waiting[r])) / 1000 for r in (rows, within))
    if kept >= handed:
        return None
    places = context.find_pair(rows)
    allowed = places is not None and may_do(context, *places, finding)
    patch = _widen(context, *places) if places and not allowed else None
    if places and (is_separated(context, *places, finding) or not (allowed or patch)):
        return None
    step = context.names.step(places[1].step if places else None, pair[1])
    facts = Facts(finding, pair, step, allowed, int(rows.sum()), int(within.sum()), handed, kept, context.log.cases)
    return proposal.propose(
        REMEDY,
        finding,
        _word(facts, context),
        context,
        patch=patch,
        place=places[1] if places else None,
        changes=(KeepHands(scope_pair(finding, pair)),),
        assumption=say(
            "cases that were handed over would have waited like those that were kept",
            "原先移交的工单等待将与未移交的相同",
        ),
    )


def _entitle(facts: Facts, context: Context) -> Text:
    step, parties = {lang: shorten(text) for lang, text in facts.step.items()}, context.names.parties(facts.finding)
    if parties is None:
        return say(f"Let whoever has the case do '{step['en']}' too", f"由经办人直接办理“{step['zh']}”")
    sender = parties[0]
    if facts.allowed:
        return say(f"Let {sender['en']} do more of '{step['en']}' itself", f"{sender['zh']}尽量自行办理“{step['zh']}”")
    return say(f"Let {sender['en']} do '{step['en']}' too", f"{sender['zh']}也可办理“{step['zh']}”")


def _word(facts: Facts, context: Context) -> Words:
    (first, second), subject = facts.pair, context.names.subject(facts.finding)
    handed, kept = facts.handed_s, facts.kept_s
    return Words(
        title=_entitle(facts, context),
        reason=say(
            f"{subject['en']}: handed over it waits {say_duration(handed)}, kept {say_duration(kept)} (medians of "
            f"{facts.handed:,} and {facts.kept:,})" + ("; the definition allows it already." if facts.allowed else "."),
            f"{subject['zh']}：移交后等待 {say_duration(handed, 'zh')}，不移交为 {say_duration(kept, 'zh')}"
            f"（中位数，分别 {facts.handed:,} 与 {facts.kept:,} 次）"
            + ("；流程定义已允许。" if facts.allowed else "。"),
        ),
        risks=say(
            "Quality: the sender may lack the skill, and the cases it keeps today may be the easy ones. Cost: training "
            "people. Separation of duties: check that none was intended.",
            "质量：移交方可能缺少技能，目前自办的可能是较易的工单。成本：需要培训。职责分离：确认此处无此要求。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG. From '{first}' to '{second}' at most {facts.handed / 2:,.0f} in "
            f"{facts.cases:,} cases change hands (now {facts.handed:,}).",
            f"八周后运行 svcflow mine NEW_LOG：“{first}”至“{second}”每 {facts.cases:,} 单易手不超过 "
            f"{facts.handed / 2:,.0f} 次（目前 {facts.handed:,} 次）。",
        ),
        rollback=say(
            "Take it back (git apply -R) if the cases that are kept repeat a step more often than those handed over, "
            "two months running.",
            "若连续两个月自办工单的重复步骤率高于移交工单，则撤回（git apply -R）。",
        ),
    )


def _widen(context: Context, sender: Place, receiver: Place) -> str | None:
    """Return a patch that lets the owners of the sending step do the receiving one, ``None`` if they do."""
    workspace, process = context.workspace, receiver.process
    assert workspace is not None
    roles = workspace.organisation.roles
    added = [r for r in sender.step.owners if r not in receiver.step.owners and not roles[r].external]
    if not added:
        return None
    text = workspace.sources[process.file]
    for role in added:
        text = edits.append_item(text, ("steps", receiver.step.id, "owner"), role)
    return write_patch(workspace, process.file, text)
