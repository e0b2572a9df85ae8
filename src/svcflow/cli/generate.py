"""`svcflow generate`: a log played out from the definitions, problems planted on demand, the truth beside it."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.errors import UsageError

EPILOG = """\b
Examples:
  svcflow generate workflows --process complaint -o complaints.csv
  svcflow generate workflows --process complaint --cases 2000 --seed 1 --plant plants.yaml -o complaints.csv
  svcflow generate workflows --process callback --words zh -o callbacks.csv
\b
A plant file says what goes wrong, and where:
  svcflow: 1
  plants:
    - {kind: slow-handoff, from: hotline, to: support, hours: 12, share: 0.8}
    - {kind: auto-close, step: close, after: resolve, hours: 72, share: 0.9}
    - {kind: growing-duration, step: investigate, hours: 20}
    - {kind: reopen, step: close, steps: [investigate, resolve], hours: 6, share: 0.15}
  `svcflow generate --kinds` shows what else can be planted.
"""


@click.command(epilog=EPILOG)
@click.argument("workspace", type=click.Path())
@click.option("--process", required=True, metavar="ID", help="Which process to play out.")
@click.option("--cases", type=int, default=500, show_default=True, help="How many cases arrive.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed gives the same log."
)
@click.option("--start", metavar="DATE", default="2026-01-05", show_default=True, help="The first day.")
@click.option("--weeks", type=int, default=12, show_default=True, help="How long cases arrive.")
@click.option("--plant", metavar="FILE", type=click.Path(), help="Problems to plant.")
@click.option(
    "--kinds",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, wanted: _show_kinds(context) if wanted else None,
    help="Show what can be planted, and its options.",
)
@click.option("--words", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of labels.")
@click.option("-o", "--output", required=True, metavar="FILE", type=click.Path(), help="The CSV file to write.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
def command(**given: Any) -> int:
    """Play out a process of WORKSPACE as a log of cases.

    Beside the log stand its mapping file and, as FILE.truth.json, what was planted where and what it costs.
    """
    from svcflow.definitions import load
    from svcflow.generation import generate, read_plants
    from svcflow.generation.export import to_json, to_yaml

    log = Path(given["output"])
    if log.suffix != ".csv":
        raise UsageError(f"cannot write {log}: logs are written as CSV", "give a name that ends in .csv")
    mapping, truth = log.with_suffix(".mapping.yaml"), log.with_suffix(".truth.json")
    console.refuse_unwritable(str(log), str(mapping), str(truth))
    plants = read_plants(Path(given["plant"])) if given["plant"] else ()
    with console.Progress(quiet=given["quiet"]) as progress:
        generated = generate(
            load(given["workspace"]),
            process=given["process"],
            cases=given["cases"],
            seed=given["seed"],
            start=_day(given["start"]),
            weeks=given["weeks"],
            plant=plants,
            words=given["words"],
            progress=progress,
        )
    console.write_file(log, generated.csv, quiet=given["quiet"])
    console.write_file(mapping, to_yaml(generated.mapping), quiet=given["quiet"])
    console.write_file(truth, to_json(generated.truth), quiet=given["quiet"])
    click.echo(f"{generated.truth['written']:,} cases, {generated.truth['events']:,} events")
    for plant in generated.truth["plants"]:
        click.echo(f"planted {plant['kind']} in {plant['cases']:,} cases, {plant['added_s'] / 3600:+,.0f} h in all")
    return 0


def _show_kinds(context: click.Context) -> None:
    """Print the manual of each kind of problem and stop."""
    from svcflow.generation.planting import kinds

    click.echo(
        "\n".join(
            f"{kind}\n{textwrap.indent((module.__doc__ or '').strip(), '  ')}\n" for kind, module in kinds().items()
        )
    )
    context.exit()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date", "write it as 2026-01-05") from None
