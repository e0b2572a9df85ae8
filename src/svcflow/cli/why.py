"""`svcflow why`: what the cases that show an effect have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.cli._tables import Shown, align, flatten
from svcflow.errors import UsageError
from svcflow.jsontexts import write_json
from svcflow.wording import say_count, say_duration

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log
    from svcflow.mining.associations import Effect

EPILOG = """\b
Examples:
  svcflow why export.csv                             what the slowest fifth of the cases have in common
  svcflow why export.csv --slower-than 5d            what those have that take more than five days
  svcflow why export.csv --effect reopened --by channel,product
  svcflow why export.csv --cases "satisfaction <= 2" --format json
"""
EFFECTS = ("slow", "reopened", "repeating", "handed-over", "ping-pong")
TIMES = {"resolve_time": " to resolve", "cycle_time": " in all"}
Row = dict[str, Any]


def _decimal(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


FIGURES = (
    Shown("cases", "cases", say_count, right=True),
    Shown("with effect", "rate", "{:.1%}".format, right=True),
    Shown("too many", "contribution", lambda value: f"{value:+,.0f}", right=True),
    Shown("lift", "lift", _decimal, right=True),
    Shown("relative risk", "relative_risk", _decimal, right=True),
    Shown("95 % interval", "interval", right=True),
)
SINGLES = (Shown("attribute", "attribute"), Shown("value", "value"), *FIGURES, Shown("", "remark", widest=80))
PAIRS = (Shown("these two together", "both", widest=90), *FIGURES)


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@click.option("--effect", type=click.Choice(EFFECTS), help="Which cases to look at; by default the slow ones.")
@click.option("--cases", metavar="EXPR", help='Look at the cases for which this holds: "satisfaction <= 2".')
@click.option("--slower-than", metavar="TIME", help="What slow is: 5d, 36h; by default the slowest fifth.")
@click.option("--by", metavar="NAMES", help="Only these attributes, separated by commas.")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Rows of each table of text.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.selection
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Tell what the slow, re-opened, repeating or handed-over cases of LOG have in common.

    For every value of every attribute known when a case begins: how many cases too many show the effect (contribution),
    and how much more often than the rest (relative risk). What would be expected by chance among so many comparisons is
    left out. It is an association: it says where to look, not what the cause is.
    """
    with console.Progress(quiet=given["quiet"]) as progress:
        log = options.read_selected_log(given, progress)
        progress("comparing cases")
        document = _associate(log, given)
    if given["form"] == "json":
        click.echo(write_json(document), nl=False)
    else:
        click.echo(_write(document, given["top"]))
    return 0


def _associate(log: Log, given: Row) -> Row:
    from svcflow.disclosure import refuse_few
    from svcflow.mining.associations import associate

    refuse_few(log.cases, given["min_group"])
    by = [name.strip() for name in given["by"].split(",")] if given["by"] else None
    return associate(log, _choose_effect(log, given), by, min_group=given["min_group"]).to_json()


def _choose_effect(log: Log, given: Row) -> Effect:
    from svcflow.mining import mine
    from svcflow.mining.associations import condition, mark

    if given["cases"] is not None:
        if given["effect"] or given["slower_than"]:
            raise UsageError("--cases says itself which cases to look at", "leave --effect and --slower-than out")
        return condition(log, given["cases"])
    name = given["effect"] or "slow"
    if given["slower_than"] is None:
        return mark(name, log, mine(log))
    if name != "slow":
        raise UsageError(f"--slower-than goes with slow cases, not with {name!r}", "leave one of them out")
    return mark(name, log, mine(log), slower_than_s=_read_duration(given["slower_than"]))


def _read_duration(text: str) -> float:
    from svcflow.definitions.durations import parse_duration

    seconds = parse_duration(text)
    if seconds is None:
        raise UsageError(f"--slower-than {text!r} is no duration", "write 90m, 36h or 5d")
    return float(seconds)


def _write(document: Row, top: int) -> str:
    blocks = [_head(document)]
    for key, title, columns in (("rows", "single attributes", SINGLES), ("pairs", "two at once", PAIRS)):
        rows = [_prepare(row) for row in document[key]]
        heading = f"{title} ({top} of {len(rows):,})" if len(rows) > top else title
        blocks.append(f"{heading}\n{align(rows[:top], columns)}" if rows else f"{title}: nothing beyond chance")
    blocks.append("as a tree of questions\n" + "\n".join(_draw(document["tree"])))
    if document["left_out"]:
        told = (f"{flatten(row['attribute'])} ({flatten(row['reason'])})" for row in document["left_out"])
        blocks.append(f"left out (name them with --by): {', '.join(told)}")
    return "\n\n".join(blocks)


def _head(document: Row) -> str:
    shown, cases = document["shown"], document["cases"]
    what = flatten(document["effect"])
    if document["limit_s"] is not None:
        what += f" (more than {say_duration(document['limit_s'])}{TIMES.get(document['time'], '')})"
    return (
        f"{what}: {say_count(shown)} of {say_count(cases)} cases, {shown / cases:.1%}\n"
        f"Associations, not causes; {say_count(document['tried'])} groups compared, "
        "false discoveries held below 5 % (Benjamini-Hochberg)."
    )


def _prepare(row: Row) -> Row:
    low, high = _decimal(row["low"]), _decimal(row["high"])
    told = row | {"interval": "-" if row["low"] is None else f"{low} … {high}"}
    if "attribute_2" in row:
        return told | {"both": f"{row['attribute']} = {row['value']}, {row['attribute_2']} = {row['value_2']}"}
    turned = row["reversed_by"]
    return told | {"remark": f"turns round within {turned} (Simpson)" if turned else ""}


def _draw(node: Row, question: str = "all", indent: str = "") -> list[str]:
    """Return the lines of a tree, a branch an indentation."""
    lines = [f"{indent}{flatten(question)}: {node['rate']:.1%} of {say_count(node['cases'])} cases"]
    if "yes" in node:
        asked = f"{node['attribute']} = {node['value']}"
        lines += _draw(node["yes"], asked, indent + "  ")
        lines += _draw(node["no"], f"not {asked}", indent + "  ")
    return lines
