"""Workbooks: XLSX and XLSM, XLSB, XLS, ODS.

The sheet is stated (`source: sheet:`) or found by the names of its columns; sheets with the same columns are read as
one. Titles above the header and remarks below the table are left out; merged cells are filled down; formulas have the
values they had when the file was saved. Rows have the numbers that the spreadsheet program shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from svcflow.eventlog.raw import RawTable, Stated, name_columns
from svcflow.eventlog.records import Records
from svcflow.eventlog.workbooks import guard, sheets
from svcflow.eventlog.workbooks.cells import Writer
from svcflow.eventlog.workbooks.sheets import Sheet

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx", ".xltm", ".xlam", ".xla")
RANK = 2
PARTS = ("sheet",)
NEXT = 10_000_000
"""By how much the row numbers of a further sheet are raised, so that each row has its own."""


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file is packed as workbooks are, and is called or begins like one."""
    if head.startswith(guard.OLE):
        return True
    return head.startswith(guard.ZIP) and (path.suffix.lower() in SUFFIXES or guard.is_workbook(path))


def read(path: Path, stated: Stated) -> RawTable:
    """Read the table of a sheet into columns of text."""
    book = _open(path, stated)
    records, numbers = Records(book.names), []
    for number, record in book.rows():
        records.add(record)
        numbers.append(number)
    return book.table(records.take(), numbers)


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the table of a sheet in blocks."""
    book = _open(path, stated)
    records, numbers = Records(book.names), []
    for number, record in book.rows():
        records.add(record)
        numbers.append(number)
        if records.rows >= rows:
            yield book.table(records.take(), numbers)
            numbers = []
            if stated.progress:
                stated.progress(f"reading {path.name}: row {number:,}")
    if numbers:
        yield book.table(records.take(), numbers)


@dataclass(frozen=True, slots=True)
class _Book:
    """The chosen sheets, the columns they have in common, and how each is written."""

    form: str
    chosen: list[Sheet]
    names: tuple[str, ...]
    writers: list[list[tuple[str, int, Any]]]
    facts: tuple[str, ...]
    kinds: dict[str, str]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        for order, (sheet, writers) in enumerate(zip(self.chosen, self.writers, strict=True)):
            base = order * NEXT + 1
            for place, row in sheet.layout.body(sheet.rows()):
                yield base + place, {name: write(row[column]) for name, column, write in writers}

    def table(self, columns: dict[str, Any], numbers: list[int]) -> RawTable:
        found = np.array(numbers, np.int64)
        blank = sum(self._blank_above(number - 1) for number in numbers)
        return RawTable(
            self.form,
            self.names,
            len(numbers),
            columns.__getitem__,
            self.facts,
            self.kinds,
            row_numbers=found,
            passed={"blank rows": blank} if blank else {},
        )

    def _blank_above(self, number: int) -> int:
        """Return how many blank rows stand right above the row at this place."""
        order, place = divmod(number, NEXT)
        return self.chosen[order].layout.gaps.get(place, 0)


def _open(path: Path, stated: Stated) -> _Book:
    contents = guard.examine(path)
    found, all_names = sheets.open_sheets(path)
    chosen = sheets.choose(path, found, all_names, stated.sheet)
    names, repeated = name_columns([chosen[0].layout.headers[place] for place in chosen[0].layout.columns])
    facts = [*_say_sheets(chosen, found), *_say_layout(chosen)]
    facts += [f"column {name!r} stands more than once: the others are called '{name} (2)', …" for name in repeated]
    writers: list[list[tuple[str, int, Any]]] = []
    kinds: dict[str, str] = {}
    for sheet in chosen:
        places = [(name, place) for name, place in zip(names, sheet.layout.columns, strict=False)]
        made = [Writer(name, sheet.layout.kinds[place], from_1904=contents.from_1904) for name, place in places]
        writers.append([(*place, writer.choose()) for place, writer in zip(places, made, strict=True)])
        facts += [fact for writer in made for fact in writer.facts if fact not in facts]
        kinds |= {name: "datetime" for (name, _), writer in zip(places, made, strict=True) if writer.is_time}
    return _Book("workbook", chosen, names, writers, (*facts, *_say_contents(contents)), kinds)


def _say_contents(contents: guard.Contents) -> Iterator[str]:
    """Say which cells of the workbook have no value."""
    if contents.errors:
        yield f"{contents.errors:,} cells of the workbook hold an error (such as #N/A) and are read as empty"
    if contents.uncounted:
        yield f"{contents.uncounted:,} formulas of the workbook have no value: open and save it in its program"


def _say_sheets(chosen: list[Sheet], found: list[Sheet]) -> Iterator[str]:
    """Say which sheets are read and which are not."""
    read = ", ".join(f"{sheet.name!r}" for sheet in chosen)
    others = [sheet for sheet in found if sheet not in chosen]
    told = ", ".join(
        f"{sheet.name!r} ({sheet.layout.rows:,} rows{', hidden' if sheet.hidden else ''})" for sheet in others[:10]
    )
    yield f"{'sheet' if len(chosen) == 1 else 'sheets'} {read}" + (f"; not read: {told}" if others else "")
    if chosen[0].hidden:
        yield f"sheet {chosen[0].name!r} is hidden"
    for order, sheet in enumerate(chosen[1:], 1):
        yield f"rows of sheet {sheet.name!r} are numbered from {order * NEXT + 1:,}"


def _say_layout(chosen: list[Sheet]) -> Iterator[str]:
    """Say what stands around the tables and was left out."""
    for sheet in chosen:
        layout = sheet.layout
        place = f"sheet {sheet.name!r}" if len(chosen) > 1 else "the sheet"
        if layout.header is None:
            yield f"{place} has no header: columns are named column 1, column 2, …"
        elif layout.titles:
            yield f"the header of {place} is row {layout.header + 1}, below {layout.titles[0][:60]!r}"
        for row, text in layout.remarks[:3]:
            yield f"row {row + 1:,} of {place}, below the table, left out: {text[:60]!r}"
        if sheet.merged:
            yield f"merged cells of {place} filled down in {len(sheet.merged):,} rows"
