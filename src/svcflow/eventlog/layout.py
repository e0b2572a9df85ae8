"""What stands around the rows of a text table: a title above the header, units below it, totals at the end.

Nothing is left out without evidence, and everything that is left out is said.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from svcflow.eventlog.delimiters import VALUE, Row, Style, is_data, measure, parse

MOST_ABOVE = 60
"""Lines above a header."""

UNIT = re.compile(
    r"[\[(<{].*[\])>}]|h|hrs?|hours?|mins?|minutes?|s|secs?|seconds?|days?|ms|eur|usd|gbp|cny|[€$£¥%]|"
    r"n?(var)?char(2|acter)?( ?\(\d+\))?|text|string|(big|small)?int(eger)?|long|number|numeric|float|double|"
    r"decimal( ?\([\d, ]+\))?|date|time|date ?time2?|timestamp( .*)?|bool(ean)?|yyyy\W.*|dd\W.*|mm\W.*|"
    r"文本|字符串?|日期|时间|数字|整数|元|小时|分钟|秒|天",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"\W*(grand |sub)?(total|sum|summary|average|count|summe|gesamt\w*|anzahl)\b.*|(合计|总计|小计|总数|共).*",
    re.IGNORECASE,
)
WORDS_BELOW = re.compile(
    r"\W*(\d[\d,. ]* (rows?|records?|lines?|entries|results?|tickets?|cases?|items?)\b.*|"
    r"(rows?|records?|lines?)\b[^,;\t|]*\d+.*|"
    r"(report |file |list )?(generated|exported|printed|created|produced|run)\b.*|"
    r"(end of|confidential|copyright|©|page \d|filters?:|source:|note:|legend|erstellt|exportiert|stand:|seite \d|"
    r"导出|生成|打印|制表|共 ?\d+|第 ?\d+ ?页).*|-- ?end.*|\*+.*\*+|[-=_*+]{3,})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the header and the first row of data stand: lines of the text, and what was left out above.

    `headers` are the names as they stand, one for each column of the rows; `units` are the cells of the first row
    below the header where it holds units or types.
    """

    headers: tuple[str, ...]
    above: int
    first: int
    rows: tuple[Row, ...] = ()
    has_header: bool = True
    units: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def examine(lines: list[str], style: Style, skipped: int = 0) -> Layout:
    """Return the layout of the rows in `lines`, but for the first `skipped`, when they are divided by `style`."""
    rows = parse(lines[skipped:], style)
    filled = [Row(row.line + skipped, row.after + skipped, row.cells) for row in rows if not row.is_blank()]
    if not filled:
        return Layout(tuple(line.strip() for line in lines[skipped : skipped + 1]), skipped, skipped + 1)
    place = _find_header(filled)
    first, below = filled[place], filled[place + 1 :]
    facts = say_above([line for line in lines[skipped : first.line] if line.strip()])
    if is_data(first.cells, [row.cells for row in below]):
        names = ("",) * len(first.cells)
        return Layout(names, first.line, first.line, tuple(filled[place:]), has_header=False, facts=facts)
    width = measure(filled[place:])[0]
    headers, more = _fit_header(first.cells, [row.cells for row in below if len(row.cells) == width])
    units = tuple(below[0].cells) if below and _is_units(below, headers) else ()
    return Layout(headers, first.line, first.after, tuple(below), units=units, facts=(*facts, *more))


def _find_header(rows: list[Row]) -> int:
    """Return which row is the header, or the first row of data where there is none."""
    width, first = measure(rows)
    if width < 2 or rows[first].line > MOST_ABOVE:
        return 0
    padded = _find_below_padding(rows[first:], width)
    if padded:
        return first + padded
    others = [row.cells for row in rows[first + 1 :] if len(row.cells) == width]
    if not first or _names_values(rows[first].cells, others):
        return first
    # Without evidence that this row names the columns, a row above it may do so and not fit the rows below.
    above = (place for place, row in enumerate(rows[:first]) if len(row.cells) > 1 and not is_data(row.cells, others))
    return next(above, first)


def _names_values(first: list[str], others: list[list[str]]) -> bool:
    """Return whether a row names the columns: a cell is no number or date, where all below it are."""
    return any(
        cell.strip()
        and not VALUE.fullmatch(cell.strip())
        and all(VALUE.fullmatch(row[place].strip()) for row in others)
        for place, cell in enumerate(first)
        if others
    )


def _find_below_padding(rows: list[Row], width: int) -> int:
    """Return which row is the header below a title that was filled up with empty cells, as spreadsheets do."""
    if width < 3:
        return 0
    for place, row in enumerate(rows[:15]):
        known = [cell.strip() for cell in row.cells if cell.strip()]
        if len(known) <= width / 3:
            continue
        full = len(row.cells) == width and len(known) >= max(2, width * 2 / 3) and len(set(known)) == len(known)
        return place if full and not any(VALUE.fullmatch(cell) for cell in known) else 0
    return 0


