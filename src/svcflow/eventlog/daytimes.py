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

_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8}|\d{1,4}年\d{1,2}月\d{1,2}日")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?")


def find_pairs(source: Source, stated: Mapping) -> dict[str, str]:
    """Return the columns of days whose next column holds times of day, with it; none where a format is stated."""
    names = source.table.names
    found = {}
    for day, clock in pairwise(names):
        if stated.format_of(day) or not _holds(source, clock, _CLOCK) or not _holds(source, day, _DAY):
            continue
        found[day] = clock
    return found


def _holds(source: Source, name: str, pattern: re.Pattern[str]) -> bool:
    if not pa.types.is_string(source.column(name).type) and not pa.types.is_dictionary(source.column(name).type):
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

    days, clocks = (as_text(as_chunks(column)).cast(pa.large_string()).combine_chunks() for column in (day, clock))
    joined = pc.binary_join_element_wise(days, clocks, pa.scalar(" ", pa.large_string()), null_handling="skip")
    missing = pc.equal(
        pc.binary_length(pc.utf8_trim_whitespace(pc.coalesce(days, pa.scalar("", pa.large_string())))), 0
    )
    return as_chunks(pc.if_else(missing, days, joined))


def step(pairs: Map[str, str]) -> partial[RawTable]:
    """Return the step of a plan that joins the columns."""
    return partial(join, pairs=pairs)


def tell(pairs: Map[str, str]) -> list[str]:
    """Say which columns were joined."""
    return [f"columns {day!r} and {clock!r} are one time: the day and the time of day" for day, clock in pairs.items()]
