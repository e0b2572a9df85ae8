"""A target for a step, written into its definition, and what the log says if the target were always kept."""

from __future__ import annotations

import numpy as np

from svcflow.advice import edits
from svcflow.advice.chain import Rows
from svcflow.advice.context import Context, Place
from svcflow.advice.patch import write_patch
from svcflow.advice.replay import Replayed, cap
from svcflow.definitions.durations import write_duration
from svcflow.definitions.model import Workspace

ORDER = (
    *("svcflow", "process", "name", "valid_from", "valid_until", "owner", "applies_to", "calendar", "case", "ignore"),
    *("steps", "flow", "anytime", "waiting", "slas", "rules", "kpis"),
)
"""The top-level keys of a process in the order of the grammar."""


def set_either(context: Context, rows: Rows, places: tuple[Place | None, Place], seconds: int) -> str | None:
    """Return a patch that holds the passes `rows` of the second of `places` to `seconds`.

    A `within` on the step where they are most of its passes (four fifths), since it holds for all of them; else, or
    where the step has one already, an SLA with a ladder from the first of `places`. ``None`` if all of it is said.
    """
    since, until = places
    patch = None
    if rows.sum() >= 0.8 * (until.rows & ~context.chain.first).sum():
        patch = set_target(context, until, seconds)
    if patch is None and since is not None:
        patch = add_ladder(context, since, until, seconds)
    return patch


def set_target(context: Context, place: Place, seconds: int) -> str | None:
    """Return a patch that gives the step a `within` of `seconds`, or shortens the one it has.

    ``None`` if the definition asks for as much already, or has a target by case field: that is for a person to weigh.
    """
    workspace, within = context.workspace, place.step.within
    assert workspace is not None
    text, path = workspace.sources[place.process.file], ("steps", place.step.id)
    if within is None:
        edited = edits.insert_key(text, path, "within", write_duration(seconds), after=("name", "owner"))
    elif within.by is None and within.constant is not None and within.constant > seconds:
        edited = edits.replace(text, (*path, "within"), write_duration(seconds))
    else:
        return None
    return write_patch(workspace, place.process.file, edited)


def add_ladder(context: Context, since: Place, until: Place, seconds: int) -> str | None:
    """Return a patch that adds an SLA between two steps with an escalation ladder up the reporting line.

    ``None`` if a clock runs between the two already, or if nobody stands above the step's owner.
    """
    workspace, process = context.workspace, until.process
    assert workspace is not None
    watched = any(since.step.id in sla.start and until.step.id in sla.stop for sla in process.slas.values())
    leads = find_line(workspace, until)
    if watched or not leads or since.step.id == until.step.id:
        return None
    rungs = ", ".join(f"{percent}%: {role}" for percent, role in zip((80, 100), leads, strict=False))
    entry = (
        f"{{from: {since.step.id}, to: {until.step.id}, target: {write_duration(seconds)}, objective: 90%, "
        f"escalate: {{{rungs}}}}}"
    )
    name = f"{since.step.id}_to_{until.step.id}"
    if name in process.slas:
        return None
    edited = edits.insert_entry(workspace.sources[process.file], "slas", name, entry, order=ORDER)
    return write_patch(workspace, process.file, edited)


def find_line(workspace: Workspace, place: Place) -> tuple[str, ...]:
    """Return the leads above the owners of a step, nearest first: of their team, then up the reporting line."""
    teams = workspace.organisation.teams
    owners = set(place.step.owners)
    team = next((t for t in teams.values() if owners & {*t.members, t.lead or ""}), None)
    leads: list[str] = []
    seen: set[str] = set()
    while team is not None and team.id not in seen:
        seen.add(team.id)
        if team.lead and team.lead not in owners and team.lead not in leads:
            leads.append(team.lead)
        team = teams.get(team.reports_to or "")
    return tuple(leads)


def keep_target(context: Context, rows: Rows, place: Place | None, seconds: int) -> Replayed:
    """Return the log replayed with no sojourn of `rows` longer than `seconds` on the clock of the step."""
    chain = context.chain
    most = np.full(chain.log.instances, seconds * 1000, dtype=np.int64)
    if place is not None:
        begin = chain.log.time[rows] - chain.waiting[rows] - chain.processing[rows]
        spans = np.full(len(begin), seconds * 1000, dtype=np.int64)
        most[rows] = context.find_clock(place).deadlines(begin, spans) - begin
    return cap(chain, rows, np.maximum(most - chain.processing, 0))