def _fit_header(cells: list[str], rows: list[list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the header for rows that have one cell more than it: an empty one at the end, or a row number before."""
    if not rows or len(rows[0]) != len(cells) + 1:
        return tuple(cells), ()
    if not any(row[-1].strip() for row in rows):
        return (*cells, ""), ("rows end in a delimiter, the header does not: the column behind it has no name",)
    numbers = [row[0].strip() for row in rows[:50]]
    if len(numbers) > 1 and all(text.isdigit() for text in numbers):
        steps = {int(b) - int(a) for a, b in itertools.pairwise(numbers)}
        if steps == {1}:
            return ("", *cells), ("rows begin with a number that the header does not name",)
    return tuple(cells), ()


def _is_units(rows: list[Row], headers: tuple[str, ...]) -> bool:
    """Return whether the first row below the header holds units, types or formats, and the rows below it values."""
    cells = rows[0].cells
    known = [cell.strip() for cell in cells if cell.strip()]
    if not known or len(cells) != len(headers) or not all(UNIT.fullmatch(cell) for cell in known):
        return False
    below = [row.cells for row in rows[1:21] if len(row.cells) == len(cells)]
    return any(
        all(VALUE.fullmatch(row[place].strip()) for row in below if row[place].strip())
        and any(row[place].strip() for row in below)
        for place, cell in enumerate(cells)
        if cell.strip()
    )


def say_above(lines: list[str]) -> tuple[str, ...]:
    """Return what is said of the lines above a header that are left out."""
    if not lines:
        return ()
    what = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    return (f"above the header {what} left out: {quote(lines[0])}" + (" …" if len(lines) > 1 else ""),)


def quote(line: str) -> str:
    """Return the beginning of a line, as it may be shown."""
    text = line.strip()
    return repr(text if len(text) <= 60 else text[:59] + "…")


def find_footer(lines: list[str], style: Style, layout: Layout, *, whole: bool) -> int:
    """Return how many lines at the end are no rows: totals, counts, remarks. `lines` are the last of the table.

    A line that does not fit is a remark where a blank line parts it from the rows or its words say so; alone it may be
    a row that was cut off. `whole` says that `lines` begin with the first row.
    """
    width = len(layout.headers)
    valued = find_valued(layout)
    rows = [row.cells for row in layout.rows]
    top, blank_above, worded = len(lines), False, True
    for place in range(len(lines) - 1, -1 if whole else 0, -1):
        line = lines[place]
        if not line.strip() or not line.strip(style.delimiter + " \r\n"):
            blank_above = blank_above or top < len(lines)
            continue
        kind = _judge(line, style, width, valued)
        if not kind or len(lines) - place > 25:
            break
        if blank_above and kind != "words":
            break
        top, blank_above, worded = place, False, worded and kind == "words"
    parted = top < len(lines) and top > 0 and not lines[top - 1].strip(style.delimiter + " \r\n")
    usual = sum(not line.strip() for line in lines[: max(0, top - 1)]) > 0
    if top == len(lines) or not (worded or (parted and not usual)) or not rows:
        return 0
    return len(lines) - top


def _judge(line: str, style: Style, width: int, valued: set[int]) -> str:
    """Return ``words`` where a line says that it is no row, ``ragged`` where it only does not fit, else nothing."""
    if style.quote and line.count(style.quote) % 2:
        return ""
    found = parse([line], style)
    cells = found[0].cells if found else []
    known = [cell.strip() for cell in cells if cell.strip()]
    if not known:
        return ""
    if len(cells) != width and (WORDS_BELOW.fullmatch(line.strip()) or TOTAL.fullmatch(known[0])):
        return "words"
    if len(cells) == width:
        total = TOTAL.fullmatch(known[0]) or (len(known) == 1 and WORDS_BELOW.fullmatch(known[0]))
        empty = [place for place in valued if not cells[place].strip()]
        return "words" if width > 2 and total and empty and len(known) <= max(2, width / 2) else ""
    return "ragged" if len(cells) <= max(1, width // 2) else ""


def find_valued(layout: Layout) -> set[int]:
    """Return the columns that hold nothing but numbers and dates in the first rows."""
    rows = [row.cells for row in layout.rows[bool(layout.units) : 50] if len(row.cells) == len(layout.headers)]
    return {
        place
        for place in range(len(layout.headers))
        if (values := [row[place].strip() for row in rows if row[place].strip()])
        and all(VALUE.fullmatch(value) for value in values)
    }
