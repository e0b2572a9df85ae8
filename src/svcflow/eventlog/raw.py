"""What a reader hands over: named columns of the source, untouched, and the facts found on the way."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import InputError

MOST_COLUMNS = 16_384
Progress = Callable[[str], None]
"""Called now and then with a line that says how far reading is."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a mapping says about the file itself; empty where it is left to evidence."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    """Of a workbook: a name, or a number from 1."""
    table: str = ""
    """Of a database."""
    query: str = ""
    """To a database, instead of a table."""
    objects: str = ""
    """The object type of an object-centric log whose objects are the cases."""
    records: str = ""
    """Where in a JSON document the list of records stands: keys joined by dots."""
    drop_bad_rows: bool = False
    progress: Progress | None = None


class NoRowsError(InputError):
    """An export that has columns but not one row: no mistake among several files that are one log."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: its number (1 is the first below the header) and why, in one line."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many things of a block something holds for, `of` how many (zero: not said): ``3 of 40 cases are open``."""

    what: str
    count: int
    of: int = 0


@dataclass(frozen=True, slots=True)
class RawTable:
    """The columns of an export. `load` returns one as an Arrow chunked array of `rows` values.

    `facts` says in plain words what was found out about the file, `passed` how many rows hold no data and were passed
    over, by what they are (blank rows, repeated headers), `counted` what else was counted: both are added up over the
    blocks of an export. `kinds` holds types the format itself declares,
    `case_columns` and `event_columns` the columns that it declares to belong to the whole case or the event. `bad` are
    rows left out already.
    """

    format: str
    names: tuple[str, ...]
    rows: int
    load: Callable[[str], Any]
    facts: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    case_columns: frozenset[str] = frozenset()
    event_columns: frozenset[str] = frozenset()
    bad: tuple[BadRow, ...] = ()
    row_numbers: NDArray[np.int64] | None = None
    passed: Mapping[str, int] = field(default_factory=dict)
    counted: tuple[Counted, ...] = ()
    files: tuple[tuple[int, str], ...] = ()
    """Where several files are one log: the name of each, and how many rows of files stand before its first."""

    def replace(self, names: tuple[str, ...], load: Callable[[str], Any]) -> RawTable:
        """Return a table with other columns and the same rows."""
        return dataclasses.replace(self, names=names, load=load)

    def number(self, row: int) -> int:
        """Return the number of a row in the file: 1 is the first below the header."""
        return row + 1 if self.row_numbers is None else int(self.row_numbers[row])

    def number_rows(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the numbers of several rows, as `number` does of one."""
        return rows.astype(np.int64) + 1 if self.row_numbers is None else self.row_numbers[rows]

    def place(self, row: int) -> str:
        """Return where a row stands, for messages."""
        return self.say(self.number(row))

    def say(self, number: int) -> str:
        """Return where the row with this number stands: ``row 1,204``, or ``march.csv, row 17`` among several files."""
        above, name = max((file for file in self.files if file[0] < number), default=(0, ""))
        return f"{name}, row {number - above:,}" if name else f"row {number:,}"


def say_passed(passed: Mapping[str, int]) -> tuple[str, ...]:
    """Return what is said of rows that were passed over: `passed` counts them by what they are.

    >>> say_passed({"blank rows": 1204})
    ('blank rows: 1,204 passed over',)
    """
    return tuple(f"{what}: {count:,} passed over" for what, count in passed.items())


def add_passed(tables: Iterable[RawTable]) -> dict[str, int]:
    """Return how many rows of all tables were passed over, by what they are."""
    found: Counter[str] = Counter()
    for table in tables:
        found.update(table.passed)
    return dict(found)


def add_counted(counted: Iterable[Counted]) -> tuple[Counted, ...]:
    """Return the counts of several blocks, each kind of them added up.

    >>> add_counted([Counted("cases are open", 1, 10), Counted("cases are open", 2, 30)])
    (Counted(what='cases are open', count=3, of=40),)
    """
    found: dict[str, Counted] = {}
    for one in counted:
        before = found.get(one.what, Counted(one.what, 0))
        found[one.what] = Counted(one.what, before.count + one.count, before.of + one.of)
    return tuple(found.values())


def say_counted(counted: Iterable[Counted]) -> tuple[str, ...]:
    """Return what is said of counts, those of nothing left out.

    >>> say_counted([Counted("cases are open", 3, 40), Counted("values read as missing", 2), Counted("rows", 0, 9)])
    ('3 of 40 cases are open', '2 values read as missing')
    """
    return tuple(
        f"{one.count:,} of {one.of:,} {one.what}" if one.of else f"{one.count:,} {one.what}"
        for one in counted
        if one.count
    )


def name_columns(headers: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return unique column names (a second ``X`` becomes ``X (2)``) and the names that stood more than once.

    Raises InputError where there are more columns than a sheet of Excel has: a log in one line, not a table.
    """
    if len(headers) > MOST_COLUMNS:
        raise InputError(f"the header has {len(headers):,} columns", "check the delimiter and the line ends")
    names: dict[str, None] = {}
    repeated: dict[str, int] = {}
    for position, header in enumerate(headers, 1):
        wanted = header.strip() or f"column {position}"
        name, copy = wanted, repeated.get(wanted, 1)
        while name in names:
            copy += 1
            name = f"{wanted} ({copy})"
        if copy > 1:
            repeated[wanted] = copy
        names[name] = None
    return tuple(names), tuple(repeated)
