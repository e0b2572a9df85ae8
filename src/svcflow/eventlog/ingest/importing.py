"""The import itself: an export in, a canonical file out, memory bounded, complete or not at all."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svcflow.errors import UsageError
from svcflow.eventlog import mapping as mappings
from svcflow.eventlog import places, sources
from svcflow.eventlog.ingest import origin
from svcflow.eventlog.ingest.appending import Earlier
from svcflow.eventlog.ingest.conveying import Conveyor
from svcflow.eventlog.ingest.reading import Source
from svcflow.eventlog.ingest.workplace import Workplace
from svcflow.eventlog.log import Quality, Role
from svcflow.eventlog.raw import Progress
from svcflow.eventlog.reading import OnBadRows
from svcflow.files import reserve

if TYPE_CHECKING:
    from svcflow.eventlog.privacy.policy import Policy

GIB = 1 << 30
LEAST = 1 << 26
"""Bytes of memory: with less, nothing is sorted."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `unchanged`: the target held it already, and nothing was done; then only counts are told.

    `rows` are the events of the export in use, `left_out` those that are no events.
    """

    target: Path
    unchanged: bool
    cases: int
    rows: int
    instances: int
    left_out: int = 0
    resumed: bool = False
    notes: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    quality: tuple[Quality, ...] = ()


def import_log(  # noqa: PLR0913 - each is a choice of its own
    path: str | os.PathLike[str],
    target: str | os.PathLike[str],
    mapping: str | os.PathLike[str] | Map[str, Any] | None = None,
    *,
    on_bad_rows: OnBadRows = "stop",
    policy: Policy | None = None,
    source: Map[str, Any] | None = None,
    append: bool = False,
    memory: int = GIB,
    jobs: int = 1,
    block: int = 0,
    progress: Progress | None = None,
) -> Imported:
    """Import an export of any size into the canonical file `target`, which appears whole or not at all.

    `path`, `mapping`, `on_bad_rows`, `policy` and `source` are those of `read_log`. With `append`, the events of the
    target stay, and those of the export are added; the same event (case, activity, time, start) twice is one, the newer
    row's other values win, and steps that were begun are completed. `memory` bounds what is held in memory, in
    bytes, whatever the size of the export; what does not fit stands in a folder beside the target until the end.
    `jobs` threads sort; `block` is the number of rows read at once, chosen by their length where it is zero.
    The same export is not imported twice: see `Imported.unchanged`. An interrupted import is taken up where it was.
    Raises InputError or MappingError as `read_log` does, UsageError where the target cannot be written.
    """
    place = places.find(path)
    stated, note = mappings.find(place.home, mapping if mapping is not None else place.mapping)
    note = f"mapping {place.mapping.name} in the folder was used" if mapping is None and place.mapping else note
    drop = on_bad_rows == "drop"
    told = dataclasses.replace(sources.state(stated.source, source), drop_bad_rows=drop)
    export = Source(place, stated, told, drop, policy, block, max(memory, LEAST))
    goal = Path(target)
    _check_target(goal, export)
    origins = origin.read_origins(goal)
    if origin.is_same(origins if append else origins[-1:] if len(origins) == 1 else (), export):
        return _tell_unchanged(goal)
    workplace = Workplace(goal, origin.sign(export, memory))
    conveyor = Conveyor(export, workplace, note, memory=max(memory, LEAST), jobs=jobs, progress=progress)
    if append and goal.exists():
        conveyor.earlier, conveyor.before = Earlier(goal), tuple(origins)
        origin.check_policy(origins, export)
    try:
        done = conveyor.run(goal)
    except KeyboardInterrupt:
        workplace.close()  # the next import of the same export goes on from here
        raise
    except BaseException:
        workplace.remove()
        raise
    workplace.remove()
    return done


def _check_target(target: Path, export: Source) -> None:
    """Raise UsageError where the target cannot be written, or is what is read."""
    if target.is_dir():
        raise UsageError(f"{target} is a directory", "give the name of the file to write")
    if any(path.exists() and target.exists() and path.samefile(target) for path in export.place.files):
        raise UsageError(f"{target.name} is the export itself", "give the canonical file another name")
    try:
        reserve(target).unlink()
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}", "choose another place") from error


def _tell_unchanged(target: Path) -> Imported:
    from svcflow.eventlog.store.file import File  # noqa: PLC0415 - only then is the target read

    file = File(target)
    counts = [sum(column) for column in zip(*((g.cases, g.instances) for g in file.groups), strict=True)]
    return Imported(
        target,
        unchanged=True,
        cases=counts[0],
        rows=file.facts.events,
        instances=counts[1],
        roles=file.facts.roles,
        quality=file.facts.quality,
    )
