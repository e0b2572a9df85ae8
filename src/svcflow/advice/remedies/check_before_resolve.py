"""Do not settle a matter before the check that re-opened cases lacked.

Heuristic: control relocation (Reijers & Liman Mansar 2005): the check belongs before the step that it guards.

When it fits: cases come back after they were settled, and those without a certain step before it come back at least
twice as often as those with it.

What may get worse: time, for the check in every case; cost; and the check may go together with easy cases rather than
make them right: an association, not a proof of cause.

The patch adds a rule: before the settling step, the check is needed (`before`, `need`). Without a definition there is
nothing to patch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.advice import proposal
from svcflow.advice.context import Context
from svcflow.advice.naming import Text, say, shorten, shorten_both
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rules import add_rule, measure_error
from svcflow.findings import Finding
from svcflow.whatif import DropRepeats
from svcflow.wording import say_share

DETECTORS = ("reopen", "rework")
REMEDY = Remedy("check-before-resolve", "control relocation", "small", 1)
FEWEST, TIMES, SIGMA = 50, 2.0, 3.0


@dataclass(frozen=True, slots=True)
class Check:
    """A step that keeps cases from coming back: how many have it before the matter is settled, and how many return."""

    activity: str
    settling: str
    having: int
    lacking: int
    back_with: float
    back_without: float


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless a check tells those that come back from those that do not."""
    if finding.detector == "rework" and not finding.evidence.get("reopens"):
        return None
    check = _find_check(context)
    if check is None:
        return None
    patch, owner = _need(context, check)
    if context.workspace is not None and patch is None:
        return None
    share = 1 - check.back_with / check.back_without
    return proposal.propose(
        REMEDY,
        finding,
        _word(check, context),
        context,
        patch=patch,
        owner=owner,
        changes=(DropRepeats((check.settling,), round(share * _lacking_share(check), 3), rounds=True),),
        assumption=say(
            "cases without the check would come back as rarely as those with it",
            "未检查的工单重新受理率降至与已检查的相同",
        ),
    )


def _lacking_share(check: Check) -> float:
    """Return which part of all returns is of cases without the check."""
    without = check.lacking * check.back_without
    return without / max(without + check.having * check.back_with, 1e-9)


def _find_check(context: Context) -> Check | None:
    """Return the activity before the first settling one whose lack goes with coming back most clearly."""
    log, chain = context.log, context.chain
    codes = [code for code in map(log.activities.find, log.done) if code is not None]
    settles = np.isin(log.activity, codes)
    if not settles.any():
        return None
    first = np.full(log.cases, log.instances)
    rows = np.flatnonzero(settles)[::-1]
    first[chain.case[rows]] = rows
    settled = first < log.instances
    before = np.arange(log.instances) < first[chain.case]
    back = np.zeros(log.cases, np.bool_)
    back[chain.case[~settles & (np.arange(log.instances) > first[chain.case])]] = True
    settling = log.activities[int(np.bincount(log.activity[first[settled]]).argmax())]
    found = [_compare(context, code, (settled, before, back), settling) for code in range(len(log.activities))]
    clear = [check for check in found if check is not None]
    return max(clear, key=lambda c: (c.back_without - c.back_with) * c.lacking, default=None)


def _compare(
    context: Context, code: int, of: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]], settling: str
) -> Check | None:
    """Return how often cases come back with and without an activity, if the difference is large and no chance."""
    (settled, before, back), log = of, context.log
    has = np.zeros(log.cases, np.bool_)
    has[context.chain.case[before & (log.activity == code)]] = True
    mine, rest = settled & has, settled & ~has
    having, lacking = int(mine.sum()), int(rest.sum())
    if min(having, lacking) < FEWEST or having < lacking:
        return None
    yes, no, all_ = float(back[mine].mean()), float(back[rest].mean()), float(back[settled].mean())
    error = measure_error(all_, having, lacking)
    if error == 0 or no < TIMES * yes or no - yes < SIGMA * error:
        return None
    return Check(log.activities[code], settling, having, lacking, yes, no)


def _need(context: Context, check: Check) -> tuple[str | None, str | None]:
    """Return a patch that wants the check before the settling step, and the owner of the process."""
    log = context.log
    until = context.find_place(np.asarray(log.activity == log.activities.find(check.settling)))
    if until is None:
        return None, None
    process, workspace = until.process, context.workspace
    assert workspace is not None
    place = context.find_place(np.asarray(log.activity == log.activities.find(check.activity)), process.id)
    key = f"checked_{until.step.id}"
    if place is None or place.step.id == until.step.id:
        return None, process.owner
    said = any(
        rule.kind == "before" and until.step.id in rule.steps and place.step.id in rule.others
        for rule in process.rules.values()
    )
    if said:
        return None, process.owner
    value = f"{{before: {until.step.id}, need: {place.step.id}}}"
    return add_rule(workspace, process, key, value), process.owner


def _word(check: Check, context: Context) -> Words:
    step: Text = context.names.activity(check.activity)
    until: Text = context.names.activity(check.settling)
    en, until_en = shorten_both(step["en"], until["en"], 40)
    zh, until_zh = shorten(step["zh"], 14), shorten(until["zh"], 14)
    return Words(
        title=say(f"'{en}' before '{until_en}', always", f"“{until_zh}”之前必须先“{zh}”"),
        reason=say(
            f"Settled without '{step['en']}', {say_share(check.back_without)} of {check.lacking:,} cases come back; "
            f"with it, {say_share(check.back_with)} of {check.having:,}.",
            f"未做“{step['zh']}”即办结的 {check.lacking:,} 单中 {say_share(check.back_without)} 重新受理；做过的 "
            f"{check.having:,} 单中为 {say_share(check.back_with)}。",
        ),
        risks=say(
            "Time and cost: the check in every case. The check may go together with easy cases rather than make them "
            "right.",
            "时间与成本：每单都要检查。做过检查的可能本来就是较易的工单。",
        ),
        check=say(
            f"After eight weeks: svcflow execute WORKSPACE NEW_LOG. '{check.activity}' missing before "
            f"'{check.settling}' in at most one case in twenty, and svcflow mine NEW_LOG --what reopens below "
            f"{say_share((check.back_with + check.back_without) / 2)}.",
            f"八周后运行 svcflow execute WORKSPACE NEW_LOG：“{check.settling}”前缺“{check.activity}”不超过二十分之一；"
            f"svcflow mine NEW_LOG --what reopens 低于 {say_share((check.back_with + check.back_without) / 2)}。",
        ),
        rollback=say(
            "Take it back (git apply -R) if as many cases come back as now after twelve weeks.",
            "若十二周后重新受理与目前一样多，则撤回（git apply -R）。",
        ),
    )
