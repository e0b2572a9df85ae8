"""Let a machine do a short step that cases wait long for.

Heuristic: task automation (Reijers & Liman Mansar 2005). A step of minutes for which cases wait hours is queueing for
nothing; a machine takes it the moment it can be done.

When it fits: starts are logged; the work takes ten minutes at most in the median and half an hour in nine of ten
cases, the wait is ten times as long; people do it, and no authority is spent on it.

What may get worse: cost, for building and keeping it; flexibility, since odd cases need a way out to people; quality,
where a person saw what a rule does not.

No patch: it is a project in the systems, not an edit of the definition. Its owner stays accountable for the step.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.naming import say
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.scopes import scope_pair
from svcflow.findings import Finding
from svcflow.whatif import Automate
from svcflow.wording import say_duration

DETECTORS = ("bottleneck", "extra-step", "growing-duration", "slow-pair", "slow-step")
REMEDY = Remedy("automation", "task automation", "large", 3, "automation", ("task-elimination", "parallel-steps"))
FEWEST, KNOWN = 50, 0.8
SHORT_S, LONGEST_S, TIMES = 600, 1800, 10


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless its step is short work that waits long."""
    aspect = look(finding, context)
    if aspect is None or finding.timer or finding.side != "provider" or aspect.count < FEWEST:
        return None
    log, rows = context.log, aspect.rows
    started = rows & log.has_start
    people = ~np.isin(log.resource[rows], context.chain.machines)
    spends = aspect.place is not None and aspect.place.step.spends is not None
    if started.sum() < KNOWN * aspect.count or people.mean() < KNOWN or spends:
        return None
    work = (log.time - log.start)[started] / 1000
    median, high = (float(q) for q in np.quantile(work, [0.5, 0.9]))
    wait = float(np.median(context.chain.waiting[started])) / 1000
    if median > SHORT_S or high > LONGEST_S or wait < TIMES * max(median, 1):
        return None
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, median, wait),
        context,
        place=aspect.place,
        changes=(Automate(scope_pair(finding, aspect.pair if finding.subject.kind == "pair" else None)),),
        assumption=say("a machine does the step the moment it can be done", "机器在可办理的一刻即完成该步骤"),
    )


def _word(aspect: Aspect, work: float, wait: float) -> Words:
    step, brief = aspect.step, aspect.brief
    return Words(
        title=say(f"Automate '{brief['en']}'", f"“{brief['zh']}”改为自动办理"),
        reason=say(
            f"'{step['en']}' is {say_duration(work)} of work in the median, and {aspect.count:,} passes wait "
            f"{say_duration(wait)} for it.",
            f"“{step['zh']}”的处理中位数仅 {say_duration(work, 'zh')}，而 {aspect.count:,} 次等待中位数为 "
            f"{say_duration(wait, 'zh')}。",
        ),
        risks=say(
            "Cost: building it and keeping it running. Flexibility: odd cases need a way out to people. Quality: what "
            "a person noticed by the way is not noticed any more.",
            "成本：开发与维护。灵活性：特殊工单须能转人工。质量：人工顺带发现的问题不再被发现。",
        ),
        check=say(
            f"Four weeks after it runs: svcflow mine NEW_LOG. Median wait before '{aspect.pair[1]}' below "
            f"{say_duration(max(wait / TIMES, 60))} (now {say_duration(wait)}).",
            f"上线四周后运行 svcflow mine NEW_LOG：“{aspect.pair[1]}”前等待中位数低于 "
            f"{say_duration(max(wait / TIMES, 60), 'zh')}（目前 {say_duration(wait, 'zh')}）。",
        ),
        rollback=say(
            "Give it back to people if more than one case in twenty leaves the machine for a person, or re-opened "
            "cases rise by two points.",
            "若超过二十分之一的工单由机器转回人工，或重新受理上升两个百分点，则恢复人工办理。",
        ),
    )
