"""The sheets of an opened workbook, and which of them holds the table of events."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svcflow.errors import InputError, MappingError
from svcflow.eventlog.fitness import weigh_names
from svcflow.eventlog.mapping import suggest
from svcflow.eventlog.workbooks.layout import LOOKED_AT, Layout, Row, find_layout

MOST_FILLED = 10_000_000
"""Cells that merged ranges may fill."""


@dataclass(slots=True)
class Sheet:
    """One sheet that holds a table. `merged` gives, for a row, the columns to be filled from the row above."""

    name: str
    number: int
    hidden: bool
    source: Any
    layout: Layout
    merged: dict[int, list[int]]

    @property
    def fitness(self) -> tuple[float, int]:
        """Return how well the names fit a log, then the number of rows."""
        return round(weigh_names(self.layout.headers), 1), self.layout.rows

    def rows(self) -> Iterator[Row]:
        """Yield all rows from the top of the sheet, vertically merged cells filled down."""
        return fill(self.source.iter_rows(), self.merged)


def open_sheets(path: Path) -> tuple[list[Sheet], list[str]]:
    """Return the sheets that hold a table, and the names of all. Raises InputError where the file is no workbook."""
    import python_calamine as calamine  # noqa: PLC0415 - only where a workbook is read

    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        known = book.sheets_metadata
        kept = [(place, each) for place, each in enumerate(known, 1) if each.typ == calamine.SheetTypeEnum.WorkSheet]
        found = [
            _measure(book.get_sheet_by_name(each.name), place, hidden=each.visible != calamine.SheetVisibleEnum.Visible)
            for place, each in kept
        ]
    except calamine.PasswordError:
        raise InputError(f"{path.name} is protected by a password", "save it without one") from None
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _damaged(path, str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the library raises where it gives up
            raise
        raise _damaged(path, "") from None
    return [sheet for sheet in found if sheet and sheet.layout.rows], [each.name for each in known]


def choose(path: Path, sheets: list[Sheet], names: list[str], stated: str) -> list[Sheet]:
    """Return the stated sheet, else the one whose columns fit best together with all that have the same columns."""
    if stated:
        return [_find_stated(path, sheets, names, stated)]
    if not sheets:
        raise InputError(f"{path.name} holds no sheet with rows", "it should hold a header and one row per event")
    shown = [sheet for sheet in sheets if not sheet.hidden] or sheets
    best = max(shown, key=lambda sheet: (*sheet.fitness, -sheet.number))
    headers = [name for name in best.layout.headers if name]
    alike = [s for s in shown if s is best or (headers and [n for n in s.layout.headers if n] == headers)]
    return alike if best.layout.header is not None else [best]


def fill(rows: Iterator[Row], merged: dict[int, list[int]]) -> Iterator[Row]:
    """Yield rows with the cells that are merged with the one above filled from it."""
    above: Row = []
    for place, row in enumerate(rows):
        for column in merged.get(place, ()):
            if column < len(row) and column < len(above):
                row[column] = above[column]
        above = row
        yield row


def _measure(source: Any, number: int, *, hidden: bool) -> Sheet | None:
    merged = _find_merged(source)
    top = list(itertools.islice(fill(source.iter_rows(), merged), LOOKED_AT))
    layout = find_layout(top, fill(source.iter_rows(), merged))
    return Sheet(source.name, number, hidden, source, layout, merged) if layout else None


def _find_merged(source: Any) -> dict[int, list[int]]:
    """Return the cells that are to be filled from above: those of ranges merged over several rows."""
    found: dict[int, list[int]] = {}
    if source.start is None:
        return found
    filled, left, bottom = 0, source.start[1], source.end[0]
    for (top, column), (last, _) in source.merged_cell_ranges or ():
        low, high = top + 1, min(last, bottom)
        filled += max(0, high - low + 1)
        if filled > MOST_FILLED:
            raise ValueError("too many merged cells")
        for row in range(low, high + 1):
            found.setdefault(row, []).append(column - left)
    return {row: [column for column in columns if column >= 0] for row, columns in found.items()}


def _find_stated(path: Path, sheets: list[Sheet], names: list[str], stated: str) -> Sheet:
    """Return the sheet of that name or number."""
    exact = [name for name in names if name == stated] or [n for n in names if n.lower() == stated.strip().lower()]
    place = names.index(exact[0]) + 1 if exact else int(stated) if stated.isascii() and stated.isdigit() else 0
    if not 1 <= place <= len(names):
        raise MappingError(
            f"{path.name} has no sheet {stated!r}{suggest(stated, tuple(names))}",
            "sheets: " + ", ".join(names[:40]) + ("" if len(names) <= 40 else f" and {len(names) - 40} more"),
        )
    for sheet in sheets:
        if sheet.number == place:
            return sheet
    raise InputError(f"{path.name}: sheet {names[place - 1]!r} holds no rows", "state another with --sheet")


def _damaged(path: Path, reason: str) -> InputError:
    told = f": {reason.splitlines()[0][:120]}" if reason.strip() else ""
    return InputError(f"{path.name} is damaged, or no workbook{told}", "save it again, or save the sheet as CSV")
