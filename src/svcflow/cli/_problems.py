"""How problems of definitions are shown: with the line they stand on, or as JSON."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.documents import read
from svcflow.findings import Position, Problem

WIDTH = 120
_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def write_text(problems: Sequence[Problem], files: int, *, brief: bool = False) -> str:
    """Return the problems as text, with escapes for colour; `brief` leaves out source lines and the summary."""
    sources = _Sources()
    blocks = ["\n".join(_block(problem, sources, brief=brief)) for problem in problems]
    if brief:
        return "".join(f"{block}\n" for block in blocks)
    return "".join(f"{block}\n\n" for block in blocks) + summarise(problems, files) + "\n"


def write_json(problems: Sequence[Problem], files: int) -> str:
    """Return the problems as JSON (`svcflow schema problems`)."""
    seen: Counter[str] = Counter()
    rows = []
    for problem in problems:
        related = [{"message": message, **_place(position)} for message, position in problem.related]
        words = {"code": problem.code, "name": problem.name, "severity": problem.severity, "message": problem.message}
        rows.append(words | _place(problem.position) | {"fingerprint": _fingerprint(problem, seen), "related": related})
    return json.dumps({"version": 1, "files": files, "problems": rows}, ensure_ascii=False, indent=2) + "\n"


def summarise(problems: Sequence[Problem], files: int) -> str:
    """Return one line: how many problems in how many files."""
    counts = Counter[str](problem.severity for problem in problems)
    judged = f"{files} file{'' if files == 1 else 's'}"
    if not counts:
        return f"{judged}, no problems"
    words = [f"{counts[s]} {s}{'' if counts[s] == 1 or s == 'info' else 's'}" for s in _COLOURS if counts[s]]
    broken = len({problem.position.file for problem in problems})
    return f"{', '.join(words)} in {broken} of {judged}"


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

    def line(self, position: Position) -> str:
        """Return the line a position stands on, '' where there is none to show."""
        if position.file not in self._lines:
            self._lines[position.file] = read(Path(position.file)).lines
        lines = self._lines[position.file]
        text = lines[position.line - 1] if 0 < position.line <= len(lines) else ""
        return console.one_line(text.replace("\t", " "))


def _place(position: Position) -> dict[str, Any]:
    return {
        "file": position.file,
        "line": max(position.line, 1),
        "column": max(position.column, 1),
        "end_line": max(position.end_line, 1),
        "end_column": max(position.end_column, 1),
    }


def _fingerprint(problem: Problem, seen: Counter[str]) -> str:
    """Return an id that survives edits above: path, code, message without line numbers, and the how-manieth it is."""
    message = re.sub(r"line \d+", "line", problem.message)
    key = "\n".join((problem.position.file, problem.code, message))
    seen[key] += 1
    return hashlib.sha256(f"{key}\n{seen[key]}".encode()).hexdigest()
