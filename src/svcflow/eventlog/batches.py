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


class Batches:
    """The columns of events and of their cases, while they are read."""

    def __init__(self) -> None:
        self.rows = 0
        self._row = 0
        self._events: dict[str, list[str]] = {}
        self._chunks: dict[str, list[Any]] = {}
        self._packed: dict[str, bool] = {}
        self._cases: dict[str, list[str]] = {}
        self._sizes: list[int] = []
        self._begun = 0
        self._kinds: dict[str, str] = {}

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
            self._note_kind("case:" + key, tag)
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

    def finish(self, form: str, kinds: Mapping[str, str]) -> RawTable:
        """Return everything collected as a raw table; `kinds` translates the tags of attributes."""
        self._flush()
        case_of_row = np.repeat(np.arange(len(self._sizes), dtype=np.int32), self._sizes)
        columns = {f"case:{key}": self._spread(values, case_of_row) for key, values in self._cases.items()}
        columns |= {key: self._join(key) for key in self._chunks}
        declared = {name: kinds.get(self._kinds.get(name, ""), "text") for name in columns}
        facts = (f"{len(self._sizes):,} traces",)
        of_case = frozenset(name for name in columns if name.startswith("case:") and name not in self._chunks)
        return RawTable(form, tuple(columns), self.rows, columns.__getitem__, facts, declared, of_case)

    def _note_kind(self, name: str, tag: str) -> None:
        self._kinds[name] = tag.rpartition(":")[2]
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
        behind = self.rows - sum(map(len, self._chunks[key]))
        tail = [_blank(behind, packed=self._packed[key])] if behind else []
        return pa.chunked_array([*self._chunks[key], *tail])

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
