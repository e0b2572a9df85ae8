"""The join itself: a step that adds the columns of the second file to every block of the log's rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.errors import MappingError
from svcflow.eventlog.joins import keys as key_columns
from svcflow.eventlog.joins.keys import Keys
from svcflow.eventlog.mapping import Join
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.texts import Encoded, buffer, encode


@dataclass
class Matches:
    """What the blocks that went through have found so far."""

    used: NDArray[np.bool_]
    rows: int = 0
    matched: int = 0
    loose: int = 0
    first: list[int] = field(default_factory=list)
    """Numbers of the first rows without partner."""


@dataclass(frozen=True)
class Joining:
    """One joined file, loaded: a step of a plan. `names` gives its columns by the names they have in the log."""

    join: Join
    place: str
    table: RawTable
    keys: Keys
    loose_keys: Keys | None
    names: dict[str, str]
    matches: Matches
    load: Callable[[str], Any]

    def __call__(self, block: RawTable) -> RawTable:
        """Return the rows with the columns of their partners; empty where a row has none."""
        encoded = key_columns.read_key(encode(block.load(left)) for left, _ in self.join.keys)
        found = self.keys.find(encoded.texts, loose=self.join.loose)[encoded.codes]
        self._count(block, encoded, found)
        rows = np.where(found < 0, 0, self.keys.rows[found] if len(self.keys.rows) else 0)

        def load(name: str) -> Any:
            return _take(self.load(self.names[name]), rows, found >= 0) if name in self.names else block.load(name)

        added = frozenset(self.names)
        kinds = {name: self.table.kinds[right] for name, right in self.names.items() if right in self.table.kinds}
        return dataclasses.replace(
            block.replace((*block.names, *self.names), load),
            facts=(*block.facts, self.tell()),
            kinds={**block.kinds, **kinds},
            case_columns=block.case_columns | (added if self.join.of == "case" else frozenset()),
            event_columns=block.event_columns | (added if self.join.of == "event" else frozenset()),
        )

    def tell(self) -> str:
        """Return the match rate, both ways, in one line."""
        done, used = self.matches, int(self.matches.used.sum())
        text = f"joined {self.join.file}: {done.matched:,} of {done.rows:,} rows have a partner"
        text += f" ({done.matched / max(1, done.rows):.1%}), {used:,} of {len(done.used):,} keys of the file are used"
        if done.loose:
            text += f"; {done.loose:,} more rows would match without regard to blanks, case and leading zeros"
            text += " (match: loose)"
        return text

    def check_share(self) -> None:
        """Raise MappingError where fewer rows have a partner than the mapping requires."""
        done = self.matches
        if done.rows and done.matched < self.join.required_share * done.rows:
            raise MappingError(
                f"{self.place}{self.tell()}; required_share is {self.join.required_share:g}",
                f"check the key: {' and '.join(f'{left} = {right}' for left, right in self.join.keys)}",
            )

    def _count(self, block: RawTable, encoded: Encoded, found: NDArray[np.intp]) -> None:
        done, alone = self.matches, np.flatnonzero(found < 0)
        done.rows += len(found)
        done.matched += len(found) - len(alone)
        done.used[found[found >= 0]] = True
        done.first += [block.number(int(row)) for row in alone[: max(0, 5 - len(done.first))]]
        if self.loose_keys is not None and len(alone):
            done.loose += int((self.loose_keys.find(encoded.texts, loose=True)[encoded.codes[alone]] >= 0).sum())


def load_column(table: RawTable, name: str) -> Any:
    """Return a column of the joined file in one piece; texts as a dictionary, so that rows only repeat codes."""
    column = table.load(name).combine_chunks()
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return column.dictionary_encode() if is_text else column


def _take(column: Any, rows: NDArray[np.intp], known: NDArray[np.bool_]) -> Any:
    """Return the values of these rows of a column, nothing where `known` says so."""
    bits = buffer(np.packbits(known, bitorder="little"))
    indices = pa.Array.from_buffers(pa.int64(), len(rows), [bits, buffer(rows.astype(np.int64))])
    return pa.chunked_array([column.take(indices)], column.type)
