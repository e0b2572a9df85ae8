"""Exporting: finds the format, writes beside the target and renames, with the mapping that reads the file back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from svcflow import plugins
from svcflow.errors import UsageError
from svcflow.eventlog.exporting import formats, sidecar
from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.sources import InMemory, Source
from svcflow.eventlog.log import Log
from svcflow.eventlog.mapping import SUFFIX
from svcflow.eventlog.store.stored import Stored

FEW = 5_000_000
"""A file of no more instances whose cases do not stand in order is put in order in memory first."""


def export(
    log: Log | Stored,
    path: str | os.PathLike[str],
    *,
    chosen: NDArray[np.bool_] | None = None,
    spreadsheet_safe: bool = True,
    mapping: bool = True,
) -> tuple[str, ...]:
    """Write a log, or the `chosen` cases of a canonical file, in the format that the suffix of `path` names.

    CSV, XES, JSON Lines, Arrow and XLSX get a mapping beside them (``<path>.mapping.yaml``), with which `read_log`
    reads them back as the same log. With `spreadsheet_safe`, texts of a CSV that begin a formula get an apostrophe in
    front. Returns what is worth knowing of the file. Raises UsageError where it cannot be written.
    """
    target = Path(path)
    form = find_format(target)
    choices = Choices(spreadsheet_safe=spreadsheet_safe)
    source = _open(log, chosen)
    beside = target.with_name(target.name + SUFFIX)
    wanted = bool(mapping and form.MAPPED)
    if wanted and beside.exists() and not sidecar.is_ours(beside):
        wanted = False
        choices.notes.append(
            f"{beside.name} stands there already and is not the work of an export: it is left as it is"
        )
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".svcflow-export.") as folder:
            written = Path(folder) / target.name
            form.write(source, written, choices)
            if wanted:
                text = sidecar.write(source.head, choices, _stem(target))
                (Path(folder) / beside.name).write_text(text, "utf-8", errors="replace")
                (Path(folder) / beside.name).replace(beside)
            elif beside.exists() and sidecar.is_ours(beside):
                beside.unlink()  # it speaks of the file that is replaced now
            written.replace(target)
    except OSError as error:
        reason = error.strerror or str(error).splitlines()[0]
        raise UsageError(f"cannot write {target}: {reason}", "choose another place or make room") from error
    if any(choices.values.values()) and not wanted:
        choices.notes.append("no mapping takes the apostrophes off again when the file is read")
    return tuple(choices.notes)


def find_format(target: Path) -> ModuleType:
    """Return the format that the name of a file stands for. Raises UsageError where there is none."""
    name = target.name.lower()
    known: dict[str, ModuleType] = {}
    for form in plugins.find(formats).values():
        known |= dict.fromkeys(form.SUFFIXES, form)
    found = [suffix for suffix in known if name.endswith(suffix) and name != suffix]
    if not found:
        raise UsageError(f"{target.name} names no format that is written", "end it in " + ", ".join(sorted(known)))
    return known[max(found, key=len)]


def find_stored(path: str | os.PathLike[str], mapping: object) -> Stored | None:
    """Return a canonical file that can be exported from disk; ``None`` where a log is to be read into memory first.

    That is so for all other files, and where a mapping says more of the log, or stands beside it.
    """
    from svcflow.eventlog import mapping as mappings  # noqa: PLC0415
    from svcflow.eventlog import places  # noqa: PLC0415
    from svcflow.eventlog.opening import read_head  # noqa: PLC0415
    from svcflow.eventlog.store import file, stored  # noqa: PLC0415

    if path == places.STDIN:  # it can be read but once
        return None
    place = places.find(path)
    if mapping is not None or len(place.files) != 1 or place.mapping:
        return None
    if not read_head(place.files[0]).startswith(file.MAGIC) or not file.recognise(place.files[0]):
        return None
    if mappings.find(place.home, None) != (mappings.Mapping(), ""):
        return None
    opened = stored.open_store(place.files[0])
    return opened if opened.file.layout.ordered or opened.instances > FEW else None


def _open(log: Log | Stored, chosen: NDArray[np.bool_] | None) -> Source:
    if isinstance(log, Stored):
        from svcflow.eventlog.exporting.on_disk import OnDisk  # noqa: PLC0415

        return OnDisk(log, np.ones(log.cases, np.bool_) if chosen is None else chosen)
    if chosen is not None and not chosen.all():
        from svcflow.eventlog.selection import take_cases  # noqa: PLC0415

        log = take_cases(log, np.flatnonzero(chosen))
    return InMemory(log)


def _stem(target: Path) -> str:
    return target.name.partition(".")[0] or "log"
