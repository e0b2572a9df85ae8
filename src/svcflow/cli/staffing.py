"""`svcflow staffing`: how many people each team needs by hour of the week, and how many are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import UsageError
from svcflow.jsontexts import write_json

EPILOG = """\b
Examples:
  svcflow staffing export.csv -w workflows                     a mean wait of one hour at most
  svcflow staffing calls.csv -w workflows --target 80/20s      80 % of arrivals within 20 seconds
  svcflow staffing calls.csv --target 80/20s --patience 2m     who gives up is to be called back
  svcflow staffing export.csv -w workflows --wait 4h --team Hotline --shrinkage 30
  svcflow staffing export.csv -w workflows --json - | jq '.teams[0].hours'
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("--target", metavar="SHARE/TIME", help="Service level: 80/20s is 80 % within 20 seconds.")
@click.option("--wait", metavar="TIME", help="Or a mean wait: 4h. Without either: 1h.")
@click.option("--team", metavar="NAME", help="Only this team, as the log names it.")
@click.option("--patience", metavar="TIME", help="How long customers wait on average before they give up.")
@click.option(
    "--shrinkage",
    type=options.Number(0, 90),
    default=0.0,
    metavar="PERCENT",
    help="Share of paid time that is leave, breaks, training: added to the heads needed.",
)
@click.option("--json", "json_file", metavar="FILE|-", help="Write the plan as JSON ('-': stdout).")
@options.lang
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Forecast the arrivals of LOG by hour of the week and say how many people they need.

    Needed are heads at work on this (Erlang C), at the expected arrivals; present is who the log shows at work, or what
    the organisation states. From completions alone the heads are effective capacity, never FTE.
    """
    from svcflow.cli._staffing import tell
    from svcflow.disclosure import refuse_few
    from svcflow.mining import mine
    from svcflow.staffing import Absence, parse_target, plan
    from svcflow.staffing.targets import parse_seconds

    console.refuse_unwritable(None if given["json_file"] == "-" else given["json_file"])
    target = parse_target(given["target"], given["wait"])
    patience = parse_seconds(given["patience"]) if given["patience"] else None
    workspace = options.read_workspace(given)
    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        refuse_few(log.cases, given["min_group"])
        _check_team(log.teams.texts, given["team"])
        progress("mining")
        machines = mine(log).waits.machines_array
        progress("planning")
        absence = Absence(given["shrinkage"] / 100, patience)
        found = plan(log, machines, workspace, target=target, team=given["team"], absence=absence)
    document = found.to_json()
    document["teams"] = [team for team in document["teams"] if team["cases"] >= (given["min_group"] or 1)]
    text = write_json(document)
    if given["json_file"] == "-":
        click.echo(text, nl=False)
        return 0
    click.echo(tell(document, given["lang"]), nl=False)
    if given["json_file"]:
        console.write_file(Path(given["json_file"]), text, quiet=given["quiet"])
    return 0


def _check_team(known: tuple[str, ...], team: str | None) -> None:
    from svcflow.guards import suggest

    if team is not None and team not in known:
        names = [name for name in known if name]
        hint = f"the log names {', '.join(names[:8])}" if names else "the log names no teams"
        raise UsageError(f"no team {team!r} in the log{suggest(team, names)}", hint)
