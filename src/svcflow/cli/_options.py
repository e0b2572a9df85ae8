"""Options that several commands share: one spelling, one meaning."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from svcflow.cli._filters import filters

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.eventlog.log import Log

__all__ = [
    "Number",
    "bad_rows",
    "engine",
    "filters",
    "lang",
    "log",
    "mapping",
    "min_group",
    "quiet",
    "read_selected_log",
    "read_workspace",
    "selection",
    "source",
    "workspace",
]

LARGEST = 1e12
F = TypeVar("F", bound=Callable[..., Any])

log = click.argument("log", type=click.Path())
mapping = click.option(
    "-m", "--mapping", metavar="FILE", type=click.Path(), help="Mapping file: what the columns mean."
)
workspace = click.option("-w", "--workspace", metavar="DIR", type=click.Path(), help="Folder of the definitions.")
lang = click.option(
    "--lang", type=click.Choice(["en", "zh", "both"]), default="en", show_default=True, help="Language of the report."
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
bad_rows = click.option(
    "--on-bad-rows",
    type=click.Choice(["stop", "drop"]),
    default="stop",
    show_default=True,
    help="A row that cannot be read: stop and name it, or drop it and count it.",
)

min_group = click.option(
    "--min-group",
    type=click.IntRange(min=1),
    metavar="N",
    help="Tell nothing of groups of fewer than N cases, nor single cases.",
)


class Number(click.FloatRange):
    """A number that can be reckoned with: neither infinite nor none at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; fail where it is none."""
        number = super().convert(value, param, ctx)
        if not abs(number) <= LARGEST:
            self.fail(f"{value!r} is no number to reckon with.", param, ctx)
        return number


def _check_engine(_context: click.Context, _option: click.Parameter, value: str) -> str:
    from svcflow.engines import check

    return check(value)


engine = click.option(
    "--engine",
    metavar="ENGINE",
    default="local",
    show_default=True,
    callback=_check_engine,
    help="Where to mine: local (this process), or Apache Spark: local[N], local[*], spark://HOST:PORT.",
)


def selection(function: F) -> F:
    """Add --where, --from and --to: which cases to look at."""
    function = click.option("--to", "until", metavar="DATE", help="Only cases that start before this day.")(function)
    function = click.option("--from", "since", metavar="DATE", help="Only cases that start on or after this day.")(
        function
    )
    return click.option("--where", metavar="EXPR", help="Only cases for which this holds: \"priority == 'high'\".")(
        function
    )


SOURCE = {
    "sheet": "Of a workbook: the sheet to read, by name or number.",
    "table": "Of a database: the table to read.",
    "query": "Of a database: the SELECT whose rows are read.",
    "objects": "Of an object-centric log: the type of object that is the case.",
    "records": "Of JSON: where the list of records stands, as data.items.",
}


def source(function: F) -> F:
    """Add --sheet, --table, --query, --objects and --records, which the command gets as the dict `source`."""

    @functools.wraps(function)
    def gather(*arguments: Any, **given: Any) -> Any:
        stated = {key: value for key in SOURCE if (value := given.pop(key)) is not None}
        return function(*arguments, source=stated, **given)

    wrapped: Any = gather
    for key, text in reversed(SOURCE.items()):
        wrapped = click.option(f"--{key}", metavar="SELECT" if key == "query" else "NAME", help=text)(wrapped)
    return cast("F", wrapped)


def read_selected_log(given: Mapping[str, Any], progress: Callable[[str], None] | None = None) -> Log:
    """Read the log that a command was given and keep the cases it selects."""
    from svcflow.eventlog import read_log
    from svcflow.eventlog.selection import select

    bad_rows = given.get("on_bad_rows", "stop")
    read = read_log(
        given["log"], given.get("mapping"), on_bad_rows=bad_rows, progress=progress, source=given.get("source")
    )
    stated = given.get("filters")
    if not stated:
        return select(read, where=given.get("where"), since=given.get("since"), until=given.get("until"))
    from svcflow.mining.selections import select as select_by
    from svcflow.mining.stating import state_condition, state_period

    period = state_period(given.get("since"), given.get("until"))
    condition = [state_condition(given["where"])] if given.get("where") else []
    return select_by(read, [*condition, *([period] if len(period) > 1 else []), *stated])


def read_workspace(given: Mapping[str, Any]) -> Workspace | None:
    """Load the workspace that a command was given, if any."""
    if not given.get("workspace"):
        return None
    from svcflow.definitions import load

    return load(given["workspace"])
