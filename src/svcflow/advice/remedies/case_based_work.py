"""Do a step case by case instead of letting cases gather for it.

Heuristic: case-based work (Reijers & Liman Mansar 2005): remove batches and periodic work from a process.

When it fits: starts and people are logged, and at least a quarter of the wait before a step is for its batch to fill.

What may get worse: cost, where setting up for a batch takes longer than a case; concentration, since people are
interrupted more often.

Where the definition has no target for the step, the patch gives it one: the time it would take without the batch.
Otherwise it is a habit of work, and there is nothing to patch.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.naming import say
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rounding import round_up
from svcflow.advice.targets import set_target
from svcflow.findings import Finding
from svcflow.whatif import Dissolve
from svcflow.wording import say_duration, say_share

DETECTORS = ("bottleneck", "growing-duration", "overloaded-team", "slow-pair", "slow-step")
REMEDY = Remedy("case-based-work", "case-based work", "small", 1, "practice")
LEAST, FEWEST = 0.25, 50


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless its cases wait for a batch to fill."""
    aspect = look(finding, context)
    causes = context.causes
    if aspect is None or causes is None or finding.timer or finding.side != "provider":
        return None
    batched = aspect.rows & (causes["batching"] > 0)
    whole = float(context.chain.waiting[aspect.rows].sum())
    share = float(causes["batching"][aspect.rows].sum()) / max(whole, 1.0)
    if share < LEAST or batched.sum() < FEWEST:
        return None
    rest = float(np.median((context.chain.waiting - causes["batching"])[aspect.rows])) / 1000
    patch = None
    if aspect.place is not None and aspect.place.step.within is None:
        patch = set_target(context, aspect.place, round_up(rest))
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, share, int(batched.sum()), rest),
        context,
        patch=patch,
        place=aspect.place,
        changes=(Dissolve((aspect.pair[1],)),),
        assumption=say(
            "nobody waits for a batch to fill; the work on each case takes as long as in the batch",
            "无人等待攒批；单件处理时长与批中相同",
        ),
    )


def _word(aspect: Aspect, share: float, batched: int, rest: float) -> Words:
    step, brief = aspect.step, aspect.brief
    return Words(
        title=say(f"Do '{brief['en']}' as cases come, not in batches", f"“{brief['zh']}”随到随办，不再攒批"),
        reason=say(
            f"{say_share(share)} of the wait before '{step['en']}' is for a batch to fill: {batched:,} passes were "
            f"begun together with others. Without it half would wait {say_duration(rest)} at most.",
            f"“{step['zh']}”前 {say_share(share)} 的等待是在攒批：{batched:,} 次与其他工单一起开始。"
            f"不攒批则半数等待不超过 "
            f"{say_duration(rest, 'zh')}。",
        ),
        risks=say(
            "Cost: what is set up once for a batch is set up for each case. People are interrupted more often.",
            "成本：原本每批准备一次，现每单准备一次。人员更常被打断。",
        ),
        check=say(
            f"After four weeks: svcflow mine NEW_LOG --what batches. Less than half of the batches of "
            f"'{aspect.pair[1]}' that there are now ({batched:,} passes in batches).",
            f"四周后运行 svcflow mine NEW_LOG --what batches：“{aspect.pair[1]}”的批次不到目前的一半"
            f"（目前 {batched:,} 次在批中）。",
        ),
        rollback=say(
            f"Gather again if the work on '{step['en']}' takes a fifth longer a case after eight weeks.",
            f"若八周后“{step['zh']}”的单件处理时长增加五分之一，则恢复攒批。",
        ),
    )
