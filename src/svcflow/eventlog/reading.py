"""An export to the canonical log: find the reader, the roles of the columns, the times, the instances."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from svcflow.errors import InputError
from svcflow.eventlog import canonical, joins, places, sources
from svcflow.eventlog import mapping as mappings
from svcflow.eventlog import plan as plans
from svcflow.eventlog.log import Log
from svcflow.eventlog.opening import read_head, read_table
from svcflow.eventlog.raw import Progress, Stated, say_counted, say_passed
from svcflow.eventlog.roles import missing

if TYPE_CHECKING:
    from svcflow.eventlog.privacy.policy import Policy

OnBadRows = Literal["stop", "drop"]


def read_log(
    path: str | os.PathLike[str],
    mapping: str | os.PathLike[str] | Map[str, Any] | None = None,
    *,
    on_bad_rows: OnBadRows = "stop",
    progress: Progress | None = None,
    policy: Policy | None = None,
    source: Map[str, Any] | None = None,
) -> Log:
    """Read an export into the canonical log.

    `path` may also be a folder or a pattern of files that are one log, ``-`` for standard input, or the URL of a
    database: see `svcflow.eventlog.places`.
    `mapping` is a mapping file or its content as a dict; without one, ``<path>.mapping.yaml`` beside the log is used if
    it exists. A row without case, activity or readable time stops the reading, or with ``on_bad_rows="drop"`` is left
    out and counted (see `Log.quality`). A `policy` hides names and free text (see `privacy`). `source` says which part
    of the export is read, over the mapping's own word: `sheet`, `table`, `query`, `objects`, `records` (see `sources`).
    Raises InputError or MappingError with what to do.
    """
    return study(path, mapping, on_bad_rows=on_bad_rows, progress=progress, policy=policy, source=source).log


@dataclass(frozen=True, slots=True)
class Study:
    """A log, the plan it was read by, the columns of the export and the part of it; no plan for a canonical file."""

    log: Log
    plan: plans.Plan | None = None
    columns: tuple[str, ...] = ()
    source: Stated = dataclasses.field(default_factory=Stated)


def study(
    path: str | os.PathLike[str],
    mapping: str | os.PathLike[str] | Map[str, Any] | None = None,
    *,
    on_bad_rows: OnBadRows = "stop",
    progress: Progress | None = None,
    policy: Policy | None = None,
    source: Map[str, Any] | None = None,
) -> Study:
    """Read an export as `read_log` does, and return also how it was read."""
    place = places.find(path)
    stated, note = mappings.find(place.home, mapping if mapping is not None else place.mapping)
    note = f"mapping {place.mapping.name} in the folder was used" if mapping is None and place.mapping else note
    if len(place.files) == 1 and (log := _open_canonical(place.files[0], stated, note, policy)) is not None:
        return Study(log)
    told = sources.state(stated.source, source)
    drop = on_bad_rows == "drop"
    table = read_table(place, dataclasses.replace(told, drop_bad_rows=drop, progress=progress))
    joined = joins.prepare(stated, table.names, read_table)
    plan, found = plans.decide(table, stated, joined)
    assignment = plan.assignment
    facts = (*found.table.facts, *say_passed(found.table.passed), *say_counted(found.table.counted))
    assignment.notes[:0] = [*([note] if note else []), *facts]
    if assignment.missing:
        raise missing.explain(place.name, table, assignment)
    if policy is not None:
        from svcflow.eventlog.privacy.protection import protect  # noqa: PLC0415 - most logs are read as they are

        plan, found = protect(plan, found, policy)
    log = joins.examine(canonical.build(place.name, found, assignment, plan.mapping, drop=drop), joined)
    if policy is not None:
        from svcflow.eventlog.privacy.protection import clear_quality  # noqa: PLC0415

        log = clear_quality(log, plan)
    columns = (*table.names, *(name for joining in joined for name in joining.names))
    return Study(log, plan, columns, told)


def _open_canonical(path: Path, stated: mappings.Mapping, note: str, policy: Policy | None) -> Log | None:
    """Return the log in a canonical file, ``None`` where it is another one."""
    if not read_head(path).startswith(b"PAR1"):
        return None
    from svcflow.eventlog.store import file, restating  # noqa: PLC0415 - most logs are no Parquet

    if not file.recognise(path):
        return None
    if policy is not None:
        raise InputError(
            f"{path.name} is a canonical file: names are hidden when it is made",
            "import the export again with these options",
        )
    return restating.read(path, stated, note)
