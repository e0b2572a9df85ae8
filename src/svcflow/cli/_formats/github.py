"""For GitHub Actions: problems as annotations of the changed lines, the whole list in the summary of the step.

GitHub shows ten annotations of each kind for a step; what is left out is counted in a last notice.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from svcflow.cli._formats import SEVERITIES, Report
from svcflow.cli._formats._identity import relative
from svcflow.findings import Problem

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_MOST = {"error": 10, "warning": 10, "info": 9}
"""One notice is kept for the totals."""
_HARMLESS = " .,'/-()?;=\""
_ROOM = 900_000
"""GitHub refuses a summary above 1 MiB; steps share nothing, so this is for one."""


def write(report: Report) -> str:
    """Return workflow commands, errors first, and one notice with the totals."""
    root = os.environ.get("GITHUB_WORKSPACE")
    lines = []
    for severity in SEVERITIES:
        mine = [problem for problem in report.problems if problem.severity == severity]
        most = _MOST[severity] - (severity == "error" and bool(report.shortfall))
        lines += [_annotate(problem, root) for problem in mine[:most]]
    if lines:
        lines.append(f"::notice title=svcflow::{_data(_totals(report.problems, shown=len(lines)))}")
    if report.shortfall:
        lines.insert(0, f"::error title=svcflow::{_data(report.shortfall)}")
    return "".join(f"{line}\n" for line in lines)


def _annotate(problem: Problem, root: str | None) -> str:
    at = problem.position
    given = {"file": relative(at.file, root), "line": str(max(at.line, 1)), "col": str(max(at.column, 1))}
    if at.end_line == at.line:  # over several lines GitHub knows no columns, and shows the annotation below the last
        given["endColumn"] = str(max(at.end_column, at.column, 1))
    given["title"] = f"{problem.code} {problem.name}"
    properties = ",".join(f"{name}={_property(value)}" for name, value in given.items())
    return f"::{_COMMANDS[problem.severity]} {properties}::{_data(problem.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _totals(problems: Sequence[Problem], shown: int) -> str:
    counts = Counter[str](problem.severity for problem in problems)
    words = [f"{counts[s]} {s}{'' if counts[s] == 1 or s == 'info' else 's'}" for s in SEVERITIES if counts[s]]
    left = len(problems) - shown
    return ", ".join(words) + (f"; {left} of them only in the summary of this step" if left else "")


def write_summary(report: Report) -> str:
    """Return the whole list as Markdown; texts of definitions cannot become markup."""
    return "".join(f"{line}\n" for line in _summary(report)) + "\n"


def _summary(report: Report) -> Iterator[str]:
    judged = "scenarios" if report.scenarios else "definitions"
    if not report.problems:
        yield f"### svcflow: {judged} without problems"
        return
    yield f"### svcflow: {_totals(report.problems, len(report.problems))} in {judged}"
    yield ""
    yield "| where | what | |"
    yield "|---|---|---|"
    root = os.environ.get("GITHUB_WORKSPACE")
    room = _ROOM
    for number, problem in enumerate(report.problems):
        place = f"{_plain(relative(problem.position.file, root))}:{problem.position.line}:{problem.position.column}"
        row = f"| {place} | {problem.severity} {problem.code} {problem.name} | {_plain(problem.message)} |"
        room -= len(row.encode(errors="replace"))
        if room < 0:
            yield f"| | | and {len(report.problems) - number} more |"
            return
        yield row


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is: whatever could be markup or a link stands as its number."""
    shown = (" " if c in "\r\n\t" else c if c.isprintable() else "\ufffd" for c in text)
    plain = "".join(c if c.isalnum() or c in _HARMLESS or ord(c) > 127 else f"&#{ord(c)};" for c in shown)
    return re.sub(r"(?i)www\.", lambda found: f"{found[0][:3]}&#46;", plain)


APPENDS = {"GITHUB_STEP_SUMMARY": write_summary}
