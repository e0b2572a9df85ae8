"""For people: each problem with its line and marks under it; of scenarios, which came out and which did not."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from svcflow.cli import _console as console
from svcflow.cli._formats import SEVERITIES, Case, Report
from svcflow.documents import read
from svcflow.findings import Position, Problem

WIDTH = 120
_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def write(report: Report) -> str:
    """Return the report with escapes for colour; a brief one has one line a problem."""
    if report.scenarios:
        return "".join(f"{line}\n" for line in _scenarios(report))
    sources = _Sources()
    blocks = ["\n".join(_block(problem, sources, brief=report.brief)) for problem in report.problems]
    if report.brief:
        return "".join(f"{block}\n" for block in blocks)
    return "".join(f"{block}\n\n" for block in blocks) + summarise(report.problems, len(report.files)) + "\n"


def summarise(problems: Sequence[Problem], files: int) -> str:
    """Return one line: how many problems in how many files."""
    counts = Counter[str](problem.severity for problem in problems)
    judged = f"{files} file{'' if files == 1 else 's'}"
    if not counts:
        return f"{judged}, no problems"
    words = [f"{counts[s]} {s}{'' if counts[s] == 1 or s == 'info' else 's'}" for s in SEVERITIES if counts[s]]
    broken = len({problem.position.file for problem in problems})
    return f"{', '.join(words)} in {broken} of {judged}"


def _scenarios(report: Report) -> Iterator[str]:
    sources = _Sources()
    failed = 0
    for case in report.cases:
        failed += bool(case.problems)
        yield from _scenario(case, sources, brief=report.brief)
    inside = {id(problem) for case in report.cases for problem in case.problems}
    for problem in report.problems:
        if id(problem) not in inside:
            yield from _block(problem, sources, brief=report.brief)
            yield from () if report.brief else ("",)
    if report.brief:
        return
    if report.tables:
        yield from (*report.tables, "")
    count = "1 scenario" if len(report.cases) == 1 else f"{len(report.cases)} scenarios"
    if report.cases:
        yield f"{count}, {failed} failed" if failed else f"{count}, all as expected"


def _scenario(case: Case, sources: _Sources, *, brief: bool) -> Iterator[str]:
    if not brief and not case.problems:
        yield f"{click.style('ok', fg='green')} {case.suite}.{case.name}"
    elif not brief:
        yield f"{click.style('FAILED', fg='red', bold=True)} {case.suite}.{case.name}"
    for problem in case.problems:
        yield from _block(problem, sources, brief=brief)
    if case.told and not brief:
        yield from (f"    {line}" for line in case.told)
        yield ""


def _block(problem: Problem, sources: _Sources, *, brief: bool) -> Iterator[str]:
    place, colour = click.style(console.one_line(str(problem.position)), bold=True), _COLOURS[problem.severity]
    kind = click.style(f"{problem.severity}[{problem.code}]", fg=colour, bold=True)
    yield f"{place}: {kind} {console.one_line(problem.message)}"
    if brief:
        return
    yield from _excerpt(problem.position, sources, lambda marks: click.style(marks, fg=colour, bold=True))
    for message, position in problem.related:
        yield f"  {console.one_line(f'{position}: {message}')}"
        yield from _excerpt(position, sources, lambda marks: click.style(marks, fg="cyan"))


def _excerpt(position: Position, sources: _Sources, style: Callable[[str], str]) -> Iterator[str]:
    """Yield the source line and the marks under it, cut around the span where the line is long."""
    line = sources.line(position)
    if not line.strip():
        return
    start = position.column - 1
    end = position.end_column - 1 if position.end_line == position.line else len(line.rstrip())
    end = min(max(end, start + 1), len(line) + 1)
    cut = max(0, min(start - WIDTH // 3, len(line) - WIDTH))
    shown = line[cut : cut + WIDTH]
    indent = " " * display_width(line[cut:start])
    marks = "^" + "~" * (display_width(line[start : min(end, cut + WIDTH)]) - 1)
    number = str(position.line)
    yield f"{number:>5} | {'…' if cut else ''}{shown}"
    yield f"{'':>5} | {' ' if cut else ''}{indent}{style(marks)}"


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese characters two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )  # fmt: skip


class _Sources:
    """The lines of the files that have problems, read again; control characters replaced."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}
        self._shown: dict[tuple[str, int], str] = {}

    def line(self, position: Position) -> str:
        """Return the line a position stands on, '' where there is none to show."""
        place = position.file, position.line
        if place not in self._shown:  # a line may be long, and have many problems
            if position.file not in self._lines:
                self._lines[position.file] = read(Path(position.file)).lines
            lines = self._lines[position.file]
            text = lines[position.line - 1] if 0 < position.line <= len(lines) else ""
            self._shown[place] = console.one_line(text.replace("\t", " "))
        return self._shown[place]
