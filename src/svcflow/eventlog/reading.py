"""An export to the canonical log: find the reader, the roles of the columns, the times, the instances."""

from __future__ import annotations

import os
from collections.abc import Mapping as Map
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from svcflow import plugins
from svcflow.errors import InputError
from svcflow.eventlog import canonical, done, quality, readers
from svcflow.eventlog.log import Log, Role, Vocabulary
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.raw import Progress, RawTable, Stated
from svcflow.eventlog.roles import missing
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.roles.guess import Assignment, assign
from svcflow.eventlog.texts import arrange

OnBadRows = Literal["stop", "drop"]


def read_log(
    path: str | os.PathLike[str],
    mapping: str | os.PathLike[str] | Map[str, Any] | None = None,
    *,
    on_bad_rows: OnBadRows = "stop",
    progress: Progress | None = None,
) -> Log:
    """Read an export into the canonical log.

    `mapping` is a mapping file or its content as a dict; without one, ``<path>.mapping.yaml`` beside the log is used if
    it exists. A row without case, activity or readable time stops the reading, or with ``on_bad_rows="drop"`` is left
    out and counted (see `Log.quality`). Raises InputError or MappingError with what to do.
    """
    file = Path(path)
    stated = find_mapping(file, mapping)
    table = read_table(
        file, Stated(stated.encoding, stated.delimiter, drop_bad_rows=on_bad_rows == "drop", progress=progress)
    )
    source = Source(table)
    assignment = assign(source, stated.columns)
    if assignment.missing:
        raise missing.explain(file.name, table, assignment)
    return build(file.name, source, assignment, stated, drop=on_bad_rows == "drop")


def find_mapping(path: Path, mapping: str | os.PathLike[str] | Map[str, Any] | None) -> Mapping:
    """Return what is stated about an export: by the caller, by a file beside it, or nothing."""
    return Mapping()


def read_table(path: Path, stated: Stated) -> RawTable:
    """Read the raw columns of a file with the first reader that recognises it."""
    reader, _ = find_reader(path)
    table: RawTable = reader.read(path, stated)
    return table


def find_reader(path: Path) -> tuple[ModuleType, bytes]:
    """Return the reader for a file, and the file's first bytes. Raises InputError where it cannot be read at all."""
    if path.is_dir():
        raise InputError(f"{path.name or path} is a directory", "name one file: CSV, TSV, XES, XES.gz or Parquet")
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist", "check the path") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "check the path and its permissions") from None
    if not head:
        raise InputError(f"{path.name} is empty", "export it again: it should hold a header and one row per event")
    for reader in sorted(plugins.find(readers).values(), key=lambda module: (module.RANK, module.__name__)):
        if reader.recognise(path, head):
            return reader, head
    raise InputError(f"{path.name} is in no format that svcflow reads", "give a CSV, TSV, XES, XES.gz or Parquet file")


def build(name: str, source: Source, assignment: Assignment, mapping: Mapping, *, drop: bool) -> Log:
    """Build the canonical log from raw columns whose roles are known."""
    columns = assignment.columns
    events = canonical.read_columns(source, columns, mapping)
    canonical.refuse_unreadable(events, source, columns)
    faults = canonical.find_faults(events, source, columns)
    if faults.first and not drop:
        count = int(faults.bad.sum())
        raise InputError(
            f"{name}, {faults.first}" + (f" ({count:,} bad rows in all)" if count > 1 else ""), faults.hint
        )
    used = canonical.keep(events, ~faults.bad)
    if not len(used.rows):
        raise InputError(f"{name} holds no usable row: {faults.first}", "check the columns with `svcflow inspect`")
    pairs = canonical.pair(used)
    if not len(pairs.rows):
        raise InputError(
            f"{name} holds no completed activity", "check the lifecycle or end column in a mapping file (-m)"
        )
    ordered = canonical.arrange_cases(used, pairs)
    activity, activities = arrange(
        type(used.activity)(used.activity.codes[pairs.rows[ordered.order]], used.activity.texts), unknown=False
    )
    resource, resources = canonical.people(source, columns.get("resource"), mapping, ordered.rows)
    team, teams = canonical.people(source, columns.get("team"), mapping, ordered.rows)
    settled, why = _find_done(activities, mapping)
    taken = {
        n for role in ("case", "activity", "time", "start") if len(columns.get(role, ())) == 1 for n in columns[role]
    }
    attributes, case_attributes = canonical.AttributeColumns(source, mapping, taken, ordered).make()
    return Log(
        source=name,
        zone=canonical.describe_zone(used, mapping),
        case_ids=ordered.case_ids,
        offsets=ordered.offsets,
        time=pairs.time[ordered.order],
        start=pairs.start[ordered.order],
        has_start=pairs.has_start[ordered.order],
        activity=activity,
        activities=activities,
        resource=resource,
        resources=resources,
        team=team,
        teams=teams,
        events=len(used.rows),
        attributes=attributes,
        case_attributes=case_attributes,
        roles=(*assignment.reasons, *why),
        quality=(),
        done=settled,
        machines=mapping.machines,
        sides=dict(mapping.sides),
    )


def _find_done(activities: Vocabulary, mapping: Mapping) -> tuple[tuple[str, ...], tuple[Role, ...]]:
    if mapping.done is not None:
        return mapping.done, (Role("done", ", ".join(mapping.done), "stated in the mapping"),)
    guessed = done.guess(activities.texts)
    return guessed, ((Role("done", ", ".join(guessed), "their names say that the case is settled"),) if guessed else ())
