"""Which columns of the source are attributes of cases and which of events."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.attributes import Attributes, type_column
from svcflow.eventlog.events import Rows, encode_values
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
                short = name.removeprefix("case:")
                wanted = mapping.rename.get(name, short if short not in table.names else name)
                self.columns[wanted] = name
        self._constant: dict[str, bool] = {}

    def make(self) -> tuple[Attributes, Attributes]:
        """Return the attributes of events and those of cases."""
        events = Attributes(lambda name: self._column(name, self.ordered.rows), lambda: self._names(of_case=False))
        firsts = self.ordered.rows[self.ordered.offsets[:-1]]
        return events, Attributes(lambda name: self._column(name, firsts), lambda: self._names(of_case=True))

    def _names(self, *, of_case: bool) -> tuple[str, ...]:
        stated = {True: self.mapping.case_attributes, False: self.mapping.event_attributes}
        if stated[of_case] is not None:
            wanted = stated[of_case] or ()
            return tuple(name for name, column in self.columns.items() if name in wanted or column in wanted)
        other = stated[not of_case] or ()
        free = {name: column for name, column in self.columns.items() if name not in other and column not in other}
        return tuple(name for name, column in free.items() if self._is_constant(column) == of_case)

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
        return type_column(Encoded(encoded.codes[rows], encoded.texts))
