"""The mapping that reading an export came to, as a commented file: a start for what only people know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from svcflow.eventlog.log import Log
from svcflow.eventlog.mapping import sections
from svcflow.eventlog.mapping.stated import Mapping
from svcflow.eventlog.mapping.yaml import comment, listed, quote

NAMED = ("case", "activity", "time", "start", "resource", "team", "role", "lifecycle")
HISTORY = {"activity": "new"}
SNAPSHOTS = {"time": "snapshot"}


def write(log: Log, mapping: Mapping | None = None, columns: tuple[str, ...] = (), suspects: Iterable[str] = ()) -> str:
    """Return the text of a mapping file that reads the same log again, with the reasons as comments.

    `mapping` is what was stated when the log was read, ``None`` for a canonical file, whose columns cannot be changed
    any more; `columns` are those of the export. `suspects` are resources that behave like machines.
    """
    stated = mapping or Mapping()
    lines = [f"# How to read {comment(log.source)}. Lines that begin with # are choices still open.", "svcflow: 1"]
    lines += [f"mapping: {_stem(log.source)}", ""]
    lines += [f"# {comment(note)}" for note in log.notes]
    if mapping is None:
        lines += ["# The columns were decided when the canonical file was made.", ""]
    else:
        lines += [*_write_shape(log, stated), *_write_columns(log, stated, columns), ""]
        lines += [*sections.write_source(stated), *sections.write_times(log, stated), ""]
    lines += [*sections.write_people(log, suspects), ""]
    lines += [*sections.write_sides(log), ""]
    lines += [*sections.write_attributes(log, typed=mapping is not None), ""]
    lines += [*sections.write_values(stated), "", *sections.write_joins(stated)]
    return "\n".join(lines) + "\n"


def _write_shape(log: Log, stated: Mapping) -> Iterator[str]:
    shape = _shape(log)
    reason = next((f"  # {comment(role.reason)}" for role in log.roles if role.role == "shape"), "")
    if stated.preset:
        yield f"preset: {quote(stated.preset)}"
    yield f"shape: {shape}{reason}"


def _shape(log: Log) -> str:
    return next((role.column for role in log.roles if role.role == "shape"), "events")


def _write_columns(log: Log, stated: Mapping, columns: tuple[str, ...]) -> Iterator[str]:
    """Write the columns of the export behind each role; roles that unfolding makes are left to it."""
    shape = _shape(log)
    new_names = HISTORY if shape == "history" else SNAPSHOTS if shape == "snapshots" else {}
    roles = {new_names.get(role.role, role.role): role for role in log.roles}
    yield "columns:"
    wanted = [new_names.get(name, name) for name in NAMED]
    wanted += [name for name in ("field", "old", "created") if name in roles]
    for name in wanted:
        role = roles.get(name)
        parts = () if role is None else tuple(role.column.split(" | "))
        if role is None and name in stated.columns and not stated.columns[name]:
            yield f"  {name}: null"
        elif role is None or not set(parts) <= set(columns) or (shape == "milestones" and name in {"activity", "time"}):
            made = f"  # {comment(role.reason)}" if role else ""
            yield from [f"  # {name}: COLUMN{made}"] if shape == "events" or made else []
        elif shape == "milestones" and name == "resource" and "each names who" in role.reason:
            yield f"  # resource: COLUMN  # {comment(role.reason)}: {comment(role.column)}"
        else:
            value = quote(parts[0]) if len(parts) == 1 else listed(parts)
            others = f"; or: {', '.join(role.alternatives)}" if role.alternatives else ""
            yield f"  {name}: {value}  # {comment(role.reason + others)}"
    yield from _write_milestones(log) if shape == "milestones" else ()


def _write_milestones(log: Log) -> Iterator[str]:
    yield "# The time in each column is an event of this name, in this order where times tie."
    yield "milestones:"
    for role in log.roles:
        if role.role.startswith("milestone "):
            yield f"  {quote(role.column)}: {quote(role.role.removeprefix('milestone '))}"


def _stem(name: str) -> str:
    stem = "".join(
        char if char.isalnum() and char.isascii() else "-" for char in Path(name).name.partition(".")[0].lower()
    )
    return quote(stem.strip("-") or "log")
