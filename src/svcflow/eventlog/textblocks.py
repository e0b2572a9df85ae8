"""The rows of a text table in blocks of columns: parsed, numbered, the bad ones and those without data sorted out."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import InputError
from svcflow.eventlog import rowfilter, textstream
from svcflow.eventlog.dialect import Dialect
from svcflow.eventlog.encodings import Encoding
from svcflow.eventlog.raw import BadRow, Stated

Numbers = NDArray[np.int64]
RULES = "-=+_"
"""What lines are drawn of, between the header and the rows of a printed table: ``-----``, ``+----+----+``."""

SIZES = (1 << 20, 1 << 24, 1 << 27)
"""Bytes parsed at once: small pieces stay in the cache of the processor, a row larger than one needs a large one."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table: their columns, their numbers, the bad rows among them and how many were passed over."""

    table: Any
    numbers: Numbers
    bad: tuple[BadRow, ...]
    passed: dict[str, int]

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return int(self.table.num_rows)


@dataclass(frozen=True, slots=True)
class Text:
    """A text table: where it is, how it is written, what its columns are called."""

    path: Path
    encoding: Encoding
    form: Dialect
    names: tuple[str, ...]


@dataclass(slots=True)
class _Count:
    """How far the rows of a table are numbered, and the bad rows not yet handed over."""

    row: int = 0
    seen: int = 0
    bad: dict[int, BadRow] = field(default_factory=dict)
    faults: int = 0
    first: BadRow | None = None
    open: BadRow | None = None
    """A bad row that seems to hold other rows: a quote in it is never closed."""

    def number(self, rows: int) -> tuple[Numbers, tuple[BadRow, ...]]:
        """Return the numbers of the next good rows, and the rows left out that stand before the last of them."""
        ahead = np.arange(self.row + 1, self.row + rows + len(self.bad) + 1)
        if self.bad:
            ahead = np.setdiff1d(ahead, np.fromiter(self.bad, np.int64, len(self.bad)), assume_unique=True)[:rows]
        self.row = int(ahead[-1])
        return ahead, self.take_bad(self.row)

    def take_bad(self, last: int | None = None) -> tuple[BadRow, ...]:
        """Take out the rows left out up to the row `last`, or all; those without a reason are blank."""
        numbers = sorted(number for number in self.bad if last is None or number <= last)
        return tuple(self.bad.pop(number) for number in numbers)

    def note(self, number: int, reason: str, swallowed: int) -> None:
        """Remember a bad row, once."""
        if number > self.row and number not in self.bad:
            self.bad[number] = row = BadRow(number, reason)
            if reason:
                self.faults += 1
                self.first = self.first or row
                self.open = self.open or (row if swallowed else None)


def parse(text: Text, stated: Stated, rows: int) -> Iterator[Block]:
    """Yield the rows in blocks of about `rows`.

    Raises InputError at a bad row where it is not to be dropped, at a quote that is never closed, and where the text
    cannot be divided into rows.
    """
    count, held = _Count(), 0
    parts: list[Block] = []
    for batch in _read(text, count):
        count.seen += batch.num_rows
        if stated.progress:
            stated.progress(f"reading {text.path.name}: {count.seen:,} rows")
        if count.faults and not stated.drop_bad_rows:
            continue
        if text.encoding.quotes:
            _refuse_swallowed(text, batch, count)
        part = _sort_out(batch, text.form, count)
        if held >= rows and part.rows:
            yield _join(parts)
            parts, held = [], 0
        parts.append(part)
        held += part.rows
    if count.open:
        raise _explain_quote(text.path, count.open.row)
    if count.faults and (not stated.drop_bad_rows or not count.seen):  # where none fits, it is the header that is bad
        raise _explain_bad(text.path, count)
    if parts:
        parts.append(dataclasses.replace(_leave_out(count.take_bad()), table=parts[-1].table.slice(0, 0)))
        last = _join(parts)
        _refuse_open_quote(text, last)
        yield last


def _sort_out(batch: Any, form: Dialect, count: _Count) -> Block:
    """Give the rows of a batch their numbers and take out those without data."""
    import pyarrow as pa  # noqa: PLC0415

    numbers, out = count.number(batch.num_rows)
    left = _leave_out(out)
    passed = rowfilter.find_passed(batch, form)
    if passed:
        good = np.ones(batch.num_rows, bool)
        for rows in passed.values():
            good[rows] = False
        mask = pa.Array.from_buffers(pa.bool_(), len(good), [None, pa.py_buffer(np.packbits(good, bitorder="little"))])
        batch, numbers = batch.filter(mask), numbers[good]
    counts = Counter({what: len(rows) for what, rows in passed.items()}) + Counter(left.passed)
    return Block(pa.Table.from_batches([batch]), numbers, left.bad, dict(counts))


def _leave_out(rows: tuple[BadRow, ...]) -> Block:
    """Return a block of rows that are left out, and nothing else."""
    bad = tuple(row for row in rows if row.reason)
    blank = len(rows) - len(bad)
    return Block(None, np.empty(0, np.int64), bad, {rowfilter.BLANK: blank} if blank else {})


