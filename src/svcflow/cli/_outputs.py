"""Where a report goes, and in which form: by the suffix of a file, or stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from svcflow.cli import _console as console
from svcflow.errors import UsageError

if TYPE_CHECKING:
    from svcflow.report.asked import Asked, Output

F = TypeVar("F", bound=Callable[..., Any])
FORMS = ("html", "markdown", "pdf", "xlsx", "csv", "json")
SUFFIXES = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".pdf": "pdf", ".xlsx": "xlsx",
    ".json": "json",
}  # fmt: skip
BINARY = ("pdf", "xlsx")

Target = tuple[str, str]
"""A form and a file, ``-`` for stdout."""


def look(function: F) -> F:
    """Add --title, --logo, --theme and --pictures: how a report looks."""
    for option in (
        click.option("--pictures", is_flag=True, help="Draw PNG files beside a report in Markdown."),
        click.option("--theme", metavar="FILE", type=click.Path(), help="Colours of the page by token, as YAML."),
        click.option("--logo", metavar="FILE", type=click.Path(), help="A PNG, JPEG, WebP or SVG for the page's head."),
        click.option("--title", help="Title of the report."),
    ):
        function = option(function)
    return function


forms = click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[:FILE]",
    help="html, markdown, pdf, xlsx, csv (into a folder) or json, to a file or stdout; may be given several times.",
)


def choose_targets(output: str | None, formats: Iterable[str]) -> list[Target]:
    """Return every form wanted with its file. Raises UsageError for one that does not exist or has no place."""
    targets = [(_form_of(output), output)] if output else []
    for text in formats:
        form, _, file = text.partition(":")
        form = {"md": "markdown"}.get(form, form)
        if form not in FORMS:
            raise UsageError(f"unknown format {form!r}", f"--format is one of {', '.join(FORMS)}")
        if not file and (form in BINARY or form == "csv"):
            where = "csv:FOLDER" if form == "csv" else f"{form}:FILE"
            raise UsageError(f"{form} is not written to stdout", f"say where: --format {where}")
        targets.append((form, file or "-"))
    console.refuse_unwritable(*(file for form, file in targets if form != "csv" and file != "-"))
    return targets


def _form_of(file: str) -> str:
    """Return the form that a name asks for: ``folder/`` gets tables, a name without a known suffix the page."""
    if file.endswith(("/", "\\")):
        return "csv"
    return SUFFIXES.get(Path(file).suffix.lower(), "html")


def read_look(given: Mapping[str, Any]) -> Asked:
    """Return how the report is wanted, from the options of a command."""
    from svcflow.report.asked import Asked
    from svcflow.report.themes import read_logo, read_theme

    return Asked(
        lang=given["lang"],
        title=given["title"],
        show_people=given["show_people"],
        logo=read_logo(Path(given["logo"])) if given["logo"] else "",
        theme=read_theme(Path(given["theme"])) if given["theme"] else {},
        pictures=given["pictures"],
    )


def build(document: Mapping[str, Any], targets: Iterable[Target], asked: Asked) -> list[tuple[Target, Output]]:
    """Return the report in every form wanted, before any of it is written."""
    import importlib

    return [
        ((form, file), importlib.import_module(f"svcflow.report.outputs.{form}").write(document, asked))
        for form, file in targets
    ]


def deliver(built: Iterable[tuple[Target, Output]], *, quiet: bool) -> None:
    """Write every form to its place: each file whole or not at all."""
    for (_, file), output in built:
        home = Path(file) if output.data is None else Path(file).parent
        if output.data is None:
            _make_folder(home)
        elif file == "-":
            click.echo(output.data.decode("utf-8"), nl=False)
        else:
            console.write_bytes(Path(file), output.data, quiet=quiet)
        for name, data in output.beside.items() if file != "-" else ():
            console.write_bytes(home / name, data, quiet=quiet)
        for note in output.notes:
            console.note(f"note: {console.one_line(note)}", quiet=quiet)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror or error}", "choose another") from None
