"""A target for a step, written into its definition, and what the log says if the target were always kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.advice import edits
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import Text, say
from svcflow.advice.patch import write_patch
from svcflow.advice.rounding import round_up
from svcflow.advice.scopes import cap_target
from svcflow.definitions.durations import write_duration
from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import Millis
from svcflow.execution.timeline import NO_TARGET
from svcflow.replay.chain import Rows
from svcflow.whatif import CapWait, Change, Scope

ORDER = (
    *("svcflow", "process", "name", "valid_from", "valid_until", "owner", "applies_to", "calendar", "case", "ignore"),
    *("steps", "flow", "anytime", "waiting", "slas", "rules", "kpis"),
)
"""The top-level keys of a process in the order of the grammar."""
FOLLOWED = 0.95
"""The share of cases that must go on to the step where a clock stops; the rest are open or left the process."""


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """What some passes of a step are held to.

    `limits` are milliseconds on the clock of the step, one a row; `stated` tells that the definition asks for it
    already and the patch only makes sure that somebody hears of a miss. No patch where no definition is known, or
    where a clock could not tell who still owes the step from who never will.
    """

    limits: Millis
    text: Text
    stated: bool
    patch: str | None


def choose_aim(context: Context, rows: Rows, places: tuple[Place | None, Place | None], median_s: float) -> Aim | None:
    """Return what to hold the passes `rows` of the second of `places` to; ``None`` if there is nothing to add.

    A target that the definition has is not made tighter: it gets a ladder, so that a miss is told. Without one, the
    passes get their median, rounded up.
    """
    since, until = places
    seconds = round_up(median_s)
    limits = np.full(int(rows.sum()), seconds * 1000, dtype=np.int64)
    if until is None:
        return Aim(limits, context.name_target(seconds, until), stated=False, patch=None)
    if until.step.within is None:
        patch = set_either(context, rows, (since, until), seconds)
        return Aim(limits, context.name_target(seconds, until), stated=False, patch=patch) if patch else None
    limits = context.list_targets(until, rows)
    known = np.unique(limits[limits != NO_TARGET]) // 1000
    assert context.workspace is not None
    written = edits.read(context.workspace.sources[until.process.file], ("steps", until.step.id, "within"))
    if since is None or written is None or not len(known) or not _find_rungs(context, since, until):
        return None
    patch = add_ladder(context, since, until, written)
    if patch is None and _always_follows(context, since, until):
        return None
    return Aim(limits, _name_range(context, until, known), stated=True, patch=patch)


def _name_range(context: Context, place: Place, seconds: NDArray[np.int64]) -> Text:
    shortest, longest = (context.name_target(int(s), place) for s in (seconds.min(), seconds.max()))
    if shortest == longest:
        return longest
    return say(f"{shortest['en']} to {longest['en']}", f"{shortest['zh']}至 {longest['zh']}")


def set_either(context: Context, rows: Rows, places: tuple[Place | None, Place], seconds: int) -> str | None:
    """Return a patch that holds the passes `rows` of the second of `places`, which has no target, to `seconds`.

    A `within` on the step where they are most of its passes (four fifths), since it holds for all of them; else an SLA
    with a ladder from the first of `places`. ``None`` if all of it is said.
    """
    since, until = places
    if rows.sum() >= 0.8 * (until.rows & ~context.chain.first).sum():
        return set_target(context, until, seconds)
    return None if since is None else add_ladder(context, since, until, write_duration(seconds))


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


def add_ladder(context: Context, since: Place, until: Place, target: str) -> str | None:
    """Return a patch that adds an SLA between two steps with an escalation ladder up the reporting line.

    The `target` is written as in a definition and runs on the clock of the second step.

    ``None`` if a clock runs between the two already, if nobody stands above the step's owner, or if some cases do the
    first without the second: their clock would never stop.
    """
    workspace, process = context.workspace, until.process
    assert workspace is not None
    rungs = _find_rungs(context, since, until)
    if not rungs or not _always_follows(context, since, until):
        return None
    clock = f"calendar: {until.step.calendar}, " if until.step.calendar else ""
    entry = (
        f"{{from: {since.step.id}, to: {until.step.id}, target: {target}, {clock}objective: 90%, "
        f"escalate: {{{rungs}}}}}"
    )
    name = f"{since.step.id}_to_{until.step.id}"
    edited = edits.insert_entry(workspace.sources[process.file], "slas", name, entry, order=ORDER)
    return write_patch(workspace, process.file, edited)


def _find_rungs(context: Context, since: Place, until: Place) -> str:
    """Return the ladder above the second step; empty if a clock runs there already or nobody stands above it."""
    assert context.workspace is not None
    slas = until.process.slas
    watched = any(since.step.id in sla.start and until.step.id in sla.stop for sla in slas.values())
    if watched or since.step.id == until.step.id or f"{since.step.id}_to_{until.step.id}" in slas:
        return ""
    leads = find_line(context.workspace, until)
    return ", ".join(f"{percent}%: {role}" for percent, role in zip((80, 100), leads, strict=False))


def _always_follows(context: Context, since: Place, until: Place) -> bool:
    """Return whether nearly every case that does the first step does the second as well."""
    begun, ended = (np.unique(context.chain.case[place.rows]) for place in (since, until))
    return len(np.intersect1d(begun, ended)) >= FOLLOWED * len(begun)


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


def cap_aim(context: Context, scope: Scope, place: Place | None, aim: Aim) -> tuple[Change, ...]:
    """Return the changes by which every pass in `scope` keeps an aim: the target of the step where it has one."""
    if place is not None and aim.stated and place.step.within is not None:
        return cap_target(context, scope, place.step.within, place.calendar)
    return (CapWait(scope, int(aim.limits.max()) // 1000, place.calendar if place else None, whole=True),)
