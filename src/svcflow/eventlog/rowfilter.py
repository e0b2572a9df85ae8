"""Rows of a text table that hold no data, and rows that swallowed others."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.delimiters import VALUE
from svcflow.eventlog.dialect import Dialect

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
BLANK, HEADER, UNITS = "blank rows", "repeated header rows", "rows of units"
SPACES = np.isin(np.arange(256), [*range(9, 14), *range(28, 33), 0xC2, 0xE1, 0xE2, 0xE3])
"""First bytes in UTF-8 of characters that are spaces, among others."""


def find_passed(batch: Any, form: Dialect) -> dict[str, Rows]:
    """Return the rows of a batch that hold no data, by what they are."""
    width = batch.num_columns
    if width < 2:
        return {}
    found = {BLANK: _find_rows(batch, ("",) * width)}
    if form.has_header:
        found[HEADER] = _find_rows(batch, form.headers)
    if form.units:
        found[UNITS] = _find_rows(batch, form.units)
    return {what: rows for what, rows in found.items() if len(rows)}


def _find_rows(batch: Any, cells: tuple[str, ...]) -> Rows:
    """Return the rows that consist of these cells; blanks count as an empty cell where a cell is empty.

    A look at the few texts of a column that is kept as a dictionary, or at lengths and first bytes, settles most
    batches; what is left is compared cell by cell.
    """
    import pyarrow as pa  # noqa: PLC0415

    columns = batch.columns
    packed = [pa.types.is_dictionary(column.type) for column in columns]
    mask: Mask | None = None
    for place in sorted(range(len(columns)), key=lambda place: not packed[place]):
        alike = (_weigh_codes if packed[place] else _weigh_bytes)(columns[place], cells[place])
        mask = alike if mask is None else mask & alike
        if not mask.any():
            return np.empty(0, np.intp)
    rows = np.flatnonzero(mask) if mask is not None else np.empty(0, np.intp)
    found = [
        row
        for row in rows.tolist()
        if all(_equal(column[row].as_py() or "", cell) for column, cell in zip(columns, cells, strict=True))
    ]
    return np.array(found, np.intp)


def _equal(value: str, cell: str) -> bool:
    return value == cell if cell else not value.strip()


def _weigh_codes(column: Any, cell: str) -> Mask:
    alike = [_equal(text or "", cell) for text in column.dictionary.to_pylist()]
    if not any(alike):
        return np.zeros(len(column), bool)
    codes = np.frombuffer(column.indices.buffers()[1], np.int32)[column.offset : column.offset + len(column)]
    found: Mask = np.array(alike, bool)[codes]
    return found


def _weigh_bytes(column: Any, cell: str) -> Mask:
    """Return which texts may equal `cell`: as long, and with the same first byte."""
    data = column.buffers()[2]
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(offsets)
    if data is None or not data.size:
        return np.full(len(column), not cell)
    first = np.frombuffer(data, np.uint8)[np.minimum(offsets[:-1], data.size - 1)]
    raw = cell.encode()
    found: Mask = (lengths == len(raw)) & (first == raw[0]) if raw else (lengths == 0) | SPACES[first]
    return found


def find_swallowed(batch: Any, form: Dialect) -> tuple[int, int, int] | None:
    """Return row, column and number of lines of a value that holds what looks like other rows, or ``None``.

    It happens where a quote is opened and never closed: the value ends at the next quote, rows further down.
    """
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    if not form.style.quote or len(form.headers) < 3:
        return None
    for place, column in enumerate(batch.columns):
        texts = column.dictionary if pa.types.is_dictionary(column.type) else column
        data = texts.buffers()[2]
        if data is None or b"\n" not in data.to_pybytes():
            continue
        broken = compute.match_substring(texts, "\n")
        for row in compute.indices_nonzero(broken).to_pylist():
            lines = find_rows(texts[row].as_py(), form)
            if lines:
                return (row if texts is column else column.indices.to_pylist().index(row)), place, lines
    return None


def find_rows(text: str, form: Dialect, *, loosely: bool = False) -> int:
    """Return how many lines within a text look like rows of the table: as many cells, values where values stand.

    In a table without such columns the cells alone say so, if `loosely`.
    """
    inner = re.split(r"\r\n|\n|\r", text)[1:]
    return sum(_is_row(line, form, last=place == len(inner), loosely=loosely) for place, line in enumerate(inner, 1))


def _is_row(line: str, form: Dialect, *, last: bool, loosely: bool) -> bool:
    cells = line.split(form.style.delimiter)
    width = len(form.headers)
    if not (len(cells) == width or (last and 3 <= len(cells) < width)):
        return False
    if not form.valued:
        return loosely and len(cells) == width
    shown = [cells[place].strip(" " + form.style.quote) for place in form.valued if place < len(cells)]
    return any(shown) and all(not cell or VALUE.fullmatch(cell) for cell in shown)
