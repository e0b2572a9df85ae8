"""An export to the canonical log: find the reader, the roles of the columns, the times, the instances."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping as Map
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from svcflow import plugins
from svcflow.errors import InputError
from svcflow.eventlog import canonical, joins, readers
from svcflow.eventlog import mapping as mappings
from svcflow.eventlog import plan as plans
from svcflow.eventlog.log import Log
from svcflow.eventlog.raw import Progress, RawTable, Stated
from svcflow.eventlog.roles import missing

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
    find_reader(file)
    stated, note = mappings.find(file, mapping)
    table = read_table(file, dataclasses.replace(stated.source, drop_bad_rows=on_bad_rows == "drop", progress=progress))
    joined = joins.prepare(stated, table.names, read_table)
    plan, source = plans.decide(table, stated, joined)
    assignment = plan.assignment
    assignment.notes[:0] = [*([note] if note else []), *source.table.facts]
    if assignment.missing:
        raise missing.explain(file.name, table, assignment)
    log = canonical.build(file.name, source, assignment, stated, drop=on_bad_rows == "drop")
    return joins.examine(log, joined)


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
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be read: {reason}", "check the path and its permissions") from None
    if not head:
        raise InputError(f"{path.name} is empty", "export it again: it should hold a header and one row per event")
    for reader in sorted(plugins.find(readers).values(), key=lambda module: (module.RANK, module.__name__)):
        if reader.recognise(path, head):
            return reader, head
    raise InputError(f"{path.name} is in no format that svcflow reads", "give a CSV, TSV, XES, XES.gz or Parquet file")
