"""`svcflow import`: an export of any size as a canonical file that every command reads at once."""  # noqa: N999 - the command is called import

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.cli import _options as options
from svcflow.errors import UsageError

if TYPE_CHECKING:
    from svcflow.eventlog.ingest.importing import Imported
    from svcflow.eventlog.privacy.policy import Policy

EPILOG = """\b
Examples:
  svcflow import export.csv -o log.parquet                  once; every command then opens it at once
  svcflow import exports/ -o log.parquet --jobs 2           all files of a folder as one log
  svcflow import may.csv -o log.parquet --append            a later export of the same source
  svcflow import huge.csv -o log.parquet --memory 2G        more memory, fewer temporary files
  svcflow import export.csv -o log.parquet --pseudonymise resource,customer --key-file key
"""
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@click.command(epilog=EPILOG)
@options.log
@click.option("-o", "--output", metavar="FILE", required=True, type=click.Path(), help="The file to write: X.parquet.")
@options.mapping
@options.source
@click.option("--append", is_flag=True, help="Add a later export to the file; the same event twice is one event.")
@click.option("--memory", metavar="SIZE", default="1G", show_default=True, help="How much memory to use: 512M, 2G.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Threads; the result is the same with any number.")
@click.option(
    "--pseudonymise",
    metavar="ROLES",
    help="Replace names by pseudonyms: resource, team, customer, case or columns, between commas; needs a key.",
)
@click.option("--key-file", metavar="FILE", type=click.Path(), help="The secret key of the pseudonyms.")
@click.option("--new-key", metavar="FILE", type=click.Path(), help="Make a new key, write it there, and use it.")
@click.option("--keep-text", is_flag=True, help="Keep columns of free text, which are left out otherwise.")
@click.option("--keep", "kept", metavar="COLUMN", multiple=True, help="Keep this column of free text.")
@options.bad_rows
@options.quiet
def command(**given: Any) -> int:
    """Import LOG once into a canonical file; all commands open it in no time.

    The work takes about --memory, whatever the size of the log (the program itself up to 250 MB). The same export is
    not imported twice; an import that was interrupted goes on where it was. Columns of free text are left out (see
    --keep-text).
    """
    from svcflow.eventlog.ingest import import_log

    memory = parse_size(given["memory"])
    console.refuse_unwritable(given["output"])
    policy = _state_policy(given)
    with console.Progress(quiet=given["quiet"]) as progress:
        done = import_log(
            given["log"],
            given["output"],
            given["mapping"],
            on_bad_rows=given["on_bad_rows"],
            policy=policy,
            source=given["source"],
            append=given["append"],
            memory=memory,
            jobs=given["jobs"],
            progress=progress,
        )
    for line in _tell(done):
        console.note(console.one_line(line), quiet=given["quiet"])
    return 0


def parse_size(text: str) -> int:
    """Return a number of bytes written as ``512M`` or ``1.5G``. Raises UsageError where it is none.

    >>> parse_size("512M") // 1024
    524288
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGT]?)i?B?", text.strip(), re.IGNORECASE)
    size = int(float(found[1]) * UNITS[found[2].upper()]) if found else 0
    if size < 1 << 26:
        raise UsageError(f"--memory {text!r} is no size of at least 64M", "for example --memory 512M or 2G")
    return size


def _state_policy(given: dict[str, Any]) -> Policy:
    """Return what is to be hidden."""
    from svcflow.eventlog.privacy.keys import read_key, write_key
    from svcflow.eventlog.privacy.policy import Policy

    if given["key_file"] and given["new_key"]:
        raise UsageError("--key-file and --new-key exclude each other", "a new key is used at once")
    words = tuple(word.strip() for word in (given["pseudonymise"] or "").split(",") if word.strip())
    key = (
        write_key(given["new_key"]) if given["new_key"] else read_key(given["key_file"]) if given["key_file"] else None
    )
    return Policy(words, key, given["kept"], given["keep_text"])


def _tell(done: Imported) -> Iterator[str]:
    if done.unchanged:
        yield f"{done.target} holds this export already: nothing was done"
        return
    taken = " (an interrupted import was taken up)" if done.resumed else ""
    counts = f"{done.cases:,} cases, {done.rows:,} events, {done.instances:,} steps"
    yield f"wrote {done.target}: {counts}{taken}"
    yield from (f"  {note}" for note in done.notes)
    for fact in done.quality:
        if fact.severity != "note":
            yield f"  {fact.id}: {fact.message}"
