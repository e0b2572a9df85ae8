"""`svcflow analyze`: one export in, one honest report out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli import _outputs as outputs

if TYPE_CHECKING:
    from svcflow.advice.money import Assumptions

EPILOG = """\b
Examples:
  svcflow analyze export.csv -o report.html
  svcflow analyze export.csv -w workflows -o report.html --json analysis.json
  svcflow analyze export.csv --lang zh -o report.html
  svcflow analyze export.csv -o report.pdf --format xlsx:tables.xlsx --format md:report.md --pictures
  svcflow analyze export.csv -o tables/                            every table as CSV
  svcflow analyze export.csv --json - | jq '.findings[0]'
  svcflow analyze export.csv -w workflows --history runs.jsonl     for `svcflow gate`
  svcflow analyze export.csv -o report.html --min-group 10   to hand on: no single cases, no small groups
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("-o", "--output", type=click.Path(), help="Write the report: .html, .md, .pdf, .xlsx, .json or a folder.")
@outputs.forms
@click.option("--json", "json_file", metavar="FILE|-", help="Write the analysis as JSON ('-': stdout).")
@click.option("--history", metavar="FILE", type=click.Path(), help="Add this run to a history: one line of JSON a run.")
@click.option("--assumptions", metavar="FILE", type=click.Path(), help="What changes cost (see business-case).")
@options.lang
@outputs.look
@click.option("--as-of", metavar="TIME", help="Now, for open cases; by default the log's last time stamp.")
@click.option("--calendar", metavar="NAME", help="Measure business time on this calendar of the workspace.")
@click.option("--no-model", is_flag=True, help="Do not discover a model with pm4py (saves some seconds).")
@click.option("--show-people", is_flag=True, help="Name people; without this they are numbered.")
@options.engine
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Mine LOG, execute the definitions against it, and write the report.

    Without -o, --format and --json a short summary is printed.
    """
    from svcflow.analysis import analyze
    from svcflow.report.text import summarise

    progress = console.Progress(quiet=given["quiet"])
    targets = outputs.choose_targets(given["output"], given["formats"])
    if given["json_file"]:
        targets.append(("json", given["json_file"]))
        console.refuse_unwritable(None if given["json_file"] == "-" else given["json_file"])
    console.refuse_unwritable(given["history"])
    asked = outputs.read_look(given)
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
            engine=given["engine"],
            assumptions=_assume(given["assumptions"]),
            progress=progress,
        )
        document = analysis.to_json(show_people=given["show_people"])
        progress("writing the report")
        built = outputs.build(document, targets, asked)
    if all(file != "-" for _, file in targets):
        click.echo(summarise(document, lang="zh" if given["lang"] == "zh" else "en"))
    outputs.deliver(built, quiet=given["quiet"])
    if given["history"]:
        _remember(Path(given["history"]), document, quiet=given["quiet"])
    return 0


def _remember(path: Path, document: dict[str, Any], *, quiet: bool) -> None:
    """Add the run to a history; the same run twice is there once."""
    from svcflow.improvement import append_record, make_record

    new = append_record(path, make_record(document))
    console.note(f"{path}: {'run added' if new else 'this run is there already'}", quiet=quiet)


def _assume(file: str | None) -> Assumptions | None:
    """Return what a file says of costs."""
    from svcflow.advice.money import Assumptions, read_assumptions

    return read_assumptions(Path(file), Assumptions()) if file else None
