"""`svcflow validate`: what is wrong with definitions, each problem at its place."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.errors import UsageError
from svcflow.findings import Problem

EPILOG = """\b
Examples:
  svcflow validate workflows                          every definition of a folder
  svcflow validate workflows/complaint.svcflow.yaml   one file, in the company of its folder
  svcflow validate workflows --fail-on warning        for CI: warnings fail too
  svcflow validate workflows --ignore SVC210          without the hints about missing labels
  svcflow validate workflows --format json:problems.json --format text
  svcflow explain SVC201                              what a problem means
"""

SEVERITIES = ("error", "warning", "info")
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
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[:FILE]",
    help="text or json, to stdout or to a file; may be given several times.",
)
@click.option("-q", "--quiet", is_flag=True, help="One line a problem, no summary.")
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Check the definitions at PATH: schema, references, soundness.

    A problem that is meant can be silenced where it stands: # svcflow: ignore[lone-branch] the reason.
    """
    from svcflow.definitions.workspaces import check_all

    outputs = [_parse_format(text) for text in given["formats"] or ("text",)]
    console.refuse_unwritable(*(file for _, file in outputs if file))
    select, ignore = _read_rules(given["select"]), _read_rules(given["ignore"])
    wanted: tuple[str, ...] = SEVERITIES if select else _PRESETS[given["preset"]]
    verdict = check_all(given["paths"])
    problems = [p for p in verdict.problems if _is_wanted(p, select, ignore) and p.severity in wanted]
    for form, file in outputs:
        _write(problems, len(verdict.files), (form, file), given)
    grave = SEVERITIES[: SEVERITIES.index(given["fail_on"]) + 1]
    return int(any(problem.severity in grave for problem in problems))


def _write(problems: list[Problem], files: int, output: tuple[str, str], given: dict[str, Any]) -> None:
    from svcflow.cli import _problems

    form, file = output
    if form == "json":
        text = _problems.write_json(problems, files)
    else:
        text = _problems.write_text(problems, files, brief=given["quiet"])
    if file:
        console.write_file(Path(file), click.unstyle(text), quiet=given["quiet"])
    else:
        colour = console.use_colour(sys.stdout, wanted=not given["no_color"])
        click.echo(text, nl=False, color=colour)


def _parse_format(text: str) -> tuple[str, str]:
    form, _, file = text.partition(":")
    if form not in ("text", "json"):
        raise UsageError(f"there is no format '{form}'", "formats are text and json, as in --format json:problems.json")
    return form, file


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
