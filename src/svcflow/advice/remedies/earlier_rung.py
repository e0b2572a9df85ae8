"""Tell somebody earlier that a target is about to be missed.

Heuristic: control addition (Reijers & Liman Mansar 2005), at the moment when it can still change something.

When it fits: escalations come late, or the last step of an SLA is put off until the target is near; and the ladder of
the SLA begins at half of the target or later, or there is none.

What may get worse: cost, since leads are told of cases that would have been in time; attention, if they are told too
often.

The patch moves the first rung of the ladder down (80 % to 50 %, 50 % to 30 %), or gives the SLA a ladder up the
reporting line, so that the system escalates by itself.
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
from svcflow.advice.targets import find_line
from svcflow.definitions.model import Process, Sla
from svcflow.findings import Finding
from svcflow.whatif import CapWait, Scope
from svcflow.wording import say_duration

DETECTORS = ("late-escalation", "sla-at-risk")
REMEDY = Remedy("earlier-rung", "control addition", "small", 1)
LOWER = {100: 80, 90: 50, 80: 50, 75: 50, 70: 50, 60: 30, 50: 30}


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` where no ladder can begin earlier."""
    aspect = look(finding, context)
    if aspect is None or aspect.place is None:
        return None
    process = aspect.place.process
    sla = _find_sla(finding, process, aspect.place.step.id)
    if sla is None:
        return None
    edited = _lower(context, process, sla) or _add(context, aspect, sla)
    patch = write_patch(context.workspace, process.file, edited[0]) if edited and context.workspace else None
    if edited is None or patch is None:
        return None
    seconds = _choose_limit(finding, aspect)
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, sla, edited[1], seconds),
        context,
        patch=patch,
        place=aspect.place,
        changes=(CapWait(Scope(finding.subject.names[:1]), seconds),),
        assumption=say(
            f"whoever is told acts: '{aspect.pair[1]}' waits no longer than {say_duration(seconds)}",
            f"被告知者会采取行动：“{aspect.pair[1]}”等待不超过 {say_duration(seconds, 'zh')}",
        ),
    )


def _find_sla(finding: Finding, process: Process, step: str) -> Sla | None:
    """Return the SLA that a finding names, that the step escalates for, or else the one with the longest way."""
    named = finding.evidence.get("sla")
    if named is not None:
        return process.slas.get(str(named))
    told = [sla for sla in process.slas.values() if sla.escalation and sla.escalation.step == step]
    return next(iter(told), None) or next(reversed(process.slas.values()), None)


def _lower(context: Context, process: Process, sla: Sla) -> tuple[str, tuple[int, int]] | None:
    """Return the text with the first rung of the ladder lower, and from where to where."""
    rungs = sla.escalation.rungs if sla.escalation else ()
    if not rungs or rungs[0].percent not in LOWER or context.workspace is None:
        return None
    now, then = rungs[0].percent, LOWER[rungs[0].percent]
    path = ("slas", sla.id, "escalate", f"{now}%")
    return edits.rename_key(context.workspace.sources[process.file], path, f"{then}%"), (now, then)


def _add(context: Context, aspect: Aspect, sla: Sla) -> tuple[str, tuple[int, int]] | None:
    """Return the text with a ladder for an SLA that has none."""
    assert context.workspace is not None
    assert aspect.place is not None
    if sla.escalation is not None:
        return None
    leads = [*find_line(context.workspace, aspect.place)] or [aspect.place.process.owner]
    rungs = ", ".join(f"{percent}%: {role}" for percent, role in zip((50, 100), leads, strict=False))
    text = context.workspace.sources[aspect.place.process.file]
    return edits.insert_key(text, ("slas", sla.id), "escalate", f"{{{rungs}}}"), (0, 50)


def _choose_limit(finding: Finding, aspect: Aspect) -> int:
    """Return what the wait comes down to: that of the prompt cases where the detector knows them, else half an hour."""
    prompt = float(finding.evidence.get("fast_median_s", 0) or 0)
    waits = aspect.context.chain.waiting[aspect.rows] / 1000
    return round_up(prompt or min(1800.0, float(np.median(waits)) / 2))


def _word(aspect: Aspect, sla: Sla, moved: tuple[int, int], seconds: int) -> Words:
    now, then = moved
    target: Text = aspect.context.name_target(seconds, None)
    wait = float(np.median(aspect.context.chain.waiting[aspect.rows])) / 1000
    instead = (f", not at {now} %", f"，不再等到 {now}%") if now else ("", "")
    return Words(
        title=say(
            f"Escalate '{sla.id}' at {then} % of its target{instead[0]}",
            f"“{sla.id}”用去 {then}% 时限即升级{instead[1]}",
        ),
        reason=say(
            f"'{aspect.step['en']}' comes {say_duration(wait)} late in the median of {aspect.count:,}; "
            + (f"the ladder begins at {now} % of the target." if now else "no ladder tells anybody."),
            f"“{aspect.step['zh']}”在 {aspect.count:,} 次中中位数等待 {say_duration(wait, 'zh')}；"
            + (f"升级阶梯从时限的 {now}% 才开始。" if now else "没有升级阶梯提醒任何人。"),
        ),
        risks=say(
            "Cost: leads are told of cases that would have been in time. Attention wears off if they are told often.",
            "成本：负责人会收到本可按时完成的工单提醒。提醒过多会被忽视。",
        ),
        check=say(
            f"After four weeks: svcflow execute WORKSPACE NEW_LOG. Median wait before '{aspect.pair[1]}' at most "
            f"{target['en']} (now {say_duration(wait)}).",
            f"四周后运行 svcflow execute WORKSPACE NEW_LOG：“{aspect.pair[1]}”前等待中位数不超过 {target['zh']}"
            f"（目前 {say_duration(wait, 'zh')}）。",
        ),
        rollback=say(
            "Take it back (git apply -R) if more than half of those told had nothing to do.",
            "若超过半数的提醒无事可做，则撤回（git apply -R）。",
        ),
    )
