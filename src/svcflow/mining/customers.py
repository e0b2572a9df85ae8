"""Who contacts a service about what and when, of logs of any size: what repeat contacts are found in (metrics.md 5).

Contacts of one customer may stand anywhere in a file. A pass gathers those of a share of the customers, as many as fit
into `ROOM` bytes, by a number made of their names: 64 bits of BLAKE2b, so that two of ten million customers share one
in fewer than one of 300,000 logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import MISSING_TIME, UNKNOWN, Batch, Column
from svcflow.mining.accounts import is_nobody
from svcflow.mining.attributes import Name, Owned, Reader
from svcflow.mining.grouping import Ints
from svcflow.mining.transitions import case_of_rows

ROOM = 96 << 20
"""Bytes that gathered contacts take."""
SIZE = 28
"""Bytes that a contact takes."""

MOST_TOPICS = 1_000_000
"""More topics than this are not told: whatever it is, it is not what contacts are about."""

_PARTS = 64

Value = str | float
"""A text, or a number of whatever kind."""


class Contacts(NamedTuple):
    """The contacts of a share of the customers, by customer, topic, beginning and team.

    `topic` is a place among `topics`, ascending, which are those of all customers; -1 is an unknown one. `known` counts
    the cases of all customers that are known. Nothing is told where there are too many topics.
    """

    customer: Ints
    topic: NDArray[np.int32]
    begin: Ints
    team: NDArray[np.int32]
    topics: tuple[Value, ...]
    known: int
    told: bool = True

    def merge(self, other: Contacts) -> Contacts:
        """Put the contacts of two parts of a log together."""
        return _limit(_join([self, other]))


@dataclass(frozen=True, slots=True)
class ContactsFold:
    """Gathers the contacts of every `shares`-th customer, from number `share`, of the file at `path`."""

    path: str
    customer: Name
    topic: Name | None
    shares: int
    share: int = 0
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "team"})

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> Contacts:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Contacts, right: Contacts) -> Contacts:
        """Put two summaries together."""
        return left.merge(right)

    def finish(self, state: Contacts, log: Source) -> Contacts:
        """Return the summary as it is."""
        return state


class Gathered:
    """The contacts of the blocks so far."""

    def __init__(self, fold: ContactsFold) -> None:
        self._fold = fold
        self._reader: Reader | None = None
        self._parts = [_NONE]

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if len(batch.offsets) < 2:
            return
        fold, self._reader = self._fold, self._reader or Reader(self._fold.path)
        customer = self._reader.read(batch, fold.customer)
        topic = None if fold.topic is None else self._reader.read(batch, fold.topic)
        self._parts.append(find_contacts(batch, customer, topic, (fold.shares, fold.share)))
        if len(self._parts) > _PARTS:
            self.state()

    def state(self) -> Contacts:
        """Return the contacts so far."""
        self._parts = [_limit(_join(self._parts))]
        return self._parts[0]


def find_contacts(batch: Batch, customer: Owned, topic: Owned | None, part: tuple[int, int] = (1, 0)) -> Contacts:
    """Return the contacts of a block, or, of ``shares, share``, those of a part of the customers."""
    number, known = _number_customers(customer)
    topics: tuple[Value, ...] = ()
    about = np.full(len(number), -1)
    if topic is not None:
        about, topics = _first_of_cases(topic)
    shares, share = map(np.uint64, part)
    at = np.flatnonzero(known & (number.view(np.uint64) % shares == share))
    begin = np.minimum.reduceat(batch.start, batch.offsets[:-1])[at] if len(batch.time) else number
    columns = number[at], about[at].astype(np.int32), begin, _find_teams(batch)[at]
    return _join([Contacts(*columns, topics, int(known.sum()))])


def _number_customers(owned: Owned) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the number of the customer of each case, and whether one is known."""
    codes, values = _first_of_cases(owned)
    known = np.array([False, *(not is_nobody(say_value(value, owned[0].kind)) for value in values)], np.bool_)
    numbers = np.array([0, *(_number_text(str(value)) for value in values)], np.int64)
    return numbers[codes + 1], known[codes + 1]


def _join(parts: list[Contacts]) -> Contacts:
    """Return contacts of several parts in their one form."""
    topics = tuple(sorted({value for part in parts for value in part.topics}))
    if not all(part.told for part in parts):
        return _NONE._replace(told=False)
    place = {value: code for code, value in enumerate(topics)}
    moved = []
    for part in parts:
        codes = np.array([-1, *(place[value] for value in part.topics)], np.int32)
        moved.append(codes[part.topic + 1])
    customer, begin = (np.concatenate([part[at] for part in parts]) for at in (0, 2))
    topic, team = np.concatenate(moved), np.concatenate([part.team for part in parts])
    order = np.lexsort((team, begin, topic, customer))
    known = sum(part.known for part in parts)
    return Contacts(customer[order], topic[order], begin[order], team[order], topics, known)


def _limit(contacts: Contacts) -> Contacts:
    return _NONE._replace(told=False) if len(contacts.topics) > MOST_TOPICS else contacts


_NO_CODES = np.empty(0, np.int32)
_NONE = Contacts(np.empty(0, np.int64), _NO_CODES, np.empty(0, np.int64), _NO_CODES, (), 0)


def _first_of_cases(owned: Owned) -> tuple[Ints, tuple[Value, ...]]:
    """Return the first known value of each case, as a place among the values that occur (ascending), -1 for none."""
    column, offsets = owned
    codes, values = _encode(column)
    rows = np.flatnonzero(codes >= 0)[::-1]  # the first of a case is written last, so it stays
    of_case = np.full(len(offsets) - 1, -1)
    of_case[np.searchsorted(offsets, rows, side="right") - 1] = codes[rows]
    used, place = np.unique(of_case[of_case >= 0], return_inverse=True)
    of_case[of_case >= 0] = place
    return of_case, tuple(values[code] for code in used.tolist())


def _encode(column: Column) -> tuple[Ints, list[Value]]:
    if column.kind == "text" and column.vocabulary is not None:
        return column.values.astype(np.int64) - 1, [*column.vocabulary.texts[1:]]
    values = column.values
    if column.kind == "number":
        unknown = np.isnan(values)
    else:
        unknown = values == (-1 if column.kind == "boolean" else MISSING_TIME)
    found, codes = np.unique(values[~unknown], return_inverse=True)
    places = np.full(len(values), -1)
    places[~unknown] = codes
    return places, found.tolist()


def say_value(value: Value, kind: str) -> str:
    """Return a value as text."""
    return f"{value:.15g}" if kind == "number" else str(value)


def _number_text(text: str) -> int:
    """Return the number of a customer."""
    told = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(told, "little", signed=True)


def _find_teams(batch: Batch) -> NDArray[np.int32]:
    """Return the first known team of each case of a block."""
    team = np.zeros(len(batch.offsets) - 1, np.int32)
    rows = np.flatnonzero(batch.team != UNKNOWN)[::-1]
    team[case_of_rows(batch)[rows]] = batch.team[rows]
    return team
