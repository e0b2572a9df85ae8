"""Put an end to waiting for a customer who does not answer: remind, then go on or close.

Heuristic: exception, and the cap on customers' waits (advice.md 3): cases that wait for somebody outside leave the
normal flow; a chaser brings most of them back, an automatic close ends the rest.

When it fits: cases wait for the customer for days, and the definition says nothing of how long that may last.

What may get worse: customers who answer later find the case closed and must open a new one; some feel hurried.

The patch adds a rule to the process: after the request, one of the steps that follow it, within the time in which
three quarters of the customers answer (at least a day). The chaser itself is set up in the system that runs the case.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import Text, say
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rounding import round_up
from svcflow.advice.rules import end_waiting
from svcflow.advice.scopes import scope_pair
from svcflow.findings import Finding
from svcflow.whatif import CapWait
from svcflow.wording import say_duration, say_share

DETECTORS = ("bottleneck",)
REMEDY = Remedy("customer-chaser", "exception: a chaser", "small", 1, "policy")
LEAST_S = 86_400


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless it is a wait for the customer that nothing ends."""
    aspect = look(finding, context)
    if aspect is None or finding.timer or finding.side != "customer":
        return None
    waits = context.chain.waiting[aspect.rows] / 1000
    usual = float(np.quantile(waits, 0.75))
    seconds = round_up(max(usual, LEAST_S))
    late = float((waits > seconds).mean())
    patch = _owe(context, aspect.since, seconds) if aspect.since else None
    if late < 0.02 or (aspect.since is not None and patch is None):
        return None
    limit = context.name_target(seconds, None)
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, limit, (usual, late)),
        context,
        patch=patch,
        place=aspect.since,
        changes=(CapWait(scope_pair(finding, aspect.pair), seconds),),
        assumption=say(
            f"customers who have not answered within {limit['en']} are reminded and answer, or the case goes on",
            f"{limit['zh']}内未回复的客户经提醒后回复，或工单继续办理",
        ),
    )


def _owe(context: Context, since: Place, seconds: int) -> str | None:
    """Return a patch with a rule that ends the waiting; ``None`` if there is a rule or no `waiting` from that step."""
    workspace, process, step = context.workspace, since.process, since.step.id
    assert workspace is not None
    ends = [one.step for one in process.anytime if one.outcome]
    return end_waiting(workspace, process, step, key=f"chase_{step}", seconds=seconds, ends=ends)


def _word(aspect: Aspect, limit: Text, figures: tuple[float, float]) -> Words:
    (usual, late), step, brief = figures, aspect.step, aspect.brief_before
    return Words(
        title=say(
            f"Chase customers {limit['en']} after '{brief['en']}'", f"“{brief['zh']}”后 {limit['zh']} 未回复即催"
        ),
        reason=say(
            f"After '{aspect.before['en']}' three quarters of {aspect.count:,} cases hear from the customer within "
            f"{say_duration(usual)}; {say_share(late)} wait longer than {limit['en']} for '{step['en']}', and nothing "
            "ends it.",
            f"“{aspect.before['zh']}”之后，{aspect.count:,} 单中四分之三在 {say_duration(usual, 'zh')}内收到客户回复；"
            f"{say_share(late)} 等待“{step['zh']}”超过 {limit['zh']}，且无人过问。",
        ),
        risks=say(
            "Quality: customers who answer later find the case closed, or feel hurried. Cost: a reminder must be set "
            "up in the system.",
            "质量：回复较晚的客户会发现工单已关闭，或感到被催促。成本：须在系统中设置提醒。",
        ),
        check=say(
            f"After eight weeks: svcflow execute WORKSPACE NEW_LOG. At most {say_share(late / 2)} of the waits after "
            f"'{aspect.pair[0]}' longer than {limit['en']} (now {say_share(late)}).",
            f"八周后运行 svcflow execute WORKSPACE NEW_LOG：“{aspect.pair[0]}”之后等待超过 {limit['zh']} 的不超过 "
            f"{say_share(late / 2)}（目前 {say_share(late)}）。",
        ),
        rollback=say(
            "Take it back if cases that customers open again, or new ones of the same customers, rise by two points.",
            "若客户重新受理的工单或同一客户的新工单上升两个百分点，则撤回。",
        ),
    )
