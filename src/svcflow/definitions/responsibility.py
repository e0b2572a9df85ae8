"""Who does what, who answers for it and who is told: the responsibility matrix, and the lines people report along.

An **owner** does the step. An **approver** answers for it: the process's owner, and where a step spends a field, the
owners with authority over it. **Informed** is who stands on the escalation
ladder of an SLA whose clock the step runs on, and who leads the owner's team.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from svcflow.definitions.model import Organisation, Process, Sla, Step, Team, Workspace
from svcflow.definitions.net import MarkingGraph, compile_net, explore, steps_of

Part: TypeAlias = Literal["owner", "owner_approver", "approver", "informed"]
"""`owner_approver` does the step and answers for it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The people who report to the lead of a team: `members` of it, and `leads` of the teams below.

    `per_lead` is how many that is for each who leads, `allowed` the span of control.
    """

    team: str
    lead: str | None
    reports_to: str | None
    depth: int
    members: int
    leads: int
    per_lead: float
    allowed: int | None

    @property
    def too_wide(self) -> bool:
        """Return whether more report to one lead than the organisation allows."""
        return self.allowed is not None and self.per_lead > self.allowed


def lay_matrix(workspace: Workspace, process: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the responsibility matrix of every process, or of one.

    ``{process: {roles: [role, ...], rows: [{step, name: {en, zh}, cells: {role: part}}, ...]}}``: steps in the order
    of the flow, roles in that of the organisation, those without a part left out. Raise `DefinitionError` if a process
    cannot be run, `KeyError` if there is none of that id.
    """
    chosen = workspace.processes if process is None else {process: workspace.processes[process]}
    return {name: _lay_process(found, workspace) for name, found in chosen.items()}


def lay_lines(organisation: Organisation) -> tuple[Reach, ...]:
    """Return the teams from the top down, each with the people who report to its lead."""
    below: dict[str | None, list[Team]] = {}
    for team in organisation.teams.values():
        above = team.reports_to if team.reports_to in organisation.teams else None
        below.setdefault(above, []).append(team)
    return tuple(_descend(below, None, 0, organisation.span_of_control))


def _descend(
    below: Mapping[str | None, list[Team]], above: str | None, depth: int, span: int | None
) -> Iterator[Reach]:
    for team in below.get(above, ()):
        members = sum(count for role, count in team.members.items() if role != team.lead)
        heads = team.members.get(team.lead or "", 0) or 1
        leads = sum(other.members.get(other.lead or "", 0) or 1 for other in below.get(team.id, ()) if other.lead)
        per_lead = (members + leads) / heads
        yield Reach(team.id, team.lead, team.reports_to, depth, members, leads, per_lead, span)
        yield from _descend(below, team.id, depth + 1, span)


def _lay_process(process: Process, workspace: Workspace) -> dict[str, Any]:
    graph = explore(compile_net(process, workspace))
    steps = steps_of(process, workspace)
    flowing = (graph.net.transitions[transition].step for _, transition, _ in graph.edges)
    ordered = dict.fromkeys([s for s in flowing if s is not None] + [a.step for a in process.anytime])
    told = _told_of(process, graph, frozenset(a.step for a in process.anytime))
    rows: list[dict[str, Any]] = [
        {
            "step": name,
            "name": {"en": steps[name].name.en, "zh": steps[name].name.zh},
            "cells": _fill(steps[name], process, workspace.organisation, told.get(name, frozenset())),
        }
        for name in ordered
        if name in steps
    ]
    used = {role for row in rows for role in row["cells"]}
    roles = [role for role in workspace.organisation.roles if role in used]
    for row in rows:
        row["cells"] = {role: row["cells"][role] for role in roles if role in row["cells"]}
    return {"roles": roles, "rows": rows}


def _fill(step: Step, process: Process, organisation: Organisation, told: frozenset[str]) -> dict[str, Part]:
    """Return what each role has to do with a step."""
    owners, approvers = {*step.owners}, _approvers(step, process, organisation)
    informed = (told | _leads_of(step.owners, organisation)) - owners - approvers
    cells: dict[str, Part] = dict.fromkeys(informed, "informed")
    cells |= dict.fromkeys(approvers - owners, "approver")
    cells |= {role: "owner_approver" if role in approvers else "owner" for role in step.owners}
    return {role: part for role, part in cells.items() if role in organisation.roles}


def _approvers(step: Step, process: Process, organisation: Organisation) -> set[str]:
    """Return who answers for a step: the process's owner, and the owners who may decide what it spends."""
    roles = organisation.roles
    may_spend = {role for role in step.owners if role in roles and step.spends in roles[role].authority}
    return {process.owner} | may_spend


def _leads_of(owners: Iterable[str], organisation: Organisation) -> set[str]:
    """Return who leads the teams of the owners; of those who lead themselves, who leads the team above."""
    leads = set()
    for owner in owners:
        for team in organisation.teams.values():
            if owner not in team.members and owner != team.lead:
                continue
            above = organisation.teams.get(team.reports_to or "")
            leads.add(above.lead if owner == team.lead and above else team.lead)
    external = {role.id for role in organisation.roles.values() if role.external}
    return {lead for lead in leads if lead is not None and lead not in external}


def _told_of(process: Process, graph: MarkingGraph, anytime: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return the roles on the ladders of the clocks that run on each step."""
    told: dict[str, set[str]] = {}
    for sla in process.slas.values():
        roles = {rung.role for rung in sla.escalation.rungs} if sla.escalation else set()
        for step in _steps_under(sla, graph) - anytime:
            told.setdefault(step, set()).update(roles)
    return {step: frozenset(roles) for step, roles in told.items()}


def _steps_under(sla: Sla, graph: MarkingGraph) -> frozenset[str]:
    """Return the steps that may happen while a clock runs, those that stop it included."""
    edges = [(before, graph.net.transitions[transition].step, after) for before, transition, after in graph.edges]
    running = {after for _, step, after in edges if step in sla.start and step not in sla.stop}
    reached = _spread(running, [(b, a) for b, step, a in edges if step not in sla.stop])
    stopping = {before for before, step, _ in edges if step in sla.stop}
    stopped_from = _spread(stopping, [(a, b) for b, step, a in edges if step not in sla.stop])
    return frozenset(
        step
        for before, step, after in edges
        if step is not None and before in reached and (step in sla.stop or after in stopped_from)
    )


def _spread(found: set[int], edges: list[tuple[int, int]]) -> set[int]:
    following: dict[int, list[int]] = {}
    for one, other in edges:
        following.setdefault(one, []).append(other)
    reached, waiting = set(found), list(found)
    while waiting:
        new = [state for state in following.get(waiting.pop(), ()) if state not in reached]
        reached.update(new)
        waiting += new
    return reached
