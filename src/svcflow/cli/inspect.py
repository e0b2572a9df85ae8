"""`svcflow inspect`: what an export holds, before any figure is believed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli._inspection import tell
from svcflow.jsontexts import write_json

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log
    from svcflow.eventlog.quality.gate import Gate
    from svcflow.eventlog.reading import Study

EPILOG = """\b
Examples:
  svcflow inspect export.csv
  svcflow inspect export.csv --write export.csv.mapping.yaml
  svcflow inspect export.csv -m my.mapping.yaml --format json | jq '.quality'
  svcflow inspect tickets.xlsx --sheet History --fail-on-quality=error,ties=5%
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.source
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the result.",
)
@click.option(
    "--write", "target", metavar="FILE", type=click.Path(), help="Write the mapping that was guessed, commented."
)
@click.option("--as-of", metavar="TIME", help="Now: later times lie in the future.")
@click.option(
    "--fail-on-quality",
    "gate",
    metavar="[=LEVEL|ID|ID=5%,...]",
    is_flag=False,
    flag_value="warning",
    help="Exit 1 on facts of quality: at least a note, warning or error, single ones, or above a share.",
)
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Say what LOG holds: its shape, its columns and their roles with reasons, counts, period, zone, and its quality.

    Every figure of the other commands rests on these roles; a mapping file states what was guessed wrongly.
    """
    from svcflow.eventlog.inspection import inspect, judge
    from svcflow.eventlog.quality.gate import parse
    from svcflow.eventlog.reading import study

    console.refuse_unwritable(given["target"])
    gate = parse(given["gate"]) if given["gate"] else None
    with console.Progress(quiet=given["quiet"]) as progress:
        read = study(
            given["log"],
            given["mapping"],
            on_bad_rows=given["on_bad_rows"],
            progress=progress,
            source=given["source"],
        )
        log = _look_ahead(read.log, given["as_of"])
        suspects = _find_suspects(log)
        found, common = _withhold(inspect(log, suspects), log, given["min_group"], writing=bool(given["target"]))
    if given["form"] == "json":
        click.echo(write_json(found), nl=False)
    else:
        _print(found)
    if given["target"]:
        text = _write(replace(read, log=common), () if given["min_group"] else suspects)
        console.write_file(Path(given["target"]), text, quiet=given["quiet"])
    return _fail(gate, judge(log, suspects)) if gate else 0


def _look_ahead(log: Log, as_of: str | None) -> Log:
    """Return the log with its facts, times after `as_of` told as future times."""
    if not as_of:
        return log
    from svcflow.eventlog.quality.examination import examine_again
    from svcflow.eventlog.selection import to_millis

    return examine_again(log, to_millis(as_of, log.zone))


def _find_suspects(log: Log) -> list[str]:
    """Return the resources that behave like machines and are not declared."""
    from svcflow.mining.accounts import declared_machines, find_machines

    return sorted(log.resources[code] for code in find_machines(log) - set(declared_machines(log).tolist()))


def _withhold(found: dict[str, Any], log: Log, least: int | None, *, writing: bool) -> tuple[dict[str, Any], Log]:
    """Return what was found, and the log whose mapping is written, without groups of fewer than `least` cases."""
    if not least or least == 1:
        return found, log
    from svcflow.mining.disclosure import keep_common_cases, withhold_inspection

    told = withhold_inspection(found | {"machines": {"declared": [], "suspects": []}}, log, least)
    if not writing:
        return told, log
    common = keep_common_cases(log, least)
    return told, replace(common, attributes=log.attributes, case_attributes=log.case_attributes)


def _print(found: dict[str, Any]) -> None:
    colour = console.use_colour(sys.stdout)
    for line, name in tell(found):
        shown = console.one_line(line)
        word, colon, rest = shown.partition(":")
        click.echo(click.style(word, fg=name) + colon + rest if colour and name else shown, color=colour)


def _write(read: Study, suspects: list[str] | tuple[str, ...]) -> str:
    from svcflow.eventlog.mapping.text import write

    mapping = None if read.plan is None else replace(read.plan.mapping, source=read.source)
    return write(read.log, mapping, read.columns, suspects)


def _fail(gate: Gate, facts: Any) -> int:
    """Say which facts fail; return the exit status."""
    failing = gate.fails(facts)
    if failing:
        console.note("quality: " + ", ".join(f"{fact.id} ({fact.severity}, {fact.share:.1%})" for fact in failing))
    return 1 if failing else 0
