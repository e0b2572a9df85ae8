"""Rows as CSV and as workbooks, which a spreadsheet shows rather than runs.

Numbers are numbers, times texts of ISO 8601; a text of a log never becomes a formula, a link or a number.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula when a text begins with it."""
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


def write_csv(rows: Rows) -> str:
    """Return rows as CSV with a header; texts that a spreadsheet would run are led by an apostrophe.

    >>> print(write_csv([{"activity": "=1+1", "gain": -2}]), end="")
    activity,gain
    '=1+1,-2
    """
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: defuse(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def defuse(value: Any) -> Any:
    """Return a text that a spreadsheet shows rather than runs; other values as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def build_workbook(sheets: Mapping[str, Rows]) -> bytes:
    """Return a workbook with a sheet for each table.

    The first row holds the keys, filtered and in sight.
    """
    import xlsxwriter  # noqa: PLC0415 - most commands write no workbook

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
