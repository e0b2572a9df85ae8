"""Stop a step from being done again and again: limit the rounds, and check before rather than after.

Heuristic: control relocation (Reijers & Liman Mansar 2005): check nearer to where the fault arises. A limit on the
rounds forces the question before the first one ends.

When it fits: a step is repeated in many cases and the time between its first and its last completion is long.

What may get worse: the first round takes longer; cases that need another round must be escalated instead.

The patch lowers `max` of the `repeat` around the step (or gives it one), or adds an `at_most` rule for a step that may
happen at any time. Where the flow allows the step only once, the definition says enough: the control belongs into the
system that lets it happen, and the recommendation has no patch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.advice import edits, proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.limiting import limit_step
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.findings import Finding
from svcflow.whatif import DropRepeats
from svcflow.wording import say_share

DETECTORS = ("rework", "repeating-pattern", "extreme-repetition", "reopen")
REMEDY = Remedy("control-relocation", "control relocation", "small", 1)
REMEDY_WITHOUT_PATCH = Remedy("control-relocation", "control relocation", "medium", 2, "practice")


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit on the rounds of a step and the patch that says so; no patch where the definition has it already."""

    rounds: int
    patch: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The passes beyond `rounds`: how many, in how many of the cases that have the activity."""

    finding: Finding
    activity: str
    step: Text
    patched: bool
    rounds: int
    passes: int
    cases: int
    of: int


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`, ``None`` if the log shows no repetition."""
    activity = finding.subject.names[0]
    counts = _count_passes(context, activity)
    passes = np.asarray(context.log.activity == context.log.activities.find(activity))
    place = context.find_place(passes)
    if place is None and context.knows(passes):
        return None  # one word of the source system, several steps of the definition: no step is done again
    limit = _limit(context, place, int(np.quantile(counts, 0.9))) if place and len(counts) else None
    rounds = limit.rounds if limit and (counts > limit.rounds).any() else 1
    over = counts[counts > rounds]
    if not len(over):
        return None
    patch = limit.patch if limit and limit.rounds == rounds else None
    step = context.names.step(place.step if place else None, activity)
    facts = Facts(
        finding, activity, step, patch is not None, rounds, int((over - rounds).sum()), len(over), len(counts)
    )
    return proposal.propose(
        REMEDY if patch else REMEDY_WITHOUT_PATCH,
        finding,
        _word(facts, context),
        context,
        patch=patch,
        place=place,
        changes=(DropRepeats(finding.subject.names, from_round=rounds + 1, rounds=True),),
        assumption=_assume(finding.subject.names, rounds),
    )


def _entitle(facts: Facts) -> Text:
    step, rounds = {lang: shorten(text) for lang, text in facts.step.items()}, facts.rounds
    if facts.patched and rounds > 1:
        return say(f"Allow at most {rounds} rounds of '{step['en']}'", f"“{step['zh']}”最多 {rounds} 轮")
    if rounds > 1:
        return say(f"Settle '{step['en']}' within {rounds} rounds", f"“{step['zh']}”须在 {rounds} 轮内办妥")
    return say(f"Get '{step['en']}' right the first time", f"“{step['zh']}”一次办妥")


def _word(facts: Facts, context: Context) -> Words:
    activity, rounds, share = facts.activity, facts.rounds, facts.cases / facts.of
    subject = context.names.subject(facts.finding)
    more = "once" if rounds == 1 else f"{rounds} times"
    return Words(
        title=_entitle(facts),
        reason=say(
            f"{subject['en']}: {facts.cases:,} of {facts.of:,} cases do '{facts.step['en']}' more than {more}, "
            f"{facts.passes:,} passes too many. Check before the step, not after it.",
            f"{subject['zh']}：{facts.of:,} 单中 {facts.cases:,} 单办理“{facts.step['zh']}”超过 {rounds} 次，"
            f"多出 {facts.passes:,} 次。检查应移到该步骤之前。",
        ),
        risks=say(
            "Time: the first round takes longer. Cases that truly need another round must be escalated. A limit "
            "without a better first round only moves the work.",
            "时间：首轮会更长。确需再来一轮的工单要升级处理。只设上限而不改进首轮，只是把工作转移。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG. '{activity}' more than {more} in at most {say_share(share / 2)} "
            f"of the cases that have it (now {say_share(share)}).",
            f"八周后运行 svcflow mine NEW_LOG：“{activity}”超过 {rounds} 次的工单不超过 {say_share(share / 2)}"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=say(
            "Take it back if escalations or complaints about these cases rise two months running.",
            "若这些工单的升级或投诉连续两个月上升，则撤回。",
        ),
    )


def _assume(names: tuple[str, ...], rounds: int) -> Text:
    way = names[0] if len(set(names)) == 1 else " → ".join(names)
    return say(
        f"nothing on the way round {way} after pass number {rounds} would have been needed, nor the waits before it",
        f"{way} 第 {rounds} 次之后的往返及其等待均本可避免",
    )


def _count_passes(context: Context, activity: str) -> NDArray[np.int64]:
    """Return how often each case that has `activity` does it."""
    rows = context.log.activity == context.log.activities.find(activity)
    _, counts = np.unique(context.chain.case[rows], return_counts=True)
    return np.asarray(counts, dtype=np.int64)


def _limit(context: Context, place: Place, usual: int) -> Limit | None:
    """Return a limit of `usual` rounds, at least two in a repeat, where the definition allows more."""
    workspace, process, step = context.workspace, place.process, place.step.id
    assert workspace is not None
    text = workspace.sources[process.file]
    around = [path for path in edits.find_paths(text, "repeat") if edits.mentions(text, path, step)]
    if around:
        return _limit_repeat(context, place, (*around[-1], "repeat"), max(2, usual))
    if not any(anytime.step == step for anytime in process.anytime):
        return None
    rounds = max(1, usual)
    patch = limit_step(context, place, rounds)
    return Limit(rounds, patch) if patch else None


def _limit_repeat(context: Context, place: Place, path: tuple[str | int, ...], rounds: int) -> Limit | None:
    workspace, file = context.workspace, place.process.file
    assert workspace is not None
    text = workspace.sources[file]
    most = edits.read(text, (*path, "max"))
    if most is None:
        edited = edits.insert_key(text, path, "max", str(rounds), after=("do", "redo", "while"))
    else:
        rounds = min(rounds, int(most) - 1)
        if rounds < 2:
            return Limit(int(most), None)
        edited = edits.replace(text, (*path, "max"), str(rounds))
    patch = write_patch(workspace, file, edited)
    return Limit(rounds, patch) if patch else None
