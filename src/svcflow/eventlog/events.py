"""The rows of an export as events: their columns by role, and which of them are no events."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import InputError
from svcflow.eventlog.instances import WORDS
from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.stamps.column import Stamps, read_stamps
from svcflow.eventlog.texts import Encoded, join, merge_equal

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Faults:
    """Rows that cannot be used, and the first reason for each kind of them."""

    bad: NDArray[np.bool_]
    first: str
    hint: str


@dataclass(frozen=True, slots=True)
class Events:
    """The usable rows of the source: their numbers and their columns by role."""

    rows: Rows
    case: Encoded
    activity: Encoded
    time: Stamps
    start: Stamps | None
    transition: NDArray[np.uint8] | None


def read_columns(source: Source, columns: Map[str, tuple[str, ...]], mapping: Mapping) -> Events:
    """Read the columns of all roles that make events."""

    def text(role: str) -> Encoded:
        return join(encode_values(source, name, mapping) for name in columns[role])

    def stamps(role: str) -> Stamps:
        (name, *_), zone = columns[role], mapping.timezone
        return read_stamps(source.column(name), name, time_format=mapping.format_of(name), timezone=zone)

    transition = None
    if "lifecycle" in columns:
        states = text("lifecycle")
        kinds = [
            WORDS.get((word or "complete").strip().lower().replace(" ", "_").replace("-", "_"), 0)
            for word in states.texts
        ]
        transition = np.array(kinds, np.uint8)[states.codes]
    return Events(
        rows=np.arange(source.table.rows),
        case=text("case"),
        activity=text("activity"),
        time=stamps("time"),
        start=stamps("start") if "start" in columns else None,
        transition=transition,
    )


def encode_values(source: Source, name: str, mapping: Mapping) -> Encoded:
    """Encode a column, with the values that the mapping replaces."""
    encoded = source.encoded(name)
    replaced = mapping.values.get(name)
    if not replaced:
        return encoded
    return merge_equal(
        encoded.codes, [None if text is None else replaced.get(text, text) or None for text in encoded.texts]
    )


def find_faults(events: Events, source: Source, columns: Map[str, tuple[str, ...]]) -> Faults:
    """Return the rows that are no events: no case, no activity, no readable time."""
    missing = {role: getattr(events, role).missing() for role in ("case", "activity")}
    known = events.time.values != MISSING_TIME
    missing["time"] = ~known & ~events.time.unreadable
    unreadable = events.time.unreadable.copy()
    if events.start is not None:
        missing["time"] &= events.start.values == MISSING_TIME
        unreadable |= events.start.unreadable
    bad = unreadable | missing["case"] | missing["activity"] | missing["time"]
    if not bad.any():
        return Faults(bad, "", "")
    row = int(np.flatnonzero(bad)[0])
    place = source.table.place(row)
    if unreadable[row]:
        role = "time" if events.time.unreadable[row] else "start"
        name = columns[role][0]
        first = f"{place}, column {name!r}: {_quote(source.column(name)[row].as_py())} is not a time"
    else:
        role = next(role for role in ("case", "activity", "time") if missing[role][row])
        first = f"{place}, column {' | '.join(columns[role])!r}: no {role}"
    hint = "mend the row, or leave such rows out with --on-bad-rows=drop"
    return Faults(bad, first, hint)


def refuse_unreadable(events: Events, source: Source, columns: Map[str, tuple[str, ...]]) -> None:
    """Raise InputError where most of a time column cannot be read: then no row is at fault, but the format."""
    for role, stamps in (("time", events.time), ("start", events.start)):
        if stamps is None:
            continue
        failed = int(stamps.unreadable.sum())
        if failed and failed > stamps.readable:
            name, row = columns[role][0], int(np.flatnonzero(stamps.unreadable)[0])
            raise InputError(
                f"column {name!r} ({role}) does not hold times that can be read: {failed:,} of "
                f"{failed + stamps.readable:,} values, for example {_quote(source.column(name)[row].as_py())}",
                "state their format in a mapping file (-m): time_format: '%d.%m.%y %H:%M', or name another column",
            )


def _quote(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")


def keep(events: Events, good: NDArray[np.bool_]) -> Events:
    """Return the events of the good rows."""
    if good.all():
        return events

    def cut(stamps: Stamps) -> Stamps:
        return Stamps(stamps.values[good], stamps.unreadable[good], stamps.naive, stamps.finer, stamps.dates_only)

    return Events(
        rows=events.rows[good],
        case=Encoded(events.case.codes[good], events.case.texts),
        activity=Encoded(events.activity.codes[good], events.activity.texts),
        time=cut(events.time),
        start=None if events.start is None else cut(events.start),
        transition=None if events.transition is None else events.transition[good],
    )
