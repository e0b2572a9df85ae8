"""`svcflow check-effect`: what an adopted change really did, against what was predicted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import InputError, UsageError
from svcflow.jsontexts import write_json

if TYPE_CHECKING:
    from svcflow.improvement import Check

EPILOG = """\b
Examples:
  svcflow analyze before.csv -w workflows --json estimate.json     before: the estimates are in it
  svcflow check-effect estimate.json after.csv --adopted 2026-04-06
  svcflow check-effect estimate.json after.csv --adopted 2026-04-06 --number 1 -w workflows -o change.html
"""


@click.command(epilog=EPILOG)
@click.argument("estimate", type=click.Path(path_type=Path))
@options.log
@options.mapping
@options.workspace
@click.option("--adopted", required=True, metavar="DATE", help="The day from which the change held.")
@click.option(
    "--number", "numbers", multiple=True, type=int, metavar="N", help="Which recommendations; else the first."
)
@click.option("--all", "every", is_flag=True, help="All recommendations of the estimate.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the checks as JSON ('-': stdout).")
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write the before/after page (.html).")
@options.lang
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Compare the ESTIMATE of an analysis with what LOG shows since a change was adopted.

    LOG may hold the weeks before the change too; those it lacks are taken from the estimate. Observed is the step in
    the weekly means (interrupted time series), with its 90 % interval. Exit 1 if a change is to be rolled back.
    """
    from svcflow.disclosure import refuse_few
    from svcflow.improvement import check_effects

    adopted = _read_day(given["adopted"])
    console.refuse_unwritable(None if given["json_file"] == "-" else given["json_file"], given["output"])
    if given["output"] and not given["output"].casefold().endswith((".html", ".htm")):
        raise UsageError(f"{given['output']}: the checks are written as a page", "end the name in .html")
    estimate = _read_estimate(given["estimate"])
    workspace = options.read_workspace(given)
    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        refuse_few(log.cases, given["min_group"])
        weeks = [week for week in _trace(log, progress) if week["cases"] >= (given["min_group"] or 0)]
    chosen = None if given["every"] else given["numbers"] or (1,)
    checks = check_effects(estimate, weeks, adopted, chosen=chosen, workspace=workspace)
    document = {
        "source": log.source,
        "adopted": adopted.isoformat(),
        "cases": log.cases,
        "start": weeks[0]["from"] if weeks else None,
        "end": weeks[-1]["from"] if weeks else None,
        "checks": [check.to_json() for check in checks],
    }
    _deliver(document, checks, given)
    return int(any(check.decision == "rolled back" for check in checks))


def _trace(log: Any, progress: Any) -> list[dict[str, Any]]:
    from svcflow.analysis.weekly import trace_weeks
    from svcflow.mining import mine

    progress("mining")
    return trace_weeks(log, mine(log, progress=progress))


def _deliver(document: dict[str, Any], checks: Sequence[Check], given: dict[str, Any]) -> None:
    text = write_json(document)
    if given["json_file"] == "-":
        click.echo(text, nl=False)
    else:
        from svcflow.report.checks import say, tell
        from svcflow.wording import LANGS

        for lang in (name for name in LANGS if given["lang"] in {name, "both"}):
            click.echo("\n".join(console.one_line(line) for check in checks for line in tell(check.to_json(), lang)))
            if len(checks) > 1:
                click.echo(say("together")[lang])
    if given["json_file"] not in (None, "-"):
        console.write_file(Path(given["json_file"]), text, quiet=given["quiet"])
    if given["output"]:
        from svcflow.report.improvement import render_checks

        console.write_file(Path(given["output"]), render_checks(document, lang=given["lang"]), quiet=given["quiet"])


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--adopted {text!r} is no day", "write it as 2026-04-06") from None


def _read_estimate(path: Path) -> Any:
    """Return an analysis document, or the list that `svcflow recommend --json` writes."""
    from svcflow.improvement.checking import HINT
    from svcflow.report import read_document
    from svcflow.report.document import check_shape

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", HINT) from error
    except UnicodeDecodeError as error:
        raise InputError(f"cannot read {path}: not UTF-8", HINT) from error
    if not text.lstrip().startswith("["):
        return read_document(text, str(path))
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON: {error}", HINT) from error
    check_shape({"recommendations": rows}, str(path))
    return rows
