"""`svcflow explain`: the manual page of a rule, a detector, a quantity, a remedy, a preset or a deviation."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

import svcflow
from svcflow.errors import UsageError

EPILOG = """\b
Examples:
  svcflow explain                 everything there is a page about
  svcflow explain SVC303          a rule of `svcflow validate`, by code
  svcflow explain end-in-parallel the same, by name
  svcflow explain ping-pong       a detector
  svcflow explain skipped         a deviation (also D101)
  svcflow explain cut-at-end      a fact about the quality of a log
  svcflow explain zendesk         the exports of a system that are read without a mapping
"""

_FOLDERS = {
    "detector": "detectors",
    "quantity": "mining/quantities",
    "remedy": "advice/remedies",
    "preset": "eventlog/presets",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the manual: what it is about, and where its text comes from."""

    id: str
    kind: str
    code: str
    text: str

    @property
    def heading(self) -> str:
        """Return the first line of the page."""
        return f"{self.code} {self.id} ({self.kind})" if self.code else f"{self.id} ({self.kind})"

    @property
    def summary(self) -> str:
        """Return the first sentence of the page, if it is short."""
        first = self.text.partition("\n")[0]
        return first if len(first) <= 100 else first[:99] + "…"


@click.command(epilog=EPILOG)
@click.argument("name", metavar="ID", required=False)
def command(name: str | None) -> int:
    """Print the manual page of ID, or the list of all pages."""
    if name is None:
        pages = list(_pages())
        width = max(len(page.heading) for page in pages)
        click.echo("\n".join(f"{page.heading:<{width}}  {page.summary}" for page in pages))
        return 0
    wanted = name.casefold().replace("_", "-")
    seen: list[Page] = []
    for page in _pages():  # rules first: they are told without loading what reads logs
        if wanted in (page.id.casefold().replace("_", "-"), page.code.casefold()):
            click.echo(f"{page.heading}\n\n{page.text}")
            return 0
        seen.append(page)
    raise _unknown(name, seen)


def _unknown(name: str, pages: list[Page]) -> UsageError:
    from svcflow.guards import suggest

    near = suggest(name.lower(), [page.id for page in pages]) or suggest(
        name.upper(), [p.code for p in pages if p.code]
    )
    return UsageError(f"there is no page about '{name}'{near}", "`svcflow explain` lists all pages")


def _pages() -> Iterator[Page]:
    """Yield all pages; what lies in heavy packages is read, not imported."""
    from svcflow.definitions import rules

    for rule in rules.catalogue().values():
        yield Page(rules.name_of(rule), rule.SEVERITY, rule.CODE, _tidy(rule.__doc__ or ""))
    root = Path(svcflow.__file__).parent
    for kind, folder in _FOLDERS.items():
        for file in sorted((root / folder).glob("*.py")):
            if not file.name.startswith("_"):
                text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
                yield Page(file.stem.replace("_", "-"), kind, "", _tidy(text))
    yield from _deviations()
    yield from _quality()


def _deviations() -> Iterator[Page]:
    from svcflow.execution.catalogue import catalogue

    for kind in catalogue.values():
        yield Page(kind.name, f"deviation, {kind.severity}", kind.code, textwrap.fill(kind.manual, 100))


def _quality() -> Iterator[Page]:
    from svcflow.eventlog.quality.catalogue import CATALOGUE

    for kind in CATALOGUE.values():
        effect = f"What it does: {kind.effect}."
        text = "\n\n".join(textwrap.fill(part, 100) for part in (kind.manual, effect))
        yield Page(kind.id, f"quality, {kind.severity}", "", text)


def _tidy(text: str) -> str:
    """Return a docstring as text for people: no indentation of its own, no double back-quotes."""
    return inspect.cleandoc(text).replace("``", "`").replace("::\n", ":\n")
