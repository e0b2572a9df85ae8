"""The stated facts themselves, as frozen values."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from svcflow.eventlog.raw import Stated

SUFFIX = ".mapping.yaml"
SHAPES = ("events", "history", "milestones", "snapshots")
ROLES = ("case", "activity", "time", "start", "resource", "team", "role", "lifecycle")
HISTORY = ("field", "old", "new", "snapshot", "created")
"""Roles of exports that are no events yet: the field that changed, its values, the date of a snapshot, the creation."""


@dataclass(frozen=True, slots=True)
class Join:
    """A second file whose columns are added to the rows of the log by key.

    `keys` pairs columns of the log with columns of the file. `columns` gives the new names of the columns that are
    taken; ``None`` takes all but the keys. `loose` compares keys without blanks, case and leading zeros.
    """

    file: str
    path: Path
    keys: tuple[tuple[str, str], ...]
    columns: Map[str, str] | None = None
    prefix: str = ""
    of: Literal["case", "event"] = "case"
    many: Literal["refuse", "first", "last"] = "refuse"
    required_share: float = 0.0
    loose: bool = False
    source: Stated = field(default_factory=Stated)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Stated facts about an export; what is empty is left to evidence.

    `source` is what is said of the file itself. `columns` gives the columns of a role (several are joined to one text;
    none: there is no such role). `milestones` gives the activity that each column of times stands for, in order.
    `formats` are strptime formats of single columns, `time_format` that of all others.
    `case_attributes` and `event_attributes` are ``None`` where they are not stated, `types` the types stated for some
    of them. `machines` are names of resources, ``*`` standing for any text. `places` says where in the file a value
    stands, by the keys that lead to it. `lent` are keys that a preset has stated and the mapping has not.
    """

    name: str = ""
    file: str = ""
    shape: str = ""
    preset: str = ""
    lent: tuple[str, ...] = ()
    columns: Map[str, tuple[str, ...]] = field(default_factory=dict)
    milestones: Map[str, str] = field(default_factory=dict)
    source: Stated = field(default_factory=Stated)
    time_format: str = ""
    formats: Map[str, str] = field(default_factory=dict)
    timezone: str = ""
    done: tuple[str, ...] | None = None
    machines: tuple[str, ...] = ()
    sides: Map[str, str] = field(default_factory=dict)
    states: Map[str, str] = field(default_factory=dict)
    case_attributes: tuple[str, ...] | None = None
    event_attributes: tuple[str, ...] | None = None
    types: Map[str, str] = field(default_factory=dict)
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    rename: Map[str, str] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()
    places: Map[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, *keys: str) -> str:
        """Return ``file:line:column: `` of the value under these keys, or what comes nearest."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.places:
                return self.places[keys[:length]] + ": "
        return f"{self.file}: " if self.file else "mapping: "

    def format_of(self, column: str) -> str:
        """Return the strptime format stated for a column, or nothing."""
        return self.formats.get(column, self.time_format)

    def find_machines(self, resources: Iterable[str]) -> tuple[str, ...]:
        """Return the resources that are declared to be accounts of machines; names that do not occur stay declared."""
        plain = [word for word in self.machines if "*" not in word]
        patterns = [word.replace("[", "[[]").replace("?", "[?]") for word in self.machines if "*" in word]
        found = [name for name in resources if name and any(fnmatchcase(name, pattern) for pattern in patterns)]
        return tuple(dict.fromkeys((*plain, *found)))

    def over(self, base: Mapping) -> Mapping:
        """Return this mapping with what it leaves open taken from `base`; maps are merged key by key."""
        merged: dict[str, Any] = {}
        for part in dataclasses.fields(Mapping):
            own, other = getattr(self, part.name), getattr(base, part.name)
            if isinstance(own, Map):
                merged[part.name] = {**other, **own}
            elif part.name == "source":
                merged[part.name] = _prefer(own, other)
            else:
                is_open = own is None or own == "" or (own == () and part.default == ())
                merged[part.name] = other if is_open else own
        return Mapping(**merged)


def _prefer(own: Stated, other: Stated) -> Stated:
    given = {part.name: getattr(own, part.name) for part in dataclasses.fields(Stated)}
    return dataclasses.replace(other, **{name: value for name, value in given.items() if value})
