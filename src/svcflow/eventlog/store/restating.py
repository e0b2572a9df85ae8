"""What a mapping may still say about a log in a canonical file: how its columns are read was decided before."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Map
from pathlib import Path

from svcflow.errors import MappingError
from svcflow.eventlog.attributes import Attributes
from svcflow.eventlog.canonical import WAIT_OF, find_done
from svcflow.eventlog.log import Column, Log
from svcflow.eventlog.mapping import Mapping, suggest
from svcflow.eventlog.store import opening

DECIDED = ("shape", "preset", "milestones", "source", "time_format", "formats", "timezone", "types", "values", "joins")
"""Statements that say how an export is to be read."""
_HINT = "import the export again with this mapping, or leave these lines out"


def read(path: Path, mapping: Mapping, note: str = "") -> Log:
    """Return the log in a canonical file, with what `mapping` states on top of it.

    A mapping whose columns are those the file was made with is taken as the one it was made with; one that was picked
    up unasked (`note` says so) and is about other columns is passed over. Raises MappingError where it states what can
    no longer be changed, or names what is not there.
    """
    log = opening.open(path)
    said = f"canonical file, made from {log.source}"
    strange = _find_strange(log, mapping)
    if strange and not note:
        raise strange
    if strange:
        passed = f"mapping {Path(mapping.file).name} beside the log was passed over: {strange.message}"
        return dataclasses.replace(log, notes=(said, passed, *log.notes))
    return apply(dataclasses.replace(log, notes=(said, *([note] if note else []), *log.notes)), mapping)


def _forget_guesses(log: Log) -> Log:
    """Return the log without the states whose owner was guessed: what is stated of owners replaces them."""
    guessed = {role.column for role in log.roles if role.role.startswith(WAIT_OF)}
    return dataclasses.replace(
        log,
        states={name: side for name, side in log.states.items() if name not in guessed},
        roles=tuple(role for role in log.roles if not role.role.startswith(WAIT_OF)),
    )


def apply(log: Log, mapping: Mapping) -> Log:
    """Return the log with done activities, machines, sides, states and names of attributes as stated."""
    if mapping.done is not None:
        settled, reasons = find_done(log.activities, mapping)
        others = tuple(role for role in log.roles if role.role != "done")
        log = dataclasses.replace(log, done=settled, roles=(*others, *reasons))
    if mapping.machines:
        log = dataclasses.replace(log, machines=mapping.find_machines(log.resources.texts))
    if mapping.sides or mapping.states:
        log = _forget_guesses(log)
    if mapping.sides:
        log = dataclasses.replace(log, sides=dict(mapping.sides))
    if mapping.states:
        log = dataclasses.replace(log, states=dict(mapping.states))
    if not mapping.columns:  # with them, it is the mapping that the file was made with
        _check_names(log, mapping)
    return dataclasses.replace(
        log,
        attributes=_choose(mapping, mapping.event_attributes, log.attributes),
        case_attributes=_choose(mapping, mapping.case_attributes, log.case_attributes),
    )


def _find_strange(log: Log, mapping: Mapping) -> MappingError | None:
    """Return what is wrong with the first statement about the export that does not fit the file."""
    roles = {role.role: role.column for role in log.roles}
    for role, columns in mapping.columns.items():
        stated, kept = " | ".join(columns), roles.get(role, "")
        if stated != kept:
            said = f"{role} is {kept!r}" if kept else f"it has no {role}"
            return MappingError(
                f"{mapping.place('columns', role)}a canonical file keeps the columns it was made from: {said}", _HINT
            )
    if mapping.columns:
        return None
    empty = Mapping()
    for key in DECIDED:
        if getattr(mapping, key) != getattr(empty, key) and not (key == "timezone" and mapping.timezone == log.zone):
            return MappingError(
                f"{mapping.place(key)}{key} cannot be stated of a canonical file: its rows have been read", _HINT
            )
    return None


def _check_names(log: Log, mapping: Mapping) -> None:
    """Raise MappingError at the first attribute that is stated or renamed and is not there."""
    parts = {
        "case": (mapping.case_attributes, log.case_attributes),
        "event": (mapping.event_attributes, log.attributes),
    }
    for of, (stated, known) in parts.items():
        renamed = {mapping.rename.get(name, name) for name in known}
        for name in stated or ():
            if name not in known and name not in renamed:
                raise MappingError(
                    f"{mapping.place('attributes', of, name)}{name!r} is no attribute of {of}s in this file"
                    f"{suggest(name, tuple(known))}",
                    "attributes: " + ", ".join([*known][:40]),
                )
    everything = (*log.attributes, *log.case_attributes)
    for name, field in mapping.rename.items():
        if name not in everything and field not in everything:
            raise MappingError(
                f"{mapping.place('rename', name)}the file has no attribute {name!r}{suggest(name, everything)}",
                "attributes: " + ", ".join(everything[:40]),
            )


def _choose(mapping: Mapping, stated: tuple[str, ...] | None, known: Map[str, Column]) -> Map[str, Column]:
    """Return the attributes that are stated, or all, under their new names."""
    own = {mapping.rename.get(name, name): name for name in known}
    if stated is not None:
        own = {new: name for new, name in own.items() if name in stated or new in stated}
    if [*own.items()] == [(name, name) for name in known]:
        return known
    return Attributes(lambda name: known[own[name]], lambda: tuple(own))
