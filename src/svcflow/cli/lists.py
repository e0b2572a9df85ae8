"""`svcflow lists`: whom to follow up, whom to call back, what customers ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import UsageError
from svcflow.jsontexts import write_json
from svcflow.wording import say_count, say_duration, say_share

EPILOG = """\b
Examples:
  svcflow lists export.csv -w workflows                          all three lists, as of the log's last time stamp
  svcflow lists export.csv -w workflows --what call-back --as-of 2026-11-02T08:00
  svcflow lists export.csv -w workflows --what follow-up --format csv > follow-up.csv
  svcflow lists export.csv -w workflows --format xlsx:morning.xlsx   one sheet a list
  svcflow lists export.csv --what needs --by topic
"""

LISTS = ("follow-up", "call-back", "needs")
FORMATS = ("text", "csv", "json", "xlsx")
TITLES = {"follow-up": "Follow up", "call-back": "Call back", "needs": "What customers ask for"}


@click.command(epilog=EPILOG)
@options.log
@options.mapping
@options.workspace
@click.option("--what", type=click.Choice([*LISTS, "all"]), default="all", show_default=True, help="Which list.")
@click.option("--as-of", metavar="TIME", help="Now; by default the log's last time stamp.")
@click.option("--by", metavar="ATTRIBUTE", help="What says what a customer asks for, of the needs list.")
@click.option(
    "--format", "formats", multiple=True, metavar="F[:FILE]", help="text, csv, json or xlsx:FILE; repeatable."
)
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="Rows of each list as text.")
@click.option("--show-people", is_flag=True, help="Name people; without this they are numbered.")
@options.selection
@options.min_group
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """List the open cases of LOG by due time, the call-backs owed, and what customers ask for.

    Due times, owners and promises are those of the definitions in the workspace. The risk of a breach is the share of
    earlier clocks, run as far as this one, that went beyond their target.
    """
    from svcflow.analysis.lists import compile_lists
    from svcflow.disclosure import refuse_single_cases, withhold_tables

    if given["what"] != "needs":
        refuse_single_cases(given["min_group"], "a list of open cases or call-backs")
    targets = [_parse_format(text, given["what"]) for text in given["formats"] or ("text",)]
    console.refuse_unwritable(*(file for _, file in targets))
    with console.Progress(quiet=given["quiet"]) as progress:
        workspace = options.read_workspace(given)
        if workspace is None and given["what"] != "needs":
            raise UsageError("a workspace says what is open, due and promised", "add -w WORKSPACE, or --what needs")
        log = options.read_selected_log(given, progress)
        progress("listing")
        found = compile_lists(
            log, workspace, as_of=given["as_of"], by=given["by"], show_people=given["show_people"]
        ).to_json()
    wanted = LISTS if given["what"] == "all" else (given["what"],)
    document = {"as_of": found["as_of"]} | {_key(name): found[_key(name)] for name in wanted}
    document = withhold_tables(document, given["min_group"])
    for form, file in targets:
        _deliver(document, form, file, given)
    return 0


def _key(name: str) -> str:
    return {"follow-up": "follow_up", "call-back": "call_backs", "needs": "needs"}[name]


def _parse_format(text: str, what: str) -> tuple[str, str | None]:
    form, _, file = text.partition(":")
    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}", f"--format is one of {', '.join(FORMATS)}")
    if form == "csv" and what == "all":
        raise UsageError("CSV holds one list", f"choose it: --what {'|'.join(LISTS)}, or --format xlsx:FILE for all")
    if form == "xlsx" and not file:
        raise UsageError("a workbook is no text", "name its file: --format xlsx:morning.xlsx")
    return form, file or None


def _deliver(document: dict[str, Any], form: str, file: str | None, given: dict[str, Any]) -> None:
    if form == "xlsx":
        from svcflow.spreadsheets import build_workbook

        sheets = {title: document[_key(name)]["rows"] for name, title in TITLES.items() if _key(name) in document}
        console.write_bytes(Path(str(file)), build_workbook(sheets), quiet=given["quiet"])
        return
    text = _write(document, form, given)
    if file is None:
        click.echo(text, nl=False)
    else:
        console.write_file(Path(file), text, quiet=given["quiet"])


def _write(document: dict[str, Any], form: str, given: dict[str, Any]) -> str:
    from svcflow.spreadsheets import write_csv

    if form == "json":
        return write_json(document)
    if form == "csv":
        return write_csv([_flat(row) for row in document[_key(given["what"])]["rows"]])
    parts = [f"as of {document['as_of']}"]
    parts += [_tell(name, document[_key(name)], given["top"]) for name in LISTS if _key(name) in document]
    return "\n\n".join(parts) + "\n"


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {name: ", ".join(value) if isinstance(value, list) else value for name, value in row.items()}


def _tell(name: str, listing: dict[str, Any], top: int) -> str:
    from svcflow.cli._tables import align

    rows = listing["rows"]
    heading = TITLES[name] + (f" ({top} of {len(rows):,})" if len(rows) > top else f" ({len(rows):,})")
    lines = [heading]
    if rows:
        lines.append(align([_flat(row) for row in rows[:top]], _columns(name)))
    lines += [console.one_line(note) for note in listing["notes"]]
    return "\n".join(lines)


def _columns(name: str) -> tuple[Any, ...]:
    from svcflow.cli._tables import Shown

    def left(seconds: float) -> str:
        return f"{say_duration(-seconds)} over" if seconds < 0 else say_duration(seconds)

    if name == "needs":
        return (
            Shown("category", "category"),
            Shown("cases", "cases", say_count, right=True),
            Shown("share", "share", say_share, right=True),
            Shown("trend", "trend"),
            Shown("ratio", "ratio", "{:.2f}".format, right=True),
            Shown("median to resolve", "median_resolve_s", say_duration, right=True),
            Shown("open", "open", say_count, right=True),
            Shown("late", "late_share", say_share, right=True),
        )
    shared = (Shown("case", "case"), Shown("state", "state"), Shown("due", "due"))
    time = Shown("left", "left_business_s", left, right=True)
    if name == "call-back":
        return (*shared, time, Shown("promise", "promise"), Shown("promised", "promised"), Shown("team", "team"))
    return (
        *shared,
        time,
        Shown("risk", "breach_risk", say_share, right=True),
        Shown("clock", "clock"),
        Shown("next step", "next_step"),
        Shown("owner", "owner"),
        Shown("idle", "idle_s", say_duration, right=True),
    )
