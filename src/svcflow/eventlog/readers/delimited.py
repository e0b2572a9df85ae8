"""CSV, TSV and other delimited text.

Encoding, delimiter and header are found by evidence; a row with a wrong number of columns is a bad row.
Values are kept as they stand: ``?``, ``-100``, ``NA`` and ``null`` are values, only an empty cell is missing.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from svcflow.errors import InputError
from svcflow.eventlog import dialect, encodings
from svcflow.eventlog.raw import BadRow, RawTable, Stated, name_columns

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".psv", ".ssv", ".dat")
BLOCKS = (1 << 20, 1 << 27)
"""Bytes read at once: small blocks keep memory low, a value that is larger than one needs large ones."""

RANK = 9
"""Asked last: any text could be a table."""


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file could be delimited text: everything that no other reader claims."""
    return path.suffix.lower() in SUFFIXES or not head.lstrip().startswith((b"<", b"{", b"[", b"PK\x03\x04"))


def read(path: Path, stated: Stated) -> RawTable:
    """Read a text table into columns of text."""
    encoding = encodings.verify(path, stated.encoding) if stated.encoding else encodings.detect(path)
    form = dialect.sniff(path, encoding, stated.delimiter)
    names, repeated = name_columns(list(form.headers))
    table, bad = _parse(path, encoding, form, names)
    if bad and not stated.drop_bad_rows:
        _refuse(path, table, bad)
    if not table.num_rows:
        raise InputError(
            f"{path.name} holds a header but no rows" if form.has_header else f"{path.name} holds no rows",
            "export it again: it should hold one row per event",
        )
    rows = np.array([row.row for row in bad], np.int64)
    kept = np.setdiff1d(np.arange(1, table.num_rows + len(rows) + 1), rows, assume_unique=True) if len(rows) else None
    facts = [f"{encodings.describe(encoding)}, {dialect.describe(form.delimiter)} between columns"]
    facts += [] if form.has_header else ["no header: columns are named column 1, column 2, …"]
    facts += [f"column {name!r} stands more than once: the others are called '{name} (2)', …" for name in repeated]
    return RawTable("CSV", names, table.num_rows, table.column, tuple(facts), bad=tuple(bad), row_numbers=kept)


def _refuse(path: Path, table: Any, bad: list[BadRow]) -> None:
    """Raise InputError naming the first bad row, or the header where it fits less than half of the rows."""
    first = min(bad, key=lambda row: row.row)
    if len(bad) > table.num_rows:
        raise InputError(
            f"{path.name}: the first line does not fit {len(bad):,} of {len(bad) + table.num_rows:,} rows "
            f"(row {first.row:,}: {first.reason})",
            "remove what stands above the header",
        )
    raise InputError(
        f"{path.name}, row {first.row:,}: {first.reason}" + (f" ({len(bad):,} such rows)" if len(bad) > 1 else ""),
        "mend the row, or leave such rows out with --on-bad-rows=drop",
    )


def _parse(path: Path, encoding: str, form: dialect.Dialect, names: tuple[str, ...]) -> tuple[Any, list[BadRow]]:
    """Parse all rows; a second, slower pass finds the numbers of the bad ones where there are any."""
    parse = partial(_parse_once, path, encoding, form, names)
    table, bad = parse(threads=True)
    if bad:
        table, bad = parse(threads=False)
    _refuse_open_quote(path, table, len(bad))
    return table, bad


def _parse_once(
    path: Path, encoding: str, form: dialect.Dialect, names: tuple[str, ...], *, threads: bool
) -> tuple[Any, list[BadRow]]:
    import pyarrow as pa  # noqa: PLC0415 - a command that reads XES pays nothing for CSV
    from pyarrow import csv  # noqa: PLC0415

    bad: list[BadRow] = []

    def note(row: Any) -> Any:
        number = (row.number or 0) - (1 if form.has_header else 0)
        bad.append(BadRow(number, f"{row.actual_columns} columns where {row.expected_columns} are expected"))
        return "skip"

    words = pa.dictionary(pa.int32(), pa.string())
    types = {name: words if again else pa.string() for name, again in zip(names, form.repeating, strict=True)}
    parsing = csv.ParseOptions(
        delimiter=form.delimiter, newlines_in_values=_has_quotes(path, encoding), invalid_row_handler=note
    )
    converting = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    for size in BLOCKS:
        bad.clear()
        reading = csv.ReadOptions(
            use_threads=threads, block_size=size, column_names=list(names), skip_rows_after_names=int(form.has_header)
        )
        try:
            with pa.OSFile(str(path), "r") as source:
                stream: Any = source if encoding == "utf-8" else pa.transcoding_input_stream(source, encoding, "utf-8")
                return csv.read_csv(stream, reading, parsing, converting), bad
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            reason = str(error).splitlines()[0]
            if "straddling" not in reason or size == BLOCKS[-1]:
                break
    raise InputError(f"{path.name} cannot be read as a table: {reason}", "is it really delimited text?")


def _has_quotes(path: Path, encoding: str) -> bool:
    """Return whether a quote occurs at all: without one, no value holds a line break and blocks are independent."""
    if encoding.startswith("utf-16"):
        return True
    with path.open("rb") as stream:
        return any(b'"' in block for block in iter(lambda: stream.read(encodings.BLOCK), b""))


def _refuse_open_quote(path: Path, table: Any, left_out: int) -> None:
    """Raise InputError where a quote in the last column is never closed: it would swallow all rows that follow."""
    last = table.column(table.num_columns - 1)[-1].as_py() if table.num_rows else ""
    if "\n" not in last:
        return
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, 256), 2)
        closed = stream.read().rstrip(b"\r\n\0 ").endswith(b'"')
    if not closed:
        raise InputError(
            f"{path.name}, row {table.num_rows + left_out:,}: a quote is opened and never closed",
            "mend the row: it swallows all rows below it",
        )
