"""XLSX: one sheet, a header, one row per activity instance. Texts and times are cells of text, never formulas."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from svcflow.errors import UsageError
from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.markup import Escaper
from svcflow.eventlog.exporting.sources import Source
from svcflow.eventlog.exporting.tabular import declare, lay_out, tell_block
from svcflow.eventlog.store.layout import Kind

SUFFIXES = (".xlsx",)
MAPPED = True
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST = 32_767
"""What a sheet can hold: rows, columns, characters in a cell."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="log" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write(source: Source, target: Path, choices: Choices) -> None:
    """Write all cases as rows of one sheet. Raises UsageError where a sheet cannot hold them."""
    escape = Escaper()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in PARTS.items():
            book.writestr(_describe(name), _HEAD + text)
        with book.open(_describe("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_SHEET}"><sheetData>'.encode())
            for row in _rows(source, choices, escape):
                sheet.write(row.encode("utf-8", "replace"))
            sheet.write(b"</sheetData></worksheet>")
    choices.notes.extend(escape.note())


def _rows(source: Source, choices: Choices, escape: Escaper) -> Iterator[str]:
    head = source.head
    headings = lay_out(head)
    names = [heading.name for heading in headings]
    declare(headings, names, choices)
    if len(names) > MOST_COLUMNS:
        raise UsageError(f"a sheet holds {MOST_COLUMNS:,} columns, the log has {len(names):,}", "export CSV or Parquet")
    places = [_letters(number) for number in range(len(names))]
    text = _cell("text", escape)
    yield _row(1, [text(name) for name in names], places)
    number = 1
    for block in source.blocks():
        if number + len(block.time) > MOST_ROWS:
            raise UsageError(f"a sheet holds {MOST_ROWS:,} rows, the log has more", "filter it, or export CSV")
        told = zip(headings, tell_block(block, head, headings), strict=True)
        columns = [column.map(_cell(heading.kind, escape)).spread() for heading, column in told]
        for row in zip(*columns, strict=True):
            number += 1
            yield _row(number, row, places)


def _row(number: int, cells: list[str] | tuple[str, ...], places: list[str]) -> str:
    """Return a row; a cell begins with its place, which is put in here, and those without value are left out."""
    filled = (f'<c r="{place}{number}"{cell}' for place, cell in zip(places, cells, strict=True) if cell)
    return f'<row r="{number}">{"".join(filled)}</row>'


def _cell(kind: Kind, escape: Escaper) -> Callable[[str], str]:
    """Return what writes the rest of a cell behind its place."""
    if kind == "number":
        return lambda text: f"><v>{text}</v></c>"
    if kind == "boolean":
        return lambda text: f' t="b"><v>{int(text == "true")}</v></c>'

    def write_text(text: str) -> str:
        if len(text) > LONGEST:
            raise UsageError(f"a cell holds {LONGEST:,} characters, a text has {len(text):,}", "export CSV or Parquet")
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'

    return write_text


def _letters(number: int) -> str:
    """Return the letters of a column.

    >>> _letters(0), _letters(25), _letters(26), _letters(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _describe(name: str) -> zipfile.ZipInfo:
    told = zipfile.ZipInfo(name, _MOMENT)
    told.compress_type = zipfile.ZIP_DEFLATED
    return told
