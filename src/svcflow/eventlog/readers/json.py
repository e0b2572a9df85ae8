"""JSON documents and JSON Lines.

The list of records is stated (`source: records: data.items`) or found by the names of its fields. Nested objects become
columns with dots (``assignee.name``), lists of plain values one text; a list that holds the events of a case
(``history``, ``changelog``) is unfolded: one row per event, the outer fields belong to the case.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from svcflow.errors import InputError
from svcflow.eventlog import encodings
from svcflow.eventlog.nested import choice, walking
from svcflow.eventlog.nested.flattening import Flattener
from svcflow.eventlog.nested.unfolding import Unfolding
from svcflow.eventlog.raw import BadRow, Counted, NoRowsError, RawTable, Stated
from svcflow.eventlog.records import Records

SUFFIXES = (".json", ".jsonl", ".ndjson", ".jsonlines", ".geojson")
RANK = 5
PARTS = ("records",)
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file is called JSON or begins with an object or a list of objects."""
    text = head
    for mark in MARKS:
        text = text.removeprefix(mark)
    text = text.replace(b"\0", b"").lstrip()
    begins = text.startswith(b"{") or (text.startswith(b"[") and text[1:].lstrip()[:1] in (b"{", b"[", b"]"))
    return begins or (path.suffix.lower() in SUFFIXES and not text.startswith(b"<"))


def read(path: Path, stated: Stated) -> RawTable:
    """Read all records into columns of text. Raises InputError at the first line that is not JSON."""
    reading = _Reading(path, stated)
    records, numbers = Records(), []
    for number, row in reading.rows():
        records.add(row)
        numbers.append(number)
    if not numbers:
        raise reading.empty()
    return reading.table(records.rows, records.names, records, numbers)


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield all records in blocks; the names of all columns are collected in a pass of its own."""
    first = _Reading(path, stated)
    names: dict[str, None] = {}
    for _, row in first.rows():
        names.update(dict.fromkeys(row))
    if not first.read:
        raise first.empty()
    reading = _Reading(path, stated, first.case_columns)
    records, numbers = Records(names), []
    for number, row in reading.rows():
        records.add(row)
        numbers.append(number)
        if records.rows >= rows:
            yield reading.table(len(numbers), tuple(names), records, numbers)
            numbers = []
            if stated.progress:
                stated.progress(f"reading {path.name}: record {reading.read:,}")
    if numbers:
        yield reading.table(len(numbers), tuple(names), records, numbers)


@dataclass(slots=True)
class _Reading:
    """One pass over a file: what was chosen, counted and left out."""

    path: Path
    stated: Stated
    case_columns: set[str] = field(default_factory=set)
    read: int = 0
    empty_cases: int = 0
    bad: list[BadRow] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    flattener: Flattener = field(default_factory=Flattener)
    decoder: walking.Decoder = field(default_factory=walking.Decoder)
    encoding: encodings.Encoding = field(default_factory=lambda: encodings.Encoding("utf-8"))
    lines: bool = False

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows with the numbers of their records (of their lines in JSON Lines)."""
        self._look()
        chosen = self._choose()
        self.facts += chosen.facts
        self.read, self.decoder.not_numbers = 0, 0
        for number, record in self._records(chosen):
            self.read += 1
            count = 0
            for outer, inner in chosen.unfold.rows(record, self.flattener):
                count += 1
                yield number, self._merge(outer, inner, chosen.unfold)
            self.empty_cases += not count

    def table(self, rows: int, names: tuple[str, ...], records: Records, numbers: list[int]) -> RawTable:
        """Return what was collected since the last table as one."""
        columns, bad, empty = records.take(), tuple(self.bad), self.empty_cases
        self.bad, self.empty_cases = [], 0
        return RawTable(
            "JSON Lines" if self.lines else "JSON",
            names,
            rows,
            columns.__getitem__,
            tuple(self.facts),
            case_columns=frozenset(self.case_columns & set(names)),
            bad=bad,
            row_numbers=np.array(numbers, np.int64),
            passed={"records without any event": empty} if empty else {},
            counted=self._take_losses(),
        )

    def empty(self) -> InputError:
        """Return what to raise where no row was found: a file of bad records alone is no empty file."""
        why, hint = f"{self.path.name} holds no records", "it should hold one object per event or case"
        return InputError(f"{why}: {self.bad[0].reason}", hint) if self.bad else NoRowsError(why, hint)

    def _look(self) -> None:
        self.encoding = encodings.detect(self.path, self.stated.encoding)
        if self.encoding.name != "utf-8":
            self.facts.append(self.encoding.note or f"{self.encoding.describe()}, where JSON is UTF-8")
        with self._open() as text:
            self.lines = self.path.suffix.lower() in (".jsonl", ".ndjson", ".jsonlines") or walking.has_lines(text)

    def _open(self) -> IO[str]:
        raw = self.path.open("rb")
        raw.seek(self.encoding.mark)
        return io.TextIOWrapper(raw, self.encoding.name, newline="\n")

    def _elements(self) -> Iterator[walking.Element]:
        walk = walking.walk_lines if self.lines else walking.walk_document
        with self._open() as text:
            try:
                yield from walk(self.path, text, self.decoder)
            except (UnicodeDecodeError, RecursionError) as error:
                reason = "nested too deeply" if isinstance(error, RecursionError) else "bytes that are no text"
                raise InputError(f"{self.path.name}: {reason}", "export it again") from None

    def _choose(self) -> choice.Choice:
        if not self.lines:
            return choice.choose(self.path, choice.survey(self.path, self._elements()), self.stated.records)
        found = choice.Survey()
        for element in self._elements():
            found.note(self.path, element)
            if found.counts[()] >= choice.SAMPLE:
                break
        if not found.samples.get(()):
            return choice.Choice((), Unfolding(), ())
        return choice.choose(self.path, found, "")

    def _records(self, chosen: choice.Choice) -> Iterator[tuple[int, dict[str, object]]]:
        if chosen.whole:
            with self._open() as text:
                yield 1, self.decoder.decode(text.read().strip())[0]
            return
        for place, element in enumerate(e for e in self._elements() if e.keys == chosen.keys and not e.single):
            number = element.line if self.lines else place + 1
            fault = element.fault or ("" if isinstance(element.value, dict) else "it is no object with fields")
            if not fault:
                yield number, element.value
                continue
            self.bad.append(BadRow(number, fault))
            if not self.stated.drop_bad_rows:
                raise InputError(
                    f"{self.path.name}, {'line' if self.lines else 'record'} {number:,}: {fault}",
                    "mend it, or leave such records out with --on-bad-rows=drop",
                )

    def _merge(self, outer: dict[str, str], inner: dict[str, str], unfold: Unfolding) -> dict[str, str]:
        """Return one row; an inner field that is called like an outer one is called after its list too."""
        if not outer:
            return inner
        if unfold.timed:
            self.case_columns.update(outer)
        label = unfold.lists[0][-1]
        return {**outer, **{f"{label}.{name}" if name in outer else name: text for name, text in inner.items()}}

    def _take_losses(self) -> tuple[Counted, ...]:
        """Return what was replaced since the last table."""
        found = (
            Counted("values NaN or Infinity, which are not JSON, read as missing", self.decoder.not_numbers),
            Counted("texts hold half of a character, replaced by a sign", self.flattener.halves),
        )
        self.decoder.not_numbers = self.flattener.halves = 0
        return found
