"""Collects values that arrive one by one, event by event, into Arrow columns, a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from svcflow.errors import InputError
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.texts import buffer, strings

ROWS = 50_000
MOST_COLUMNS = 2_000
CASE = "case:"


class Batches:
    """The columns of events and of their cases, while they are read.

    `full` says that the whole cases in it hold more than `limit` events: time to `finish` them and go on with the next
    ones. `before` counts the events of those that are finished, `nested` says that something was left out below others.
    `form` is the name of the format, `kinds` translates the tags of attributes.
    """

    def __init__(self, form: str, kinds: Mapping[str, str], limit: int = 0) -> None:
        self.form = form
        self.kinds = kinds
        self.limit = limit
        self.before = 0
        self.nested = False
        self._kinds: dict[str, str] = {}
        self._of_cases: set[str] = set()
        self._waiting: list[RawTable] = []
        self._clear()

    @property
    def full(self) -> bool:
        """Return whether enough whole cases are there."""
        return bool(self._waiting)

    def _clear(self) -> None:
        self.rows = 0
        self._row = 0
        self._events: dict[str, list[str]] = {}
        self._chunks: dict[str, list[Any]] = {}
        self._packed: dict[str, bool] = {}
        self._cases: dict[str, list[str]] = {}
        self._sizes: list[int] = []
        self._begun = 0

    def add_event_value(self, tag: str, attributes: list[str]) -> None:
        """Add an attribute of the current event, given as names and values of its XML element; the first counts."""
        if len(attributes) == 4 and attributes[0] == "key" and attributes[2] == "value":
            key, value = attributes[1], attributes[3]
        else:
            key, value = _key_and_value(attributes)
        column = self._events.get(key)
        if column is None:
            column = self._events[key] = []
            self._note_kind(key, tag)
        gap = self._row - len(column)
        if gap:
            if gap < 0:
                return
            column.extend([""] * gap)
        column.append(value)

    def add_case_value(self, tag: str, attributes: list[str]) -> None:
        """Add an attribute of the current case."""
        key, value = _key_and_value(attributes)
        if not key:
            return
        column = self._cases.get(key)
        if column is None:
            column = self._cases[key] = []
            self._note_kind(CASE + key, tag)
            self._of_cases.add(CASE + key)
        gap = len(self._sizes) - len(column)
        if gap >= 0:
            column.extend([""] * gap)
            column.append(value)

    def end_event(self) -> None:
        """Go on to the next event."""
        self._row += 1
        self.rows += 1
        if self._row >= ROWS:
            self._flush()

    def end_case(self) -> None:
        """Go on to the next case."""
        self._sizes.append(self.rows - self._begun)
        self._begun = self.rows
        if self.limit and self.rows >= self.limit:
            self._waiting.append(self._pack())

    def finish(self) -> RawTable:
        """Return whole cases as a raw table: those that filled the batches first, else all that were collected."""
        return self._waiting.pop(0) if self._waiting else self._pack()

    def _pack(self) -> RawTable:
        self._flush()
        case_of_row = np.repeat(np.arange(len(self._sizes), dtype=np.int32), self._sizes)
        of_cases = [name for name in self._kinds if name in self._of_cases]
        of_events = [name for name in self._kinds if name not in self._of_cases]
        columns = {name: self._spread(self._cases.get(name.removeprefix(CASE), []), case_of_row) for name in of_cases}
        columns |= {name: self._join(name) for name in of_events}
        declared = {name: self.kinds.get(self._kinds[name], "text") for name in columns}
        facts = ("attributes below other attributes are left out",) if self.nested else ()
        numbers = np.arange(self.before + 1, self.before + self.rows + 1) if self.limit else None
        table = RawTable(
            self.form, tuple(columns), self.rows, columns.__getitem__, facts, declared,
            frozenset(of_cases), row_numbers=numbers,
        )  # fmt: skip
        self.before += self.rows
        self._clear()
        return table

    def _note_kind(self, name: str, tag: str) -> None:
        self._kinds.setdefault(name, tag.rpartition(":")[2])
        if len(self._kinds) > MOST_COLUMNS:
            raise InputError(f"more than {MOST_COLUMNS:,} different attributes", "is it really an event log?")

    def _flush(self) -> None:
        for key, values in self._events.items():
            values.extend([""] * (self._row - len(values)))
            array = strings(values)
            if self._packed.setdefault(key, len(set(values)) * 2 < len(values)):
                array = array.dictionary_encode()
            before = self.rows - self._row - sum(map(len, self._chunks.setdefault(key, [])))
            if before:
                self._chunks[key].append(_blank(before, packed=self._packed[key]))
            self._chunks[key].append(array)
        self._events = {}
        self._row = 0

    def _join(self, key: str) -> Any:
        chunks = self._chunks.get(key, [])
        behind = self.rows - sum(map(len, chunks))
        tail = [_blank(behind, packed=self._packed.get(key, False))] if behind else []
        return pa.chunked_array([*chunks, *tail])

    def _spread(self, values: list[str], case_of_row: Any) -> Any:
        values.extend([""] * (len(self._sizes) - len(values)))
        packed = strings(values).dictionary_encode()
        codes = np.frombuffer(packed.indices.buffers()[1], np.int32)[: len(packed)][case_of_row]
        indices = pa.Array.from_buffers(pa.int32(), len(codes), [None, buffer(codes)])
        return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, packed.dictionary)])


def _blank(rows: int, *, packed: bool) -> Any:
    array = strings([""] * rows)
    return array.dictionary_encode() if packed else array


def _key_and_value(attributes: list[str]) -> tuple[str, str]:
    pairs = dict(zip(attributes[::2], attributes[1::2], strict=True))
    return pairs.get("key", ""), pairs.get("value", "")
