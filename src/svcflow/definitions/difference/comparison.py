"""Two versions of a workspace, or of one file, compared: their processes one by one, and their organisations."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from svcflow.definitions.difference.asked import list_organisation_duties, list_process_duties
from svcflow.definitions.difference.behaviour import Behaviour, Side, compare_behaviour
from svcflow.definitions.difference.duties import DutyChange, compare_duties
from svcflow.definitions.model import Organisation, Process, Workspace
from svcflow.definitions.reading import text
from svcflow.definitions.sources import Source, gather
from svcflow.definitions.workspaces import judge, load, survey_sources
from svcflow.errors import DefinitionError, UsageError
from svcflow.findings import Problem


@dataclass(frozen=True, slots=True)
class Version:
    """What is compared: `processes` by id, all that they may run, the organisation of a whole workspace."""

    name: str
    processes: dict[str, Process]
    known: dict[str, Process]
    organisation: Organisation | None


@dataclass(frozen=True, slots=True)
class ProcessDifference:
    """What differs in one process; one that was added or removed has neither behaviour nor duties to compare."""

    id: str
    state: Literal["same", "changed", "added", "removed"]
    behaviour: Behaviour = field(default_factory=lambda: Behaviour(()))
    duties: tuple[DutyChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions."""

    old: str
    new: str
    processes: tuple[ProcessDifference, ...]
    organisation: tuple[DutyChange, ...]

    @property
    def same(self) -> bool:
        """Return whether nothing differs in meaning."""
        return not self.organisation and all(process.state == "same" for process in self.processes)


def read_version(path: str | Path) -> Version:
    """Return the workspace of a folder, or the process of one file, which needs no organisation beside it.

    Raise `InputError` if there is nothing to read, `DefinitionError` if it cannot be used.
    """
    path = Path(path)
    if path.is_file():
        return _read_file(path)
    return version_of(load(path))


def version_of(workspace: Workspace) -> Version:
    """Return a loaded workspace as what is compared."""
    return Version(workspace.folder, workspace.processes, workspace.processes, workspace.organisation)


def compare_versions(
    old: Version, new: Version, *, process: str | None = None, data: bool = True, most: int = 10
) -> Difference:
    """Return what differs between two versions; with `process` in that process alone.

    Raise `UsageError` if neither has that process, `DefinitionError` if processes cannot be compared.
    """
    names = [*new.processes, *(name for name in old.processes if name not in new.processes)]
    if process is not None:
        if process not in names:
            raise UsageError(f"there is no process '{process}'", f"there are {', '.join(names)}")
        names = [process]
    found = [_compare_process(old, new, name, (data, most)) for name in names]
    duties: tuple[DutyChange, ...] = ()
    if process is None and old.organisation and new.organisation:
        before, after = (list_organisation_duties(side) for side in (old.organisation, new.organisation))
        duties = compare_duties(before, after)
    return Difference(old.name, new.name, tuple(found), duties)


def _compare_process(old: Version, new: Version, name: str, how: tuple[bool, int]) -> ProcessDifference:
    if name not in old.processes:
        return ProcessDifference(name, "added")
    if name not in new.processes:
        return ProcessDifference(name, "removed")
    data, most = how
    before, after = old.processes[name], new.processes[name]
    behaviour = compare_behaviour(Side(before, old.known), Side(after, new.known), data=data, most=most)
    duties = compare_duties(list_process_duties(before), list_process_duties(after))
    return ProcessDifference(name, "changed" if behaviour.changes or duties else "same", behaviour, duties)


def _read_file(path: Path) -> Version:
    """Read a definition alone; the processes that it runs are looked for in its folder."""
    _, sources, asked = gather([path])[0]
    own = {_id(source) for source in sources if source.document.file in asked}
    # Another version beside it would stand in for it.
    kept = tuple(source for source in sources if source.document.file in asked or _id(source) not in own | {""})
    survey = survey_sources(kept, str(path))
    errors = [problem for problem in judge(survey) if problem.severity == "error" and _concerns(problem, asked)]
    if errors:
        raise DefinitionError(f"{errors[0].position}: {errors[0].message}", f"run `svcflow validate {path}`")
    processes = {process.id: process for process in survey.processes if process.file in asked}
    if not processes:
        raise UsageError(f"{path} defines no process", "give a process file, or the folder of a workspace")
    return Version(str(path), processes, survey.by_id | processes, None)


def _id(source: Source) -> str:
    """Return the id of the process that a file defines, '' if it defines none."""
    return text(source.root.get("process")) if source.root is not None and source.kind == "process" else ""


def _concerns(problem: Problem, asked: frozenset[str]) -> bool:
    """Return whether a problem is one of the file itself, not of an organisation that is not there."""
    of_organisation = problem.name in ("unknown-role", "unknown-calendar", "organisation-count")
    return problem.position.file in asked and not of_organisation and problem.code < "SVC5"
