"""Take severe cases first: a queue rule by severity instead of by arrival.

Heuristic: triage, and resequencing of the queue (Reijers & Liman Mansar 2005; Cobham 1954 for what it does to waits).

When it fits: a step is waited for in a queue, and severe cases wait as long there as the others.

What may get worse: the other cases wait longer, by as much in sum as the severe ones gain; who is always last starves.

The patch turns the one target of the step into one by severity: half of it for the highest values, the same for the
rest. The mean over all cases hardly changes; no figure is given by replay, since only queues are moved.
"""

from __future__ import annotations

import re

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.load import respond
from svcflow.advice.naming import say
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.scopes import name_field, say_equal
from svcflow.definitions.durations import write_duration
from svcflow.findings import Finding
from svcflow.guards import Field
from svcflow.whatif import Prioritise
from svcflow.wording import say_duration

DETECTORS = ("bottleneck", "growing-duration", "overloaded-team", "sla-at-risk", "slow-step")
REMEDY = Remedy("triage", "triage", "small", 1)
RANKED = re.compile(r"severity|priority|urgency|impact|级别|优先|紧急|严重", re.IGNORECASE)
FEWEST, LEAST_RHO, SAME = 50, 0.3, 0.8


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless severe cases queue as long as the others."""
    aspect = look(finding, context)
    if aspect is None or aspect.place is None or finding.timer or finding.side != "provider":
        return None
    response = respond(context.chain, aspect.rows)
    if finding.detector != "overloaded-team" and (response is None or response[0] < LEAST_RHO):
        return None
    field, column = _find_field(aspect)
    if field is None or column is None:
        return None
    top = field.values[-1]
    waits = _compare(aspect, column, top)
    within = aspect.place.step.within
    if waits is None or within is None or within.by is not None or not within.constant:
        return None
    patch = _rank(aspect, field.name, top, within.constant)
    if patch is None:
        return None
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, (field.name, top), waits),
        context,
        patch=patch,
        place=aspect.place,
        changes=(Prioritise(say_equal(column, [top]), aspect.name_team()),),
        assumption=say(
            f"cases with {field.name} {top} are taken first; the others wait as much longer in sum",
            f"{field.name} {top} 的工单优先；其他工单总计多等同样时长",
        ),
    )


def _find_field(aspect: Aspect) -> tuple[Field | None, str | None]:
    """Return the ranked field of the process that says how severe a case is, and what the log calls it."""
    assert aspect.place is not None
    for field in aspect.place.process.fields.values():
        if field.kind == "enum" and len(field.values) > 1 and RANKED.search(field.name):
            name = name_field(aspect.context.log, field.name)
            if name is not None and name in aspect.context.log.case_attributes:
                return field, name
    return None, None


def _compare(aspect: Aspect, column: str, top: str) -> tuple[float, float] | None:
    """Return the median sojourn of the severe cases and of the others, where the severe ones wait about as long."""
    values = aspect.context.log.case_attributes[column]
    if values.vocabulary is None:
        return None
    code = values.vocabulary.find(top)
    severe = np.asarray(values.values)[aspect.context.chain.case[aspect.rows]] == (-2 if code is None else code)
    if min(int(severe.sum()), int((~severe).sum())) < FEWEST:
        return None
    high, low = float(np.median(aspect.waits_s[severe])), float(np.median(aspect.waits_s[~severe]))
    return (high, low) if high >= SAME * low > 0 else None


def _rank(aspect: Aspect, field: str, top: str, seconds: int) -> str | None:
    workspace, place = aspect.context.workspace, aspect.place
    assert workspace is not None
    assert place is not None
    half = max(seconds // 120 * 60, 60)
    target = f"{{by: {field}, {top}: {write_duration(half)}, else: {write_duration(seconds)}}}"
    text = workspace.sources[place.process.file]
    return write_patch(workspace, place.process.file, edits.replace(text, ("steps", place.step.id, "within"), target))


def _word(aspect: Aspect, of: tuple[str, str], waits: tuple[float, float]) -> Words:
    (field, top), (high, low), brief = of, waits, aspect.brief
    return Words(
        title=say(f"{field} {top} first at '{brief['en']}'", f"“{brief['zh']}”优先办理 {field} {top}"),
        reason=say(
            f"Before '{aspect.step['en']}' cases with {field} {top} take {say_duration(high)} in the median, "
            "the others "
            f"{say_duration(low)}: who comes first is served first.",
            f"“{aspect.step['zh']}”中 {field} {top} 的工单中位数为 {say_duration(high, 'zh')}，其他为 "
            f"{say_duration(low, 'zh')}：目前先到先办。",
        ),
        risks=say(
            "Time: the other cases wait longer, by as much in sum. Quality: cases may be called severe to be first.",
            "时间：其他工单等待更久，总量相当。质量：可能为优先而虚报级别。",
        ),
        check=say(
            f"After four weeks: svcflow mine NEW_LOG --where \"{field} == '{top}'\" --what bottlenecks. Median before "
            f"'{aspect.pair[1]}' at most {say_duration(high / 2)} (now {say_duration(high)}).",
            f"四周后运行 svcflow mine NEW_LOG --where \"{field} == '{top}'\" --what bottlenecks：“{aspect.pair[1]}”"
            f"前中位数不超过 {say_duration(high / 2, 'zh')}（目前 {say_duration(high, 'zh')}）。",
        ),
        rollback=say(
            f"Take it back (git apply -R) if the others take longer than {say_duration(1.5 * low)} in the median.",
            f"若其他工单中位数超过 {say_duration(1.5 * low, 'zh')}，则撤回（git apply -R）。",
        ),
    )
