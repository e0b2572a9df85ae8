"""One column of the source to UTC milliseconds: typed, counted, or text in any known or stated format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Millis
from svcflow.eventlog.stamps import formats, order
from svcflow.eventlog.stamps.evidence import Evidence
from svcflow.eventlog.stamps.fields import MISSING, NO_OFFSET, UNREADABLE, Parts
from svcflow.eventlog.stamps.plain import Found, read_plain
from svcflow.eventlog.stamps.shapes import read_parts
from svcflow.eventlog.stamps.zones import DAY, localise
from svcflow.eventlog.texts import as_text, find_nulls, integers

UNITS = {"s": 1000, "ms": 1, "us": -1000, "ns": -1_000_000}
PLAUSIBLE = (631_152_000_000, 4_102_444_800_000)
"""1990 to 2100: a count outside is not taken for a time."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """The times of a column: `values` in UTC milliseconds, MISSING_TIME where there is none or it is `unreadable`.

    `naive` says that no zone was given (the wall clock is then taken as UTC); `finer` counts stamps with digits below
    the millisecond; `dates_only` says that no stamp has a time of day; `zoned` counts stamps that name their zone.
    """

    values: Millis
    unreadable: NDArray[np.bool_]
    naive: bool
    finer: int
    dates_only: bool
    zoned: int = 0

    @property
    def readable(self) -> int:
        """Return how many stamps were read."""
        return int((self.values != MISSING_TIME).sum())


def read_stamps(
    column: Any, name: str, *, time_format: str = "", timezone: str = "", known: Evidence | None = None
) -> Stamps:
    """Read a column of times. `name` is its name in messages.

    `time_format` is a ``strptime`` format, `timezone` the zone of stamps that name none. `known` is what the blocks
    before this one prove; it is filled. Raises OrderUnknownError where nothing tells day from month, MappingError where
    some stamps name a zone, others do not, and none is stated.
    """
    known = known or Evidence()
    if pa.types.is_temporal(column.type):
        return _typed(column, timezone)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    column = _texts(column)
    plain = read_plain(column) if not time_format and not known.counts else None
    if plain is not None:
        known.counts = 0.0
        return _take_plain(plain, column, name, timezone=timezone, known=known)
    parts = _read_written(column, time_format, known)
    if not time_format:
        order.decide(parts, column, name, known)
    return _finish(parts, column, name, timezone=timezone, known=known)


def prove_order(column: Any, known: Evidence) -> None:
    """Add to `known` what a block of a column proves about the order of day and month, and read nothing else."""
    if not pa.types.is_temporal(column.type):
        order.prove(_read_written(_texts(column), "", known), column, known)


def _read_written(column: Any, time_format: str, known: Evidence) -> Parts:
    """Return the parts of written stamps, or of counts where the column holds nothing else."""
    if known.counts:
        return _scale(read_parts(column, formats.match_epoch), known.counts)
    parts = read_parts(column, _matcher(time_format))
    if time_format:
        return parts
    if bool(((parts.kind > MISSING) & (parts.kind < UNREADABLE)).any()):
        known.counts = 0.0
    elif known.counts is None and bool((parts.kind == UNREADABLE).any()):
        return _as_epoch(column, parts, known)
    return parts


def _take_plain(found: Found, column: Any, name: str, *, timezone: str, known: Evidence) -> Stamps:
    """Return the stamps of a column that was read in the short way."""
    values, zoned, finer = found
    there, none = values != MISSING_TIME, np.zeros(len(values), bool)
    order.note_zone(column, known, *((there, none) if zoned else (none, there)))
    order.refuse_mixed_zones(name, known, timezone)
    if not zoned and timezone:
        values = np.where(there, localise(np.where(there, values, 0), timezone), MISSING_TIME)
    return Stamps(
        values, none, not zoned and not timezone, finer, dates_only=False, zoned=int(there.sum()) if zoned else 0
    )


def _texts(column: Any) -> Any:
    text = as_text(column)
    text = text if not pa.types.is_dictionary(text.type) else text.cast(text.type.value_type)
    return text if isinstance(text, pa.ChunkedArray) else pa.chunked_array([text])


def _matcher(time_format: str) -> Any:
    if not time_format:
        return formats.match_known
    pattern = formats.compile_stated(time_format)
    return lambda shape: formats.match_stated(shape, pattern, time_format)


def _as_epoch(column: Any, parts: Parts, known: Evidence) -> Parts:
    """Read a column of plain numbers as seconds, milliseconds or microseconds since 1970, if they fall in our times."""
    counted = read_parts(column, formats.match_epoch)
    values = counted.clock[counted.kind == formats.EPOCH]
    if not len(values):
        return parts
    middle = float(np.median(values))
    scales = [scale for scale in (1.0, 0.001, 0.000_001) if PLAUSIBLE[0] <= middle * scale <= PLAUSIBLE[1]]
    if not scales:
        return parts
    known.counts = scales[0]
    return _scale(counted, scales[0])


def _scale(counted: Parts, scale: float) -> Parts:
    np.multiply(counted.clock, scale, out=counted.clock, casting="unsafe")
    counted.offset[counted.kind == formats.EPOCH] = 0
    counted.timed[:] = True
    return counted


def _typed(column: Any, timezone: str) -> Stamps:
    """Read a column that the source itself declares to hold dates or times."""
    kind = column.type
    if pa.types.is_date(kind):
        column = column.cast(pa.timestamp("s"))
    elif not pa.types.is_timestamp(kind):
        column = column.cast(pa.string())
        return read_stamps(column, "", timezone=timezone)
    unit = UNITS[column.type.unit]
    parts = [integers(chunk, np.dtype(np.int64)) for chunk in column.chunks]
    raw = np.concatenate(parts) if parts else np.empty(0, np.int64)
    nulls = [(find_nulls(chunk), len(chunk)) for chunk in column.chunks]
    flags = [np.zeros(rows, bool) if found is None else found for found, rows in nulls]
    missing = np.concatenate(flags) if flags else np.empty(0, bool)
    raw = np.where(missing, 0, raw)
    values = raw * unit if unit > 0 else raw // -unit
    finer = 0 if unit > 0 else int((raw % -unit != 0).sum())
    dates_only = bool((values % DAY == 0).all())
    naive = getattr(column.type, "tz", None) is None
    if naive and timezone:
        values = localise(values, timezone)
    values = np.where(missing, MISSING_TIME, values)
    zoned = 0 if naive else len(values) - int(missing.sum())
    return Stamps(values, np.zeros(len(values), bool), naive and not timezone, finer, naive and dates_only, zoned)


def _finish(parts: Parts, column: Any, name: str, *, timezone: str, known: Evidence) -> Stamps:
    """Count days, check the calendar, apply zones."""
    dated = (parts.kind > MISSING) & (parts.kind < formats.EPOCH)
    values = parts.clock.copy()
    real = parts.kind == formats.EPOCH
    year, month, day = (array.astype(np.int64) for array in (parts.year, parts.month, parts.day))
    exists = (month >= 1) & (month <= 12) & (day >= 1) & (day <= days_in_month(year, month)) & (year >= 1)
    values[dated] += count_days(year[dated], month[dated], day[dated]) * DAY
    real |= dated & exists
    zoned = real & (parts.offset != NO_OFFSET)
    plain = real & ~zoned
    order.note_zone(column, known, zoned, plain)
    order.refuse_mixed_zones(name, known, timezone)
    values[zoned] -= parts.offset[zoned].astype(np.int64) * 60_000
    if timezone and plain.any():
        values[plain] = localise(values[plain], timezone)
    values[~real] = MISSING_TIME
    return Stamps(
        values=values,
        unreadable=~real & (parts.kind != MISSING),
        naive=bool(plain.any()) and not timezone,
        finer=int(parts.finer[real].sum()),
        dates_only=bool(real.any()) and not bool(parts.clock[real & parts.timed].any()),
        zoned=int(zoned.sum()),
    )


def count_days(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return days since 1970-01-01 in the proleptic Gregorian calendar (years begin in March: leap days come last)."""
    year = year - (month <= 2)
    era_day = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + era_day - 719_468


def days_in_month(year: NDArray[np.int64], month: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the length of a month in days; for a month that does not exist, zero."""
    lengths = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return np.where((month >= 1) & (month <= 12), lengths[np.clip(month, 0, 12)] + (leap & (month == 2)), 0)
