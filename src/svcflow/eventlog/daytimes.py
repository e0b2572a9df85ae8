"""Days and times of day in two columns side by side are one time: ``Date`` and ``Time``, ``UDATE`` and ``UTIME``."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from functools import partial
from itertools import pairwise
from typing import Any

import pyarrow as pa

from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.evidence import Profile, Source
from svcflow.eventlog.texts import as_chunks, as_text

_MIDNIGHT = "[ T]00?:00(?::00(?:[.,]0+)?)?$"
"""What a day holds beside itself where its column has the type of a time."""
_DAY = re.compile(
    rf"(\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}|\d{{8}}|\d{{1,4}}年\d{{1,2}}月\d{{1,2}}日)({_MIDNIGHT.removesuffix('$')})?"
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?")


def find_pairs(source: Source, stated: Mapping) -> dict[str, str]:
    """Return the columns of days whose next column holds times of day, with it; none where a format is stated."""
    names = source.table.names
    found = {}
    for day, clock in pairwise(names):
        if stated.format_of(day) or not _holds(source, clock, _CLOCK):
            continue
        if _holds_days(source, day) or _holds(source, day, _DAY):
            found[day] = clock
    return found


def _holds_days(source: Source, name: str) -> bool:
    """Return whether a column has the type of a day, or of a time without zone that is midnight on all rows."""
    column = source.column(name)
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        return all(text.endswith("00:00:00") for text in _write(column).to_pylist() if text is not None)
    return bool(pa.types.is_date(column.type))


def _holds(source: Source, name: str, pattern: re.Pattern[str]) -> bool:
    kind = source.column(name).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)):
        return False
    sample = Profile(source, name).sample
    return len(sample) > 1 and all(pattern.fullmatch(text.strip()) for text in sample)


def join(table: RawTable, pairs: Map[str, str]) -> RawTable:
    """Return a table whose columns of days hold the time of day too; the columns of times of day stay."""

    def load(name: str) -> Any:
        return _join(table.load(name), table.load(pairs[name])) if name in pairs else table.load(name)

    return table.replace(table.names, load)


def _join(day: Any, clock: Any) -> Any:
    """Return both texts with a blank between; a day without a time of day stays a day."""
    from pyarrow import compute as pc  # noqa: PLC0415 - few exports need it

    days, clocks = (_write(column) for column in (day, clock))
    days = pc.replace_substring_regex(days, _MIDNIGHT, "")
    joined = pc.binary_join_element_wise(days, clocks, pa.scalar(" ", pa.large_string()), null_handling="skip")
    missing = pc.equal(
        pc.binary_length(pc.utf8_trim_whitespace(pc.coalesce(days, pa.scalar("", pa.large_string())))), 0
    )
    return as_chunks(pc.if_else(missing, days, joined))


def _write(column: Any) -> Any:
    """Return a column as texts; times as ``2026-01-31 00:00:00``, with what a second is divided into only if needed."""
    column = as_chunks(column)
    if pa.types.is_timestamp(column.type):
        try:
            column = column.cast(pa.timestamp("s"))
        except pa.ArrowInvalid:
            column = column.cast(pa.timestamp("us"), safe=False)
    return as_text(column).cast(pa.large_string()).combine_chunks()


def step(pairs: Map[str, str]) -> partial[RawTable]:
    """Return the step of a plan that joins the columns."""
    return partial(join, pairs=pairs)


def tell(pairs: Map[str, str]) -> list[str]:
    """Say which columns were joined."""
    return [f"columns {day!r} and {clock!r} are one time: the day and the time of day" for day, clock in pairs.items()]
