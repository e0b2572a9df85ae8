"""`svcflow analyze`: one export in, one honest report out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options

EPILOG = """\b
Examples:
  svcflow analyze export.csv -o report.html
  svcflow analyze export.csv -w workflows -o report.html --json analysis.json
  svcflow analyze export.csv --lang zh -o report.html
  svcflow analyze export.csv --json - | jq '.findings[0]'
  svcflow analyze export.csv -o report.html --min-group 10   to hand on: no single cases, no small groups
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the report to this HTML file.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the analysis as JSON ('-': stdout).")
@options.lang
@click.option("--title", help="Title of the report.")
@click.option("--as-of", metavar="TIME", help="Now, for open cases; by default the log's last time stamp.")
@click.option("--calendar", metavar="NAME", help="Measure business time on this calendar of the workspace.")
@click.option("--no-model", is_flag=True, help="Do not discover a model with pm4py (saves some seconds).")
@click.option("--show-people", is_flag=True, help="Name people; without this they are numbered.")
@options.selection
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Mine LOG, execute the definitions against it, and write the report.

    Without -o and --json a short summary is printed.
    """
    from svcflow.analysis import analyze
    from svcflow.report import render
    from svcflow.report.text import summarise

    progress = console.Progress(quiet=given["quiet"])
    outputs = [given["output"], None if given["json_file"] == "-" else given["json_file"]]
    console.refuse_unwritable(*outputs)
    workspace = options.read_workspace(given)
    with progress:
        log = options.read_selected_log(given, progress)
        analysis = analyze(
            log,
            workspace,
            as_of=given["as_of"],
            calendar=given["calendar"],
            discover=not given["no_model"],
            min_group=given["min_group"],
            progress=progress,
        )
        document = analysis.to_json(show_people=given["show_people"])
        page = ""
        if given["output"]:
            progress("writing the report")
            page = render(document, lang=given["lang"], title=given["title"], show_people=given["show_people"])
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if given["json_file"] == "-":
        click.echo(text, nl=False)
    else:
        click.echo(summarise(document, lang="zh" if given["lang"] == "zh" else "en"))
    if given["output"]:
        console.write_file(Path(given["output"]), page, quiet=given["quiet"])
    if given["json_file"] not in (None, "-"):
        console.write_file(Path(given["json_file"]), text, quiet=given["quiet"])
    return 0
