"""Do without a step that others on the same way do without, or let it happen only where it is needed.

Heuristic: task elimination, and knock-out (Reijers & Liman Mansar 2005): unnecessary tasks go; checks that nearly
always pass stay only where they ever fail.

When it fits: some cases take a step that others on the same way do not, and it costs them time.

What may get worse: quality, where the step caught something; flexibility, if a rare case needs it.

The patch sets a condition on the step in the flow (`when:`) where an attribute tells the cases that take it, else
makes it optional (`may:`); a step that may happen at any time is limited to none (`at_most: 0`), so that each that
still happens is seen. Without a definition there is nothing to patch.
"""

from __future__ import annotations

import re

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context, Place
from svcflow.advice.flows import find_task
from svcflow.advice.naming import say
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rules import add_rule
from svcflow.advice.telling import Mark, find_mark
from svcflow.execution.knowledge import find_column
from svcflow.findings import Finding
from svcflow.whatif import Scope, Skip
from svcflow.wording import say_duration, say_share

DETECTORS = ("extra-step",)
REMEDY = Remedy("task-elimination", "task elimination", "small", 1)
REMEDY_WITHOUT_PATCH = Remedy("task-elimination", "task elimination", "small", 1, "practice")
_ESCALATE = re.compile(r"escalat|升级", re.IGNORECASE)


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` where the definition makes the step optional already."""
    aspect = look(finding, context)
    if aspect is None:
        return None
    name = finding.subject.names[0]
    if _ESCALATE.search(name):
        return None  # who escalates should do so in time, not less often
    rows = np.asarray(context.log.activity == context.log.activities.find(name))
    place = context.find_place(rows)
    taking = np.unique(context.chain.case[rows])
    rest = np.setdiff1d(np.arange(context.log.cases), taking)
    mark = find_mark(context, taking, rest)
    patch = _relieve(context, place, mark) if place else None
    if place is not None and patch is None:
        return None
    return proposal.propose(
        REMEDY if patch else REMEDY_WITHOUT_PATCH,
        finding,
        _word(aspect, len(taking)),
        context,
        patch=patch,
        place=place,
        changes=(Skip(Scope((name,))),),
        assumption=say(
            "the cases that take the step would have gone on without it, as the others do",
            "经过该步骤的工单本可像其他工单一样不经过它",
        ),
    )


def _relieve(context: Context, place: Place, mark: Mark | None) -> str | None:
    """Return a patch after which the definition does not ask for the step in every case."""
    workspace, process, step = context.workspace, place.process, place.step.id
    assert workspace is not None
    text = workspace.sources[process.file]
    if any(one.step == step for one in process.anytime):
        key = f"no_{step}"
        limits = [n for rule in process.rules.values() for name, n in rule.limits if name == step]
        if min(limits, default=1) == 0:
            return None
        return add_rule(workspace, process, key, f"{{at_most: {{{step}: 0}}}}")
    task = find_task(process, step)
    if task is None or edits.read(text, task) != step:
        return None
    guard = _guard(context, place, mark) if mark else None
    item = f"{{when: {guard}, do: {step}}}" if guard else f"{{may: {step}}}"
    return write_patch(workspace, process.file, edits.replace(text, task, item))


def _guard(context: Context, place: Place, mark: Mark) -> str | None:
    column = {mark.attribute: context.log.case_attributes[mark.attribute]}
    field = next((f for f in place.process.fields.values() if find_column(column, f.name)), None)
    if field is None or not set(mark.values) <= set(field.values):
        return None
    return " or ".join(f"{field.name} == {value}" for value in mark.values)


def _word(aspect: Aspect, taking: int) -> Words:
    context, finding = aspect.context, aspect.finding
    share = taking / max(context.log.cases, 1)
    more = finding.cost_s / max(finding.count, 1)
    step, brief = aspect.step, aspect.brief
    return Words(
        title=say(f"Do without '{brief['en']}' where it is not needed", f"非必要时免去“{brief['zh']}”"),
        reason=say(
            f"{taking:,} cases ({say_share(share)}) take '{step['en']}' on a way that others go without it; it costs "
            f"them {say_duration(more)} each.",
            f"{taking:,} 单（{say_share(share)}）经过“{step['zh']}”，同样路径的其他工单没有；每单多花 "
            f"{say_duration(more, 'zh')}。",
        ),
        risks=say(
            "Quality: what the step caught is not caught any more. Flexibility: a rare case may need it.",
            "质量：该步骤原可发现的问题不再被发现。灵活性：少数工单可能仍需要。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG --what variants. '{aspect.pair[1]}' in at most "
            f"{say_share(share / 2)} of the cases (now {say_share(share)}).",
            f"八周后运行 svcflow mine NEW_LOG --what variants：有“{aspect.pair[1]}”的工单不超过 {say_share(share / 2)}"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=say(
            "Take it back if cases without the step are re-opened more often than those with it, two months running.",
            "若没有该步骤的工单重新受理率连续两个月高于有该步骤的，则撤回。",
        ),
    )
