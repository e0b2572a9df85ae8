"""`svcflow case`: one case told line by line beside its definition."""

from __future__ import annotations

from typing import Any

import click

from svcflow.cli import _options as options
from svcflow.errors import UsageError

EPILOG = """\b
Examples:
  svcflow case export.csv 4711 -w workflows                    what happened, what should have, and where it says so
  svcflow case export.csv 4711 -w workflows --process complaint
  svcflow case export.csv 4711 -w workflows --as-of 2026-11-02

\b
Signs:  ✓ as defined   ! as defined, but   · skipped   ✗ has no place here   ○ allowed at any time
        ■ ends the case   … pending   ? belongs to no step   - ignored
"""


@click.command(epilog=EPILOG)
@options.log
@click.argument("case_id", metavar="ID")
@options.workspace
@options.mapping
@click.option("--process", metavar="ID", help="Judge by this definition alone.")
@click.option("--as-of", metavar="TIME", help="Now, for clocks still running; by default the log's last time stamp.")
@click.option("--no-guards", is_flag=True, help="Leave conditions aside: judge the order of steps alone.")
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Tell case ID of LOG line by line beside its definition."""
    from svcflow.disclosure import refuse_single_cases
    from svcflow.execution import execute

    refuse_single_cases(given["min_group"], "svcflow case")
    workspace = options.read_workspace(given)
    if workspace is None:
        raise UsageError("a case is told beside a definition", "add -w WORKSPACE, such as -w workflows")
    log = options.read_selected_log(given)
    runs = execute(workspace, log, as_of=given["as_of"], process=given["process"], guards=not given["no_guards"])
    click.echo(runs.explain(given["case_id"]))
    return 0
