"""`svcflow validate`: what is wrong with definitions, each problem at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _formats
from svcflow.errors import UsageError
from svcflow.findings import Position, Problem

EPILOG = """\b
Examples:
  svcflow validate workflows                          every definition of a folder
  svcflow validate workflows/complaint.svcflow.yaml   one file, in the company of its folder
  svcflow validate workflows --fail-on warning        for CI: warnings fail too
  svcflow validate workflows --ignore SVC210          without the hints about missing labels
  svcflow validate workflows --format github --format sarif:svcflow.sarif
  svcflow explain SVC201                              what a problem means
"""

SEVERITIES = _formats.SEVERITIES
_PRESETS: dict[str, tuple[str, ...]] = {"core": SEVERITIES[:1], "recommended": SEVERITIES[:2], "strict": SEVERITIES}


@click.command(epilog=EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--select", multiple=True, metavar="CODES", help="Only these rules: codes, their beginnings, or names.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Without these rules: SVC210,SVC3,lone-branch.")
@click.option(
    "--preset",
    type=click.Choice(list(_PRESETS)),
    default="recommended",
    show_default=True,
    help="core: errors; recommended: warnings too; strict: hints too.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    show_default=True,
    help="Exit with 1 if there is a problem this grave.",
)
@_formats.option
@click.option("-q", "--quiet", is_flag=True, help="One line a problem, no summary.")
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Check the definitions at PATH: schema, references, soundness.

    A problem that is meant can be silenced where it stands: # svcflow: ignore[lone-branch] the reason.
    """
    from svcflow.definitions.workspaces import check_all

    outputs = _formats.parse(given["formats"])
    select, ignore = _read_rules(given["select"]), _read_rules(given["ignore"])
    wanted: tuple[str, ...] = SEVERITIES if select else _PRESETS[given["preset"]]
    verdict = check_all(given["paths"])
    problems = [p for p in verdict.problems if _is_wanted(p, select, ignore) and p.severity in wanted]
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


def _read_rules(lists: Iterable[str]) -> tuple[str, ...]:
    """Return the rules that an option names; raise `UsageError` for one that no rule has."""
    from svcflow.definitions import rules
    from svcflow.guards import suggest

    names = tuple(word.strip() for text in lists for word in text.split(",") if word.strip())
    known = [word for rule in rules.catalogue().values() for word in (rule.CODE, rules.name_of(rule))]
    for name in names:
        if not any(name == word or (name.startswith("SVC") and word.startswith(name)) for word in known):
            raise UsageError(
                f"there is no rule '{name}'{suggest(name, known)}", "rules are listed by `svcflow explain`"
            )
    return names


def _is_wanted(problem: Problem, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    def matches(name: str) -> bool:
        return name == problem.name or (name.startswith("SVC") and problem.code.startswith(name))

    return (not select or any(map(matches, select))) and not any(map(matches, ignore))
