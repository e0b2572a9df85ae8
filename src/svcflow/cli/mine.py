"""`svcflow mine`: the figures of a log as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from svcflow import plugins
from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli._mined import COLUMNS, write
from svcflow.errors import UsageError

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log
    from svcflow.eventlog.store.stored import Stored
    from svcflow.findings import Side
    from svcflow.mining import Mined, Summarised
    from svcflow.mining.transitions import BusinessClock

EPILOG = """\b
Examples:
  svcflow mine export.csv                              all tables, the ten largest rows of each
  svcflow mine export.csv --what bottlenecks           where cases wait, dearest first
  svcflow mine export.csv --what map --format csv      directly-follows pairs for a spreadsheet
  svcflow mine export.csv --where "priority == 'high'" --what variants
  svcflow mine export.csv --format json | jq '.handovers.team.pairs[:5]'
"""

FORMATS = ("text", "csv", "json")
LARGE = 2_000_000
"""A canonical file with more instances stays on disk: percentiles are then approximate."""
Row = dict[str, Any]


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option(
    "--what",
    type=click.Choice([*COLUMNS, *plugins.list_ids("mining.quantities"), "all"]),
    metavar="TABLE",
    default="all",
    show_default=True,
    help=f"Which table: {', '.join(COLUMNS)}; a quantity that `svcflow explain` lists; or all.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[:FILE]",
    help="text, csv or json, to stdout or to a file; may be given several times.",
)
@click.option("--top", type=click.IntRange(min=1), help="Rows of each table; as text by default ten.")
@click.option("--calendar", metavar="NAME", help="Measure waiting in the open hours of this calendar of the workspace.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Threads; the result is the same with any number.")
@click.option(
    "--exact",
    is_flag=True,
    help=f"Exact percentiles of a canonical file of more than {LARGE:,} instances too, and examples of "
    "bottlenecks: it is read from disk twice.",
)
@click.option(
    "--in-memory",
    is_flag=True,
    help="Read such a file into memory, whatever its size: exact, and one pass for whatever compares cases.",
)
@click.option("--show-people", is_flag=True, help="Name people; without this they are numbered.")
@options.engine
@options.selection
@options.filters
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Measure LOG: map, variants, bottlenecks, handovers and loops as tables.

    Shares of waiting are shares of all time between events. A wait that a timer makes, or that the customer owns, is
    listed last among the bottlenecks.
    """
    targets = [_parse_format(text, given["what"]) for text in given["formats"] or ("text",)]
    console.refuse_unwritable(*(file for _, file in targets))
    with console.Progress(quiet=given["quiet"]) as progress:
        document = _measure(_open_large(given) or options.read_selected_log(given, progress), given, progress)
    for form, file in targets:
        text = write(document, form, given["what"], given["top"])
        if file is None:
            click.echo(text, nl=False)
        else:
            console.write_file(Path(file), text, quiet=given["quiet"])
    return 0


def _parse_format(text: str, what: str) -> tuple[str, str | None]:
    form, _, file = text.partition(":")
    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}", f"--format is one of {', '.join(FORMATS)}")
    if form == "csv" and what == "all":
        raise UsageError("CSV holds one table", f"choose it: --what {'|'.join(COLUMNS)}, or a quantity")
    return form, file or None


def _open_large(given: dict[str, Any]) -> Stored | None:
    """Return a canonical file that is not read whole; ``None`` where the log is read, all of it or some cases.

    That is a large one, or one of any size for a cluster, whose workers see files alone.
    """
    if given["in_memory"] or any(given[name] for name in ("where", "since", "until", "filters")):
        return None
    from svcflow.eventlog.exporting.landing import find_stored

    found = find_stored(given["log"], given["mapping"])
    cluster = given["engine"].startswith("spark://")
    return found if found is not None and (cluster or found.instances > LARGE) else None


def _measure(log: Log | Stored, given: dict[str, Any], progress: Callable[[str], None]) -> Row:
    """Return the contract's JSON of `log`, with the bottlenecks among it."""
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining import mine
    from svcflow.mining.disclosure import withhold_mined

    workspace, declared = options.read_workspace(given), None
    sides: Mapping[str, Side] = {}
    if workspace is not None:
        from svcflow.detectors import read_sides
        from svcflow.execution.concurrency import read_declared

        known = cast("Log", log)  # both look at nothing but the names of activities
        declared, sides = read_declared(workspace, known), read_sides(workspace, known)
    what = given["what"]
    how: dict[str, Any] = {
        "clock": _choose_clock(given, workspace),
        "organisation": workspace.organisation if workspace else None,
        "declared": declared,
        "quantities": None if what == "all" else () if what in COLUMNS else [what],
        "engine": given["engine"],
        "jobs": given["jobs"],
        "exact": given["exact"],
        "progress": progress,
    }
    mined: Mined | Summarised
    if isinstance(log, Stored):
        log = replace(log, owned=sides)
        mined = mine(log, **how)
    else:
        log = replace(log, sides={**sides, **log.sides})
        mined = mine(log, **how)
    document = mined.to_json()
    _hide_people(document, log, mined, show_people=given["show_people"])
    if what in ("bottlenecks", "all"):
        progress("weighing the waits")
        document["bottlenecks"] = _list_bottlenecks(log, mined)
    return withhold_mined(document, given["min_group"])


def _list_bottlenecks(log: Log | Stored, mined: Mined | Summarised) -> list[Row]:
    from svcflow.analysis import bottlenecks
    from svcflow.mining import Mined

    if isinstance(mined, Mined):
        return bottlenecks.list_bottlenecks(cast("Log", log), mined)
    return bottlenecks.list_summarised(cast("Stored", log), mined)


def _choose_clock(given: dict[str, Any], workspace: Any) -> BusinessClock | None:
    if workspace is None and given["calendar"] is None:
        return None
    from svcflow.analysis.clocks import choose_clock

    chosen = choose_clock(workspace, given["calendar"])
    return chosen.clock if chosen else None


def _hide_people(document: Row, log: Log | Stored, mined: Mined | Summarised, *, show_people: bool) -> None:
    from svcflow.analysis.people import hide_people, make_mask

    hide_people(document, mined, make_mask(log, show_people=show_people))
