"""Tables as the sheets of an Excel workbook: numbers as numbers, times as times, texts never as formulas."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from svcflow.cli import _console as console

LONGEST = 32_767
"""Characters that a cell can hold."""
_WIDEST, _NARROWEST = 48, 8
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
    "remove_timezone": True,
}
_BEGAN = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the same bytes whenever it is written

Rows = Sequence[Mapping[str, Any]]


def write_workbook(path: Path, sheets: Mapping[str, Rows], *, quiet: bool = False) -> None:
    """Write tables whole or not at all, one sheet each; the first row holds the keys, filtered and in sight."""
    console.write_bytes(path, build_workbook(sheets), quiet=quiet)


def build_workbook(sheets: Mapping[str, Rows]) -> bytes:
    """Return a workbook with a sheet for each table; see `write_workbook`."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"created": _BEGAN})
        bold = book.add_format({"bold": True})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title[:31])
            names = list(dict.fromkeys(name for row in rows for name in row))
            for place, name in enumerate(names):
                sheet.write_string(0, place, name, bold)
                widest = max((len(str(row.get(name) or "")) for row in rows), default=0)
                sheet.set_column(place, place, min(max(widest, len(name), _NARROWEST), _WIDEST))
            for line, row in enumerate(rows, start=1):
                for place, name in enumerate(names):
                    _write(sheet, (line, place), row.get(name))
            if names:
                sheet.freeze_panes(1, 0)
                sheet.autofilter(0, 0, len(rows), len(names) - 1)
    return out.getvalue()


def _write(sheet: Any, at: tuple[int, int], value: Any) -> None:
    """Write a cell by its type; what is unknown stays empty."""
    if value is None or value != value:  # noqa: PLR0124 - NaN differs from itself
        return
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value)
    else:
        text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        sheet.write_string(*at, "".join(char if char.isprintable() or char == "\n" else "�" for char in text)[:LONGEST])
