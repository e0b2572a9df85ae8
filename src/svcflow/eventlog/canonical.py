"""Raw columns with known roles to the canonical log."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import InputError
from svcflow.eventlog.attributes import Attributes, type_column
from svcflow.eventlog.instances import WORDS, Pairs, pair_columns, pair_lifecycle, take_each
from svcflow.eventlog.log import MISSING_TIME, Codes, Column, Vocabulary
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.stamps.column import Stamps, read_stamps
from svcflow.eventlog.texts import Encoded, arrange, join, merge_equal

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


@dataclass(frozen=True, slots=True)
class Ordered:
    """Instances in the order of the log: the source row of each, and the cases they belong to."""

    rows: Rows
    offsets: NDArray[np.int64]
    case_ids: tuple[str, ...]
    pairs: Pairs
    order: Rows


def read_columns(source: Source, columns: Map[str, tuple[str, ...]], mapping: Mapping) -> Events:
    """Read the columns of all roles that make events."""

    def text(role: str) -> Encoded:
        return join(encode_values(source, name, mapping) for name in columns[role])

    def stamps(role: str) -> Stamps:
        (name, *_), form, zone = columns[role], mapping.time_format, mapping.timezone
        return read_stamps(source.column(name), name, time_format=form, timezone=zone)

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
    place = f"row {source.table.number(row):,}"
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


def pair(events: Events) -> Pairs:
    """Return the activity instances of the events."""
    time = events.time.values
    kinds = events.transition
    if kinds is not None and (kinds != 2).any():
        return pair_lifecycle(events.case.codes, events.activity.codes, time, kinds)
    if events.start is not None:
        return pair_columns(time, events.start.values)
    return take_each(time)


def arrange_cases(events: Events, pairs: Pairs) -> Ordered:
    """Sort instances by case, time and source order; number cases by the time of their first instance."""
    case = events.case.codes[pairs.rows]
    order = np.lexsort((pairs.time, case))
    case = case[order]
    borders = np.flatnonzero(np.diff(case)) + 1
    firsts = np.r_[0, borders][: len(case)]
    sizes = np.diff(np.r_[firsts, len(case)])
    ranked = np.lexsort((order[firsts], pairs.time[order][firsts]))
    offsets = np.zeros(len(firsts) + 1, np.int64)
    np.cumsum(sizes[ranked], out=offsets[1:])
    places = np.repeat(firsts[ranked] - offsets[:-1], sizes[ranked]) + np.arange(len(case))
    order = order[places]
    texts = events.case.texts
    case_ids = tuple(texts[code] or "" for code in case[firsts[ranked]].tolist())
    return Ordered(events.rows[pairs.rows[order]], offsets, case_ids, pairs, order)


def people(source: Source, names: tuple[str, ...] | None, mapping: Mapping, rows: Rows) -> tuple[Codes, Vocabulary]:
    """Return the codes of resources or teams at the instances; all unknown where there is no column."""
    if not names:
        return np.zeros(len(rows), np.int32), Vocabulary(("",))
    encoded = join(encode_values(source, name, mapping) for name in names)
    return arrange(Encoded(encoded.codes[rows], encoded.texts), unknown=True)


class AttributeColumns:
    """The remaining columns as attributes of cases (the same on all rows of each case) or of events."""

    def __init__(self, source: Source, mapping: Mapping, used: set[str], ordered: Ordered) -> None:
        self.source = source
        self.mapping = mapping
        self.ordered = ordered
        table = source.table
        self.columns: dict[str, str] = {}
        for name in table.names:
            if name not in used:
                short = name.removeprefix("case:")
                wanted = mapping.rename.get(name, short if short not in table.names else name)
                self.columns[wanted] = name
        self._constant: dict[str, bool] = {}

    def make(self) -> tuple[Attributes, Attributes]:
        """Return the attributes of events and those of cases."""
        events = Attributes(lambda name: self._column(name, self.ordered.rows), lambda: self._names(of_case=False))
        firsts = self.ordered.rows[self.ordered.offsets[:-1]]
        return events, Attributes(lambda name: self._column(name, firsts), lambda: self._names(of_case=True))

    def _names(self, *, of_case: bool) -> tuple[str, ...]:
        stated = {True: self.mapping.case_attributes, False: self.mapping.event_attributes}
        if stated[of_case] is not None:
            wanted = stated[of_case] or ()
            return tuple(name for name, column in self.columns.items() if name in wanted or column in wanted)
        other = stated[not of_case] or ()
        free = {name: column for name, column in self.columns.items() if name not in other and column not in other}
        return tuple(name for name, column in free.items() if self._is_constant(column) == of_case)

    def _is_constant(self, column: str) -> bool:
        if column not in self._constant:
            codes = self.source.encoded(column).codes[self.ordered.rows]
            changes = np.flatnonzero(np.diff(codes)) + 1
            inside = np.isin(changes, self.ordered.offsets, assume_unique=True, invert=True)
            self._constant[column] = column in self.source.table.case_columns or not inside.any()
        return self._constant[column]

    def _column(self, name: str, rows: Rows) -> Column:
        column = self.columns[name]
        encoded = encode_values(self.source, column, self.mapping)
        return type_column(Encoded(encoded.codes[rows], encoded.texts), self.source.table.kinds.get(column, ""))


def describe_zone(events: Events, mapping: Mapping) -> str:
    """Return the zone of the log: as stated, ``UTC`` where stamps carry offsets, empty where nothing is known."""
    return mapping.timezone or ("" if events.time.naive else "UTC")


__all__: list[Any] = ["AttributeColumns", "Events", "Ordered", "arrange_cases", "find_faults", "keep", "pair", "people"]
