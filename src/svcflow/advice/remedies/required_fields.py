"""Ask at the intake for what customers are asked for later, and go on only with it.

Heuristic: contact reduction (Reijers & Liman Mansar 2005): fewer contacts with customers; what is always asked for is
required when the case is taken in.

When it fits: a step after which the case waits for the customer comes again and again, and the log shows what it
brought: fields of the case that were unknown when the request was sent and known at the next event, in at least 20
cases and half of the requests.

What may get worse: the intake takes longer; what somebody does not know is made up so that the case goes on.

The patch says of the first step after the intake what it `needs`; going on without it is a deviation that somebody
sees. Silent where the log does not show when a field became known, and where nothing stands between the intake and
the request.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.flows import list_tasks
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.definitions.model import Process, Step, Workspace
from svcflow.findings import Finding
from svcflow.replay.chain import Rows
from svcflow.whatif import Change, Scope, Skip
from svcflow.wording import say_share

DETECTORS = ("extreme-repetition", "repeating-pattern", "rework")
REMEDY = Remedy("required-fields", "contact reduction", "small", 1)
LEAST, USUAL = 20, 0.5
"""In so many cases, and after such a share of the requests, a field must have become known."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The fields that requests brought, which share of the requests brought any, and in how many cases."""

    fields: tuple[str, ...]
    share: float
    requests: int
    cases: int


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless it is about requests that brought fields of the case."""
    for name in dict.fromkeys(finding.subject.names):
        place = context.find_place(np.asarray(context.log.activity == context.log.activities.find(name)))
        if place is None or all(waiting.since != place.step.id for waiting in place.process.waiting):
            continue
        lesson = _learn(context, place)
        step = _find_step(context, place) if lesson else None
        patch = _require(context, place.process, step, lesson.fields) if lesson and step else None
        if lesson and step and patch:
            return _offer(finding, context, place, (name, step, lesson, patch))
    return None


def _learn(context: Context, place: Place) -> Lesson | None:
    """Return what the requests of a step brought, by the event right after each; ``None`` where that is too little."""
    requests = np.flatnonzero(place.rows)
    case = context.chain.case
    answers = np.minimum(requests + 1, len(case) - 1)
    followed = (answers > requests) & (case[answers] == case[requests])
    said = {name for step in place.process.steps.values() for name in step.needs}
    fields, brought = [], np.zeros(len(requests), np.bool_)
    for name in place.process.fields:
        known = None if name in said else context.list_known(name)
        if known is None:
            continue
        learned: Rows = followed & ~known[requests] & known[answers]
        if learned.sum() >= USUAL * len(requests) and len(np.unique(case[requests[learned]])) >= LEAST:
            fields.append(name)
            brought |= learned
    cases = len(np.unique(case[requests[brought]]))
    return Lesson(tuple(fields), float(brought.mean()), len(requests), cases) if fields else None


def _find_step(context: Context, place: Place) -> Step | None:
    """Return the first step after the intake that somebody else does; failing that, the first one after it.

    The intake is the first step of the flow that is done in the house. ``None`` where the request comes before both.
    """
    assert context.workspace is not None
    steps, roles = place.process.steps, context.workspace.organisation.roles
    inside: list[Step] = []
    for task in list_tasks(place.process.flow):
        if task.step == place.step.id:
            break
        step = steps.get(task.step)
        if step is not None and not all(role in roles and roles[role].external for role in step.owners):
            inside.append(step)
    later = [step for step in inside[1:] if step.id != inside[0].id]
    return next((step for step in later if not {*step.owners} & {*inside[0].owners}), later[0] if later else None)


def _require(context: Context, process: Process, step: Step, fields: tuple[str, ...]) -> str | None:
    """Return a patch by which a step needs some fields besides those that it needs already."""
    workspace: Workspace | None = context.workspace
    assert workspace is not None
    text, path = workspace.sources[process.file], ("steps", step.id)
    if step.needs:
        for name in fields:
            text = edits.append_item(text, (*path, "needs"), name)
    else:
        listed = f"[{', '.join(fields)}]"
        text = edits.insert_key(text, path, "needs", listed, after=("name", "owner", "within", "calendar", "spends"))
    return write_patch(workspace, process.file, text)


def _offer(finding: Finding, context: Context, place: Place, found: tuple[str, Step, Lesson, str]) -> Proposal:
    name, step, lesson, patch = found
    request, before = context.names.step(place.step, name), context.names.step(step, step.id)
    brief = {lang: shorten(text, 24) for lang, text in before.items()}
    listed = say(", ".join(lesson.fields), "、".join(lesson.fields))
    words = Words(
        title=say(
            f"Required before '{brief['en']}': {shorten(listed['en'], 24)}",
            f"“{brief['zh']}”之前必填：{shorten(listed['zh'], 24)}",
        ),
        reason=say(
            f"After {say_share(lesson.share)} of {lesson.requests:,} '{request['en']}', in {lesson.cases:,} cases, the "
            f"next event brought what the case had not: {listed['en']}. Ask for it at the intake and go on to "
            f"'{before['en']}' only with it.",
            f"{lesson.requests:,} 次“{request['zh']}”中有 {say_share(lesson.share)}（{lesson.cases:,} 单）"
            f"在下一事件才补齐工单缺少的字段：{listed['zh']}。应在受理时收集，齐备后再进入“{before['zh']}”。",
        ),
        risks=_RISKS,
        check=say(
            f"After eight weeks: svcflow execute WORKSPACE NEW_LOG. No new 'unprepared' at '{before['en']}', and "
            f"'{name}' brings these fields at most {say_share(lesson.share / 2)} of the time (now "
            f"{say_share(lesson.share)}).",
            f"八周后运行 svcflow execute WORKSPACE NEW_LOG：“{before['zh']}”不再出现“前置缺失”，"
            f"“{name}”补齐这些字段的比例不超过 {say_share(lesson.share / 2)}（目前 {say_share(lesson.share)}）。",
        ),
        rollback=_ROLLBACK,
    )
    changes: tuple[Change, ...] = (Skip(Scope((name,)), round(lesson.share, 3)),)
    return proposal.propose(
        REMEDY, finding, words, context, patch=patch, place=place, changes=changes, assumption=_ASSUMED
    )


_ASSUMED: Text = say(
    "nobody has to ask for it later, and nobody waits for that answer", "无需事后询问，也无人等待该答复"
)
_RISKS = say(
    "Time: the intake takes longer, and cases without the answer stand still there. Quality: what is not known may be "
    "made up so that the case goes on; some cases may not need it.",
    "时间：受理会更长，缺少答复的工单会停在受理。质量：为继续流转可能随意填写；部分工单可能并不需要这些字段。",
)
_ROLLBACK = say(
    "Take it back (git apply -R) if the time of the intake rises by a quarter, or if a field fills up with one value.",
    "若受理时长上升四分之一，或某字段被填成同一个值，则撤回（git apply -R）。",
)
