"""What divides the columns of a text table and how its values are quoted, by evidence."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

USUAL = (",", ";", "\t", "|")
ODD = ("\x1f", "\x01", "^", "~", "#", "@", "!", "*", ":", "¦", "§", "，", "；", " ")
NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar", " ": "blank"}
STAND_IN = "\x1f"
"""Takes the place of a delimiter of several characters while rows are divided."""

_LONG = re.compile(r"(?P<sign>[^\w\s\"'.()\[\]{}/\\+-])(?:(?P=sign)|[^\w\s\"'.()\[\]{}/\\+-])+")

_QUOTED = re.compile(r'"(?:[^"]|"")*"')
VALUE = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ T+-]*(Z| ?[AP]M)?", re.IGNORECASE)
"""A number, a date or a time."""


@dataclass(frozen=True, slots=True)
class Style:
    """Delimiter, quote (none: values are not quoted), escape sign (or none), whether blanks stand before quotes."""

    delimiter: str
    quote: str = '"'
    escape: str = ""
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a row that is not blank: on which line it begins, and which line comes after it."""

    line: int
    after: int
    cells: list[str]

    def is_blank(self) -> bool:
        """Return whether no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)


def describe(delimiter: str) -> str:
    """Return a word for a delimiter."""
    return NAMES.get(delimiter, repr(delimiter))


def divide(lines: Iterable[str], style: Style) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, none for a blank line, and how many lines were read so far. Raises csv.Error."""
    delimiter = STAND_IN if len(style.delimiter) > 1 else style.delimiter
    if len(style.delimiter) > 1:
        lines = (line.replace(style.delimiter, STAND_IN) for line in lines)
    if style.escape:
        lines = (_keep_backslashes(line, style.quote, delimiter) for line in lines)
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=style.quote or None,
        quoting=csv.QUOTE_MINIMAL if style.quote else csv.QUOTE_NONE,
        escapechar=style.escape or None,
        skipinitialspace=style.spaced or delimiter == " ",
    )
    restore = len(style.delimiter) > 1 and style.quote
    for cells in reader:
        if restore:
            cells = [cell.replace(STAND_IN, style.delimiter) for cell in cells]  # noqa: PLW2901
        yield reader.line_num, cells


def _keep_backslashes(line: str, quote: str, delimiter: str) -> str:
    r"""Return a line in which a backslash before an ordinary character stands for itself, and a cell ``\N`` is empty.

    >>> _keep_backslashes(r'\N,"C:\new \"x\""', '"', ",")
    ',"C:\\\\new \\"x\\""'
    """
    if "\\" not in line:
        return line
    edge = re.escape(delimiter)
    line = re.sub(rf"(^|(?<={edge}))\\N(?={edge}|\s*$)", "", line)
    special = {"\\", quote, delimiter, "\n", "\r"}
    return re.sub(r"\\(.)", lambda found: found[0] if found[1] in special else "\\" + found[0], line)


def parse(lines: list[str], style: Style, limit: int = 400) -> list[Row]:
    """Return the first rows that are not blank lines, as far as they can be divided."""
    rows: list[Row] = []
    before = 0
    try:
        for after, cells in divide(lines, style):
            if any(cells):
                rows.append(Row(before, after, cells))
            before = after
            if len(rows) >= limit:
                break
    except csv.Error:
        pass
    return rows


def choose(lines: list[str], stated: str = "") -> Style | None:
    """Return how the lines of a table are divided, ``None`` where nothing divides them evenly."""
    text = "".join(lines)
    if stated:
        return find_quotes(text, lines, stated)
    long = _find_long(lines)
    if long:
        return find_quotes(text, lines, long)
    best: Style | None = None
    best_score = (0.0, 0, 0)
    for place, candidate in enumerate((*USUAL, *ODD)):
        if candidate not in text:
            continue
        style = find_quotes(text, lines, candidate)
        score = _score(parse(lines, style), place)
        if score > best_score:
            best, best_score = style, score
    return best


def _score(rows: list[Row], place: int) -> tuple[float, int, int]:
    """Return how well rows are divided: evenness, width, and how usual the delimiter is."""
    width, first = measure(rows)
    if width < 2:
        return 0.0, 0, 0
    below = rows[first:]
    if first and len(rows[first - 1].cells) < 2 and (width < 3 or place >= len(USUAL)) and _begins_with_data(below):
        return 0.0, 0, 0  # a sign within values, such as a decimal comma
    even = sum(len(row.cells) == width for row in below) / len(below)
    even -= 0.15 if first else 0.0
    if place >= len(USUAL):
        if ODD[place - len(USUAL)] == " " and (width < 3 or even < 1):
            return 0.0, 0, 0
        return 0.5 * even, width, -place
    return round(even, 1), width, -place


