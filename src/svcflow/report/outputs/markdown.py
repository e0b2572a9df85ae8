"""The report as Markdown: for a wiki, a ticket, a mail. Pictures stand beside it as PNG where they are asked for.

It is the page of `html` without what only a page can do: the same sections, sentences and figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from svcflow.report.asked import Asked, Output
from svcflow.report.page import render
from svcflow.report.pictures import draw_pictures
from svcflow.report.words import LANGUAGES, Choice

SUFFIXES = (".md", ".markdown")
_LEFT_OUT = (
    "script, style, .controls, .skip, .ph, .panel, .slider, .guide, label, details.ev, .about b, .about .dot, footer"
)
_MOST_BLANK = re.compile(r"\n{3,}")


def write(document: Mapping[str, Any], asked: Asked) -> Output:
    """Return the report in Markdown (GFM); both languages follow one another. No text of a log becomes markup."""
    parts: list[str] = []
    beside: dict[str, bytes] = {}
    notes: dict[str, None] = {}
    for lang in LANGUAGES[asked.lang]:
        page = _read_page(document, asked, lang)
        suffix = f"-{lang}" if asked.lang == "both" else ""
        if asked.pictures:
            drawn = draw_pictures(page, suffix)
            beside |= drawn.files
            notes |= dict.fromkeys(drawn.notes)
        parts.append(_convert(page))
    text = _MOST_BLANK.sub("\n\n", "\n\n---\n\n".join(parts)).strip() + "\n"
    return Output(text.encode("utf-8"), beside, tuple(notes))


def _read_page(document: Mapping[str, Any], asked: Asked, lang: Choice) -> Any:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - only Markdown needs it

    html = render(document, lang=lang, title=asked.title, show_people=asked.show_people)
    page = BeautifulSoup(html, "html.parser")
    for element in page.select(_LEFT_OUT):
        element.decompose()
    _simplify(page)
    return page


def _simplify(page: Any) -> None:
    """Change what Markdown has no form for: tiles and streams become lists, sub-tables own tables, asides brackets."""
    for tile in page.select("div.tile"):
        words = [element.get_text(" ", strip=True) for element in tile.find_all("p")]
        _become(page, tile, "li", words[0] + ": " + words[1] + (f" ({words[2]})" if len(words) > 2 else ""))
    for tiles in page.select("div.tiles"):
        tiles.name = "ul"
    for stage in page.select("ol.stream > li"):
        words = [element.get_text(" ", strip=True).strip("\xa0") for element in stage.find_all(["p"])]
        _become(page, stage, "li", words[0] + ": " + ", ".join(filter(None, words[1:])))
    for chevrons in page.select("ol.route"):
        words = [element.get_text("", strip=True) for element in chevrons.find_all("li")]
        _become(page, chevrons, "span", " → ".join(words))
    for pick in page.select("button.pick"):
        words = [pick.select_one(".pair"), pick.select_one("b")]
        for small in pick.select("small"):
            small.insert_before(" (")
            small.insert_after(")")
        _become(page, pick, "span", ": ".join(word.get_text("", strip=False).strip() for word in words if word))
    for told in page.select("pre"):
        told.string = told.get_text().expandtabs(11)
    for small in page.select("td small, th small"):
        small.insert_before(" ")
        small.insert_after(" ")
    for legend in page.select(".legend, .sum"):
        words = [element.get_text("", strip=True) for element in legend.find_all(["b", "span"], recursive=False)]
        before = "".join(str(child) for child in legend.children if child.name is None).strip()
        _become(page, legend, "p", " ".join(filter(None, (before, "; ".join(filter(None, words))))))
    for definition in page.select("dl.facts > div, dl > div"):
        words = [element.get_text(" ", strip=True) for element in definition.find_all(["dt", "dd"])]
        _become(page, definition, "li", words[0] + ": " + ", ".join(filter(None, words[1:])))
        definition.parent.name = "ul"
    _join_bodies(page)


def _become(page: Any, element: Any, tag: str, words: str) -> None:
    element.clear()
    element.name = tag
    element.append(page.new_string(words))


def _join_bodies(page: Any) -> None:
    """Give a table one body: Markdown knows no groups of rows."""
    for table in page.find_all("table"):
        first, *others = table.find_all("tbody", recursive=False) or [None]
        for body in others:
            for row in body.find_all("tr", recursive=False):
                first.append(row.extract())
            body.decompose()


def _convert(page: Any) -> str:
    from markdownify import MarkdownConverter  # noqa: PLC0415

    class Converter(MarkdownConverter):
        """Pictures are references, summaries are bold lines, marks of one direction are kept apart."""

        def convert_svg(self, el: Any, text: str, parent_tags: Any) -> str:
            source, title = el.get("data-file"), re.sub(r"[^\w ,:;.%–-]", "", el.get("data-title") or "")
            return f"\n\n![{title}]({source})\n\n" if source else ""

        def convert_summary(self, el: Any, text: str, parent_tags: Any) -> str:
            return f"\n\n**{text.strip()}**\n\n"

        def convert_a(self, el: Any, text: str, parent_tags: Any) -> str:
            return text

    converter = Converter(heading_style="ATX", bullets="-", escape_misc=True, escape_underscores=True)
    parts = [page.select_one("header .about"), page.find("main")]
    return "\n\n".join(converter.convert_soup(part).strip() for part in parts if part is not None)
