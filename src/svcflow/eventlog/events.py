"""The rows of an export as events: their columns by role, and which of them are no events."""

from __future__ import annotations

import dataclasses
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
from svcflow.eventlog.stamps.evidence import Evidence
from svcflow.eventlog.texts import Encoded, join, merge_equal

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Faults:
    """Rows that cannot be used, the first reason in words, and which rows lack what."""

    bad: NDArray[np.bool_]
    first: str
    hint: str
    lacking: Map[str, NDArray[np.bool_]] = dataclasses.field(default_factory=dict)


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
    time, start = read_times(source, columns, mapping)
    return Events(
        rows=np.arange(source.table.rows),
        case=join(encode_values(source, name, mapping) for name in columns["case"]),
        activity=join(encode_values(source, name, mapping) for name in columns["activity"]),
        time=time,
        start=start,
        transition=read_transitions(source, columns, mapping),
    )


def read_times(
    source: Source,
    columns: Map[str, tuple[str, ...]],
    mapping: Mapping,
    known: Map[str, Evidence] | None = None,
) -> tuple[Stamps, Stamps | None]:
    """Read the times of completion and, where there is such a column, of start.

    `known` holds by column what the blocks before this one prove; it is filled.
    """

    def stamps(role: str) -> Stamps:
        (name, *_), zone = columns[role], mapping.timezone
        evidence = known[name] if known else None
        form = mapping.format_of(name)
        return read_stamps(source.column(name), name, time_format=form, timezone=zone, known=evidence)

    return stamps("time"), stamps("start") if "start" in columns else None


def read_transitions(source: Source, columns: Map[str, tuple[str, ...]], mapping: Mapping) -> NDArray[np.uint8] | None:
    """Return what each event does to an instance (see `instances`), ``None`` where there is no lifecycle."""
    if "lifecycle" not in columns:
        return None
    states = join(encode_values(source, name, mapping) for name in columns["lifecycle"])
    kinds = [
        WORDS.get((word or "complete").strip().lower().replace(" ", "_").replace("-", "_"), 0) for word in states.texts
    ]
    return np.array(kinds, np.uint8)[states.codes]


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
    missing = {"case": events.case.missing(), "activity": events.activity.missing()}
    return judge(missing, (events.time, events.start), source, columns)


def judge(
    missing: dict[str, NDArray[np.bool_]],
    times: tuple[Stamps, Stamps | None],
    source: Source,
    columns: Map[str, tuple[str, ...]],
) -> Faults:
    """Return the rows that are no events, given which lack a case or an activity, and their times."""
    time, start = times
    missing["time"] = (time.values == MISSING_TIME) & ~time.unreadable
    unreadable = time.unreadable.copy()
    if start is not None:
        missing["time"] &= start.values == MISSING_TIME
        unreadable |= start.unreadable
    bad = unreadable | missing["case"] | missing["activity"] | missing["time"]
    if not bad.any():
        return Faults(bad, "", "")
    row = int(np.flatnonzero(bad)[0])
    place = source.table.place(row)
    if unreadable[row]:
        role = "time" if time.unreadable[row] else "start"
        name = columns[role][0]
        first = f"{place}, column {name!r}: {_quote(source.column(name)[row].as_py())} is not a time"
    else:
        role = next(role for role in ("case", "activity", "time") if missing[role][row])
        first = f"{place}, column {' | '.join(columns[role])!r}: no {role}"
    hint = "mend the row, or leave such rows out with --on-bad-rows=drop"
    return Faults(bad, first, hint, {**missing, "readable time": unreadable})


def refuse_unreadable(times: tuple[Stamps, Stamps | None], source: Source, columns: Map[str, tuple[str, ...]]) -> None:
    """Raise InputError where most of a time column cannot be read: then no row is at fault, but the format."""
    for role, stamps in zip(("time", "start"), times, strict=True):
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
        return dataclasses.replace(stamps, values=stamps.values[good], unreadable=stamps.unreadable[good])

    return Events(
        rows=events.rows[good],
        case=Encoded(events.case.codes[good], events.case.texts),
        activity=Encoded(events.activity.codes[good], events.activity.texts),
        time=cut(events.time),
        start=None if events.start is None else cut(events.start),
        transition=None if events.transition is None else events.transition[good],
    )
