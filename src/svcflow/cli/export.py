"""`svcflow export`: a log, or the cases of it that one wants, for another tool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import UsageError
from svcflow.wording import say_count

EPILOG = """\b
Examples:
  svcflow export export.csv -o log.parquet              the canonical file, which every command reads at once
  svcflow export log.parquet --where "priority == 'high'" -o high.csv
  svcflow export log.parquet --from 2026-01-01 --to 2026-04-01 -o quarter.xes.gz
  svcflow export log.parquet -o log.xlsx

\b
Formats, by the suffix of FILE:
  .csv .csv.gz .xlsx .jsonl .arrow   a table, one row per step
  .xes .xes.gz                       IEEE 1849
  .parquet                           the canonical file of svcflow

FILE.mapping.yaml is put beside all but canonical files: with it, svcflow reads FILE back as the same log. In a CSV,
text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line break) gets an apostrophe in
front; the mapping takes it off again.
"""


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), required=True, help="Where to write; its suffix chooses."
)
@click.option(
    "--spreadsheet-safe/--no-spreadsheet-safe",
    default=True,
    show_default=True,
    help="Whether no text of a CSV may become a formula.",
)
@click.option("--no-mapping", is_flag=True, help="Put no mapping beside the file.")
@options.selection
@options.filters
@options.source
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Write the cases of LOG that are selected, or all, with all their steps and attributes to a file."""
    from svcflow.disclosure import refuse_single_cases
    from svcflow.eventlog.exporting.landing import export, find_format

    refuse_single_cases(given["min_group"], "an exported log")
    target = Path(given["output"])
    find_format(target)
    console.refuse_unwritable(given["output"])
    _refuse_itself(given["log"], target)
    with console.Progress(quiet=given["quiet"]) as progress:
        log, chosen = _read(given, progress)
        progress(f"writing {target.name}")
        notes = export(
            log,
            target,
            chosen=chosen,
            spreadsheet_safe=given["spreadsheet_safe"],
            mapping=not given["no_mapping"],
        )
    for note in notes:
        console.note(console.one_line(note), quiet=given["quiet"])
    cases = log.cases if chosen is None else int(chosen.sum())
    size = target.stat().st_size / 1024
    console.note(f"wrote {target}: {say_count(cases)} cases ({size:,.0f} KB)", quiet=given["quiet"])
    return 0


def _read(given: dict[str, Any], progress: Callable[[str], None]) -> tuple[Any, Any]:
    """Return the log and which of its cases are chosen; a canonical file stays on disk."""
    from svcflow.eventlog.exporting.landing import find_stored

    stored = None if given["filters"] else find_stored(given["log"], given["mapping"])
    if stored is None:
        return options.read_selected_log(given, progress), None
    from svcflow.eventlog.selection import choose

    return stored, choose(stored, given["where"], given["since"], given["until"])


def _refuse_itself(log: str, target: Path) -> None:
    source = Path(log)
    try:
        same = target.exists() and source.exists() and target.samefile(source)
    except (OSError, ValueError):
        same = False
    if same:
        raise UsageError(f"{target} is the log itself", "give another file to write")