def _join(parts: list[Block]) -> Block:
    import pyarrow as pa  # noqa: PLC0415

    passed: Counter[str] = Counter()
    for part in parts:
        passed.update(part.passed)
    return Block(
        pa.concat_tables([part.table for part in parts]),
        np.concatenate([part.numbers for part in parts]),
        tuple(row for part in parts for row in part.bad),
        dict(passed),
    )


def _read(text: Text, count: _Count) -> Iterator[Any]:
    """Yield the good rows in Arrow batches; where a row is larger than a piece, begin again with larger ones."""
    import pyarrow as pa  # noqa: PLC0415

    done = 0
    for size in SIZES:
        skip = done
        try:
            for batch in _parse(text, size, count):
                rest = batch.slice(min(skip, batch.num_rows))
                skip -= batch.num_rows - rest.num_rows
                done += rest.num_rows
                if rest.num_rows:
                    yield rest
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            reason = str(error).splitlines()[0]
            if "Empty CSV" in reason:
                return
            if "straddling" in reason and size != SIZES[-1]:
                continue
            if "straddling" in reason:
                raise _explain_quote(text.path, done + 1) from None
            raise InputError(
                f"{text.path.name} cannot be read as a table: {reason}", "is it really delimited text?"
            ) from None
        return


def _parse(text: Text, size: int, count: _Count) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - a command that reads XES pays nothing for CSV
    from pyarrow import csv  # noqa: PLC0415

    form = text.form

    def note(row: Any) -> str:
        swallowed = rowfilter.find_rows(row.text, form, loosely=True) if "\n" in row.text else 0
        reason = f"{row.actual_columns} columns where {row.expected_columns} are expected"
        blank = not row.text.strip(signs) or (len(row.text.strip()) > 3 and not row.text.strip(signs + RULES))
        count.note(row.number or 0, "" if blank else reason, swallowed)
        return "skip"

    plain = textstream.is_plain(form, text.encoding)
    signs = " \t\r\n\"'" + form.style.delimiter + textstream.DELIMITER
    words = pa.dictionary(pa.int32(), pa.string())
    types = {
        name: words if again and plain else pa.string() for name, again in zip(text.names, form.repeating, strict=True)
    }
    parsing = csv.ParseOptions(
        delimiter=form.style.delimiter if plain else textstream.DELIMITER,
        quote_char=(form.style.quote or False) if plain else '"',
        newlines_in_values=True,
        invalid_row_handler=note,
    )
    reading = csv.ReadOptions(use_threads=False, block_size=size, column_names=list(text.names))
    converting = csv.ConvertOptions(column_types=types, strings_can_be_null=False, check_utf8=False)
    yield from csv.open_csv(textstream.open_rows(text.path, text.encoding, form), reading, parsing, converting)


def _explain_bad(path: Path, count: _Count) -> InputError:
    """Return the error that names the first bad row, or the header where it fits less than half of the rows."""
    first = count.first or BadRow(0, "")
    if count.faults > count.seen:
        return InputError(
            f"{path.name}: the first line does not fit {count.faults:,} of {count.faults + count.seen:,} rows "
            f"(row {first.row:,}: {first.reason})",
            "remove what stands above the header",
        )
    return InputError(
        f"{path.name}, row {first.row:,}: {first.reason}"
        + (f" ({count.faults:,} such rows)" if count.faults > 1 else ""),
        "mend the row, or leave such rows out with --on-bad-rows=drop",
    )


def _explain_quote(path: Path, row: int) -> InputError:
    return InputError(
        f"{path.name}, row {row:,}: a quote is opened and never closed", "mend the row: it swallows all rows below it"
    )


def _refuse_swallowed(text: Text, batch: Any, count: _Count) -> None:
    """Raise InputError where a value holds what looks like other rows."""
    found = rowfilter.find_swallowed(batch, text.form)
    if found:
        row, column, lines = found
        if row == batch.num_rows - 1 and _is_open(text):
            raise _explain_quote(text.path, int(count.number(batch.num_rows)[0][-1]))
        number = int(count.number(row + 1)[0][-1])
        raise InputError(
            f"{text.path.name}, row {number:,}, column {text.names[column]!r}: "
            f"a quote is opened that swallows {lines:,} row{'s' if lines > 1 else ''} below it",
            "mend the quote: doubled inside a value, and one at its end",
        )


def _refuse_open_quote(text: Text, block: Block) -> None:
    """Raise InputError where a quote in the last column is never closed: it would swallow all rows that follow."""
    last = block.table.column(block.table.num_columns - 1)[-1].as_py() if block.rows else ""
    if "\n" in last and text.form.style.quote and _is_open(text):
        raise _explain_quote(text.path, int(block.numbers[-1]))


def _is_open(text: Text) -> bool:
    """Return whether the last line does not end in a quote."""
    with text.path.open("rb") as stream:
        stream.seek(max(0, text.form.end - 256))
        end = stream.read(min(256, text.form.end)).rstrip(b"\r\n\0 ")
    return not end.endswith(text.form.style.quote.encode())
