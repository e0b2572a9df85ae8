"""`svcflow diff`: what two versions of definitions allow and ask for that the other does not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console

EPILOG = """\b
Examples:
  svcflow diff workflows-main workflows            two folders: every process, and the organisation
  svcflow diff old.yaml workflows/complaint.svcflow.yaml
  svcflow diff workflows-main workflows --process complaint
  svcflow diff workflows-main workflows --no-data  the order of steps alone, whatever conditions say
  svcflow diff workflows-main workflows --format json

\b
The version of another commit:
  git worktree add ../before origin/main && svcflow diff ../before/workflows workflows

\b
Exit status: 0 no difference, 1 something differs, 2 cannot be compared.
"""


@click.command(epilog=EPILOG)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--process", metavar="ID", help="Compare this process alone.")
@click.option(
    "--data/--no-data", default=True, help="Whether conditions count; with them a case shows each difference."
)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Changes of behaviour told.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
def command(**given: Any) -> int:
    """Compare the definitions OLD and NEW by what they mean: two folders, or two files.

    Behaviours gained and lost are each shown by a shortest trace; then clocks, owners, rules and authority that
    changed. Names, comments and layout are no difference.
    """
    from svcflow.cli import _difference
    from svcflow.definitions.difference import compare_versions, read_version

    old, new = read_version(given["old"]), read_version(given["new"])
    found = compare_versions(old, new, process=given["process"], data=given["data"], most=given["top"])
    if given["form"] == "json":
        click.echo(_difference.write_json(found))
    else:
        colour = console.use_colour(sys.stdout, wanted=not given["no_color"])
        for line in _difference.write_text(found):
            click.echo(line, color=colour)
    return int(not found.same)
