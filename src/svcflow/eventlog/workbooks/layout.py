"""Where on a sheet the table stands: the header below titles, the columns in use, the last row above remarks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from svcflow.eventlog.fitness import weigh_names

Row = list[Any]
LOOKED_AT = 60
"""Rows from the top among which the header is sought."""

_VALUE = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ T+-]*(Z| ?[AP]M)?", re.IGNORECASE)
DATES = (dt.date, dt.datetime)
"""The first is also the base of the second."""


@dataclass(slots=True)
class Kinds:
    """How many cells of a column hold what, and the numbers' range."""

    filled: int = 0
    dates: int = 0
    durations: int = 0
    numbers: int = 0
    low: float = float("inf")
    high: float = float("-inf")

    def note(self, cell: Any) -> None:
        """Count a filled cell."""
        self.filled += 1
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            self.numbers += 1
            self.low, self.high = min(self.low, cell), max(self.high, cell)
        elif isinstance(cell, DATES):
            self.dates += 1
        elif isinstance(cell, dt.timedelta):
            self.durations += 1


@dataclass(slots=True)
class Layout:
    """A table on a sheet: places count rows from the top of the sheet and columns of its used part from 0.

    `gaps` gives, for rows below blank ones, how many those are.
    """

    header: int | None
    first: int
    headers: list[str]
    kinds: list[Kinds] = field(default_factory=list)
    last: int = -1
    rows: int = 0
    gaps: dict[int, int] = field(default_factory=dict)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    @property
    def columns(self) -> list[int]:
        """Return the columns that have a name or a value."""
        return [place for place, kinds in enumerate(self.kinds) if kinds.filled or self.headers[place]]

    def body(self, rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
        """Yield the rows of the table that are not blank, each with its place."""
        for place, row in enumerate(rows):
            if place > self.last:
                return
            if place >= self.first and not is_blank(row):
                yield place, row


def find_layout(top: list[Row], rows: Iterable[Row]) -> Layout | None:
    """Return where the table stands, or ``None`` on a blank sheet. `top` are the first rows of `rows`."""
    width = max(map(len, top), default=0)
    header = _find_header(top)
    first = next((place for place, row in enumerate(top) if not is_blank(row)), None) if header is None else header + 1
    if first is None:
        return None
    names = [_say(cell) for cell in top[header]] if header is not None else [""] * width
    layout = Layout(header, first, names)
    layout.titles = [_say(next(filter(_is_filled, row))) for row in top[: header or 0] if not is_blank(row)]
    _measure(layout, rows, width)
    return layout


def is_blank(row: Row) -> bool:
    """Return whether no cell of a row holds anything."""
    return not any(map(_is_filled, row))


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or (cell != "" and not cell.isspace()))


def _find_header(top: list[Row]) -> int | None:
    """Return the row that names the columns: words only, nearly as wide as the table, the best names winning."""
    filled = [sum(map(_is_filled, row)) for row in top]
    width = max(filled, default=0)
    best, best_score = None, -1.0
    for place, row in enumerate(top):
        cells = [cell for cell in row if _is_filled(cell)]
        if len(cells) < max(1, 0.6 * width) or not all(isinstance(cell, str) for cell in cells):
            continue
        if any(_VALUE.fullmatch(cell.strip()) for cell in cells) or (len(cells) < 2 <= width):
            continue
        score = weigh_names(map(str, cells)) + len(cells) / width - 0.02 * place
        if score > best_score + (0.5 if best is not None else 0):
            best, best_score = place, score
    return best


def _measure(layout: Layout, rows: Iterable[Row], width: int) -> None:
    """Count what the columns hold; rows at the end that stand apart and hold one cell are remarks, not data."""
    pending: list[tuple[int, Row]] = []
    layout.kinds = [Kinds() for _ in range(width)]
    blank = 0
    for place, row in enumerate(rows):
        if place < layout.first:
            continue
        if is_blank(row):
            blank += 1
            continue
        if (pending or blank) and width > 2 and sum(map(_is_filled, row)) == 1 and len(pending) < 20:
            pending.append((place, row))
            continue
        for earlier, remark in pending:
            _take(layout, earlier, remark)
        pending.clear()
        if blank and layout.rows:
            layout.gaps[place] = blank
        blank = 0
        _take(layout, place, row)
    layout.remarks = [(place, _say(next(filter(_is_filled, row)))) for place, row in pending]


def _take(layout: Layout, place: int, row: Row) -> None:
    layout.last = place
    layout.rows += 1
    for kinds, cell in zip(layout.kinds, row, strict=False):
        if _is_filled(cell):
            kinds.note(cell)


def _say(cell: Any) -> str:
    return " ".join(str(cell).split()) if _is_filled(cell) else ""
