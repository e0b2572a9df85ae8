"""A block of an export as numbers: texts of cases, times, codes; rows that are no events are left out and counted."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.errors import InputError
from svcflow.eventlog import events
from svcflow.eventlog.canonical import list_alone
from svcflow.eventlog.ingest.fields import Field, Fields
from svcflow.eventlog.ingest.notes import Notes
from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.plan import Plan
from svcflow.eventlog.quality.counting import count_block
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.stamps.evidence import Evidence
from svcflow.eventlog.stamps.plain import measure
from svcflow.eventlog.texts import Encoded, as_text, buffer, join, strings

SPACES = np.isin(np.arange(256), [*range(9, 14), *range(28, 33), 0xC2, 0xE1, 0xE2, 0xE3])
"""First bytes in UTF-8 of characters that are spaces, among others."""


class Encoder:
    """Turns blocks into rows of numbers; what it learns from one block holds for the next."""

    def __init__(self, name: str, plan: Plan, *, drop: bool) -> None:
        self.name = name
        self.plan = plan
        self.drop = drop
        self.fields = Fields.choose(plan.assignment, plan.mapping)
        self.known: defaultdict[str, Evidence] = defaultdict(Evidence)
        self.notes = Notes()
        self._alone = list_alone(plan.assignment)

    def encode(self, table: RawTable) -> Rows:
        """Return the usable rows of a block of events (the steps of the plan are done).

        Raises InputError where a row is no event and is not to be dropped, and what `read_times` raises.
        """
        source, columns, mapping = Source(table), self.plan.assignment.columns, self.plan.mapping
        for role in ("time", "start"):
            for name in columns.get(role, ()):
                self.known[name].first_row = self.notes.rows
        times = events.read_times(source, columns, mapping, self.known)
        case, missing = self._read_cases(source)
        activity = join(events.encode_values(source, name, mapping) for name in columns["activity"])
        faults = events.judge({"case": missing, "activity": activity.missing()}, times, source, columns)
        self._judge(faults, times, source)
        kinds = events.read_transitions(source, columns, mapping)
        rows = Rows(
            case=case,
            row=np.arange(self.notes.rows, self.notes.rows + table.rows),
            time=times[0].values,
            start=None if times[1] is None else times[1].values,
            kind=kinds,
            number=table.row_numbers,
            codes=self._encode_fields(source, activity),
        )
        if rows.number is not None and np.array_equal(rows.number, rows.row + 1):
            rows.number = None
        self.notes.tally += count_block(table, faults, times, lifecycle=kinds is not None)
        self.notes.naive |= times[0].naive
        self.notes.note_block(table)
        rows = rows.take(np.flatnonzero(~faults.bad)) if faults.first else rows
        self.notes.note_rows(rows)
        return rows

    def _read_cases(self, source: Source) -> tuple[Any, NDArray[np.bool_]]:
        """Return the text of each row's case, empty where it is missing, and which rows lack one."""
        names, mapping = self.plan.assignment.columns["case"], self.plan.mapping
        if len(names) > 1 or names[0] in mapping.values:
            encoded = join(events.encode_values(source, name, mapping) for name in names)
            return _spread(encoded), encoded.missing()
        column = as_text(source.column(names[0]))
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
        missing = find_blank(array)
        return array.fill_null("") if array.null_count else array, missing

    def _encode_fields(self, source: Source, activity: Encoded) -> dict[str, NDArray[np.int32]]:
        """Return the codes of every field of texts in the dictionaries of all blocks."""
        fields = self.fields
        fields.add_attributes(source.table, self._alone)
        there = set(source.table.names)
        codes = {}
        for one in fields.list_all():
            if there.issuperset(one.columns):
                encoded = activity if one is fields.activity else self._encode_field(source, one)
                codes[one.key] = fields.dictionary(one.key).encode(encoded)
        fields.leave_out_large()
        return {key: values for key, values in codes.items() if key in fields.dictionaries}

    def _encode_field(self, source: Source, one: Field) -> Encoded:
        if len(one.columns) == 1:
            return source.encoded(one.columns[0])
        return join(events.encode_values(source, name, self.plan.mapping) for name in one.columns)

    def _judge(self, faults: events.Faults, times: Any, source: Source) -> None:
        """Count bad rows, or raise InputError where they are not to be dropped."""
        if not faults.first:
            return
        self.notes.reason = self.notes.reason or faults.first
        if self.drop:
            return
        events.refuse_unreadable(times, source, self.plan.assignment.columns)
        count = int(faults.bad.sum())
        more = f" ({count:,} bad rows in all)" if count > 1 else ""
        raise InputError(f"{self.name}, {faults.first}{more}", faults.hint)


def find_blank(array: Any) -> NDArray[np.bool_]:
    """Return which texts of an Arrow array are missing, empty or blank."""
    _, missing = measure(array)
    blank = np.zeros(len(array), bool) if missing is None else missing
    there = np.flatnonzero(~blank) if blank.any() else slice(None)
    wide = np.dtype(np.int64) if "large" in str(array.type) else np.dtype(np.int32)
    starts = np.frombuffer(array.buffers()[1], wide)[array.offset : array.offset + len(array)][there]
    letters = np.frombuffer(array.buffers()[2], np.uint8) if len(starts) else np.empty(0, np.uint8)
    suspects = np.flatnonzero(SPACES[letters[starts]])
    rows = suspects if isinstance(there, slice) else there[suspects]
    for row in rows.tolist():
        blank[row] = array[row].as_py().isspace()
    return blank


def _spread(encoded: Encoded) -> Any:
    """Return the text of each row as an Arrow array of strings."""
    words = strings([text or "" for text in encoded.texts])
    indices = pa.Array.from_buffers(pa.int32(), len(encoded.codes), [None, buffer(np.ascontiguousarray(encoded.codes))])
    return words.take(indices)
