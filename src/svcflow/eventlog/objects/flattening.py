"""An object-centric log seen from the objects of one type: each is a case, the events that belong to it its trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.declared import SEPARATOR
from svcflow.eventlog.objects.choice import Kind, choose, distinct_pairs
from svcflow.eventlog.objects.model import ObjectLog
from svcflow.eventlog.raw import RawTable, Stated, name_columns
from svcflow.eventlog.texts import buffer, strings

Rows = NDArray[np.int64]
MOST_QUALIFIERS = 8
"""Up to so many different qualifiers of a type have a column each."""


def flatten(log: ObjectLog, stated: Stated, form: str, name: str) -> RawTable:
    """Return one row per event and object of the type that is the case.

    Other related objects become columns ``rel:TYPE``, attributes of the object ``case:NAME`` with their last value,
    objects it is linked with ``case:rel:TYPE``.
    """
    kind, facts = choose(log, stated.objects, name)
    events, cases = _rows_of(log, kind)
    ids = list(log.objects)
    columns: dict[str, Callable[[], Any]] = {}
    of_case: set[str] = set()

    def add(wanted: str, texts: list[str], rows: Rows) -> None:
        column, _ = name_columns([*columns, wanted])
        columns[column[-1]] = lambda: _take(texts, rows)
        of_case.update({column[-1]} if wanted.startswith("case:") else ())

    add("case:concept:name", ids, cases)
    add("concept:name", log.types, events)
    add("time:timestamp", log.times, events)
    add("event id", log.ids, events)
    chunks = log.values.take()
    for attribute, column in chunks.items():
        add(attribute, column.cast(pa.large_string()).to_pylist(), events)
    for wanted, texts in _relate(log, events, kind):
        add(wanted, texts, events)
    for attribute, known in log.last.items():
        if any(log.object_types[number] == kind.name for number in known):
            add(f"case:{attribute}", _spread(known, len(ids)), cases)
    for wanted, texts in _link(log, kind, ids):
        add(wanted, texts, cases)
    return RawTable(
        form,
        tuple(columns),
        len(events),
        lambda column: columns[column](),
        (*facts, *_say(log, kind, events)),
        {"time:timestamp": "datetime"},
        case_columns=frozenset(of_case),
        row_numbers=events + 1,
    )


def _rows_of(log: ObjectLog, kind: Kind) -> tuple[Rows, Rows]:
    """Return event and object of each row, in the order of the events."""
    wanted = np.array([name == kind.name for name in log.object_types], bool)
    pairs = distinct_pairs(log)
    chosen = pairs[wanted[pairs[:, 1]]]
    return chosen[:, 0], chosen[:, 1]


def _relate(log: ObjectLog, events: Rows, kind: Kind) -> Iterable[tuple[str, list[str]]]:
    """Yield the columns of related objects of other types: their ids, how many, and the ids by qualifier."""
    chosen = np.zeros(len(log.ids), bool)
    chosen[events] = True
    ids = list(log.objects)
    grouped: dict[str, dict[str, dict[int, dict[str, None]]]] = {}
    for event, thing, qualifier in log.relations:
        other = log.object_types[thing]
        if chosen[event] and other and other != kind.name:
            grouped.setdefault(other, {}).setdefault(qualifier, {}).setdefault(event, {})[ids[thing]] = None
    for other in sorted(grouped):
        qualified = grouped[other]
        together: dict[int, dict[str, None]] = {}
        for found in qualified.values():
            for event, things in found.items():
                together.setdefault(event, {}).update(things)
        yield f"rel:{other}", _join(together, len(log.ids))
        if any(len(things) > 1 for things in together.values()):
            yield f"rel:{other}:count", [str(len(together.get(place, ()))) for place in range(len(log.ids))]
        if 1 < len(qualified) <= MOST_QUALIFIERS:
            for role in sorted(filter(None, qualified)):
                yield f"rel:{other}:{role}", _join(qualified[role], len(log.ids))


def _link(log: ObjectLog, kind: Kind, ids: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Yield the columns of objects that the case itself is linked with, in either direction."""
    grouped: dict[str, dict[int, dict[str, None]]] = {}
    for source, target, _ in log.links:
        for case, thing in ((source, target), (target, source)):
            if log.object_types[case] == kind.name and log.object_types[thing] and case != thing:
                grouped.setdefault(log.object_types[thing], {}).setdefault(case, {})[ids[thing]] = None
    for other in sorted(grouped):
        yield f"case:rel:{other}", _join(grouped[other], len(ids))


def _say(log: ObjectLog, kind: Kind, events: Rows) -> Iterable[str]:
    """Say what of the object-centric log is not in this view of it."""
    used = len(np.unique(events))
    if used < len(log.ids):
        yield f"{len(log.ids) - used:,} of {len(log.ids):,} events belong to no object of this type and are left out"
    if used < len(events):
        yield f"{len(events) - used:,} rows repeat an event that belongs to several objects of this type"
    dangling = sum(not name for name in log.object_types)
    if dangling:
        yield f"{dangling:,} objects that events refer to are not listed"
    for attribute, things in sorted(log.changing.items()):
        count = sum(log.object_types[number] == kind.name for number in things)
        if count:
            yield f"attribute {attribute!r} changes over time in {count:,} objects: its last value is read"


def _join(found: dict[int, dict[str, None]], length: int) -> list[str]:
    texts = [""] * length
    for place, things in found.items():
        texts[place] = SEPARATOR.join(things)
    return texts


def _spread(known: dict[int, tuple[Any, str]], length: int) -> list[str]:
    texts = [""] * length
    for place, (_, value) in known.items():
        texts[place] = value
    return texts


def _take(texts: list[str], rows: Rows) -> Any:
    indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, buffer(np.ascontiguousarray(rows))])
    return pa.chunked_array([strings(texts).take(indices)])
