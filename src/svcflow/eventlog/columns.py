"""Which columns of the source are attributes of cases and which of events."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from functools import partial

import numpy as np

from svcflow.errors import MappingError
from svcflow.eventlog.attributes import Attributes
from svcflow.eventlog.events import Rows, encode_values
from svcflow.eventlog.kinds import force_column, type_column
from svcflow.eventlog.log import Column
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.ordering import Ordered
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.texts import Encoded


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
                self.columns[name_attribute(name, table.names, mapping)] = name
        self._constant: dict[str, bool] = {}

    def make(self) -> tuple[Attributes, Attributes]:
        """Return the attributes of events and those of cases."""
        events = Attributes(lambda name: self._column(name, self.ordered.rows), lambda: self._names(of_case=False))
        firsts = self.ordered.rows[self.ordered.offsets[:-1]]
        cases = Attributes(lambda name: self._column(name, firsts), lambda: self._names(of_case=True))
        for name in self.mapping.types:  # a value of another type is said at once, not in the middle of work
            _ = cases.get(name), events.get(name)
        return events, cases

    def _names(self, *, of_case: bool) -> tuple[str, ...]:
        return choose_names(self.columns, self.mapping, self._is_constant, of_case=of_case)

    def _is_constant(self, column: str) -> bool:
        if column not in self._constant:
            codes = self.source.encoded(column).codes[self.ordered.rows]
            changes = np.flatnonzero(np.diff(codes)) + 1
            inside = np.isin(changes, self.ordered.offsets, assume_unique=True, invert=True)
            table = self.source.table
            constant = column not in table.event_columns and not inside.any()
            self._constant[column] = column in table.case_columns or constant
        return self._constant[column]

    def _column(self, name: str, rows: Rows) -> Column:
        column = self.columns[name]
        encoded = encode_values(self.source, column, self.mapping)
        return type_attribute(Encoded(encoded.codes[rows], encoded.texts), name, column, self.mapping)


def name_attribute(column: str, columns: tuple[str, ...], mapping: Mapping) -> str:
    """Return the name of the attribute that a column holds: without ``case:`` where no other column is called so."""
    short = column.removeprefix("case:")
    return mapping.rename.get(column, short if short not in columns else column)


def choose_names(
    columns: Map[str, str], mapping: Mapping, is_constant: Callable[[str], bool], *, of_case: bool
) -> tuple[str, ...]:
    """Return which attributes (names to columns) are those of cases, or of events: as stated or as values say."""
    stated = {True: mapping.case_attributes, False: mapping.event_attributes}
    if stated[of_case] is not None:
        wanted = stated[of_case] or ()
        return tuple(name for name, column in columns.items() if name in wanted or column in wanted)
    other = stated[not of_case] or ()
    free = {name: column for name, column in columns.items() if name not in other and column not in other}
    return tuple(name for name, column in free.items() if is_constant(column) == of_case)


def type_attribute(encoded: Encoded, name: str, column: str, mapping: Mapping) -> Column:
    """Return an attribute with the type that the mapping states for its name or column, or that all its values have.

    Raises MappingError, at its place, where a value is not of the stated type.
    """
    stated = name if name in mapping.types else column
    kind = mapping.types.get(stated) or ("datetime" if column in mapping.formats else "")
    if not kind:
        return type_column(encoded, timezone=mapping.timezone)
    given = mapping.formats.get(column, "")
    forms = (given,) if given or not mapping.time_format else ("", mapping.time_format)
    try:
        return _try_formats(partial(force_column, encoded, name, kind, timezone=mapping.timezone), forms)
    except MappingError as error:
        of = "case" if stated in (mapping.case_attributes or ()) else "event"
        place = mapping.place("attributes", of, stated) if stated in mapping.types else mapping.place("formats", column)
        raise MappingError(place + error.message, error.hint) from None


def _try_formats(force: Callable[..., Column], forms: tuple[str, ...]) -> Column:
    """Return the column of a stated type; the times of an attribute need not have the format of the other times."""
    first, *others = forms
    try:
        return force(time_format=first)
    except MappingError:
        if not others:
            raise
        return force(time_format=others[0])
