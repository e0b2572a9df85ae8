"""Steps that a definition keeps apart on purpose: advice must not bring together what four eyes shall see."""

from __future__ import annotations

from svcflow.advice.context import Context, Place
from svcflow.advice.turns import Turns
from svcflow.definitions.model import Team
from svcflow.findings import Finding


def find_teams(context: Context, finding: Finding) -> list[Team | None]:
    """Return the teams of the organisation that a finding is about; none where it is about people."""
    names = finding.subject.names[:2] if finding.subject.kind == "team-pair" else ()
    return [context.names.find_team(name) for name in names]


def is_separated(context: Context, sender: Place, receiver: Place, finding: Finding) -> bool:
    """Return whether a definition wants different people on two steps between which a case is handed over.

    A `different` rule names both; or one of them is done outside; or no role may do both. Two lines of support
    (`line`) without a role in common are not apart on purpose: a line hands on what it cannot do, yet.
    """
    first, second = sender.step, receiver.step
    if first.id == second.id:
        return False
    rules = (*sender.process.rules.values(), *receiver.process.rules.values())
    if any(rule.kind == "different" and {first.id, second.id} <= set(rule.steps) for rule in rules):
        return True
    if is_external(context, sender) or is_external(context, receiver):
        return True
    teams = find_teams(context, finding)
    lines = len(teams) > 1 and all(team is not None and team.line is not None for team in teams)
    return not lines and not set(first.owners) & set(second.owners)


def is_bounce_wanted(context: Context, turns: Turns, finding: Finding) -> bool:
    """Return whether either turn is mostly between steps that the definition gives to different people."""
    pairs = (context.find_pair(rows) for rows in (turns.out, turns.back))
    return any(is_separated(context, *pair, finding) for pair in pairs if pair)


def is_external(context: Context, place: Place) -> bool:
    """Return whether nobody of the organisation does a step."""
    assert context.workspace is not None
    roles = context.workspace.organisation.roles
    return all(role in roles and roles[role].external for role in place.step.owners)


def may_do(context: Context, sender: Place, receiver: Place, finding: Finding) -> bool:
    """Return whether the definition lets those who hand over do the receiving step themselves.

    Judged by the roles of the sending team where the organisation knows it, else by those of the sending step.
    """
    teams = find_teams(context, finding)
    team = teams[0] if teams else None
    roles = set(sender.step.owners) if team is None else {*team.members, *filter(None, [team.lead])}
    return bool(roles & set(receiver.step.owners))
