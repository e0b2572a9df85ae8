"""Columns of texts as codes that mean the same in every block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.columns import name_attribute
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.assignment import Assignment
from svcflow.eventlog.texts import Encoded, merge_equal

Codes = NDArray[np.int32]

MANY = 1_000_000
"""Different texts of one attribute that are kept where nobody says otherwise."""


@dataclass(slots=True)
class Dictionary:
    """The distinct texts of a column in order of first appearance; code 0 is the missing value."""

    texts: list[str | None] = field(default_factory=lambda: [None])
    _places: dict[str | None, int] = field(default_factory=lambda: {None: 0})

    def translate(self, texts: Iterable[str | None]) -> Codes:
        """Return the codes of some texts; new ones are added."""
        places, found = self._places, []
        for text in texts:
            code = places.get(text)
            if code is None:
                code = places[text] = len(self.texts)
                self.texts.append(text)
            found.append(code)
        return np.array(found, np.int32)

    def encode(self, encoded: Encoded) -> Codes:
        """Return a column of a block in the codes of all blocks."""
        table = self.translate(encoded.texts)
        return table[encoded.codes] if len(table) else np.empty(0, np.int32)

    def state(self) -> Encoded:
        """Return each text once."""
        return Encoded(np.arange(len(self.texts), dtype=np.int32), tuple(self.texts))


@dataclass(frozen=True, slots=True)
class Field:
    """Texts of one column of the export, or of several joined into one.

    Values that a mapping replaces are replaced in the dictionary at the end; where columns are joined, before that.
    """

    columns: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the name under which its codes are kept."""
        return "\x1f".join(self.columns)


@dataclass(slots=True)
class Fields:
    """Which columns of texts are kept, and what for.

    `attributes` gives the column of each attribute by its name. A column with more than `limit` different values that
    has no other part is `left_out`: what bounds memory bounds its dictionary.
    """

    mapping: Mapping
    activity: Field
    resource: Field | None
    team: Field | None
    attributes: dict[str, str] = field(default_factory=dict)
    dictionaries: dict[str, Dictionary] = field(default_factory=dict)
    limit: int = MANY
    left_out: set[str] = field(default_factory=set)

    @classmethod
    def choose(cls, assignment: Assignment, mapping: Mapping) -> Fields:
        """Return the fields that the roles of an export need."""
        columns = assignment.columns
        people = {role: Field(columns[role]) if columns.get(role) else None for role in ("resource", "team")}
        return cls(mapping, Field(columns["activity"]), people["resource"], people["team"])

    def add_attributes(self, table: RawTable, alone: set[str]) -> None:
        """Take all columns of a block that are no part of the log itself for attributes."""
        known = set(self.attributes.values()) | self.left_out
        for name in table.names:
            if name in alone or name in known:
                continue
            self.attributes[name_attribute(name, table.names, self.mapping)] = name

    def leave_out_large(self) -> None:
        """Leave out the columns whose different values are too many."""
        parts = {one.key for one in (self.activity, self.resource, self.team) if one}
        for key in [key for key, found in self.dictionaries.items() if len(found.texts) > self.limit]:
            if key not in parts:
                del self.dictionaries[key]
                self.left_out.add(key)
                self.attributes = {name: column for name, column in self.attributes.items() if column != key}

    def list_all(self) -> list[Field]:
        """Return every field once."""
        found = [self.activity, *(f for f in (self.resource, self.team) if f)]
        found += [Field((name,)) for name in self.attributes.values()]
        return list({one.key: one for one in found}.values())

    def dictionary(self, key: str) -> Dictionary:
        """Return the dictionary of a field."""
        return self.dictionaries.setdefault(key, Dictionary())

    def find_missing(self, one: Field) -> NDArray[np.bool_]:
        """Return for each code of a field whether it means nothing."""
        return self.state_values(one).missing()

    def is_replaced(self, one: Field) -> bool:
        """Return whether the mapping's values were put in block by block already."""
        return len(one.columns) > 1 or one.key == self.activity.key

    def state_values(self, one: Field) -> Encoded:
        """Return the text of each code of a field, with the values that the mapping replaces."""
        encoded = self.dictionary(one.key).state()
        replaced = self.mapping.values.get(one.columns[0]) if not self.is_replaced(one) else None
        if not replaced:
            return encoded
        texts = [None if text is None else replaced.get(text, text) or None for text in encoded.texts]
        return merge_equal(encoded.codes, texts)
