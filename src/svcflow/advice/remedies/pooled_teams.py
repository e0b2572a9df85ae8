"""Let two teams share a queue, so that whoever is free takes the next case.

Heuristic: flexible assignment (Reijers & Liman Mansar 2005), and the pooling of queues: one line for two counters.

When it fits: a team is overloaded, or hardly gets the work that is its own, and a team on the same line of support
does like work.

What may get worse: quality, until both know the work; specialists do less of what they are best at.

The patch adds the roles of the other team to the owners of the step. Where the definition lets both do it already,
it is the assignment in the system that must change. No figure is given by replay: pooling moves queues.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import say, shorten
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.definitions.model import Team
from svcflow.eventlog.log import UNKNOWN
from svcflow.findings import Finding
from svcflow.replay.chain import Rows
from svcflow.whatif import MergeTeams

DETECTORS = ("overloaded-team",)
REMEDY = Remedy("pooled-teams", "flexible assignment", "medium", 2)
REMEDY_WITHOUT_PATCH = Remedy("pooled-teams", "flexible assignment", "medium", 2, "practice")
ALSO, FEWEST = 0.05, 20


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless another team could share the work."""
    aspect = look(finding, context)
    if aspect is None:
        return None
    name = finding.subject.names[0]
    rows = np.asarray(context.log.activity == context.log.activities.find(aspect.pair[1]))
    other = _find_other(context, rows, name)
    if other is None:
        return None
    place, peer = aspect.place, context.names.find_team(other)
    allowed = place is None or peer is None or bool(_roles(peer) & set(place.step.owners))
    patch = _share(context, place, peer) if place and peer and not allowed else None
    if place is not None and not allowed and patch is None:
        return None
    return proposal.propose(
        REMEDY if patch else REMEDY_WITHOUT_PATCH,
        finding,
        _word(aspect, name, other, allowed=allowed),
        context,
        patch=patch,
        place=place,
        changes=(MergeTeams((name, other)),),
        assumption=say(
            f"the people of '{other}' do the step as fast as those of '{name}'",
            f"“{other}”的人员办理该步骤与“{name}”一样快",
        ),
    )


def _roles(team: Team) -> set[str]:
    return {*team.members, *filter(None, [team.lead])}


def _find_other(context: Context, rows: Rows, name: str) -> str | None:
    """Return the team that also does the step now and then, else one on the same line of support."""
    log = context.log
    teams = log.team[rows]
    counts = np.bincount(teams[teams != UNKNOWN], minlength=len(log.teams))
    mine = log.teams.find(name)
    counts[[UNKNOWN, *([mine] if mine is not None else [])]] = 0
    best = int(counts.argmax())
    if counts[best] >= max(FEWEST, ALSO * len(teams)):
        return log.teams[best]
    team = context.names.find_team(name)
    if team is None or team.line is None:
        return None
    for code in range(1, len(log.teams)):
        peer = context.names.find_team(log.teams[code])
        if peer is not None and peer.id != team.id and peer.line == team.line and peer.members:
            return log.teams[code]
    return None


def _share(context: Context, place: Place, peer: Team) -> str | None:
    workspace = context.workspace
    assert workspace is not None
    text = workspace.sources[place.process.file]
    for role in peer.members:
        text = edits.append_item(text, ("steps", place.step.id, "owner"), role)
    return write_patch(workspace, place.process.file, text)


def _word(aspect: Aspect, name: str, other: str, *, allowed: bool) -> Words:
    team, peer = aspect.context.names.team(name), aspect.context.names.team(other)
    en, zh = (shorten(team[lang], 16) for lang in ("en", "zh"))
    with_en, with_zh = (shorten(peer[lang], 16) for lang in ("en", "zh"))
    step, brief = aspect.step, {lang: shorten(text, 20) for lang, text in aspect.step.items()}
    median = aspect.say_median()
    return Words(
        title=say(f"{en} and {with_en}: one queue for '{brief['en']}'", f"{zh}与{with_zh}共用“{brief['zh']}”队列"),
        reason=say(
            f"Cases queue at '{step['en']}' of {team['en']}, half longer than {median['en']}; {peer['en']} could take "
            "some" + ("; the definition allows it already." if allowed else "."),
            f"{team['zh']}的“{step['zh']}”排队，半数超过 {median['zh']}；{peer['zh']}可以分担"
            + ("，流程定义已允许。" if allowed else "。"),
        ),
        risks=say(
            "Quality: until both teams know the work. Cost: training. Specialists do less of what they are best at.",
            "质量：两队都熟悉之前。成本：培训。专家较少做其最擅长的工作。",
        ),
        check=say(
            f"After eight weeks at like load: svcflow mine NEW_LOG. Median wait before '{aspect.pair[1]}' at "
            "most three "
            f"quarters of now ({median['en']}), and {peer['en']} does at least one in ten.",
            f"业务量相近的八周后运行 svcflow mine NEW_LOG：“{aspect.pair[1]}”前等待中位数不超过目前的四分之三"
            f"（{median['zh']}），且{peer['zh']}至少办理十分之一。",
        ),
        rollback=say(
            f"Take it back if the cases of {peer['en']} wait a quarter longer than now, or repeat the step more often.",
            f"若{peer['zh']}自己的工单等待比目前长四分之一，或该步骤重做增多，则撤回。",
        ),
    )
