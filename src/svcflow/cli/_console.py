"""How commands speak: results to stdout, everything else to stderr, colour only where it is wanted."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from svcflow.errors import UsageError


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


class Progress:
    """The stage a long command is in, on stderr and only on a terminal: one line that rewrites itself."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __call__(self, stage: str) -> None:
        """Say which stage begins."""
        if self._shown:
            seconds = time.monotonic() - self._begun
            click.echo(f"\r\x1b[K{seconds:5.1f} s  {one_line(stage)[:100]}", err=True, nl=False)

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
        _write_beside(path, data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}", "choose another place") from error
    note(f"wrote {path} ({len(data) / 1024:,.0f} KB)", quiet=quiet)


def _write_beside(path: Path, data: bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=path.absolute().parent, prefix=".svcflow.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
