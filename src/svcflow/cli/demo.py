"""`svcflow demo`: the main job on the sample logs, from definitions to report and patches."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli._folders import make_folder
from svcflow.errors import DefinitionError
from svcflow.jsontexts import write_json

if TYPE_CHECKING:
    from svcflow.analysis import Analysis
    from svcflow.definitions.model import Workspace

MAIN = "complaints"
WIDTH = 18

EPILOG = """\b
Examples:
  svcflow demo            writes into ./demo
  svcflow demo /tmp/demo  writes somewhere else
"""


@click.command(epilog=EPILOG)
@click.argument("folder", metavar="[DIR]", default="demo", type=click.Path())
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
def command(**given: Any) -> int:
    """Check the five sample definitions, execute them on the sample logs, analyse the complaints.

    Writes report.html, analysis.json and patches into DIR, and says whether each planted problem was found.
    """
    began = time.monotonic()
    folder = make_folder(Path(given["folder"]))
    progress = console.Progress(quiet=given["quiet"])
    with progress:
        progress("checking the definitions")
        workspace = _check()
        _rehearse(workspace)
        _execute_others(workspace, progress)
        analysis = _analyse(workspace, progress)
    document = analysis.to_json()
    _tell_verdicts(document)
    _write(analysis, document, folder, quiet=given["quiet"])
    click.echo(f"\nOpen {folder / 'report.html'} in a browser; the changes it recommends are in {folder / 'patches'}.")
    console.note(f"took {time.monotonic() - began:.0f} s", quiet=given["quiet"])
    return 0


def _check() -> Workspace:
    from svcflow import samples
    from svcflow.definitions import check

    problems, workspace = check(samples.workflows())
    if workspace is None:
        raise DefinitionError("the sample definitions have errors", f"run `svcflow validate {samples.workflows()}`")
    count = f"{len(problems)} remarks" if problems else "no problems"
    click.echo(f"{'definitions':<{WIDTH}}{len(workspace.processes)} processes, {count}")
    return workspace


def _rehearse(workspace: Workspace) -> None:
    from svcflow.execution.scenarios import run_scenarios

    verdicts = [*run_scenarios(workspace)]
    passed = sum(not verdict.problems for verdict in verdicts)
    click.echo(f"{'scenarios':<{WIDTH}}{passed} of {len(verdicts)} come out as expected")


def _execute_others(workspace: Workspace, progress: console.Progress) -> None:
    """Execute the definitions on the other sample logs."""
    from svcflow import samples
    from svcflow.eventlog import read_log
    from svcflow.execution import execute

    for path in sorted(samples.logs().glob("*.csv")):
        if path.stem == MAIN:
            continue
        progress(f"executing {path.name}")
        runs = execute(workspace, read_log(path, path.with_suffix(".mapping.yaml"))).to_json()
        for process, run in runs.items():
            click.echo(f"{path.name:<{WIDTH}}{_count(process, run)}")


def _count(process: str, run: dict[str, Any]) -> str:
    return f"{run['cases']:,} cases of {process}, {run['conforming']:,} follow their definition"


def _analyse(workspace: Workspace, progress: console.Progress) -> Analysis:
    from svcflow import samples
    from svcflow.analysis import analyze
    from svcflow.eventlog import read_log

    path = samples.logs() / f"{MAIN}.csv"
    log = read_log(path, path.with_suffix(".mapping.yaml"))
    return analyze(log, workspace, progress=progress)


def _tell_verdicts(document: dict[str, Any]) -> None:
    """Print what was planted in the main log and as what it was found."""
    from svcflow import samples
    from svcflow.cli._verdicts import compare

    path = samples.logs() / f"{MAIN}.csv"
    truth = json.loads(path.with_suffix(".truth.json").read_text("utf-8"))
    run = document["runs"][truth["truth"]]
    click.echo(f"{path.name:<{WIDTH}}{_count(truth['truth'], run)}")
    click.echo(f"\nPlanted in {path.name}, and what the analysis says:")
    for verdict in compare(truth, document):
        hours = f"cycle time {verdict.added_s / 3600:+,.0f} h"
        what = f"{verdict.kind} ({verdict.place}), {verdict.cases:,} cases, {hours}"
        click.echo(console.one_line(f"  {'found ' if verdict.found else 'MISSED'}  {what}"))
        if verdict.found:
            click.echo(console.one_line(f"          as {verdict.found}"))


def _write(analysis: Analysis, document: dict[str, Any], folder: Path, *, quiet: bool) -> None:
    """Write the report, the analysis and the patches."""
    from svcflow.cli.recommend import write_patches
    from svcflow.report import render

    console.write_file(folder / "report.html", render(document, lang="both"), quiet=quiet)
    text = write_json(document)
    console.write_file(folder / "analysis.json", text, quiet=quiet)
    patches = folder / "patches"
    for stale in patches.glob("[0-9]*.patch"):
        stale.unlink()
    count = sum(recommendation.patch is not None for recommendation in analysis.recommendations)
    if count:
        write_patches(patches, analysis.recommendations, quiet=True)
        console.note(f"wrote {count} patches into {patches}", quiet=quiet)
