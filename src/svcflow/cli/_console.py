"""How commands speak: results to stdout, everything else to stderr, colour only where it is wanted."""

from __future__ import annotations

import os
import sys

import click


def use_colour(stream: object, *, wanted: bool = True) -> bool:
    """Return whether to colour `stream`: a terminal, no NO_COLOR, not switched off."""
    isatty = getattr(stream, "isatty", lambda: False)
    return wanted and not os.environ.get("NO_COLOR") and bool(isatty())


def complain(message: str, hint: str = "") -> None:
    """Print one line that says what is wrong and one that says what to do."""
    colour = use_colour(sys.stderr)
    click.echo(click.style("error: ", fg="red", bold=True) + _one_line(message), err=True, color=colour)
    if hint:
        click.echo(click.style("hint: ", fg="cyan") + _one_line(hint), err=True, color=colour)


def note(message: str, *, quiet: bool = False) -> None:
    """Say something on stderr that is no result."""
    if not quiet:
        click.echo(message, err=True)


def _one_line(text: str) -> str:
    """Return `text` without line breaks and other control characters: it may quote a hostile log."""
    return "".join(c if c.isprintable() else "�" for c in text.replace("\n", " "))
