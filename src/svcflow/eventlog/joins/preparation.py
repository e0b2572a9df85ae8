"""Loads the files that a mapping joins, and checks what it says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from svcflow.errors import InputError, MappingError
from svcflow.eventlog.joins import keys as key_columns
from svcflow.eventlog.joins.joining import Joining, Matches, load_column
from svcflow.eventlog.mapping import Join, Mapping, suggest
from svcflow.eventlog.raw import RawTable, Stated
from svcflow.eventlog.texts import encode

Read = Callable[[Path, Stated], RawTable]


def prepare(mapping: Mapping, names: tuple[str, ...], read: Read) -> tuple[Joining, ...]:
    """Load the files that a mapping joins to a log with these columns.

    `read` reads a file of any format. Raises MappingError where a file, a key or a column is not there, where a key
    stands on several rows of the file and that was not allowed for, or where names clash.
    """
    found: list[Joining] = []
    for number, join in enumerate(mapping.joins):
        found.append(_Preparation(mapping, join, number, names).load(read))
        names = (*names, *found[-1].names)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Preparation:
    """One entry under `joins`, and the columns that the log has before it."""

    mapping: Mapping
    join: Join
    number: int
    names: tuple[str, ...]

    def place(self, *keys: str) -> str:
        """Return where in the mapping file a part of the entry stands."""
        return self.mapping.place("joins", str(self.number), *keys)

    def load(self, read: Read) -> Joining:
        """Read the file and find its keys and columns."""
        join, table = self.join, self.read(read)
        for left, right in join.keys:
            self.require(("key", left, ""), left, self.names, "the log")
            self.require(("key", left), right, table.names, join.file)
        taken = self.name_columns(table)
        encoded = key_columns.read_key(encode(table.load(right)) for _, right in join.keys)
        keys = key_columns.index(encoded, loose=join.loose, last=join.many == "last")
        if keys.repeated and join.many == "refuse":
            raise MappingError(
                f"{self.place('file')}{join.file} has several rows with the same key: "
                f"{len(keys.repeated):,} keys, the first is {keys.repeated[0]!r}",
                "say which row counts: many: first, or many: last",
            )
        loose = None if join.loose else key_columns.index(encoded, loose=True, last=False)
        matches = Matches(np.zeros(len(keys.rows), bool))
        column = cache(lambda name: load_column(table, name))
        return Joining(join, self.place(), table, keys, loose, taken, matches, column)

    def read(self, read: Read) -> RawTable:
        """Read the file, with errors at the place of its name in the mapping."""
        try:
            return read(self.join.path, self.join.source)
        except InputError as error:
            raise MappingError(f"{self.place('file')}{error.message}", error.hint) from None

    def require(self, at: tuple[str, ...], name: str, names: tuple[str, ...], of: str) -> None:
        """Raise MappingError where `name` is none of the columns `names`."""
        if name not in names:
            shown = ", ".join(names[:40]) + ("" if len(names) <= 40 else f" and {len(names) - 40} more")
            raise MappingError(
                f"{self.place(*at)}{of} has no column {name!r}{suggest(name, names)}", f"columns: {shown}"
            )

    def name_columns(self, table: RawTable) -> dict[str, str]:
        """Return the columns to be added, new name: name in the file; a name that the log has gets the prefix."""
        join, keys = self.join, {right for _, right in self.join.keys}
        wanted = join.columns if join.columns is not None else {name: name for name in table.names if name not in keys}
        prefix = join.prefix or f"{Path(join.file).name.partition('.')[0]}."
        taken: dict[str, str] = {}
        for right, name in wanted.items():
            self.require(("columns", right), right, table.names, join.file)
            new = prefix + name if name in self.names or name in taken else name
            if new in self.names or new in taken:
                raise MappingError(
                    f"{self.place()}{join.file}: column {right!r} would be called {new!r}, as another one is",
                    "give it another name (columns: {column: new name}) or another prefix",
                )
            taken[new] = right
        return taken
