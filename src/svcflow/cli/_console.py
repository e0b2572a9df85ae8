"""How commands speak: results to stdout, everything else to stderr, colour only where it is wanted."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from svcflow import files
from svcflow.errors import UsageError

BETWEEN_S, LEAST_S = 0.1, 0.2
"""Seconds between two changes of the line; before which a rate says nothing."""

COUNTED = re.compile(
    r"(?:(?P<one>row|record) )?(?P<done>\d[\d,]*)(?: of (?P<whole>\d[\d,]*))?"
    r"(?(one)|(?: (?P<unit>rows|cases|events|steps|parts|findings|replicates|detectors)\b))"
)
"""How stages count: "row 1,000", "1,000 rows", "3 of 8 parts"."""


def use_colour(stream: object, *, wanted: bool = True) -> bool:
    """Return whether to colour `stream`: a terminal, no NO_COLOR, not switched off."""
    isatty = getattr(stream, "isatty", lambda: False)
    return wanted and not os.environ.get("NO_COLOR") and bool(isatty())


def complain(message: str, hint: str = "") -> None:
    """Print one line that says what is wrong and one that says what to do."""
    colour = use_colour(sys.stderr)
    click.echo(click.style("error: ", fg="red", bold=True) + one_line(message), err=True, color=colour)
    if hint:
        click.echo(click.style("hint: ", fg="cyan") + one_line(hint), err=True, color=colour)


def note(message: str, *, quiet: bool = False) -> None:
    """Say something on stderr that is no result."""
    if not quiet:
        click.echo(message, err=True)


def one_line(text: str) -> str:
    """Return `text` without line breaks and other control characters: it may quote a hostile log."""
    return "".join(c if c.isprintable() else "�" for c in text.replace("\n", " "))


def rate(stage: str, seconds: float) -> str:
    """Return what is to be added to a stage that counts: the share done, and how many a second.

    >>> rate("mining: 1,200 of 5,000 cases", 2.0), rate("reading x.csv: row 90,000", 3.0), rate("detecting", 1.0)
    (', 24%, 600 cases/s', ', 30,000 rows/s', '')
    """
    counted = COUNTED.search(stage.rpartition(":")[2]) if ":" in stage else None
    if counted is None or "/s" in stage:
        return ""
    done = int(counted["done"].replace(",", ""))
    share = f", {done / max(int(counted['whole'].replace(',', '')), 1):.0%}" if counted["whole"] else ""
    unit = counted["unit"] or counted["one"] + "s"
    return share + (f", {done / seconds:,.0f} {unit}/s" if seconds >= LEAST_S and done else "")


class Progress:
    """The stage a long command is in, on stderr and only on a terminal: one line that rewrites itself.

    A stage is told in words; where they count ("mining: 1,200 of 5,000 cases"), the share done and the rate since
    the stage began stand beside them. The line changes at most ten times a second.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._colour = use_colour(sys.stderr)
        self._begun = self._stage_begun = time.monotonic()
        self._stage, self._written = "", float("-inf")

    def __enter__(self) -> Self:
        return self

    def __call__(self, stage: str) -> None:
        """Say which stage begins, or how far it is."""
        if not self._shown:
            return
        now, name = time.monotonic(), stage.partition(":")[0]
        if name != self._stage:
            self._stage, self._stage_begun = name, now
        elif now - self._written < BETWEEN_S:
            return
        self._written = now
        told = one_line(stage + rate(stage, now - self._stage_begun))
        seconds = (
            click.style(f"{now - self._begun:5.1f} s", dim=True) if self._colour else f"{now - self._begun:5.1f} s"
        )
        room = max(20, shutil.get_terminal_size().columns - 10)
        click.echo(f"\r\x1b[K{seconds}  {told[:room]}", err=True, nl=False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def refuse_unwritable(*files: str | None) -> None:
    """Raise `UsageError` before the work begins if a file could not be written after it."""
    for name in filter(None, files):
        path = Path(name)
        try:
            is_folder = path.is_dir()
        except OSError as error:
            raise UsageError(f"cannot write {name}: {error.strerror}", "choose another name") from error
        if is_folder:
            raise UsageError(f"{name} is a directory", "give the name of the file to write")
        if not path.absolute().parent.is_dir():
            raise UsageError(f"cannot write {name}: its directory does not exist", f"mkdir -p {path.parent}")
        if not os.access(path.absolute().parent, os.W_OK):
            raise UsageError(f"cannot write {name}: its directory is not writable", "choose another place")


def write_file(path: Path, text: str, *, quiet: bool = False) -> None:
    """Write `text` whole or not at all: beside the target, then renamed. Say what was written, and its size.

    Raises UsageError where the system refuses (no space, a name too long, ...).
    """
    write_bytes(path, text.encode("utf-8", errors="replace"), quiet=quiet)


def write_bytes(path: Path, data: bytes, *, quiet: bool = False) -> None:
    """Write `data` as `write_file` does."""
    try:
        files.replace(path, data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}", "choose another place") from error
    note(f"wrote {path} ({len(data) / 1024:,.0f} KB)", quiet=quiet)
