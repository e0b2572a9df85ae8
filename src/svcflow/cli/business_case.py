"""`svcflow business-case`: what each recommendation is worth in money, and what is still to be said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.jsontexts import write_json

EPILOG = """\b
Examples:
  svcflow business-case export.csv -w workflows
  svcflow business-case export.csv -w workflows --one-off 20000 --delay-cost 3 --discount 8
  svcflow business-case export.csv -w workflows --assumptions money.yaml --json case.json

\b
money.yaml:
  months: 24
  discount: 8%
  delay: 3                         # what an hour of a case's time is worth
  recommendations:
    acceptance-target: {one_off: 15000, running: 2000}
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("--one-off", type=options.Number(0), metavar="AMOUNT", help="What a change costs once.")
@click.option("--running", type=options.Number(0), default=0.0, metavar="AMOUNT", help="What it costs a year.")
@click.option("--delay-cost", type=options.Number(0), metavar="AMOUNT", help="Worth of an hour of a case's time.")
@click.option("--paid-hours", type=options.Number(1), metavar="HOURS", help="Hours a person is paid for in a year.")
@click.option("--months", type=click.IntRange(1, 600), default=36, show_default=True, help="How far to look.")
@click.option("--discount", type=options.Number(0, 99), default=0.0, metavar="PERCENT", help="Yearly discount rate.")
@click.option("--assumptions", metavar="FILE", type=click.Path(), help="All of these in YAML, also for each remedy.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the cases as JSON ('-': stdout).")
@options.lang
@click.option("--most", type=click.IntRange(min=0), default=7, show_default=True, help="How many to tell; 0: all.")
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Put the recommendations for LOG into money: work saved at the rates of its roles, cost, pay-back, ROI, IRR.

    Rates are the cost_per_minute of roles in the organisation file. What is not known is asked for, never invented.
    """
    from svcflow.advice import recommend
    from svcflow.advice.money import Assumptions, make_cases, read_assumptions
    from svcflow.cli._business_case import tell
    from svcflow.detectors import detect
    from svcflow.disclosure import refuse_few
    from svcflow.execution import execute
    from svcflow.mining import mine

    console.refuse_unwritable(None if given["json_file"] == "-" else given["json_file"])
    stated = Assumptions(
        one_off=given["one_off"],
        running=given["running"],
        delay=given["delay_cost"],
        paid_hours=given["paid_hours"],
        months=given["months"],
        discount=given["discount"] / 100,
    )
    assumed = read_assumptions(Path(given["assumptions"]), stated) if given["assumptions"] else stated
    workspace = options.read_workspace(given)
    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        refuse_few(log.cases, given["min_group"])
        progress("mining")
        mined = mine(log, progress=progress)
        runs = execute(workspace, log, progress=progress) if workspace is not None else None
        found = detect(log, mined, workspace, runs=runs, progress=progress)
        common = tuple(finding for finding in found if finding.cases >= (given["min_group"] or 1))
        advice = recommend(common, log, mined, workspace, runs, most=given["most"] or None)
        progress("counting")
        cases = make_cases(advice, log, workspace, assumed)
    titles = [one.title for one in advice]
    text = write_json([case.to_json() for case in cases])
    if given["json_file"] == "-":
        click.echo(text, nl=False)
        return 0
    click.echo(tell(titles, [case.to_json() for case in cases], given["lang"]), nl=False)
    if given["json_file"]:
        console.write_file(Path(given["json_file"]), text, quiet=given["quiet"])
    return 0
