"""Train a second person for a step that hangs on one.

Heuristic: generalist (Reijers & Liman Mansar 2005): make people able to do more kinds of work.

When it fits: one person does nearly all of a step, and cases wait longer while that person is away.

What may get worse: cost, for training and keeping the skill alive; quality, until the deputy has practice.

Where the organisation has a single member in the role that owns the step, the patch adds a second one; otherwise the
definition lets others do it already, and it is a matter of training. The person is never named.
"""

from __future__ import annotations

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.naming import say
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rounding import round_up
from svcflow.advice.scopes import scope_pair
from svcflow.findings import Finding
from svcflow.whatif import CapWait
from svcflow.wording import say_duration, say_hours

DETECTORS = ("single-person-step",)
REMEDY = Remedy("deputy", "generalist", "medium", 2, "training")


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`."""
    aspect = look(finding, context)
    if aspect is None:
        return None
    seconds = round_up(aspect.median_s)
    calendar = aspect.place.calendar if aspect.place else None
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, finding.cost_s),
        context,
        patch=_add(context, aspect),
        place=aspect.place,
        changes=(CapWait(scope_pair(finding, None), seconds, calendar, whole=True),),
        assumption=say(
            "while the one person is away, the deputy works as that person does at half of the time",
            "该人不在时，代理人的办理速度与其半数情况相同",
        ),
    )


def _add(context: Context, aspect: Aspect) -> str | None:
    """Return a patch that adds a member to a role of one; ``None`` where several may do the step."""
    if context.workspace is None or aspect.place is None:
        return None
    organisation, owners = context.workspace.organisation, aspect.place.step.owners
    posts = [(team, role) for team in organisation.teams.values() for role in owners if role in team.members]
    if len(posts) != 1 or posts[0][0].members[posts[0][1]] != 1:
        return None
    team, role = posts[0]
    text = context.workspace.sources[organisation.file]
    edited = edits.replace(text, ("teams", team.id, "members", role), "2")
    return write_patch(context.workspace, organisation.file, edited)


def _word(aspect: Aspect, cost: float) -> Words:
    step, brief, median = aspect.step, aspect.brief, aspect.say_median()
    return Words(
        title=say(f"Train a deputy for '{brief['en']}'", f"为“{brief['zh']}”培训一名代理人"),
        reason=say(
            f"One person does nearly all of '{step['en']}'; while that person is away, cases wait {say_hours(cost)} "
            "longer in sum.",
            f"“{step['zh']}”几乎全由一人办理；其不在时，工单合计多等 {say_hours(cost, 'zh')}。",
        ),
        risks=say(
            "Cost: training, and practice to keep the skill. Quality: until the deputy has done it often.",
            "成本：培训及保持熟练。质量：代理人熟练之前可能下降。",
        ),
        check=say(
            f"After twelve weeks: svcflow mine NEW_LOG. At least two people do '{aspect.pair[1]}', and half of it "
            f"within {median['en']} as now.",
            f"十二周后运行 svcflow mine NEW_LOG：至少两人办理“{aspect.pair[1]}”，半数仍在 {median['zh']}内完成。",
        ),
        rollback=say(
            f"Stop if the wait on days without that person is no shorter after a quarter (half within "
            f"{say_duration(aspect.median_s)}).",
            f"若一个季度后该人不在时的等待没有缩短（半数在 {say_duration(aspect.median_s, 'zh')}内），则停止。",
        ),
    )
