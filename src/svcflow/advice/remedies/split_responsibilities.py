"""Send a case to the party that ends up with it, by what is known when it comes in.

Heuristic: split responsibilities and case assignment (Reijers & Liman Mansar 2005): avoid that two parties share the
responsibility for one kind of case; triage by a field of the case decides whose it is.

When it fits: cases bounce between two teams, and an attribute known from the start says of half of them with which of
the two they end (nine in ten of its cases, thirty at least).

What may get worse: flexibility, since odd cases need a way round the rule; the load moves to one of the teams.

The patch adds a rule to the definition: cases with that value are not passed on more than once (`at_most`, `when`).
Where the definition does not know the field or the step, it is a rule for the system that assigns the cases.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.advice import proposal
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import say, shorten
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rules import add_rule
from svcflow.advice.scopes import say_equal
from svcflow.advice.separation import is_bounce_wanted
from svcflow.advice.telling import Mark, find_mark
from svcflow.advice.turns import Turns, find_turns
from svcflow.eventlog.log import UNKNOWN
from svcflow.execution.knowledge import find_column
from svcflow.findings import Finding
from svcflow.replay.chain import find_main_pair, select_pair
from svcflow.whatif import Change, Scope, Skip
from svcflow.wording import say_share

DETECTORS = ("multi-hop", "ping-pong", "sustained-ping-pong")
REMEDY = Remedy("split-responsibilities", "split responsibilities", "small", 1)
REMEDY_WITHOUT_PATCH = Remedy("split-responsibilities", "split responsibilities", "medium", 2, "practice")


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless a field tells where the cases end that bounce."""
    if finding.subject.kind != "team-pair":
        return None
    turns = find_turns(context.chain, finding)
    if is_bounce_wanted(context, turns, finding):
        return None
    bounced = np.unique(context.chain.case[turns.back])
    found = _choose_team(context, finding, bounced)
    if found is None:
        return None
    team, mark = found
    pair = find_main_pair(context.chain, turns.back)
    place = context.find_place(turns.back & select_pair(context.chain, pair)) if pair else None
    patch = _route(context, place, mark) if place else None
    where = say_equal(mark.attribute, mark.values)
    return proposal.propose(
        REMEDY if patch else REMEDY_WITHOUT_PATCH,
        finding,
        _word(finding, context, (team, mark), len(bounced)),
        context,
        patch=patch,
        place=place,
        changes=_skip(finding, turns, where),
        assumption=say(
            f"cases with {where} go to the right team at once and do not come back",
            f"符合 {where} 的工单直接派给正确的团队，不再退回",
        ),
    )


def _choose_team(context: Context, finding: Finding, bounced: NDArray[np.int64]) -> tuple[str, Mark] | None:
    """Return the team that a field says cases end with, and the field."""
    log = context.log
    known = log.team != UNKNOWN
    last = np.full(log.cases, UNKNOWN)
    last[context.chain.case[known]] = log.team[known]
    best: tuple[str, Mark] | None = None
    for name in finding.subject.names[:2]:
        mine = last[bounced] == log.teams.find(name)
        mark = find_mark(context, bounced[mine], bounced[~mine])
        if mark is not None and (best is None or mark.cases > best[1].cases):
            best = name, mark
    return best


def _skip(finding: Finding, turns: Turns, where: str) -> tuple[Change, ...]:
    first, second = finding.subject.names[:2]
    ways = ((first, second), (second, first))
    return (
        tuple(Skip(Scope(sender=a, receiver=b, where=where, from_round=2)) for a, b in ways) if len(turns.back) else ()
    )


def _route(context: Context, place: Place, mark: Mark) -> str | None:
    """Return a patch that forbids passing such cases on again; ``None`` if the definition cannot say it, or does."""
    workspace, process, step = context.workspace, place.process, place.step.id
    assert workspace is not None
    log = context.log
    column = {mark.attribute: log.case_attributes[mark.attribute]}
    field = next((f for f in process.fields.values() if find_column(column, f.name)), None)
    key = f"straight_{step}"
    if field is None or not set(mark.values) <= set(field.values):
        return None
    guard = " or ".join(f"{field.name} == {value}" for value in mark.values)
    value = f"{{at_most: {{{step}: 1}}, when: {guard}}}"
    return add_rule(workspace, process, key, value)


def _word(finding: Finding, context: Context, of: tuple[str, Mark], bounced: int) -> Words:
    team, mark = of
    name = context.names.team(team)
    values = ", ".join(shorten(value, 18) for value in mark.values[:2]) + ("…" if len(mark.values) > 2 else "")
    who, who_zh = shorten(name["en"], 18), shorten(name["zh"], 18)
    subject = context.names.subject(finding)
    share = bounced / max(context.log.cases, 1)
    return Words(
        title=say(
            f"{shorten(mark.attribute, 18)} {values}: straight to {who}", f"{mark.attribute} {values}：直接派给{who_zh}"
        ),
        reason=say(
            f"{subject['en']}: of {bounced:,} cases that bounce, {mark.cases:,} have {mark.attribute} = {values}, and "
            f"{say_share(mark.share)} of those end with {name['en']}. It is known when the case comes in.",
            f"{subject['zh']}：{bounced:,} 单往返，其中 {mark.cases:,} 单 {mark.attribute} = {values}，"
            f"{say_share(mark.share)} 最终由{name['zh']}办结。受理时即可得知。",
        ),
        risks=say(
            f"Flexibility: odd cases need a way round the rule. The load moves to {name['en']}.",
            f"灵活性：特殊工单须能绕过规则。负荷移向{name['zh']}。",
        ),
        check=say(
            "After eight weeks: svcflow mine NEW_LOG --what handovers. Such a bounce in at most "
            f"{say_share(share / 2)} "
            f"of the cases (now {say_share(share)}).",
            f"八周后运行 svcflow mine NEW_LOG --what handovers：此类往返不超过 {say_share(share / 2)} 的工单"
            f"（目前 {say_share(share)}）。",
        ),
        rollback=say(
            f"Take it back if {name['en']} passes on more than one in ten of them.",
            f"若{name['zh']}将其中超过十分之一转出，则撤回。",
        ),
    )
