"""What can only be decided when every row was seen: final vocabularies, types, which attributes are those of cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.columns import choose_names, type_attribute
from svcflow.eventlog.ingest.buckets import Run, keep
from svcflow.eventlog.ingest.fields import Field, Fields
from svcflow.eventlog.log import Column, Vocabulary
from svcflow.eventlog.store.layout import Attribute, Layout, Part
from svcflow.eventlog.texts import Encoded, arrange, buffer, strings


@dataclass(slots=True)
class Findings:
    """What the sorted buckets tell together: codes in use (on any row, on first rows), fields that change in a case."""

    used: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    used_first: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    changing: set[str] = field(default_factory=set)
    cases: int = 0
    instances: int = 0
    events: int = 0
    starts: bool = False
    counts: bool = False
    opens: bool = False
    seconds: bool = True

    def note(self, run: Run, fields: Fields, changing: set[str]) -> None:
        """Take over what one bucket tells."""
        firsts = run.offsets[:-1]
        for key, codes in run.codes.items():
            if key not in fields.dictionaries:  # left out, after the first rows with it were written
                continue
            size = len(fields.dictionary(key).texts)
            self.used.setdefault(key, np.zeros(size, bool))[codes] = True
            self.used_first.setdefault(key, np.zeros(size, bool))[codes[firsts]] = True
        self.changing |= changing
        self.cases += len(run.sizes)
        self.instances += len(run.time)
        self.starts |= run.start is not None
        self.counts |= not np.array_equal(run.events, run.sizes)
        for times in (run.time, run.start):
            self.seconds = self.seconds and (times is None or not (times % 1000).any())

    def note_open(self, run: Run) -> None:
        """Take over that some rows of a bucket are open."""
        if run.open is not None:
            self.opens = True
            self.seconds = self.seconds and not (run.time % 1000).any()


@dataclass(frozen=True, slots=True)
class Recoded:
    """A field with its final codes: `table` has one for each provisional code."""

    key: str
    table: NDArray[np.int32]
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Typed:
    """An attribute with its final values: one for each provisional code; of texts, places in `words` (-1: missing)."""

    attribute: Attribute
    key: str
    table: NDArray[Any]
    words: Any = None
    used: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))

    def look_up(self, codes: NDArray[np.int32], *, opens: bool = False) -> Any:
        """Return the values of some rows as the store takes them; of `opens` those that no instance has are missing."""
        if opens:
            known = np.zeros(len(self.table), bool)
            known[self.used] = True
            codes = np.where(known[codes], codes, np.int32(0))
        values = self.table[codes]
        if self.words is None:
            return Column(self.attribute.kind, values)
        missing = values < 0
        valid = buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
        indices = pa.Array.from_buffers(pa.int32(), len(values), [valid, buffer(values)])
        return pa.DictionaryArray.from_arrays(indices, self.words)


class Final:
    """Provisional codes to final ones, and rows to parts of the store."""

    def __init__(self, fields: Fields, found: Findings, declared: tuple[set[str], set[str]]) -> None:
        self._found = found
        self._fields = fields
        self._of_case, self._of_event = declared
        self.activity = self._recode(fields.activity, unknown=False)
        self.resource = self._recode(fields.resource, unknown=True) if fields.resource else None
        self.team = self._recode(fields.team, unknown=True) if fields.team else None
        self.attributes = [
            self._type(name, of_case=of_case) for of_case in (False, True) for name in self._list(of_case)
        ]
        self.layout = Layout(
            self.activity.vocabulary,
            self.resource.vocabulary if self.resource else Vocabulary(("",)),
            self.team.vocabulary if self.team else Vocabulary(("",)),
            tuple(typed.attribute for typed in self.attributes),
            unit="s" if found.seconds else "ms",
            starts=found.starts,
            counts=found.counts,
            opens=found.opens,
        )

    def trim(self, run: Run) -> Run:
        """Return a run without open rows of an activity, resource or team that no instance has."""
        if run.open is None:
            return run
        kept = np.ones(len(run.time), bool)
        for one in (self.activity, self.resource, self.team):
            if one is not None:
                known = np.zeros(len(one.table), bool)
                known[self._list_used(self._found.used, one.key)] = True
                kept &= known[_codes(run, one.key)]
        return keep(run, kept | ~run.open)

    def make_part(self, run: Run) -> Part:
        """Return cases of a window as the store takes them."""
        firsts = run.offsets[:-1]
        opens = run.open is not None
        values = [(typed, _codes(run, typed.key)) for typed in self.attributes]
        return Part(
            case_ids=run.case.cast(pa.large_string()),
            offsets=run.offsets,
            time=run.time,
            activity=self.activity.table[run.codes[self.activity.key]],
            start=run.start,
            has_start=run.has_start,
            resource=self.resource.table[_codes(run, self.resource.key)] if self.resource else None,
            team=self.team.table[_codes(run, self.team.key)] if self.team else None,
            attributes={t.attribute.name: t.look_up(c, opens=opens) for t, c in values if t.attribute.of == "event"},
            case_attributes={
                t.attribute.name: t.look_up(c[firsts], opens=opens) for t, c in values if t.attribute.of == "case"
            },
            open=run.open,
            events=run.events if self.layout.counts else None,
        )

    def _list(self, of_case: bool) -> Iterator[str]:
        def is_constant(column: str) -> bool:
            changing = column in self._of_event or column in self._found.changing
            return column in self._of_case or not changing

        yield from choose_names(self._fields.attributes, self._fields.mapping, is_constant, of_case=of_case)

    def _recode(self, one: Field, *, unknown: bool) -> Recoded:
        """Return the codes into the sorted vocabulary of the texts in use."""
        encoded = self._fields.state_values(one)
        used = self._list_used(self._found.used, one.key)
        codes, vocabulary = arrange(Encoded(encoded.codes[used], encoded.texts), unknown=unknown)
        table = np.zeros(len(encoded.codes), np.int32)
        table[used] = codes
        return Recoded(one.key, table, vocabulary)

    def _type(self, name: str, *, of_case: bool) -> Typed:
        column = self._fields.attributes[name]
        encoded = self._fields.state_values(Field((column,)))
        used = self._list_used(self._found.used_first if of_case else self._found.used, column)
        typed = type_attribute(Encoded(encoded.codes[used], encoded.texts), name, column, self._fields.mapping)
        attribute = Attribute(name, typed.kind, "case" if of_case else "event")
        table = np.zeros(len(encoded.codes), typed.values.dtype)
        table[used] = typed.values
        if typed.vocabulary is None:
            return Typed(attribute, column, table, used=used)
        return Typed(attribute, column, table - np.int32(1), strings(list(typed.vocabulary.texts[1:])), used)

    def _list_used(self, flags: dict[str, NDArray[np.bool_]], key: str) -> NDArray[np.intp]:
        """Return the codes in use, and that of the missing value: a bucket without the field holds nothing else."""
        used = flags[key].copy() if key in flags else np.zeros(1, bool)
        used[0] = True
        return np.flatnonzero(used)


def _codes(run: Run, key: str) -> NDArray[np.int32]:
    return run.codes[key] if key in run.codes else np.zeros(len(run.time), np.int32)
