"""Attributes and case ids of an open file, decoded when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.attributes import Attributes
from svcflow.eventlog.case_ids import CaseIds
from svcflow.eventlog.log import MISSING_TIME, UNKNOWN, Column
from svcflow.eventlog.store.cells import TYPES, fix
from svcflow.eventlog.store.file import File
from svcflow.eventlog.store.layout import Attribute
from svcflow.eventlog.store.pieces import EARLIEST, LATEST
from svcflow.eventlog.texts import Encoded, arrange, find_nulls, integers

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where the instances and cases of a log stand in its file.

    `firsts` are rows of the file that belong to each case, ascending; `order` puts them into the order of the log.
    `rows` are the rows of the instances, ``None`` where that is all of them in their order.
    """

    file: File
    firsts: Places
    order: Places | None = None
    rows: Places | None = None

    def case_ids(self) -> CaseIds:
        """Return the ids of the cases."""
        return CaseIds(len(self.firsts), self._load_ids)

    def attributes(self, of: str) -> Attributes:
        """Return the attributes of the cases or of the events."""
        known = {attribute.name: attribute for attribute in self.file.layout.attributes if attribute.of == of}
        return Attributes(lambda name: self._load(known[name]), lambda: tuple(known))

    def load_at_cases(self, attribute: Attribute) -> Column:
        """Return an attribute with one value a case, that of the row in `firsts`."""
        return gather(self.file, attribute, [array for _, array in self._read_cases(attribute.column)])

    def count_events(self) -> NDArray[np.int64]:
        """Return the number of events of each case, where the file says it."""
        column = np.concatenate([values for values, _ in self._read_numbers("case_events")] or [np.empty(0, np.int64)])
        return column if self.order is None else column[self.order]

    def _load_ids(self) -> Any:
        parts, base = [], 0
        for group, told in enumerate(self.file.groups):
            low, high = np.searchsorted(self.firsts, (base, base + told.rows))
            parts.append(read_ids(self.file, group, self.firsts[low:high] - base))
            base += told.rows
        ids = pa.concat_arrays(parts) if parts else pa.array([], pa.large_string())
        return ids if self.order is None else ids.take(fix(self.order, pa.int64()))

    def _load(self, attribute: Attribute) -> Column:
        of_case = attribute.of == "case"
        parts = [array for _, array in (self._read_cases if of_case else self._read_rows)(attribute.column)]
        column = gather(self.file, attribute, parts)
        places = self.order if of_case else self.rows
        if places is None:
            return column
        values = column.values[places]
        if column.vocabulary is None:
            return Column(column.kind, values)
        texts = tuple(text or None for text in column.vocabulary.texts)
        return Column("text", *arrange(Encoded(values.astype(np.int32, copy=False), texts), unknown=True))

    def _read_rows(self, name: str) -> Iterator[tuple[int, Any]]:
        for group in range(len(self.file.groups)):
            yield group, self.file.read(group, [name])[name]

    def _read_cases(self, name: str) -> Iterator[tuple[int, Any]]:
        """Yield a column of each row group, one value a case."""
        base = 0
        for group, array in self._read_rows(name):
            end = base + self.file.groups[group].rows
            low, high = np.searchsorted(self.firsts, (base, end))
            yield group, array.take(fix(self.firsts[low:high] - base, pa.int64()))
            base = end

    def _read_numbers(self, name: str) -> Iterator[tuple[NDArray[np.int64], int]]:
        for group, array in self._read_cases(name):
            values = integers(array, np.dtype(np.int64))
            if array.null_count or (len(values) and values.min() < 0):
                raise self.file.refuse(f"column {name!r} holds what is no number of rows")
            yield values, group


def read_ids(file: File, group: int, rows: Places) -> Any:
    """Return the ids of the cases that begin in these rows of a row group as an Arrow array of texts."""
    array = file.read(group, ["case_id"])["case_id"].take(fix(rows, pa.int64()))
    if array.null_count:
        raise file.refuse("a case has no id")
    try:
        ids = array.dictionary.take(array.indices).cast(pa.large_string())
        ids.validate(full=True)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise file.refuse(f"column 'case_id': {error}") from None
    return ids


def gather(file: File, attribute: Attribute, parts: list[Any]) -> Column:
    """Return Arrow arrays of the same attribute as one column of a log."""
    if attribute.kind == "text":
        return _gather_texts(file, attribute, parts)
    values = [_read_values(file, attribute, array) for array in parts]
    empty = {"number": np.float64, "boolean": np.int8, "datetime": np.int64}[attribute.kind]
    return Column(attribute.kind, np.concatenate(values) if values else np.empty(0, empty))


def _gather_texts(file: File, attribute: Attribute, parts: list[Any]) -> Column:
    """Return texts as codes: dictionaries differ from row group to row group and are joined by their texts."""
    place: dict[str | None, int] = {None: UNKNOWN}
    codes = [np.empty(0, np.int32)]
    for array in parts:
        try:
            words = array.dictionary.to_pylist()
        except ValueError:
            raise file.refuse(f"column {attribute.column!r} holds bytes that are no text") from None
        translate = np.fromiter((place.setdefault(word or None, len(place)) for word in words), np.int32, len(words))
        indices = integers(array.indices, np.dtype(np.int32))
        missing = find_nulls(array.indices)
        known = indices if missing is None else indices[~missing]
        if len(known) and not 0 <= int(known.min()) <= int(known.max()) < len(words):
            raise file.refuse(f"column {attribute.column!r} holds a code outside its dictionary")
        found = translate[indices] if missing is None else np.zeros(len(indices), np.int32)
        if missing is not None:
            found[~missing] = translate[known]
        codes.append(found)
    return Column("text", *arrange(Encoded(np.concatenate(codes), tuple(place)), unknown=True))


def _read_values(file: File, attribute: Attribute, array: Any) -> NDArray[Any]:
    missing = find_nulls(array)
    if attribute.kind == "boolean":
        bits = np.unpackbits(np.frombuffer(array.buffers()[1], np.uint8), bitorder="little")
        values = bits[array.offset : array.offset + len(array)].astype(np.int8)
        return values if missing is None else np.where(missing, np.int8(-1), values)
    if attribute.kind == "number":
        numbers = integers(array, np.dtype(np.float64))
        return numbers if missing is None else np.where(missing, np.nan, numbers)
    times = integers(array.view(pa.int64()) if array.type == TYPES["datetime"] else array, np.dtype(np.int64))
    known = times if missing is None else times[~missing]
    if len(known) and (int(known.min()) < EARLIEST or int(known.max()) > LATEST):
        raise file.refuse(f"column {attribute.column!r} holds a time outside the years 1 to 9999")
    return times if missing is None else np.where(missing, MISSING_TIME, times)
