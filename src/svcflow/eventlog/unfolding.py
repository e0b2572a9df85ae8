"""What the shapes of exports share: the evidence for one, and tables whose rows are taken from another."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import Role
from svcflow.eventlog.mapping import Mapping as Stated
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.assignment import Assignment
from svcflow.eventlog.roles.evidence import EMPTY_WORDS, Source
from svcflow.eventlog.texts import as_chunks, buffer

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a shape looks at: the export, its columns by role as if each row were an event, and what is stated."""

    source: Source
    guess: Assignment
    stated: Stated

    def first(self, role: str) -> str:
        """Return the column of a role, or nothing."""
        names = self.guess.columns.get(role, ())
        return names[0] if len(names) == 1 else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an export has a shape, and what unfolding it needs.

    `score` is 0 to 100. `columns` are the columns of the export that the shape reads, by what they are to it; `roles`
    those of the events it makes; `told` says the same to people. `words` are texts that unfolding needs (the names of
    milestones, the values of a field).
    """

    score: float
    reason: str
    columns: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, tuple[str, ...]]
    told: tuple[Role, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    stated: Stated = field(default_factory=Stated)


def take_rows(
    table: RawTable, rows: Rows, made: Mapping[str, Callable[[], Any]], dropped: frozenset[str] = frozenset()
) -> RawTable:
    """Return a table of some rows of another, as often as they are named, with the columns of `made` added or replaced.

    Columns are taken when they are loaded. Rows keep the numbers they have in the file.
    """
    indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, buffer(rows.astype(np.int64))])

    def load(name: str) -> Any:
        return made[name]() if name in made else as_chunks(as_chunks(table.load(name)).take(indices))

    names = tuple(name for name in table.names if name not in dropped)
    numbers = rows + 1 if table.row_numbers is None else table.row_numbers[rows]
    return dataclasses.replace(
        table,
        names=(*names, *(name for name in made if name not in names)),
        rows=len(rows),
        load=load,
        row_numbers=numbers.astype(np.int64),
        kinds={name: kind for name, kind in table.kinds.items() if name not in made},
    )


def free_name(wanted: str, names: tuple[str, ...]) -> str:
    """Return `wanted`, or with a number behind it where a column is called so already.

    >>> free_name("time", ("id", "time"))
    'time (2)'
    """
    name, copy = wanted, 1
    while name in names:
        copy += 1
        name = f"{wanted} ({copy})"
    return name


def pick(words: tuple[str, ...], codes: NDArray[Any]) -> Any:
    """Return an Arrow column of the words that codes stand for; a negative code is a missing value."""
    from svcflow.eventlog.texts import strings  # noqa: PLC0415

    known = codes >= 0
    valid = None if known.all() else buffer(np.packbits(known, bitorder="little"))
    indices = pa.Array.from_buffers(pa.int32(), len(codes), [valid, buffer(np.where(known, codes, 0).astype(np.int32))])
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, strings(list(words)))])


def interleave(
    columns: list[Any], rows: NDArray[Any], which: NDArray[Any], *, known: NDArray[np.bool_] | None = None
) -> Any:
    """Return value ``rows[i]`` of column ``which[i]`` for each i, missing where it is not `known`."""
    kinds = {str(column.type) for column in columns}
    if len(kinds) > 1 or pa.types.is_dictionary(columns[0].type):
        columns = [column.cast(pa.large_string()) for column in columns]
    whole = pa.chunked_array([chunk for column in columns for chunk in column.chunks], type=columns[0].type)
    places = (which * len(columns[0]) + rows).astype(np.int64)
    valid = None if known is None or known.all() else buffer(np.packbits(known, bitorder="little"))
    return as_chunks(whole.take(pa.Array.from_buffers(pa.int64(), len(places), [valid, buffer(places)])))


def find_empty(column: Any) -> NDArray[np.bool_]:
    """Return which values of a column are missing: null, blank, or a word that says so."""
    from svcflow.eventlog.texts import encode  # noqa: PLC0415

    if pa.types.is_temporal(column.type):
        return np.concatenate([np.zeros(0, bool), *(_nulls(chunk) for chunk in column.chunks)])
    encoded = encode(column)
    empty = [
        text is None or text.strip().lower() in EMPTY_WORDS or text.startswith("0000-00-00") for text in encoded.texts
    ]
    return np.array(empty, bool)[encoded.codes]


def _nulls(chunk: Any) -> NDArray[np.bool_]:
    from svcflow.eventlog.texts import find_nulls  # noqa: PLC0415

    found = find_nulls(chunk)
    return np.zeros(len(chunk), bool) if found is None else found
