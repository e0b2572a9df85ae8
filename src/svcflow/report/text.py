"""A short plain summary for the terminal: headline, key figures, first findings, first changes."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping
from typing import Any

from svcflow.report import fmt
from svcflow.report.document import clean
from svcflow.report.effects import tell_effect
from svcflow.report.section import Context, Row
from svcflow.report.sections.kpis import list_tiles
from svcflow.report.sentences import name_steps, write_headline
from svcflow.report.words import EMPTY, Language, Text, as_text, catalogue

WIDTH = 88
MOST_TILES, MOST_FINDINGS, MOST_CHANGES = 6, 5, 3

_say = catalogue("text")


def summarise(document: Mapping[str, Any], *, lang: Language = "en", width: int = WIDTH) -> str:
    """Return the summary of an analysis document as aligned plain text, without control characters or markup.

    `width` is in columns of the terminal; a Chinese character takes two.
    """
    context = Context(clean(document), (lang,), show_people=False)
    parts = [
        _wrap(write_headline(context)[lang], width),
        _align(
            [(tile.name[lang], tile.value[lang], tile.note[lang]) for tile in list(list_tiles(context))[:MOST_TILES]]
        ),
        _list(
            _say("findings")[lang],
            [_tell_finding(context, row) for row in context.rows("findings")[:MOST_FINDINGS]],
            lang,
        ),
        _list(
            _say("changes")[lang], [_tell_change(row) for row in context.rows("recommendations")[:MOST_CHANGES]], lang
        ),
    ]
    text = "\n\n".join(part for part in parts if part)
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _tell_finding(context: Context, row: Row) -> tuple[Text, Text]:
    kind = (
        _say("timer") if row.get("timer") else _say("outside") if row.get("side") in {"customer", "vendor"} else EMPTY
    )
    title = name_steps(context, row, 200) or context.names.subject(row)
    low, high = row.get("interval_s") or (None, None)
    figures = _say(
        "cost",
        cases=fmt.count(row.get("cases") or 0, "case"),
        low=fmt.total(low),
        high=fmt.total(high),
        share=fmt.share(row.get("share")),
    )
    return _cut(title), figures + kind


def _tell_change(row: Row) -> tuple[Text, Text]:
    effect = next((e for e in row.get("effects") or [] if e.get("low") is not None), None)
    if effect is None:
        return _cut(as_text(row.get("title"))), _say("no_effect")
    return _cut(as_text(row.get("title"))), tell_effect(effect)


def _cut(text: Text, longest: int = 200) -> Text:
    return Text(*(" ".join(t.split())[:longest] for t in (text.en, text.zh)))


def _list(heading: str, items: list[tuple[Text, Text]], lang: Language) -> str:
    if not items:
        return ""
    lines = [heading]
    for number, (title, figures) in enumerate(items, start=1):
        lines += [f"{number:>3}. {title[lang]}", f"     {figures[lang]}"]
    return "\n".join(lines)


def _align(rows: list[tuple[str, ...]]) -> str:
    """Return rows with their first two columns aligned by what a terminal shows."""
    first = max((_columns(row[0]) for row in rows), default=0)
    second = max((_columns(row[1]) for row in rows), default=0)
    return "\n".join(
        f"  {name}{' ' * (first - _columns(name))}  {' ' * (second - _columns(value))}{value}  {note}".rstrip()
        for name, value, note in rows
    )


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in text)


def _wrap(text: str, width: int) -> str:
    if any(unicodedata.east_asian_width(c) == "W" for c in text):
        width //= 2
    return "\n".join(textwrap.wrap(text, width)) or text
