"""An object-centric log while it is read: events, objects, what relates them, and attributes that change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from svcflow.errors import InputError
from svcflow.eventlog.records import Records

Moment = tuple[int, float, str]


@dataclass(slots=True)
class ObjectLog:
    """What a storage holds; objects are known by their numbers, in the order in which they are first named.

    `relations` are (event, object, qualifier), `links` (object, object, qualifier). `last` has, per attribute and
    object, when its value was set last and to what; `changing` counts the objects in which an attribute changes.
    """

    ids: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    values: Records = field(default_factory=Records)
    relations: list[tuple[int, int, str]] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)
    objects: dict[str, int] = field(default_factory=dict)
    object_types: list[str] = field(default_factory=list)
    last: dict[str, dict[int, tuple[Moment, str]]] = field(default_factory=dict)
    changing: dict[str, set[int]] = field(default_factory=dict)

    def add_event(self, event: str, kind: str, time: str, values: dict[str, str]) -> int:
        """Add an event and return its number. Raises InputError where it lacks what every event has."""
        if not event or not kind:
            raise InputError(
                f"event {len(self.ids) + 1:,} has no {'id' if not event else 'type'}", "export it again as OCEL 2.0"
            )
        self.ids.append(event)
        self.types.append(kind)
        self.times.append(time)
        self.values.add(values)
        return len(self.ids) - 1

    def relate(self, event: int, related: Iterable[tuple[str, str]]) -> None:
        """Relate an event to objects, given by their ids and qualifiers."""
        self.relations += ((event, self._number(name), qualifier) for name, qualifier in related if name)

    def link(self, source: str, target: str, qualifier: str) -> None:
        """Relate two objects."""
        self.links.append((self._number(source), self._number(target), qualifier))

    def add_object(self, name: str, kind: str) -> int:
        """Add an object and return its number. Raises InputError where it has two types or none."""
        if not name or not kind:
            raise InputError(f"object {name[:40]!r} has no {'type' if name else 'id'}", "export it again as OCEL 2.0")
        number = self._number(name)
        if self.object_types[number] not in ("", kind):
            raise InputError(
                f"object {name[:40]!r} stands twice, as {self.object_types[number][:40]!r} and as {kind[:40]!r}",
                "export it again as OCEL 2.0",
            )
        self.object_types[number] = kind
        return number

    def set_value(self, number: int, attribute: str, time: str, value: str) -> None:
        """Note the value of an object's attribute from some time on; the last one counts, and that it changed."""
        known = self.last.setdefault(attribute, {})
        moment = read_moment(time)
        before = known.get(number)
        if before is not None and before[1] != value:
            self.changing.setdefault(attribute, set()).add(number)
        if before is None or moment >= before[0]:
            known[number] = (moment, value)

    def _number(self, name: str) -> int:
        number = self.objects.get(name)
        if number is None:
            number = self.objects[name] = len(self.object_types)
            self.object_types.append("")
        return number


def read_moment(text: str) -> Moment:
    """Return what times are compared by; none is from the beginning, one that cannot be read after those that can.

    >>> read_moment("1970-01-01T01:00:00+01:00") == read_moment("1970-01-01 00:00:00") < read_moment("then")
    True
    """
    if not text.strip():
        return -1, 0.0, ""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return 1, 0.0, text
    return 0, (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp(), ""