def _begins_with_data(rows: list[Row]) -> bool:
    return is_data(rows[0].cells, [row.cells for row in rows[1:]])


def is_data(first: list[str], others: list[list[str]]) -> bool:
    """Return whether the first row is data: a cell of it is a number or a date, as those below it are."""
    for position, cell in enumerate(first):
        below = [row[position] for row in others[:20] if position < len(row) and row[position].strip()]
        if (
            cell.strip()
            and VALUE.fullmatch(cell.strip())
            and below
            and all(VALUE.fullmatch(value.strip()) for value in below)
        ):
            return True
    return False


def measure(rows: list[Row]) -> tuple[int, int]:
    """Return the width that most rows of two columns or more have, and the first row of this width."""
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1 and not row.is_blank())
    if not widths:
        return 1, 0
    width = widths.most_common(1)[0][0]
    return width, next(place for place, row in enumerate(rows) if len(row.cells) == width)


def find_quotes(text: str, lines: list[str], delimiter: str) -> Style:
    """Return the style with this delimiter whose quotes fit the text best."""
    d = re.escape(delimiter)
    if '"' in text:
        inner = (r'[^"\\]|""|\\.', r'[^"]|""')  # with a backslash that escapes, and with one that does not
        closed = max(len(re.findall(rf'(?:^|{d})"(?:{part})*"(?={d}|\s*$)', text, re.MULTILINE)) for part in inner)
        opened = len(re.findall(rf'(?:^|{d})"', text, re.MULTILINE))
        spaced = len(re.findall(rf'{d} +"(?:[^"]|"")*"\s*(?={d}|$)', text, re.MULTILINE))
        if spaced > len(re.findall(rf'{d}"', text)):
            return Style(delimiter, spaced=True)
        if not closed and opened >= 2:
            return Style(delimiter, "")
        if closed or opened:
            return Style(delimiter, '"', _find_escape(text, lines, delimiter, '"'))
    if "'" in text:
        closed = len(re.findall(rf"(?:^|{d})'(?:[^'\\\n]|''|\\.)*'(?={d}|\s*$)", text, re.MULTILINE))
        opened = len(re.findall(rf"(?:^|{d})'", text, re.MULTILINE))
        if closed >= 3 and closed >= 0.9 * opened:
            return Style(delimiter, "'", _find_escape(text, lines, delimiter, "'"))
    return Style(delimiter, '"', _find_escape(text, lines, delimiter, '"'))


def _find_escape(text: str, lines: list[str], delimiter: str, quote: str) -> str:
    """Return the backslash where it keeps rows together that would fall apart without it."""
    if "\\" not in text or not re.search(rf"\\[{re.escape(quote + delimiter)}]", text):
        return ""
    plain, escaped = (parse(lines, Style(delimiter, quote, escape)) for escape in ("", "\\"))
    fits = [sum(len(row.cells) == measure(rows)[0] for row in rows) / max(1, len(rows)) for rows in (plain, escaped)]
    if fits[0] != fits[1]:
        return "\\" if fits[1] > fits[0] else ""
    inner = re.search(rf"\\{re.escape(quote)}(?!{re.escape(delimiter)}|{re.escape(quote)}|\s*$)", text, re.MULTILINE)
    return "\\" if inner else ""


def _is_symmetric(sign: str) -> bool:
    """Return whether a sign is made to divide: ``||``, ``|~|``; not the end of a value and a delimiter, ``€;``."""
    return sign == sign[::-1] or sign in ("<>", "~|", "|~", "=>")


def _find_long(lines: list[str]) -> str:
    """Return a delimiter of several characters: it stands equally often in every line, and parts named columns.

    Doubled commas may be empty cells; they are not where every second cell of every line would be empty.
    """
    filled = [line for line in lines[:200] if line.strip()]
    for header in filled[:5]:
        for sign in dict.fromkeys(found[0] for found in _LONG.finditer(header)):
            names = header.split(sign)
            count = len(names) - 1
            below = filled[filled.index(header) + 1 :]
            if not below or not all(name.strip() for name in names) or not _is_symmetric(sign):
                continue
            if any(part in name for name in names for part in set(sign)):
                continue
            if sum(_QUOTED.sub("", line).count(sign) == count for line in below) >= 0.9 * len(below):
                return sign
    return ""
