"""`svcflow compare`: two logs, periods or segments, with every difference's interval."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _comparison as texts
from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import UsageError

if TYPE_CHECKING:
    from svcflow.analysis.comparison import Group
    from svcflow.eventlog.log import Log
    from svcflow.mining import Mined

EPILOG = """\b
Examples:
  svcflow compare before.csv after.csv                    what has changed from one export to the other
  svcflow compare export.csv --at 2026-04-01              cases begun before and from the day of a change on
  svcflow compare export.csv --a "channel == 'mail'" --b "channel == 'phone'"
  svcflow compare export.csv --by team,channel,priority   each value against all other cases
  svcflow compare before.csv after.csv -o change.html     the same as a page, with the map of differences
  svcflow compare before.csv after.csv --fail-on worse    in CI: exit 1 when a metric has certainly become worse
"""
FAIL_ON = ("none", "worse", "any")
Row = dict[str, Any]


@click.command(epilog=EPILOG)
@options.log
@click.argument("other", metavar="[B]", required=False, type=click.Path())
@options.mapping
@options.workspace
@click.option("--at", metavar="DATE", help="Compare the cases begun before this day with those from it on.")
@click.option("--a", "where_a", metavar="EXPR", help="The cases of side A: \"channel == 'mail'\".")
@click.option("--b", "where_b", metavar="EXPR", help="The cases of side B; without it, all but A.")
@click.option("--by", metavar="NAMES", help="Attributes: each of their values against all other cases.")
@click.option("--calendar", metavar="NAME", help="Measure waiting in the open hours of this calendar of the workspace.")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Rows of each table of text.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), help="Write a page (.html) with the map of differences."
)
@options.lang
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default="none", show_default=True, help="What certain change exits with 1."
)
@options.selection
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Compare two logs A and B, or two parts of one: metrics, activities and links with 95 % intervals.

    A difference is called certain where it stays beyond chance among all that were compared (Benjamini-Hochberg, 5 %).
    It is an association: between periods and segments more than the one thing may differ.
    """
    _check(given)
    if given["output"]:
        console.refuse_unwritable(given["output"])
    with console.Progress(quiet=given["quiet"]) as progress:
        document = _compare_segments(given, progress) if given["by"] else _compare(given, progress)
    if given["output"]:
        from svcflow.report.differences import render_differences

        page = render_differences(document, lang=given["lang"])
        console.write_file(Path(given["output"]), page, quiet=given["quiet"])
    if not given["output"] or given["form"] != "text":
        click.echo(texts.write(document, given["form"], given["top"]), nl=False)
    return int(_fails(document, given["fail_on"]))


def _check(given: Row) -> None:
    ways = [name for name, stated in (
        ("B", given["other"]), ("--at", given["at"]), ("--a", given["where_a"]), ("--by", given["by"]),
    ) if stated]  # fmt: skip
    if len(ways) != 1:
        said = f"{' and '.join(ways)} say different things to compare" if ways else "nothing to compare with"
        raise UsageError(said, "give a second log, or one of --at DATE, --a EXPR [--b EXPR], --by NAMES")
    if given["where_b"] and not given["where_a"]:
        raise UsageError("--b without --a", "say with --a which cases are the other side")
    if given["output"] and given["by"]:
        raise UsageError("--by compares many groups: there is no map of their differences", "leave -o out")
    if given["output"] and not given["output"].casefold().endswith((".html", ".htm")):
        raise UsageError(f"{given['output']}: a comparison is written as a page", "end the name in .html")


def _compare(given: Row, progress: Callable[[str], None]) -> Row:
    from svcflow.analysis.comparison import compare

    a, b = _choose_sides(given, progress)
    progress("comparing")
    return compare(a, b, min_group=given["min_group"]).to_json()


def _choose_sides(given: Row, progress: Callable[[str], None]) -> tuple[Group, Group]:
    import numpy as np

    from svcflow.analysis.comparison import Group
    from svcflow.eventlog.selection import choose

    log, mined = _mine(given, given["log"], progress)
    everything = np.ones(log.cases, np.bool_)
    if given["other"]:
        other, other_mined = _mine(given, given["other"], progress)
        names = (Path(given["log"]).name, Path(given["other"]).name)
        if names[0] == names[1]:
            names = (given["log"], given["other"])
        everywhere = np.ones(other.cases, np.bool_)
        return Group(names[0], log, mined, everything), Group(names[1], other, other_mined, everywhere)
    if given["at"]:
        after = choose(log, since=given["at"])
        return Group(f"before {given['at']}", log, mined, ~after), Group(f"from {given['at']}", log, mined, after)
    one = choose(log, where=given["where_a"])
    rest = choose(log, where=given["where_b"]) if given["where_b"] else ~one
    if (one & rest).any():
        raise UsageError(f"{int((one & rest).sum()):,} cases fulfil both --a and --b", "make the conditions exclude")
    return Group(given["where_a"], log, mined, one), Group(given["where_b"] or "all others", log, mined, rest)


def _compare_segments(given: Row, progress: Callable[[str], None]) -> Row:
    from svcflow.analysis.comparison import compare_segments

    log, mined = _mine(given, given["log"], progress)
    progress("comparing")
    by = [name.strip() for name in given["by"].split(",") if name.strip()]
    rows, tried = compare_segments(log, mined, by, min_group=given["min_group"])
    return {"source": log.source, "cases": log.cases, "compared": tried, "segments": rows}


def _mine(given: Row, path: str, progress: Callable[[str], None]) -> tuple[Log, Mined]:
    """Read and mine one log as all of them are read."""
    from dataclasses import replace

    from svcflow.analysis.clocks import choose_clock
    from svcflow.detectors import read_sides
    from svcflow.disclosure import refuse_few
    from svcflow.mining import mine

    workspace = options.read_workspace(given)
    log = options.read_selected_log(given | {"log": path}, progress)
    refuse_few(log.cases, given["min_group"])
    if workspace is not None:
        log = replace(log, sides={**read_sides(workspace, log), **log.sides})
    chosen = choose_clock(workspace, given["calendar"])
    return log, mine(log, clock=chosen.clock if chosen else None, progress=progress)


def _fails(document: Row, fail_on: str) -> bool:
    rows = document.get("metrics") or document.get("segments") or []
    if fail_on == "any":
        parts = (*rows, *document.get("activities", ()), *document.get("links", ()))
        return any(row["certain"] or row.get("wait_certain") for row in parts)
    return fail_on == "worse" and any(row["verdict"] == "worse" for row in rows)
