"""What was known about a case at each of its events: the data that guards and targets read (definitions.md 3.3).

Known at opening are the attributes of the case; each event's attributes overwrite them. Values are kept as codes, so
that a guard is evaluated once for each distinct combination of what it reads, never once for each event.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Column, Log
from svcflow.guards import Guard

Moment: TypeAlias = Literal["own", "before", "after"]
Codes: TypeAlias = NDArray[np.signedinteger[Any]]
"""Codes as narrow as their number allows: there are several for each event and field."""

UNKNOWN, FALSE, TRUE = -1, 0, 1


@dataclass(frozen=True, slots=True)
class FieldCodes:
    """One field over a log: `values` by code (code 0 is unknown), the code of each row and of each case at opening."""

    values: tuple[object, ...]
    own: Codes
    opening: Codes
    before: Codes
    after: Codes


@dataclass(frozen=True)
class Knowledge:
    """The data of a log's cases, field by field, read when first asked for."""

    log: Log
    _fields: dict[str, FieldCodes | None] = field(default_factory=dict, repr=False, compare=False)

    def field(self, name: str) -> FieldCodes | None:
        """Return the codes of a field, or ``None`` where the log has no such column."""
        if name not in self._fields:
            self._fields[name] = self._read(name)
        return self._fields[name]

    def codes(self, name: str, rows: NDArray[np.int64], moment: Moment) -> Codes:
        """Return what is known of a field at some rows: by the row itself, before it, or after it."""
        known = self.field(name)
        if known is None:
            return np.zeros(len(rows), np.int32)
        if moment != "own":
            return (known.before if moment == "before" else known.after)[rows]
        own = known.own[rows]
        # A column that holds for the whole case holds for its events, too.
        return own if known.own.any() else known.opening[self.case_of(rows)]

    def unknown_before(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return at which rows a field was not known before them; nowhere where the log has no such column."""
        if self.field(name) is None:
            return np.zeros(len(rows), np.bool_)
        return np.asarray(self.codes(name, rows, "before") == 0, np.bool_)

    def value(self, name: str, code: int) -> object:
        """Return the value behind a code, ``None`` where unknown."""
        known = self.field(name)
        return None if known is None else known.values[code]

    def at(self, name: str, row: int, moment: Moment = "after") -> object:
        """Return what is known of a field at one row."""
        return self.value(name, int(self.codes(name, np.asarray([row]), moment)[0]))

    def case_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the case of each row."""
        return np.searchsorted(self.log.offsets, rows, side="right") - 1

    def judge(self, guard: Guard, rows: NDArray[np.int64], moment: Moment) -> NDArray[np.int8]:
        """Return the truth of a guard at each row: TRUE, FALSE or UNKNOWN."""
        combined, size = np.zeros(len(rows), np.int64), 1
        columns = [self.codes(name, rows, moment) for name in guard.fields]
        for codes, name in zip(columns, guard.fields, strict=True):
            known = self.field(name)
            width = len(known.values) if known else 1
            combined = combined * width + codes
            size *= width
            if size > 2**40:  # keep the product of cardinalities within int64
                met, combined = np.unique(combined, return_inverse=True)
                size = len(met)
        first, inverse = distinct(combined, size)
        truths = [
            _truth(guard.evaluate({n: self.value(n, int(c[i])) for n, c in zip(guard.fields, columns, strict=True)}))
            for i in first.tolist()
        ]
        return np.asarray(truths, np.int8)[inverse]

    def _read(self, name: str) -> FieldCodes | None:
        events = find_column(self.log.attributes, name)
        cases = find_column(self.log.case_attributes, name)
        if events is None and cases is None:
            return None
        zone = _zone(self.log.zone)
        known: dict[object, int] = {None: 0}
        own = _encode(events, known, zone, self.log.instances)
        opening = _encode(cases, known, zone, self.log.cases)
        width = _width(len(known))
        before, after = _carry(own.astype(width), opening.astype(width), self.log.offsets)
        return FieldCodes(tuple(known), own.astype(width), opening.astype(width), before, after)


def distinct(codes: NDArray[np.signedinteger[Any]], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first place of each distinct code, and which of those each place has; codes are below `size`."""
    if size > max(4 * len(codes), 1_000):
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        return first, inverse
    # Few codes need no sorting.
    place = np.full(size, -1, np.int64)
    place[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    met = np.flatnonzero(place >= 0)
    number = np.zeros(size, np.int32)
    number[met] = np.arange(len(met))
    return place[met], number[codes]


def _width(values: int) -> type[np.signedinteger[Any]]:
    return np.int8 if values < 2**7 else np.int16 if values < 2**15 else np.int32


def find_column(columns: Mapping[str, Column], name: str) -> Column | None:
    """Return the column of that name; failing that, the one that differs only in case, spaces or punctuation."""
    if name in columns:
        return columns[name]
    wanted = _plain_name(name)
    # By key: a column is read from its file only when it is asked for.
    return next((columns[key] for key in columns if _plain_name(key) == wanted), None)


def _plain_name(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _truth(value: bool | None) -> int:
    return UNKNOWN if value is None else int(value)


def _encode(column: Column | None, known: dict[object, int], zone: ZoneInfo, length: int) -> Codes:
    """Return the column as codes into `known`, which grows by the values it has not seen."""
    if column is None:
        return np.zeros(length, np.int32)
    raw: NDArray[Any] = column.values
    if column.kind == "text":
        assert column.vocabulary is not None
        first, inverse = distinct(raw.astype(np.int32, copy=False), len(column.vocabulary))
        met = raw[first]
    else:
        # Most values of a number are missing: only the others are sorted.
        there = np.flatnonzero(~np.isnan(raw)) if column.kind == "number" else np.arange(len(raw))
        met, inverse = np.unique(raw[there], return_inverse=True)
        codes = np.zeros(length, np.int32)
        codes[there] = _table(column, met, known, zone)[inverse] if len(met) else 0
        return codes
    return _table(column, met, known, zone)[inverse] if len(met) else np.zeros(length, np.int32)


def _table(column: Column, met: NDArray[Any], known: dict[object, int], zone: ZoneInfo) -> NDArray[np.int32]:
    """Return the code of each raw value; a value not seen before gets the next one."""
    return np.asarray([known.setdefault(_value(column, raw, zone), len(known)) for raw in met.tolist()], np.int32)


def _value(column: Column, raw: float, zone: ZoneInfo) -> object:
    """Return a raw value of a column as a guard reads it, ``None`` where unknown."""
    if column.kind == "text":
        assert column.vocabulary is not None
        return None if raw == 0 else column.vocabulary[int(raw)]
    if column.kind == "number":
        return None if raw != raw else raw  # noqa: PLR0124 - NaN differs from itself
    if column.kind == "boolean":
        # Text, so that true is not taken for the number 1, its equal in Python.
        return None if raw < 0 else ("true" if raw else "false")
    if raw == MISSING_TIME:
        return None
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=raw)).astimezone(zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError):
        return ZoneInfo("UTC")


def _carry(own: Codes, opening: Codes, offsets: NDArray[np.int64]) -> tuple[Codes, Codes]:
    """Return what is known before and after each row: the latest known value of the case, else its opening value."""
    rows: NDArray[np.signedinteger[Any]] = np.arange(len(own), dtype=np.int32 if len(own) < 2**31 else np.int64)
    lengths = np.diff(offsets)
    first: NDArray[np.signedinteger[Any]] = np.repeat(offsets[:-1].astype(rows.dtype), lengths)
    latest = np.maximum.accumulate(np.where(own > 0, rows, -1)) if len(own) else rows
    default = np.repeat(opening, lengths)
    after = np.where(latest >= first, own[latest], default)
    before = np.where(rows == first, default, np.roll(after, 1))
    return before, after
