"""`svcflow inspect`: what an export holds, before any figure is believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options

EPILOG = """\b
Examples:
  svcflow inspect export.csv
  svcflow inspect export.csv --write export.csv.mapping.yaml
  svcflow inspect export.csv -m my.mapping.yaml --format json | jq '.quality'
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
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
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Say what LOG holds: its columns and their roles with reasons, counts, period, zone, and what is wrong with it.

    Every figure of the other commands rests on these roles; a mapping file states what was guessed wrongly.
    """
    from svcflow.eventlog import read_log
    from svcflow.eventlog.inspection import inspect

    console.refuse_unwritable(given["target"])
    with console.Progress(quiet=given["quiet"]) as progress:
        log = read_log(given["log"], given["mapping"], on_bad_rows=given["on_bad_rows"], progress=progress)
        found = inspect(log)
        if given["min_group"]:
            from svcflow.mining.disclosure import keep_common_cases, withhold_inspection

            found = withhold_inspection(found, log, given["min_group"])
            if given["target"]:
                common = keep_common_cases(log, given["min_group"])
                log = replace(common, attributes=log.attributes, case_attributes=log.case_attributes)
    if given["form"] == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        click.echo("\n".join(console.one_line(line) for line in _tell(found)))
    if given["target"]:
        from svcflow.eventlog.mapping.text import write

        console.write_file(Path(given["target"]), write(log), quiet=given["quiet"])
    return 0


def _tell(found: dict[str, Any]) -> Iterator[str]:
    log = found["log"]
    yield found["source"]
    for note in found["notes"]:
        yield f"  {note}"
    yield ""
    counts = f"{log['cases']:,} cases, {log['events']:,} events, {log['instances']:,} steps"
    yield f"{counts} of {log['activities']:,} activities"
    steps = log["steps_per_case"]
    spread = "" if steps["min"] is None else f"{steps['min']:,} to {steps['max']:,} steps a case, "
    yield f"{spread}median {steps['median']:g}" + ("" if spread else " steps a case")
    yield f"{log['resources']:,} resources, {log['teams']:,} teams"
    yield f"{log['start']} to {log['end']}, zone {log['zone'] or 'not named'}"
    yield ""
    yield "Roles"
    width = max(len(role["role"]) for role in found["roles"])
    for role in found["roles"]:
        yield f"  {role['role']:<{width}}  {role['column']}  ({role['reason']})"
        if role["alternatives"]:
            yield f"  {'':<{width}}  or: {', '.join(role['alternatives'])}"
    yield ""
    yield "Activities"
    for row in found["activities"][:30]:
        yield f"  {row['count']:>9,}  {_clip(row['activity'])}"
    if len(found["activities"]) > 30:
        yield f"  … and {len(found['activities']) - 30:,} more"
    yield ""
    yield from _tell_attributes(found["attributes"])
    yield "Quality"
    for fact in found["quality"]:
        yield f"  {fact['id']}: {fact['message']}"
        if fact["rows"]:
            yield f"    rows {', '.join(f'{row:,}' for row in fact['rows'])}" + (" …" if fact["count"] > 5 else "")
    if not found["quality"]:
        yield "  nothing to say"


def _clip(text: str, longest: int = 100) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _tell_attributes(attributes: list[dict[str, Any]]) -> Iterator[str]:
    for of in ("case", "event"):
        chosen = [attribute for attribute in attributes if attribute["of"] == of]
        if chosen:
            yield f"Attributes of {of}s"
            for attribute in chosen:
                known = "" if attribute["known"] == 1 else f", known in {attribute['known']:.0%}"
                yield f"  {attribute['name']}: {attribute['kind']}, {attribute['values']:,} values{known}"
            yield ""
