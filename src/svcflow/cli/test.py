"""`svcflow test`: the scenarios of definitions, executed and compared with what they expect."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _formats
from svcflow.errors import DefinitionError, UsageError
from svcflow.findings import Problem

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.definitions.workspaces import Verdict as Checked
    from svcflow.execution.coverage import Coverage, Share
    from svcflow.execution.scenarios import Verdict

EPILOG = """\b
Examples:
  svcflow test workflows                       all scenarios of a folder
  svcflow test workflows --told                every scenario told line by line
  svcflow test workflows --coverage            which steps, branches and outcomes no scenario reaches
  svcflow test workflows --fail-under 90%      for CI: at least so much of them
  svcflow test workflows --format github --format junit:scenarios.xml

\b
A scenario states what must come out of it: the outcome, the state of SLA clocks, and all deviations. Deviations that
this release does not judge cannot be expected yet; `svcflow explain` lists those it does.
"""

_OWN = "SVC8"
"""Problems of scenarios are what this command reports; others make definitions that cannot be executed."""


def _read_share(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Return a share written as 90% or 90 as a number of 0..1."""
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)%?", value, re.ASCII)
    if found is None or float(found[1]) > 100:
        raise click.BadParameter(f"'{value}' is no share; write it as 90%", ctx, param)
    return float(found[1]) / 100


