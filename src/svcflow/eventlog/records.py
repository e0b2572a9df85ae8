"""Records that arrive one by one, each a mapping of names to texts, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from svcflow.errors import InputError
from svcflow.eventlog.texts import strings

ROWS = 50_000
MOST_COLUMNS = 2_000


def pack(texts: list[str]) -> Any:
    """Return texts as an Arrow column; an empty one is missing."""
    return pa.chunked_array([strings(texts)])


class Records:
    """Collects records; a name that a record lacks is missing in it."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.rows = 0
        self._held = 0
        self._columns: dict[str, list[str]] = {name: [] for name in names}
        self._chunks: dict[str, list[Any]] = {name: [] for name in self._columns}
        self._packed: dict[str, bool] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names, in the order of their first appearance."""
        return tuple(self._columns)

    def add(self, record: Mapping[str, str]) -> None:
        """Add one record. Raises InputError where there are more names than a log has columns."""
        for name, text in record.items():
            column = self._columns.get(name)
            if column is None:
                column = self._introduce(name)
            if len(column) < self._held:
                column.extend([""] * (self._held - len(column)))
            column.append(text)
        self._held += 1
        self.rows += 1
        if self._held >= ROWS:
            self._flush()

    def take(self) -> dict[str, Any]:
        """Return all columns collected since the last call, as chunked arrays, and begin anew with the same names."""
        self._flush()
        columns = {name: _chunked(chunks) for name, chunks in self._chunks.items()}
        self._chunks = {name: [] for name in self._columns}
        self._packed = {}
        self.rows = 0
        return columns

    def _introduce(self, name: str) -> list[str]:
        if len(self._columns) >= MOST_COLUMNS:
            raise InputError(f"more than {MOST_COLUMNS:,} different fields", "is it really an event log?")
        self._columns[name] = []
        before = self.rows - self._held
        self._chunks[name] = [_blank(before, packed=True)] if before else []
        if before:
            self._packed[name] = True
        return self._columns[name]

    def _flush(self) -> None:
        if not self._held:
            return
        for name, texts in self._columns.items():
            texts.extend([""] * (self._held - len(texts)))
            array = strings(texts)
            if self._packed.setdefault(name, len(set(texts)) * 2 <= len(texts)):
                array = array.dictionary_encode()
            self._chunks[name].append(array)
            texts.clear()
        self._held = 0


def _chunked(chunks: list[Any]) -> Any:
    return pa.chunked_array(chunks) if chunks else pa.chunked_array([strings([])])


def _blank(rows: int, *, packed: bool) -> Any:
    array = strings([""] * rows)
    return array.dictionary_encode() if packed else array
