"""Agree with a vendor or another department how fast they answer, and who hears when they do not.

Heuristic: trusted party, and outsourcing by contract (Reijers & Liman Mansar 2005): what others do for a process is
agreed with them, measured, and reminded of.

When it fits: cases wait for somebody outside who is not the customer, longer than the definition allows, or the
definition has no clock for it.

What may get worse: cost, since a faster answer has its price; quality, if they answer half of the question to be in
time; flexibility, since the contract must be kept and renewed.

The patch puts an SLA over the external step, from the step that asks, with an escalation ladder up the line of those
who ask: at 50 % as a reminder, at 100 % as an escalation. The agreement itself is a contract, not an edit.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.naming import Text, say
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rounding import round_up
from svcflow.advice.scopes import cap_target, scope_pair
from svcflow.advice.separation import is_external
from svcflow.advice.targets import ORDER, find_line
from svcflow.definitions.durations import write_duration
from svcflow.findings import Finding
from svcflow.whatif import CapWait, Change
from svcflow.wording import say_duration, say_share

DETECTORS = ("bottleneck", "growing-duration", "handover-delay", "slow-pair", "slow-step")
REMEDY = Remedy("vendor-contract", "trusted party", "medium", 2, "contract")


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless cases wait for somebody outside, and nobody hears of it."""
    aspect = look(finding, context)
    if aspect is None or finding.timer or finding.side not in {"vendor", "provider"}:
        return None
    outside = aspect.place is not None and is_external(context, aspect.place)
    if finding.side != "vendor" and not outside:
        return None
    target, limits = _agree(aspect)
    late = float((aspect.waits_s > limits).mean())
    patch = _watch(context, aspect) if aspect.since and aspect.place else None
    if late == 0.0:
        return None
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, target, late),
        context,
        patch=patch,
        place=aspect.place,
        changes=_cap(aspect, float(np.max(limits))),
        assumption=say(
            f"they keep to {target['en']}{context.say_clock(aspect.place)['en']}",
            f"对方遵守 {target['zh']}{context.say_clock(aspect.place)['zh']}",
        ),
    )


def _agree(aspect: Aspect) -> tuple[Text, np.ndarray]:
    """Return what is to be agreed, in words, and the limit of each pass in seconds."""
    context, place = aspect.context, aspect.place
    if place is not None and place.step.within is not None:
        limits = context.list_targets(place, aspect.rows)
        known = np.unique(limits[limits >= 0]) // 1000
        if len(known):
            first, last = (context.name_target(int(s), place) for s in (known[0], known[-1]))
            text = last if len(known) == 1 else say(f"{first['en']} to {last['en']}", f"{first['zh']}至 {last['zh']}")
            return text, np.where(limits >= 0, limits / 1000, np.inf)
    seconds = round_up(aspect.median_s)
    return context.name_target(seconds, place), np.full(aspect.count, float(seconds))


def _cap(aspect: Aspect, longest: float) -> tuple[Change, ...]:
    scope = scope_pair(aspect.finding, aspect.pair)
    place = aspect.place
    if place is not None and place.step.within is not None and np.isfinite(longest):
        return cap_target(aspect.context, scope, place.step.within, place.calendar)
    return (CapWait(scope, round_up(aspect.median_s), place.calendar if place else None, whole=True),)


def _watch(context: Context, aspect: Aspect) -> str | None:
    """Return a patch with a clock over the external step; ``None`` if there is one or nobody to tell."""
    workspace, since, place = context.workspace, aspect.since, aspect.place
    assert workspace is not None
    assert since is not None
    assert place is not None
    process, key = place.process, f"{place.step.id}_answered"
    watched = any(since.step.id in sla.start and place.step.id in sla.stop for sla in process.slas.values())
    leads = [*find_line(workspace, since)] or [process.owner]
    if watched or key in process.slas or since.step.id == place.step.id:
        return None
    text = workspace.sources[process.file]
    target = edits.read(text, ("steps", place.step.id, "within")) or write_duration(round_up(aspect.median_s))
    rungs = ", ".join(f"{percent}%: {role}" for percent, role in zip((50, 100), leads, strict=False))
    clock = f"calendar: {place.step.calendar}, " if place.step.calendar else ""
    entry = (
        f"{{from: {since.step.id}, to: {place.step.id}, target: {target}, {clock}objective: 90%, cycle: each, "
        f"escalate: {{{rungs}}}}}"
    )
    return write_patch(workspace, process.file, edits.insert_entry(text, "slas", key, entry, order=ORDER))


def _word(aspect: Aspect, target: Text, late: float) -> Words:
    step, brief, clock = aspect.step, aspect.brief, aspect.context.say_clock(aspect.place)
    median = aspect.say_median()
    return Words(
        title=say(
            f"Contract: '{brief['en']}' within {target['en']}", f"与外部约定：“{brief['zh']}”{target['zh']}内办结"
        ),
        reason=say(
            f"'{step['en']}' is done outside: {say_share(late)} of {aspect.count:,} take longer than {target['en']}"
            f"{clock['en']}, half longer than {median['en']}.",
            f"“{step['zh']}”由外部办理：{aspect.count:,} 次中 {say_share(late)} 超过 {target['zh']}{clock['zh']}，"
            f"半数超过 {median['zh']}。",
        ),
        risks=say(
            "Cost: a faster answer has its price. Quality: half an answer may be sent to be in time. Flexibility: an "
            "agreement must be kept and renewed.",
            "成本：更快的答复有其代价。质量：可能为赶时限只答一半。灵活性：协议须维护与续签。",
        ),
        check=say(
            f"After eight weeks: svcflow execute WORKSPACE NEW_LOG. At most {say_share(late / 2)} of "
            f"'{aspect.pair[1]}' later than {target['en']} (now {say_share(late)}).",
            f"八周后运行 svcflow execute WORKSPACE NEW_LOG：“{aspect.pair[1]}”超过 {target['zh']} 的不超过 "
            f"{say_share(late / 2)}（目前 {say_share(late)}）。",
        ),
        rollback=say(
            f"Talk again if they are asked twice more often than now after twelve weeks, or the median is still above "
            f"{say_duration(0.9 * aspect.median_s)}.",
            f"若十二周后重复询问多于目前，或中位数仍高于 {say_duration(0.9 * aspect.median_s, 'zh')}，则重新商谈。",
        ),
    )
