"""Keep a case that bounces between two parties with the one that has it.

Heuristic: case manager (Reijers & Liman Mansar 2005): one person or team answers for a case from end to end and asks
others without handing it over.

When it fits: A, B, A in many cases; the waits at both turns are longer than the same steps take within one team.

Where a rule wants different people on the two steps, or no role may do both, the bouncing is meant, and this remedy
stays silent; too many rounds of it are rework.

What may get worse: the holder's work load and the wait of its other cases; specialists are asked rather than given the
case, so their knowledge must be at hand.

The patch limits how often the step that brings the case back may happen (`at_most`), or, where the flow allows it
once only, asks for the `same` person on the step before the case left and the step it comes back to.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.limiting import limit_step
from svcflow.advice.naming import Text, say
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rules import add_rule
from svcflow.advice.separation import is_bounce_wanted
from svcflow.advice.turns import Turns, find_turns
from svcflow.findings import Finding
from svcflow.replay.chain import find_main_pair, select_pair
from svcflow.whatif import Change, Scope, Skip
from svcflow.wording import say_hours, say_share

DETECTORS = ("ping-pong", "sustained-ping-pong")
REMEDY = Remedy("case-manager", "case manager", "medium", 2)


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` if the log shows no return, or the definition wants the two apart."""
    turns = find_turns(context.chain, finding)
    pair = find_main_pair(context.chain, turns.back)
    if pair is None or is_bounce_wanted(context, turns, finding):
        return None
    place = context.find_place(turns.back & select_pair(context.chain, pair))
    patch = _limit(context, turns, place) if place else None
    return proposal.propose(
        REMEDY,
        finding,
        _word(finding, context, turns),
        context,
        patch=patch,
        place=place,
        changes=_keep(finding),
        assumption=say(
            "with one owner nothing is done again only because the case has changed hands",
            "由一方负责后，不再仅因易手而重做",
        ),
        silence=say(
            "between two people nothing is estimated: nobody is named, and all people together are more than this",
            "两人之间不作估计：不具名，而全体人员的影响远大于此",
        ),
    )


def _keep(finding: Finding) -> tuple[Change, ...]:
    """Return the changes: nothing is handed over for work that was done before in the case.

    None between two people: a change names nobody, and all people together are far more than the finding is about.
    """
    if finding.subject.kind != "team-pair":
        return ()
    first, second = finding.subject.names[:2]
    ways = ((first, second), (second, first))
    return tuple(Skip(Scope(sender=a, receiver=b, from_round=2)) for a, b in ways)


def _entitle(finding: Finding, context: Context) -> Text:
    parties = context.names.parties(finding)
    if parties is None:
        return say("Keep a case with one person instead of passing it back", "工单由一人负责到底，不再来回转手")
    first, second = parties
    return say(
        f"One owner for cases of {first['en']} and {second['en']}", f"{first['zh']}与{second['zh']}的工单由一方负责到底"
    )


def _word(finding: Finding, context: Context, turns: Turns) -> Words:
    times, cases = int(turns.back.sum()), len(np.unique(context.chain.case[turns.back]))
    waits = float(context.chain.waiting[(turns.back | turns.out) & context.addressable].sum()) / 1000
    share, subject = cases / context.log.cases, context.names.subject(finding)
    return Words(
        title=_entitle(finding, context),
        reason=say(
            f"{subject['en']}: {times:,} times a case comes back, in {cases:,} cases; the turns cost "
            f"{say_hours(waits)} of waiting.",
            f"{subject['zh']}：退回 {times:,} 次，涉及 {cases:,} 单；往返等待共 {say_hours(waits, 'zh')}。",
        ),
        risks=say(
            "The holder's other cases may wait longer. Specialists are asked instead of given the case: what they "
            "know must be at hand. A limit alone can hide bouncing that goes on by mail.",
            "负责人手上其他工单可能等待更久。专家改为被咨询而非接单：其知识须随时可得。仅设上限可能让往返转入邮件。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG. This A-B-A in at most {say_share(share / 2)} of the cases (now "
            f"{say_share(share)}).",
            f"八周后运行 svcflow mine NEW_LOG：此类 A-B-A 不超过 {say_share(share / 2)} 的工单"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=say(
            "Take it back (git apply -R) if the median cycle time of cases with both parties is longer than now after "
            "twelve weeks.",
            "若十二周后双方共同处理的工单周期中位数高于目前，则撤回（git apply -R）。",
        ),
    )


def _usual_count(context: Context, turns: Turns, place: Place) -> int:
    """Return how often at most nine in ten of the cases without a return show the step; at least once."""
    calm = ~np.isin(context.chain.case, context.chain.case[turns.back])
    _, counts = np.unique(context.chain.case[place.rows & calm], return_counts=True)
    return max(1, int(np.quantile(counts, 0.9, method="higher"))) if len(counts) else 1


def _limit(context: Context, turns: Turns, place: Place) -> str | None:
    """Return a patch that limits the returns to a step or asks for the same person; ``None`` if that is said."""
    workspace, process, step = context.workspace, place.process, place.step.id
    assert workspace is not None
    text = workspace.sources[process.file]
    if any(edits.mentions(text, path, step) for path in edits.find_paths(text, "repeat")) or any(
        anytime.step == step for anytime in process.anytime
    ):
        return limit_step(context, place, max(2, _usual_count(context, turns, place)))
    left = context.find_place(np.roll(turns.out, -1), process.id)
    steps = dict.fromkeys([left.step.id, step]) if left else {step: None}
    key, value = f"one_owner_{step}", f"{{same: [{', '.join(steps)}]}}"
    said = len(steps) < 2 or any(
        rule.kind in {"same", "different"} and set(steps) <= set(rule.steps) for rule in process.rules.values()
    )
    return None if said else add_rule(workspace, process, key, value)
