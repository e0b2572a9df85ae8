"""`svcflow test`: the scenarios of definitions, executed and compared with what they expect."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.errors import DefinitionError, UsageError

if TYPE_CHECKING:
    from svcflow.execution.scenarios import Verdict

EPILOG = """\b
Examples:
  svcflow test workflows                       all scenarios of a folder
  svcflow test workflows --told                every scenario told line by line
  svcflow test workflows --format junit:scenarios.xml --format text

\b
A scenario states what must come out of it: the outcome, the state of SLA clocks, and all deviations. Deviations that
this release does not judge cannot be expected yet; `svcflow explain` lists those it does.
"""

FORMATS = ("text", "json", "junit")


@click.command(epilog=EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[:FILE]",
    help="text, json or junit, to stdout or to a file; may be given several times.",
)
@click.option("--told", is_flag=True, help="Tell every case line by line; without this only those that fail.")
@click.option("-q", "--quiet", is_flag=True, help="Only what fails.")
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Execute the scenarios at PATH and compare them with what they expect."""
    from svcflow.definitions.workspaces import check_all
    from svcflow.execution.scenarios import run_scenarios

    outputs = [_parse_format(text) for text in given["formats"] or ("text",)]
    console.refuse_unwritable(*(file for _, file in outputs if file))
    checked = check_all(given["paths"])
    broken = [problem for problem in checked.problems if problem.severity == "error"]
    if broken:
        raise DefinitionError(
            f"{broken[0].position}: {broken[0].message}", f"run `svcflow validate {given['paths'][0]}`"
        )
    verdicts = [verdict for workspace in checked.workspaces for verdict in run_scenarios(workspace)]
    if not verdicts:
        raise UsageError(f"there are no scenarios at {given['paths'][0]}", "write some: see `svcflow init`")
    for form, file in outputs:
        _write(verdicts, form, file, given)
    return int(any(verdict.problems for verdict in verdicts))


def _write(verdicts: list[Verdict], form: str, file: str, given: dict[str, Any]) -> None:
    from svcflow.cli import _problems

    files = len({verdict.scenario.position.file for verdict in verdicts})
    problems = [problem for verdict in verdicts for problem in verdict.problems]
    if form == "json":
        content = _problems.write_json(problems, files)
    elif form == "junit":
        content = _write_junit(verdicts)
    else:
        content = "".join(f"{line}\n" for line in _write_text(verdicts, given))
    if file:
        console.write_file(Path(file), click.unstyle(content), quiet=given["quiet"])
    else:
        colour = console.use_colour(sys.stdout, wanted=not given["no_color"])
        click.echo(content, nl=False, color=colour)


def _write_text(verdicts: list[Verdict], given: dict[str, Any]) -> Iterator[str]:
    failed = 0
    for verdict in verdicts:
        failed += bool(verdict.problems)
        if not given["quiet"] and (given["told"] or not verdict.problems):
            yield f"{click.style('ok', fg='green') if not verdict.problems else 'FAILED'} {_name(verdict)}"
        for problem in verdict.problems:
            place = click.style(console.one_line(str(problem.position)), bold=True)
            kind = click.style(f"error[{problem.code}]", fg="red", bold=True)
            yield f"{place}: {kind} {console.one_line(problem.message)}"
        if (verdict.problems or given["told"]) and not given["quiet"] and verdict.runs.processes:
            yield from (f"    {line}" for line in verdict.runs.explain(verdict.scenario.id).splitlines())
            yield ""
    if not given["quiet"]:
        count = "1 scenario" if len(verdicts) == 1 else f"{len(verdicts)} scenarios"
        yield f"{count}, {failed} failed" if failed else f"{count}, all as expected"


def _name(verdict: Verdict) -> str:
    return f"{verdict.process}.{verdict.scenario.id}"


def _write_junit(verdicts: list[Verdict]) -> str:
    """Return the verdicts as JUnit XML: a suite for each process, a test case for each scenario."""
    from xml.sax.saxutils import quoteattr

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for process in dict.fromkeys(verdict.process for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.process == process]
        failed = sum(bool(verdict.problems) for verdict in mine)
        lines.append(f'<testsuite name={quoteattr(process)} tests="{len(mine)}" failures="{failed}">')
        for verdict in mine:
            place = verdict.scenario.position
            lines.append(
                f"<testcase classname={quoteattr(process)} name={quoteattr(verdict.scenario.id)} "
                f'file={quoteattr(place.file)} line="{place.line}">'
            )
            lines += [
                f"<failure type={quoteattr(problem.code)} message={quoteattr(problem.message)}/>"
                for problem in verdict.problems
            ]
            lines.append("</testcase>")
        lines.append("</testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _parse_format(text: str) -> tuple[str, str]:
    form, _, file = text.partition(":")
    if form not in FORMATS:
        raise UsageError(f"there is no format '{form}'", f"formats are {', '.join(FORMATS)}")
    return form, file
