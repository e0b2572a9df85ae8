"""Stop passing a case on from hand to hand: so many times, then whoever has it keeps it.

Heuristic: case assignment, and fewer hands (Reijers & Liman Mansar 2005): send a case to where it will be solved.

When it fits: cases are handed on, for the same work, more often than is usual.

What may get worse: the last holder may lack the skill and must ask; a limit alone can hide passing on by mail.

The patch limits how often the step that passes a case on may happen (`at_most`), at what nine in ten of the other
cases need. Where no such step is known there is nothing to patch.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.limiting import limit_step
from svcflow.advice.naming import say, shorten
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.findings import Finding
from svcflow.replay.chain import changes_hands
from svcflow.whatif import Scope, Skip
from svcflow.wording import say_share

DETECTORS = ("multi-hop",)
REMEDY = Remedy("direct-routing", "case assignment", "small", 1)
REMEDY_WITHOUT_PATCH = Remedy("direct-routing", "case assignment", "medium", 2, "practice")


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` where no case passes through many hands for the same work."""
    chain, log = context.chain, context.log
    hops = changes_hands(chain, "team-pair") & (chain.number_occurrences() > 1)
    if not hops.any():
        return None
    code = int(np.bincount(log.activity[hops]).argmax())
    name, rows = log.activities[code], np.asarray(log.activity == code)
    counts = np.bincount(chain.case[rows], minlength=log.cases)
    usual = max(1, int(np.quantile(counts[counts > 0], 0.75)))
    over = int((counts > usual).sum())
    place = context.find_place(rows)
    patch = _limit(context, place, usual) if place else None
    if not over:
        return None
    step = context.names.step(place.step if place else None, name)
    en, zh = (shorten(step[lang], 24) for lang in ("en", "zh"))
    share = over / max(log.cases, 1)
    words = Words(
        title=say(f"'{en}' {_times(usual)} at most, then keep it", f"“{zh}”最多 {usual} 次，之后由经办人负责到底"),
        reason=say(
            f"{finding.cases:,} cases pass through many hands; {over:,} have '{step['en']}' more often than "
            f"{_times(usual)}, which is what three in four of the others need at most.",
            f"{finding.cases:,} 单多次转手；{over:,} 单“{step['zh']}”超过 {usual} 次，而其余四分之三不超过此数。",
        ),
        risks=say(
            "Quality: the last holder may lack the skill and must ask. A limit alone can hide passing on by mail.",
            "质量：最后经办人可能缺少技能而需咨询。仅设上限可能让转手改走邮件。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG --what touchpoints. '{name}' more than {_times(usual)} in at "
            f"most {say_share(share / 2)} of the cases (now {say_share(share)}).",
            f"八周后运行 svcflow mine NEW_LOG --what touchpoints：“{name}”超过 {usual} 次的工单不超过 "
            f"{say_share(share / 2)}（目前 {say_share(share)}）。",
        ),
        rollback=say(
            "Take it back if the cases that are kept are re-opened more often than the others, two months running.",
            "若自留工单的重新受理率连续两个月高于其他工单，则撤回。",
        ),
    )
    return proposal.propose(
        REMEDY if patch else REMEDY_WITHOUT_PATCH,
        finding,
        words,
        context,
        patch=patch,
        place=place,
        changes=(Skip(Scope((name,), from_round=usual + 1)),),
        assumption=say(f"nothing is passed on by '{name}' after number {usual}", f"“{name}”第 {usual} 次之后不再转手"),
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _limit(context: Context, place: Place, most: int) -> str | None:
    """Return a patch that limits a step that may happen at any time; ``None`` if the definition does."""
    if not any(one.step == place.step.id for one in place.process.anytime):
        return None
    return limit_step(context, place, most)