@click.command(epilog=EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@_formats.option
@click.option("--coverage", is_flag=True, help="Report steps, branches and outcomes that no scenario reaches.")
@click.option("--fail-under", callback=_read_share, metavar="N%", help="Exit with 1 if less of all these is reached.")
@click.option("--told", is_flag=True, help="Tell every case line by line; without this only those that fail.")
@click.option("-q", "--quiet", is_flag=True, help="Only what fails.")
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Execute the scenarios at PATH and compare them with what they expect."""
    from svcflow.definitions.workspaces import check_all

    outputs = _formats.parse(given["formats"])
    checked = check_all(given["paths"])
    problems = _refuse_broken(checked, given["paths"][0])
    verdicts, coverages = [], []
    for workspace in checked.workspaces:
        mine, covered = _run(workspace, checked.files, wanted=given["coverage"] or given["fail_under"] is not None)
        verdicts += mine
        coverages += covered
    if not verdicts and not problems:
        raise UsageError(f"there are no scenarios at {given['paths'][0]}", "write some: see `svcflow init`")
    shortfall = _judge_coverage(coverages, given["fail_under"])
    report = replace(_report(problems, verdicts, coverages, given), shortfall=shortfall)
    _formats.emit(report, outputs, quiet=given["quiet"], colour=not given["no_color"])
    failed = bool(shortfall) or any(map(report.is_grave, report.problems))
    return int(failed and not given["exit_zero"])


def _refuse_broken(checked: Checked, path: Path) -> list[Problem]:
    """Return the problems of scenarios; raise `DefinitionError` if anything else is wrong."""
    errors = [problem for problem in checked.problems if problem.severity == "error"]
    others = [problem for problem in errors if not problem.code.startswith(_OWN)]
    if others:
        raise DefinitionError(f"{others[0].position}: {others[0].message}", f"run `svcflow validate {path}`")
    return errors


def _run(workspace: Workspace, files: Sequence[str], *, wanted: bool) -> tuple[list[Verdict], list[Coverage]]:
    """Execute the scenarios of a workspace and return those in `files`, or of a process there.

    What a comment silences is no problem.
    """
    from svcflow.definitions.sources import read_source
    from svcflow.definitions.suppression import silence
    from svcflow.execution.coverage import measure_coverage
    from svcflow.execution.scenarios import run_scenarios

    sources = tuple(read_source(Path(file)) for file in workspace.sources)
    verdicts = [replace(v, problems=tuple(silence(v.problems, sources))) for v in run_scenarios(workspace)]
    homes = {name: process.file for name, process in workspace.processes.items()}
    asked = [v for v in verdicts if v.scenario.position.file in files or homes.get(v.process) in files]
    if not wanted:
        return asked, []
    processes = {v.process for v in asked} | {name for name, home in homes.items() if home in files}
    coverages = [c for c in measure_coverage(workspace, verdicts) if c.process in processes]
    return asked, [replace(c, problems=tuple(silence(c.problems, sources))) for c in coverages]


def _judge_coverage(coverages: Sequence[Coverage], least: float | None) -> str:
    """Return what to say if less than `least` is covered of all steps, branches and outcomes together."""
    if least is None or not coverages:
        return ""
    whole = coverages[0].whole
    for coverage in coverages[1:]:
        whole += coverage.whole
    return "" if whole.share >= least else f"coverage {_percent(whole)} is below {least * 100:.8g}%"


def _report(
    problems: Sequence[Problem], verdicts: Sequence[Verdict], coverages: Sequence[Coverage], given: Mapping[str, Any]
) -> _formats.Report:
    """Return what came of the scenarios, a case for each."""
    cases = tuple(_case(verdict, told=given["told"]) for verdict in verdicts)
    files = dict.fromkeys(v.scenario.position.file for v in verdicts) | dict.fromkeys(p.position.file for p in problems)
    found = [
        *problems,
        *(problem for case in cases for problem in case.problems),
        *(problem for coverage in coverages for problem in coverage.problems),
    ]
    facts: dict[str, Any] = {"scenarios": [_tell(verdict) for verdict in verdicts]}
    if coverages:
        facts["coverage"] = [_figures(coverage) for coverage in coverages]
    return _formats.Report(
        tuple(found), tuple(files), cases, scenarios=True, brief=given["quiet"], tables=_table(coverages), facts=facts
    )


def _case(verdict: Verdict, *, told: bool) -> _formats.Case:
    known = bool(verdict.runs.processes) and (told or bool(verdict.problems))
    story = tuple(verdict.runs.explain(verdict.scenario.id).splitlines()) if known else ()
    scenario = verdict.scenario
    return _formats.Case(verdict.process, scenario.id, scenario.position, verdict.problems, story)


def _tell(verdict: Verdict) -> dict[str, Any]:
    at = verdict.scenario.position
    words = {"process": verdict.process, "name": verdict.scenario.id, "passed": not verdict.problems}
    return words | {"file": at.file, "line": at.line}


def _figures(coverage: Coverage) -> dict[str, Any]:
    parts = {"steps": coverage.steps, "branches": coverage.ways, "outcomes": coverage.outcomes}
    counts = {name: {"covered": part.covered, "total": part.total} for name, part in parts.items()}
    named = {"process": coverage.process, "scenarios": coverage.scenarios}
    return named | counts | {"share": round(coverage.whole.share, 6)}


def _table(coverages: Sequence[Coverage]) -> tuple[str, ...]:
    """Return one line for each process: what of it the scenarios reach."""
    from svcflow.cli._tables import Shown, align

    if not coverages:
        return ()
    columns = [Shown("process", "process"), Shown("scenarios", "scenarios", right=True)]
    columns += [Shown(name, name, right=True) for name in ("steps", "branches", "outcomes", "covered")]
    rows = [
        {
            "process": coverage.process,
            "scenarios": coverage.scenarios,
            "steps": f"{coverage.steps.covered} of {coverage.steps.total}",
            "branches": f"{coverage.ways.covered} of {coverage.ways.total}",
            "outcomes": f"{coverage.outcomes.covered} of {coverage.outcomes.total}",
            "covered": _percent(coverage.whole),
        }
        for coverage in coverages
    ]
    return tuple(align(rows, columns).splitlines())


def _percent(share: Share) -> str:
    """Return a share in percent, rounded down: nothing is all covered that is not."""
    return f"{int(share.share * 1000) / 10:g}%"
