"""CSV, TSV and other delimited text.

Encoding, delimiter, quotes and header are found by evidence; a row with a wrong number of columns is a bad row. What
stands above the header or below the last row, blank rows and repeated headers are left out and said.
Values are kept as they stand: ``?``, ``-100``, ``NA`` and ``null`` are values, only an empty cell is missing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from svcflow.errors import InputError
from svcflow.eventlog import encodings, textblocks
from svcflow.eventlog.dialect import Dialect, sniff
from svcflow.eventlog.encodings import Encoding
from svcflow.eventlog.raw import NoRowsError, RawTable, Stated, name_columns
from svcflow.eventlog.textblocks import Block, Text

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".psv", ".ssv", ".dat")
RANK = 9
"""Asked last: any text could be a table."""


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file could be delimited text: everything that no other reader claims."""
    return path.suffix.lower() in SUFFIXES or not head.lstrip().startswith((b"<", b"{", b"[", b"PK\x03\x04"))


def read(path: Path, stated: Stated) -> RawTable:
    """Read a text table into columns of text."""
    (table,) = stream(path, stated, 1 << 62)
    complete = not table.bad and not table.passed
    return dataclasses.replace(
        table,
        row_numbers=None if complete else table.row_numbers,
    )


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield a text table in blocks of about `rows` rows, as columns of text."""
    encoding = encodings.detect(path, stated.encoding)
    form = sniff(path, encoding, stated.delimiter)
    names, repeated = name_columns(list(form.headers))
    facts = _say(encoding, form, repeated)
    found = 0
    for block in textblocks.parse(Text(path, encoding, form, names), stated, rows):
        found += block.rows
        if found:
            yield _as_table(block, names, facts)
    if not found and len(form.facts) > 1:  # lines were left out: the file is not empty, its form was not found
        raise InputError(
            f"{path.name}: no row is left ({'; '.join(form.facts)})",
            "mend the header, or state `delimiter:` in a mapping file (-m)",
        )
    if not found:
        raise NoRowsError(
            f"{path.name} holds a header but no rows" if form.has_header else f"{path.name} holds no rows",
            "export it again: it should hold one row per event",
        )


def _as_table(block: Block, names: tuple[str, ...], facts: tuple[str, ...]) -> RawTable:
    def load(name: str) -> Any:
        return block.table.column(name)

    return RawTable(
        "CSV", names, block.rows, load, facts, bad=block.bad, row_numbers=block.numbers, passed=block.passed
    )


def _say(encoding: Encoding, form: Dialect, repeated: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was found out about the file."""
    first, *others = form.facts
    facts = [f"{encoding.describe()}, {first}", *others]
    facts += [encoding.note] if encoding.note else []
    facts += [f"{encoding.nuls:,} zero bytes between the characters left out"] if encoding.nuls else []
    facts += [] if form.has_header else ["no header: columns are named column 1, column 2, …"]
    facts += ["the row below the header holds units, not data"] if form.units else []
    facts += [f"column {name!r} stands more than once: the others are called '{name} (2)', …" for name in repeated]
    return tuple(facts)
