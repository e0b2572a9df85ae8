"""`svcflow validate`: what is wrong with definitions, each problem at its place."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _formats
from svcflow.definitions.selection import PRESETS, Selection, opted, read_words
from svcflow.findings import Position, Problem

EPILOG = """\b
Examples:
  svcflow validate workflows                          every definition of a folder
  svcflow validate workflows/complaint.svcflow.yaml   one file, in the company of its folder
  svcflow validate workflows --fail-on warning        for CI: warnings fail too
  svcflow validate workflows --ignore SVC210          without the hints about missing labels
  svcflow validate workflows --format github --format sarif:svcflow.sarif
  svcflow validate workflows --select SVC5,no-target  only clocks, and steps without a target
  svcflow validate workflows --write-baseline known.json   live with what there is ...
  svcflow validate workflows --baseline known.json         ... and tell only what is new
  svcflow explain SVC201                              what a problem means
"""

SEVERITIES = _formats.SEVERITIES


@click.command(epilog=EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--select", multiple=True, metavar="CODES", help="Only these rules: codes, their beginnings, or names.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Without these rules: SVC210,SVC3,lone-branch.")
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="core: errors of SVC0 to SVC6; recommended (default): warnings and SVC7 too; strict: hints too.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    show_default=True,
    help="Exit with 1 if there is a problem this grave.",
)
@click.option("--baseline", metavar="FILE", type=click.Path(path_type=Path), help="Tell only problems not in FILE.")
@click.option("--write-baseline", metavar="FILE", help="Write the problems to FILE, for --baseline, and exit with 0.")
@_formats.option
@click.option("-q", "--quiet", is_flag=True, help="One line a problem, no summary.")
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Check the definitions at PATH: schema, references, soundness, clocks, authority.

    A problem that is meant can be silenced where it stands: # svcflow: ignore[lone-branch] the reason. What holds for
    a whole project stands in pyproject.toml: select, ignore and preset under [tool.svcflow].
    """
    from svcflow.cli import _baseline
    from svcflow.definitions.workspaces import check_all

    outputs = _formats.parse(given["formats"])
    known = _baseline.read_baseline(given["baseline"]) if given["baseline"] else frozenset()
    asked = Selection(read_words(given["select"]), read_words(given["ignore"]), given["preset"] or "")
    chosen = _Chosen(asked)
    wanted = opted(word for path in given["paths"] for word in chosen.at(path).select)
    with _uncollected():
        verdict = check_all(given["paths"], wanted)
    problems = [problem for problem in verdict.problems if chosen.at(Path(problem.position.file)).tells(problem)]
    if given["write_baseline"]:
        console.refuse_unwritable(given["write_baseline"])
        console.write_file(Path(given["write_baseline"]), _baseline.write_baseline(problems), quiet=given["quiet"])
        return 0
    if given["baseline"]:
        problems, held, gone = _baseline.sift(problems, known)
        console.note(_say_baseline(held, gone), quiet=given["quiet"])
    report = _report(problems, verdict.files, given)
    _formats.emit(report, outputs, quiet=given["quiet"], colour=not given["no_color"])
    return int(any(map(report.is_grave, problems)) and not given["exit_zero"])


def _report(problems: Sequence[Problem], files: Sequence[str], given: Mapping[str, Any]) -> _formats.Report:
    """Return what was found, by file."""
    cases = tuple(
        _formats.Case(
            "validate", file, Position(file, 1, 1, 1, 1), tuple(p for p in problems if p.position.file == file)
        )
        for file in files
    )
    return _formats.Report(tuple(problems), tuple(files), cases, given["fail_on"], brief=given["quiet"])


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the garbage be: what is read lives to the end, and looking for garbage takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Chosen:
    """What is told of each folder: what was asked for goes before what the project's settings say."""

    def __init__(self, asked: Selection) -> None:
        self._asked = asked
        self._found: dict[Path, Selection] = {}

    def at(self, path: Path) -> Selection:
        """Return the selection for a file or folder."""
        from svcflow.definitions.settings import find_settings

        folder = path if path.is_dir() else path.parent
        if folder not in self._found:
            self._found[folder] = self._asked.over(find_settings(folder))
        return self._found[folder]


def _say_baseline(held: int, gone: int) -> str:
    said = f"{held} known {'problem' if held == 1 else 'problems'} of the baseline not shown"
    return said + (f"; {gone} of it no longer {'occurs' if gone == 1 else 'occur'}" if gone else "")
