"""Columns of a block as texts: every distinct value is told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Column, Vocabulary
from svcflow.eventlog.store.cells import fix
from svcflow.eventlog.texts import strings

_QUARTER = 900_000
_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Told:
    """A column of texts: `places` into `texts`, ``None`` among them where nothing is known."""

    places: NDArray[np.intp]
    texts: list[str | None]

    def holds_any(self) -> bool:
        """Return whether anything is known on any row."""
        return any(self.texts[place] is not None for place in np.unique(self.places).tolist())

    def map(self, change: Callable[[str], str]) -> Told:
        """Return the column with every text changed."""
        return Told(self.places, [None if text is None else change(text) for text in self.texts])

    def to_arrow(self) -> Any:
        """Return an Arrow array of texts, null where nothing is known."""
        missing = np.array([text is None for text in self.texts], bool)[self.places]
        return strings([text or "" for text in self.texts]).take(fix(self.places, pa.int64(), missing))

    def spread(self, unknown: str = "") -> list[str]:
        """Return the text of every row."""
        texts = [unknown if text is None else text for text in self.texts]
        return [texts[place] for place in self.places.tolist()]


def tell(column: Column, zone: str) -> Told:
    """Return the values of an attribute as texts: numbers as short as they are exact, times as ISO 8601."""
    if column.vocabulary is not None:
        return tell_codes(column.values, column.vocabulary, unknown=True)
    if column.kind == "datetime":
        return tell_times(column.values.astype(np.int64, copy=False), zone, column.values == MISSING_TIME)
    distinct, places = np.unique(column.values, return_inverse=True)
    if column.kind == "number":
        return Told(places, [tell_number(value) for value in distinct.tolist()])
    return Told(places, [None if value < 0 else "true" if value else "false" for value in distinct.tolist()])


def tell_number(value: float) -> str | None:
    """Return a number as text.

    >>> tell_number(3.0), tell_number(0.1), tell_number(float("nan"))
    ('3', '0.1', None)
    """
    if value != value:  # noqa: PLR0124 - no other value differs from itself
        return None
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def tell_codes(codes: NDArray[Any], vocabulary: Vocabulary, *, unknown: bool) -> Told:
    """Return codes as the words of their vocabulary; with `unknown`, code 0 is none."""
    distinct, places = np.unique(codes, return_inverse=True)
    return Told(places, [None if unknown and code == 0 else vocabulary[code] for code in distinct.tolist()])


def tell_times(times: NDArray[np.int64], zone: str, missing: NDArray[np.bool_] | None = None) -> Told:
    """Return times as ISO 8601 with milliseconds, in the zone with its offset; without one where none is known."""
    known = times if missing is None else np.where(missing, 0, times)
    distinct, places = np.unique(known, return_inverse=True)
    offsets = _find_offsets(distinct, zone)
    clocks = np.datetime_as_string((distinct + offsets * _MINUTE).astype("datetime64[ms]")).tolist()
    texts: list[str | None] = [*clocks]
    if zone:
        tails = {int(minutes): _tell_offset(int(minutes)) for minutes in np.unique(offsets)}
        texts = [clock + tails[minutes] for clock, minutes in zip(clocks, offsets.tolist(), strict=True)]
    if missing is None or not missing.any():
        return Told(places, texts)
    return Told(np.where(missing, len(texts), places), [*texts, None])


def _find_offsets(times: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Return the offset from UTC in whole minutes: it changes at full quarters of an hour."""
    if zone in ("", "UTC"):
        return np.zeros(len(times), np.int64)
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - most logs are in UTC

    quarters, place = np.unique(times // _QUARTER, return_inverse=True)
    found, epoch, named = [], datetime(1970, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    for quarter in quarters.tolist():
        inside = min(max(quarter * _QUARTER, -62_135_500_000_000), 253_402_200_000_000)
        offset = (epoch + timedelta(milliseconds=inside)).astimezone(named).utcoffset()
        found.append(0 if offset is None else round(offset.total_seconds() / 60))
    return np.array(found, np.int64)[place]


def _tell_offset(minutes: int) -> str:
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    return f"{sign}{size // 60:02}:{size % 60:02}"
