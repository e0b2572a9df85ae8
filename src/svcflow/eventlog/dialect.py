"""How a text table is written: where its rows begin and end, what divides them, whether a header names the columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from svcflow.errors import InputError
from svcflow.eventlog import alignment, extract, layout
from svcflow.eventlog.alignment import Drawing
from svcflow.eventlog.delimiters import NAMES, Row, Style, choose, describe
from svcflow.eventlog.encodings import Encoding
from svcflow.eventlog.extract import Extract

_SEP = re.compile(r"[\"']?sep=(?P<sign>.{1,3}?)[\"']?\s*", re.IGNORECASE)
_UNUSABLE = set("\"'\r\n\0")


@dataclass(frozen=True, slots=True)
class Dialect:
    """Everything that reading the rows of a text table needs; `facts` say what was found out.

    `first` is the offset of the first row of data in bytes, `end` that of what stands below the last. Columns that
    repeat values in the first rows are worth keeping as a dictionary from the start. `valued` are the columns that
    hold nothing but numbers and dates there, `units` the cells of a row of units below the header.
    """

    style: Style
    headers: tuple[str, ...]
    has_header: bool
    repeating: tuple[bool, ...]
    first: int
    end: int
    units: tuple[str, ...] = ()
    drawing: Drawing | None = None
    valued: frozenset[int] = frozenset()
    facts: tuple[str, ...] = ()


def sniff(path: Path, encoding: Encoding, delimiter: str = "") -> Dialect:
    """Return the dialect of a text table, from its first 256 KiB and its end. Raises InputError where it is empty."""
    head = extract.read_head(path, encoding)
    if not any(line.strip("\ufeff \t\r\n\0") for line in head.lines):
        raise InputError(f"{path.name} is empty", "export it again: it should hold a header and one row per event")
    stated = next((sign for sign, word in NAMES.items() if word == delimiter), delimiter)
    if set(stated) & _UNUSABLE:
        raise InputError(f"{delimiter!r} cannot divide columns", "state another `delimiter:` in the mapping file (-m)")
    lines = [line.replace("\0", "") for line in head.lines]
    told = _SEP.fullmatch(lines[0])
    sign = stated or (told["sign"].replace("\\t", "\t") if told else "")
    drawing = None if sign else alignment.find_drawing(lines)
    style = Style("|") if drawing else choose(lines[1:] if told else lines, sign)
    if style is None:
        drawing, style = alignment.find_gaps(lines), Style(",")
    if drawing:
        return _draw(path, head, drawing)
    found = layout.examine(lines, style, 1 if told else 0)
    facts = (f"{describe(style.delimiter)} between columns" + _say_style(style), *found.facts)
    if told and not stated:
        facts = (facts[0] + f", as the line {layout.quote(lines[0])} says", *facts[1:])
    end, below = _find_end(path, head, style, found)
    first = head.locate(found.first)
    data = [row.cells for row in found.rows if len(row.cells) == len(found.headers)]
    return Dialect(
        style,
        found.headers,
        has_header=found.has_header,
        repeating=tuple(2 * len({row[place] for row in data}) < len(data) for place in range(len(found.headers))),
        first=first,
        end=max(first, end),
        units=found.units,
        valued=frozenset(layout.find_valued(found)),
        facts=(*facts, *below),
    )


def _draw(path: Path, head: Extract, drawing: Drawing) -> Dialect:
    """Return the dialect of a table that is drawn."""
    headers = tuple(drawing.cut(head.lines[drawing.header]))
    rows = [
        Row(place, place + 1, cells)
        for place, cells in enumerate(alignment.divide(head.lines[drawing.first :], drawing), drawing.first)
        if any(cells)
    ]
    above = [line for line in head.lines[: drawing.header] if line.strip() and not alignment.is_rule(line)]
    found = layout.Layout(headers, above=drawing.header, first=drawing.first, rows=tuple(rows))
    what = "columns are aligned with blanks" if drawing.starts else "the table is drawn with bars and dashes"
    style = Style("\x1f" if drawing.starts else "|", "")
    end, below = _find_end(path, head, style, found)
    first = head.locate(drawing.first)
    return Dialect(
        style,
        headers,
        has_header=True,
        repeating=(False,) * len(headers),
        first=first,
        end=max(first, end),
        drawing=drawing,
        valued=frozenset(layout.find_valued(found)),
        facts=(what, *layout.say_above(above), *below),
    )


def _say_style(style: Style) -> str:
    said = ""
    if style.quote == "'":
        said = ", values in single quotes"
    elif not style.quote:
        said = ", quotes are part of values"
    elif style.spaced:
        said = ", blanks before quotes"
    return said + (", backslashes before quotes" if style.escape else "")


def _find_end(path: Path, head: Extract, style: Style, found: layout.Layout) -> tuple[int, tuple[str, ...]]:
    """Return where the rows end, in bytes, and what is said of the lines below them."""
    tail = head if head.whole else extract.read_tail(path, head.encoding)
    begin = found.first if head.whole else 0
    lines = [line.replace("\0", "").replace("\x1a", "") for line in tail.lines[begin:]]
    count = layout.find_footer(lines, style, found, whole=head.whole)
    if not count:
        return tail.locate_end(), ()
    shown = [line for line in lines[-count:] if line.strip()]
    what = "1 line" if len(shown) == 1 else f"{len(shown)} lines"
    fact = f"below the last row {what} left out: {layout.quote(shown[0])}" + (" …" if len(shown) > 1 else "")
    return tail.locate(begin + len(lines) - count), (fact,)
