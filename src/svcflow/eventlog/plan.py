"""How an export becomes events: what was decided about it, and the steps that every block of its rows goes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from types import ModuleType

from svcflow import plugins
from svcflow.errors import MappingError
from svcflow.eventlog import daytimes, presets, shapes
from svcflow.eventlog.log import Role
from svcflow.eventlog.mapping import Mapping, check_columns, check_fields
from svcflow.eventlog.mapping.stated import ROLES
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.assignment import Assignment
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.roles.guess import assign
from svcflow.eventlog.unfolding import Evidence, Sight

STATED = "stated in the mapping"
Step = Callable[[RawTable], RawTable]
"""Turns a block of rows into another: joins a second file, unfolds a row into events, replaces names."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions that hold for all rows: the columns of each role (after the steps), with reasons, and the steps.

    A plan is made once, from the whole export or its first block, and applied to each block alike. Where `whole_cases`
    holds, a block must hold all rows of each of its cases.
    """

    mapping: Mapping
    assignment: Assignment
    shape: str = "events"
    steps: tuple[Step, ...] = ()
    whole_cases: bool = False

    def apply(self, table: RawTable) -> RawTable:
        """Return a block of rows as the export holds them as a block of events."""
        return reduce(lambda block, step: step(block), self.steps, table)


def decide(table: RawTable, mapping: Mapping, joins: tuple[Step, ...] = ()) -> tuple[Plan, Source]:
    """Return the plan for an export, and the events of `table` itself. `joins` are the files to join to it first.

    What the mapping leaves open is taken from the preset of a known system where its export is recognised. The shape
    is the stated one, or the one that most evidence speaks for; see `shapes`. Raises MappingError where the export does
    not have what the stated shape needs.
    """
    joined = reduce(lambda block, step: step(block), joins, table)
    check_columns(mapping, joined.names)
    source = Source(joined)
    if pairs := daytimes.find_pairs(source, mapping):
        joins = (*joins, daytimes.step(pairs))
        joined = joins[-1](joined)
        source = Source(joined)
    lent, said = presets.lend(mapping, joined.names)
    if said and not mapping.preset and presets.is_other(lent, source):
        lent, said = mapping, ""
    try:
        plan, unfolded = _plan(source, lent, joins)
    except MappingError:
        if not said or mapping.preset:
            raise
        lent, said = mapping, ""  # it only looked like the export of that system
        plan, unfolded = _plan(source, mapping, joins)
    check_fields(mapping, (*joined.names, *unfolded.table.names))
    plan.assignment.notes[:0] = daytimes.tell(pairs)
    if said:
        plan.assignment.notes.insert(0, said)
        plan.assignment.reasons[:] = presets.own_up(plan.assignment.reasons, mapping, lent)
    return plan, unfolded


def _plan(source: Source, mapping: Mapping, joins: tuple[Step, ...]) -> tuple[Plan, Source]:
    """Return the plan by a mapping and the contents, and the events."""
    left = {role for role, names in mapping.columns.items() if not names and f"columns.{role}" in mapping.lent}
    stated = {role: names for role, names in mapping.columns.items() if role in ROLES and role not in left}
    guess = assign(source, stated, mapping.format_of)
    shape, found, others = _choose(Sight(source, guess, mapping))
    module = plugins.find(shapes)[shape]
    assignment = Assignment(dict(found.roles), [Role("shape", shape, found.reason, others), *found.told])
    assignment.notes[:] = [*guess.notes, *found.notes]
    assignment.register = guess.register
    if shape == "events":
        return Plan(mapping, assignment, shape, joins), source
    unfold = partial(module.unfold, found=found)
    return Plan(mapping, assignment, shape, (*joins, unfold), module.WHOLE_CASES), Source(unfold(source.table))


def _choose(sight: Sight) -> tuple[str, Evidence, tuple[str, ...]]:
    """Return the shape, the evidence for it, and the other shapes that something speaks for, best first."""
    modules = plugins.find(shapes)
    wanted = sight.stated.shape or _imply(sight.stated)
    if wanted:
        found = modules[wanted].recognise(sight)
        if found is None or ("shape" in sight.stated.lent and _is_beaten(sight, wanted, found)):
            raise _lacks(sight.stated, wanted, modules[wanted], sight.source.table.names)
        if wanted == "events":
            found = dataclasses.replace(found, reason=STATED)
        return wanted, found, ()
    weighed = [(found.score, name, found) for name, module in modules.items() if (found := module.recognise(sight))]
    weighed.sort(key=lambda entry: -entry[0])
    (_, name, found), *others = weighed
    return name, found, tuple(other for score, other, _ in others if score > 10)


def _is_beaten(sight: Sight, wanted: str, found: Evidence) -> bool:
    """Return whether more speaks for another shape than for the one that a preset takes the export to have."""
    others = (module.recognise(sight) for name, module in plugins.find(shapes).items() if name != wanted)
    return any(other is not None and other.score > found.score for other in others)


def _imply(stated: Mapping) -> str:
    """Return the shape that other things stated in a mapping mean, or nothing."""
    if stated.milestones:
        return "milestones"
    if stated.columns.get("snapshot"):
        return "snapshots"
    if stated.columns.get("new"):
        return "history"
    return "events" if {"activity", "time"} <= stated.columns.keys() else ""


def _lacks(stated: Mapping, shape: str, module: ModuleType, names: tuple[str, ...]) -> MappingError:
    return MappingError(
        f"{stated.place('shape')}the export has not what the shape {shape!r} needs: {module.NEEDS}",
        "name them in the mapping under columns; the export has: " + ", ".join(names[:40]),
    )
