"""In which forms problems are told, one a file; the module is the plug-in, its docstring the manual.

A format has ``write(report) -> str``. One that also appends to a file that an environment variable names lists it in
`APPENDS`: variable -> function of the report.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from svcflow import plugins
from svcflow.cli import _console as console
from svcflow.errors import UsageError
from svcflow.findings import Position, Problem, Severity
from svcflow.guards import suggest

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was judged: a file, or a scenario of the process `suite`; `told` is its story, line by line."""

    suite: str
    name: str
    position: Position
    problems: tuple[Problem, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found: `problems` in the order of the text, the `files` judged, and the `cases` they fall into.

    A problem as grave as `fail_on` fails its case. `scenarios` says what the cases are. `tables` are lines of text and
    `facts` further keys of the JSON, both ready to be written. `shortfall` is what failed besides problems.
    """

    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    cases: tuple[Case, ...]
    fail_on: Severity = "error"
    scenarios: bool = False
    brief: bool = False
    tables: tuple[str, ...] = ()
    shortfall: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def is_grave(self, problem: Problem) -> bool:
        """Return whether a problem is as grave as `fail_on`."""
        return SEVERITIES.index(problem.severity) <= SEVERITIES.index(self.fail_on)


@dataclass(frozen=True, slots=True)
class Output:
    """Where one format goes: a file, or '' for standard output."""

    form: str
    file: str


def catalogue() -> dict[str, ModuleType]:
    """Return the formats by name."""
    return plugins.find(sys.modules[__name__])


def option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --format and --exit-zero to a command."""
    several = click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="F[:FILE]",
        help="text, json, github, gitlab, sarif or junit, to stdout or to a file; may be given several times.",
    )
    zero = click.option("--exit-zero", is_flag=True, help="Exit with 0 also if there are problems.")
    return several(zero(function))


def parse(texts: Sequence[str]) -> tuple[Output, ...]:
    """Return where each format goes; raise `UsageError` for what cannot be written."""
    outputs = tuple(_parse(text) for text in texts or ("text",))
    for target in {output.file for output in outputs}:
        forms = [output.form for output in outputs if output.file == target]
        if len(forms) > 1:
            where = f"the file {target}" if target else "standard output"
            hint = f"write one of them to another file, as in --format {forms[-1]}:{forms[-1]}.out"
            raise UsageError(f"{' and '.join(forms)} cannot both go to {where}", hint)
    console.refuse_unwritable(*(output.file for output in outputs))
    return outputs


def _parse(text: str) -> Output:
    form, _, file = text.partition(":")
    known = tuple(catalogue())
    if form not in known:
        hint = f"formats are {', '.join(known)}, as in --format json:problems.json"
        raise UsageError(f"there is no format '{form}'{suggest(form, known)}", hint)
    return Output(form, "" if file == "-" else file)


def emit(report: Report, outputs: Sequence[Output], *, quiet: bool = False, colour: bool = True) -> None:
    """Write a report in every form asked for; what failed besides problems is said on stderr, too."""
    for output in outputs:
        form = catalogue()[output.form]
        text = _printable(form.write(report))
        if output.file:
            console.write_file(Path(output.file), click.unstyle(text), quiet=quiet)
        else:
            click.echo(text, nl=False, color=console.use_colour(sys.stdout, wanted=colour))
        for variable, write in getattr(form, "APPENDS", {}).items():
            if target := os.environ.get(variable):
                _append(Path(target), _printable(write(report)))
    if report.shortfall:
        console.note(report.shortfall)


def _append(target: Path, text: str) -> None:
    try:
        with target.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        console.note(f"cannot append to {target}: {error.strerror}")


def _printable(text: str) -> str:
    """Return text without lone surrogates, which a file name that is no UTF-8 brings along."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
