"""Where a drafted definition lands: beside an organisation if there is one, else with its own; judged first."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from svcflow.cli import _console as console
from svcflow.cli._folders import make_folder
from svcflow.errors import DefinitionError, UsageError

if TYPE_CHECKING:
    from svcflow.definitions.model import Organisation, Workspace
    from svcflow.definitions.writing import OrganisationSketch, ProcessSketch

ORGANISATION = "org.svcflow.yaml"


def find_organisation(folder: Path) -> Organisation | None:
    """Return the organisation of a folder of definitions, ``None`` where there is none.

    Raise `DefinitionError` if the folder holds definitions that cannot be used.
    """
    from svcflow.definitions import check
    from svcflow.definitions.model import Organisation as Kind
    from svcflow.definitions.sources import gather
    from svcflow.definitions.workspaces import survey_sources
    from svcflow.errors import InputError

    if not folder.is_dir():
        return None
    try:
        gathered = gather([folder])
    except InputError:
        return None
    found = [x for name, sources, _ in gathered for x in survey_sources(sources, name).organisations]
    if not found:
        return None
    workspace = check(folder)[1]
    if workspace is None:
        raise DefinitionError(f"the definitions in '{folder}' have errors", f"svcflow validate {folder}")
    assert isinstance(workspace.organisation, Kind)
    return workspace.organisation


def compose(process: ProcessSketch, organisation: OrganisationSketch | None) -> tuple[dict[str, str], Workspace]:
    """Return the files of a sketched workspace and the workspace they make; they are judged in a place of their own."""
    from svcflow.definitions import check
    from svcflow.definitions.fitting import found_organisation
    from svcflow.definitions.writing import write_organisation, write_process

    texts = {
        f"{process.id}.svcflow.yaml": write_process(process),
        ORGANISATION: write_organisation(organisation or found_organisation(process)),
    }
    with tempfile.TemporaryDirectory(prefix="svcflow-") as place:
        for name, text in texts.items():
            (Path(place) / name).write_text(text, encoding="utf-8", errors="replace")
        problems, workspace = check(place)
    if workspace is None:
        first = next(problem for problem in problems if problem.severity == "error")
        raise DefinitionError(f"no valid definition comes of it: {first.message}", "please report this with the file")
    return texts, workspace


def land(
    target: str, process: ProcessSketch, organisation: OrganisationSketch | None, given: Mapping[str, bool]
) -> None:
    """Write a sketched process to `target`: a file, a folder for a whole workspace, or ``-`` for stdout.

    Where the folder has an organisation, the process is fitted to it; else one is written beside it.
    Raise `UsageError` for what stands there already, unless ``force`` is given.
    """
    from svcflow.definitions.fitting import fit
    from svcflow.definitions.writing import write_process

    if not process.steps:
        raise UsageError(f"'{process.name}' holds no step", "name its tasks; silent ones alone make no definition")
    if target == "-":
        click.echo(compose(process, organisation)[0][f"{process.id}.svcflow.yaml"], nl=False)
        console.note("not written: the organisation it stands on (give -o DIR)", quiet=given["quiet"])
        return
    path = Path(target)
    folder, name = (
        (path.parent, path.name) if path.suffix in (".yaml", ".yml") else (path, f"{process.id}.svcflow.yaml")
    )
    standing = find_organisation(folder)
    texts, _ = compose(process, organisation)
    wanted = {name: write_process(fit(process, standing)) if standing else texts[f"{process.id}.svcflow.yaml"]}
    if standing is None:
        wanted[ORGANISATION] = texts[ORGANISATION]
    taken = next((file for file in wanted if (folder / file).exists()), None)
    if taken and not given["force"]:
        raise UsageError(f"{folder / taken} stands there already", "choose another name, or give --force")
    if folder != path.parent:
        make_folder(folder)
    for file, text in wanted.items():
        console.refuse_unwritable(str(folder / file))
        console.write_file(folder / file, text, quiet=given["quiet"])
    console.note(f"now: svcflow validate {folder}", quiet=given["quiet"])
