"""Do two steps in one go that the same person does anyway.

Heuristic: task composition (Reijers & Liman Mansar 2005): combine small tasks into larger ones; what one person does
needs no queue in between.

When it fits: nearly always (95 %) the same person does both steps, and the case waits in between all the same.

What may get worse: flexibility, since nobody else can take over in between; quality, if a pause was a second look.

The patch adds a rule that one person does both (`same`), which is what makes them one piece of work; where the
definition says so already, or gives the steps to different people on purpose, nothing is proposed.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.naming import say, shorten_both
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rules import add_rule
from svcflow.advice.separation import is_separated
from svcflow.eventlog.log import UNKNOWN
from svcflow.findings import Finding
from svcflow.whatif import CapWait, Scope
from svcflow.wording import say_share

DETECTORS = ("bottleneck", "slow-pair")
REMEDY = Remedy("task-composition", "task composition", "small", 1)
FEWEST, ALONE, IN_ONE_GO_S = 50, 0.95, 300


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless one person does both of its steps."""
    aspect = look(finding, context)
    if aspect is None or finding.timer or finding.side != "provider" or aspect.count < FEWEST:
        return None
    log = context.log
    here, before = log.resource[aspect.rows], np.roll(log.resource, 1)[aspect.rows]
    known = (here != UNKNOWN) & (before != UNKNOWN)
    people = known & ~np.isin(here, context.chain.machines)
    if people.sum() < 0.8 * len(here) or len(np.unique(here[people])) < 2:
        return None
    share = float((here == before)[people].mean())
    if share < ALONE or aspect.pair[0] == aspect.pair[1]:
        return None
    patch = _join(context, aspect) if aspect.since and aspect.place else None
    if aspect.place is not None and patch is None:
        return None
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, share),
        context,
        patch=patch,
        place=aspect.place,
        changes=(CapWait(Scope((aspect.pair[1],), (aspect.pair[0],)), IN_ONE_GO_S),),
        assumption=say(
            "whoever does the first step goes on with the second within five minutes",
            "完成第一步的人在五分钟内接着做第二步",
        ),
    )


def _join(context: Context, aspect: Aspect) -> str | None:
    """Return a patch that gives both steps to one person; ``None`` if that is said, or is not meant."""
    since, place, workspace = aspect.since, aspect.place, context.workspace
    assert since is not None
    assert place is not None
    assert workspace is not None
    process, pair = place.process, {since.step.id, place.step.id}
    said = any(rule.kind in {"same", "different"} and pair <= set(rule.steps) for rule in process.rules.values())
    key = f"one_go_{place.step.id}"
    if said or len(pair) < 2 or is_separated(context, since, place, aspect.finding):
        return None
    value = f"{{same: [{since.step.id}, {place.step.id}]}}"
    return add_rule(workspace, process, key, value)


def _word(aspect: Aspect, share: float) -> Words:
    first, second = shorten_both(aspect.before["en"], aspect.step["en"], 40)
    first_zh, second_zh = shorten_both(aspect.before["zh"], aspect.step["zh"], 28)
    median = aspect.say_median()
    return Words(
        title=say(f"'{first}' and '{second}' in one go", f"“{first_zh}”与“{second_zh}”一次做完"),
        reason=say(
            f"In {say_share(share)} of {aspect.count:,} cases one person does both, and half of them wait longer than "
            f"{median['en']} in between.",
            f"{aspect.count:,} 单中 {say_share(share)} 由同一人完成两步，但半数中间等待超过 {median['zh']}。",
        ),
        risks=say(
            "Flexibility: nobody else takes over in between. Quality: a pause may have been a second look.",
            "灵活性：中间无人可接手。质量：间隔可能是第二次核对。",
        ),
        check=say(
            f"After four weeks: svcflow mine NEW_LOG --what bottlenecks. Median wait from '{aspect.pair[0]}' to "
            f"'{aspect.pair[1]}' at most a quarter of now ({median['en']}).",
            f"四周后运行 svcflow mine NEW_LOG --what bottlenecks：“{aspect.pair[0]}”至“{aspect.pair[1]}”等待中位数"
            f"不超过目前的四分之一（{median['zh']}）。",
        ),
        rollback=say(
            "Take it back if the second step is done again in five more cases in a hundred.",
            "若第二步的重做率上升五个百分点，则撤回。",
        ),
    )
