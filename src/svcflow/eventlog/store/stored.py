"""A canonical file as the source of folds: read row group by row group, only the columns that somebody asks for."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.attributes import Attributes
from svcflow.eventlog.case_ids import CaseIds
from svcflow.eventlog.log import Batch, Column, Quality, Role, Vocabulary
from svcflow.eventlog.store.decoding import ALL, PEOPLE, Rows, decode
from svcflow.eventlog.store.file import File
from svcflow.eventlog.store.lazy import Lazy, gather, read_ids
from svcflow.eventlog.store.streaming import stream

_LEAST = 1 << 16
"""Fewer rows are not decoded at a time."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A canonical file larger than memory may be; what it has in common with `Log` bears the same name.

    Cases are numbered as they stand in the file. `columns` says which columns its batches hold, the others are empty;
    `groups` which row groups it covers.
    """

    file: File
    columns: frozenset[str] = ALL
    groups: tuple[int, ...] = ()
    owned: Mapping[str, str] = field(default_factory=dict)
    """Who owns the wait before an activity, where the file does not say."""

    @property
    def source(self) -> str:
        """Return the name of the export that the file was made from."""
        return self.file.facts.source

    @property
    def zone(self) -> str:
        """Return the time zone of the log, empty where it is not known."""
        return self.file.facts.zone

    @property
    def activities(self) -> Vocabulary:
        """Return the vocabulary of the activities."""
        return self.file.layout.activities

    @property
    def resources(self) -> Vocabulary:
        """Return the vocabulary of the resources."""
        return self.file.layout.resources

    @property
    def teams(self) -> Vocabulary:
        """Return the vocabulary of the teams."""
        return self.file.layout.teams

    @property
    def has_resources(self) -> bool:
        """Return whether any resource is known."""
        return len(self.resources) > 1

    @property
    def has_teams(self) -> bool:
        """Return whether any team is known."""
        return len(self.teams) > 1

    @property
    def done(self) -> tuple[str, ...]:
        """Return the activities after which the matter is settled, as stated or guessed (see `roles`)."""
        return self.file.facts.done

    @property
    def machines(self) -> tuple[str, ...]:
        """Return the resources declared to be accounts of machines."""
        return self.file.facts.machines

    @property
    def sides(self) -> Mapping[str, str]:
        """Return who owns the wait before an activity."""
        return {**self.owned, **self.file.facts.sides}

    @property
    def states(self) -> Mapping[str, str]:
        """Return who owns the wait after an activity that is a state."""
        return self.file.facts.states

    @property
    def roles(self) -> tuple[Role, ...]:
        """Return why columns of the export were taken for roles of the log."""
        return self.file.facts.roles

    @property
    def quality(self) -> tuple[Quality, ...]:
        """Return what is known of the quality of the export."""
        return self.file.facts.quality

    @property
    def events(self) -> int:
        """Return the number of events of the export."""
        return self.file.facts.events

    @property
    def instances(self) -> int:
        """Return the number of activity instances."""
        return sum(group.instances for group in self.file.groups)

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        return sum(group.cases for group in self.file.groups)

    @property
    def case_ids(self) -> CaseIds:
        """Return the ids of the cases, read when they are asked for."""
        return CaseIds(self.cases, lambda: Lazy(self.file, self._find_firsts()).case_ids().array)

    def only(self, columns: Collection[str]) -> Stored:
        """Return the same file with batches of fewer columns."""
        return dataclasses.replace(self, columns=ALL & frozenset(columns))

    def share(self, number: int, shares: int) -> Stored:
        """Return every `shares`-th row group from `number` on."""
        return dataclasses.replace(self, groups=self.groups[number::shares])

    def batches(self, rows: int = 131_072) -> Iterator[Batch]:
        """Yield the cases in blocks of about `rows` instances; one case is never split."""
        for group in self.groups:
            base = sum(told.cases for told in self.file.groups[:group])
            for part in stream(self.file, group, self.columns, max(rows, _LEAST)):
                yield from _cut_part(part, base, rows)
                base += len(part.offsets) - 1

    def batch(self, first: int, last: int) -> Batch:
        """Return cases ``first <= c < last`` as one batch; they are looked for from the start of the file."""
        empty = Rows(np.zeros(1, np.int64), np.empty(0, np.int64), None)
        parts = [_clip(batch, first, last) for batch in self.batches() if first < last]
        parts = [part for part in parts if len(part.offsets) > 1]
        return _join(parts) if parts else _cut(empty, 0, 0, first)

    def values_at_begin(self) -> Attributes:
        """Return one value a case of every attribute: of those of events, the value at the first instance."""
        known = {attribute.name: attribute for attribute in self.file.layout.attributes if attribute.of == "event"}
        known |= {attribute.name: attribute for attribute in self.file.layout.attributes if attribute.of == "case"}

        def make(name: str) -> Column:
            return Lazy(self.file, self._find_begins()).load_at_cases(known[name])

        return Attributes(make, lambda: tuple(known))

    def name_cases(self, cases: Iterable[int]) -> dict[int, str]:
        """Return the ids of some cases by their number; row groups without any of them are not read."""
        wanted = np.array(sorted(set(cases)), np.int64)
        names: list[str] = []
        base = 0
        for group, told in enumerate(self.file.groups):
            low, high = np.searchsorted(wanted, (base, base + told.cases))
            if low < high:
                firsts = decode(self.file, group, ()).firsts[wanted[low:high] - base]
                names += read_ids(self.file, group, firsts).to_pylist()
            base += told.cases
        return dict(zip(wanted.tolist(), names, strict=True))

    def read_attribute(self, name: str, of: str) -> Iterator[tuple[Column, NDArray[np.int64]]]:
        """Yield an attribute of cases or events row group by row group: its values, and which of them each case owns.

        Case `c` of a row group owns ``offsets[c]:offsets[c + 1]``, of an attribute of cases the one value at `c`.
        """
        (attribute,) = (known for known in self.file.layout.attributes if (known.name, known.of) == (name, of))
        for group in self.groups:
            rows = decode(self.file, group, ())
            column = gather(self.file, attribute, [self.file.read(group, [attribute.column])[attribute.column]])
            places = rows.firsts if of == "case" else rows.kept
            values = column.values if places is None else column.values[places]
            offsets = np.arange(len(rows.firsts) + 1) if of == "case" else rows.offsets
            yield Column(column.kind, values, column.vocabulary), offsets

    def _find_begins(self) -> NDArray[np.int64]:
        """Return the row of the file that holds the first instance of each case."""
        begins, base = [np.empty(0, np.int64)], 0
        for group, told in enumerate(self.file.groups):
            rows = decode(self.file, group, ())
            places = rows.offsets[:-1] if rows.kept is None else rows.kept[rows.offsets[:-1]]
            begins.append(places + base)
            base += told.rows
        return np.concatenate(begins)

    def _find_firsts(self) -> NDArray[np.int64]:
        firsts, base = [np.empty(0, np.int64)], 0
        for group, told in enumerate(self.file.groups):
            firsts.append(decode(self.file, group, ()).firsts + base)
            base += told.rows
        return np.concatenate(firsts)


def open_store(path: str | os.PathLike[str]) -> Stored:
    """Open a canonical file for folds without reading its rows. Raises InputError where it is damaged or newer."""
    file = File(path)
    return Stored(file, groups=tuple(range(len(file.groups))))


def _cut_part(part: Rows, base: int, rows: int) -> Iterator[Batch]:
    """Yield the cases of a part of a file as batches of about `rows` instances."""
    first, last = 0, len(part.offsets) - 1
    while first < last:
        target = int(part.offsets[first]) + rows
        if int(part.offsets[-1]) - target < rows // 4:  # the rest is no block of its own
            target = int(part.offsets[-1])
        reached = max(int(np.searchsorted(part.offsets, target, side="right")) - 1, first + 1)
        yield _cut(part, first, reached, base)
        first = reached


def _cut(rows: Rows, first: int, last: int, base: int) -> Batch:
    """Return cases of some rows as a batch."""
    low, high = int(rows.offsets[first]), int(rows.offsets[last])
    codes: dict[str, Any] = {name: rows.codes.get(name, _no_codes())[low:high] for name in ("activity", *PEOPLE)}
    time = rows.time[low:high]
    return Batch(
        first_case=base + first,
        offsets=rows.offsets[first : last + 1] - low,
        time=time,
        start=time if rows.start is rows.time else rows.start[low:high],
        has_start=rows.has_start[low:high],
        **codes,
    )


def _clip(batch: Batch, first: int, last: int) -> Batch:
    """Return those cases of a batch that lie within ``first <= c < last``."""
    count = len(batch.offsets) - 1
    begin, end = (min(max(number - batch.first_case, 0), count) for number in (first, last))
    rows = Rows(
        batch.offsets,
        batch.offsets[:-1],
        None,
        batch.time,
        batch.start,
        batch.has_start,
        {"activity": batch.activity, "resource": batch.resource, "team": batch.team},
    )
    return _cut(rows, begin, max(begin, end), batch.first_case)


def _join(batches: Iterable[Batch]) -> Batch:
    first, *others = batches
    for other in others:
        arrays: dict[str, Any] = {
            name: np.concatenate([getattr(first, name), getattr(other, name)])
            for name in ("time", "start", "has_start", "activity", "resource", "team")
        }
        offsets = np.r_[first.offsets, other.offsets[1:] + first.offsets[-1]]
        first = Batch(first_case=first.first_case, offsets=offsets, **arrays)
    return first


def _no_codes() -> NDArray[np.int32]:
    return np.empty(0, np.int32)
