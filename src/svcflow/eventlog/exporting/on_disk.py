"""The cases of a canonical file for an export, row group by row group: memory does not follow the file's size."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.exporting.sources import ROWS, Block, Head
from svcflow.eventlog.log import Column, Vocabulary
from svcflow.eventlog.store.cells import fix
from svcflow.eventlog.store.decoding import Rows, decode
from svcflow.eventlog.store.layout import Attribute
from svcflow.eventlog.store.lazy import gather
from svcflow.eventlog.store.stored import Stored
from svcflow.eventlog.texts import integers

MANY_WORDS = 1_000
PARTS = ("activity", "resource", "team")


class OnDisk:
    """The chosen cases of a canonical file, in its order."""

    def __init__(self, stored: Stored, chosen: NDArray[np.bool_], rows: int = ROWS) -> None:
        self._stored = stored
        self._file = stored.file
        self._chosen = chosen
        self._rows = rows

    @property
    def whole(self) -> Path | None:
        """Return the file where all of its cases are chosen and it holds more than instances: what is not completed."""
        return self._file.path if self._file.layout.opens and self._chosen.all() else None

    @cached_property
    def head(self) -> Head:
        """Return what holds for the chosen cases; vocabularies hold what occurs among them."""
        layout, facts = self._file.layout, self._file.facts
        words = {
            name: Vocabulary(tuple(text for text, use in zip(vocabulary.texts, used, strict=True) if use))
            for (name, vocabulary), used in zip(self._vocabularies().items(), self._survey[0], strict=True)
        }
        if not self._chosen.all():
            facts = dataclasses.replace(facts, events=self._survey[1])
        return Head(
            words["activity"],
            words["resource"],
            words["team"],
            layout.attributes,
            facts,
            self._survey[2],
            places=not layout.ordered,
        )

    def blocks(self) -> Iterator[Block]:
        """Yield the chosen cases."""
        tables = [np.cumsum(used, dtype=np.int32) - np.int32(1) for used in self._survey[0]]
        first = 0
        for group, told in enumerate(self._file.groups):
            chosen = np.flatnonzero(self._chosen[first : first + told.cases])
            first += told.cases
            if len(chosen):
                yield from self._cut(group, chosen, dict(zip(PARTS, tables, strict=True)))

    def _vocabularies(self) -> dict[str, Vocabulary]:
        layout = self._file.layout
        return dict(zip(PARTS, (layout.activities, layout.resources, layout.teams), strict=True))

    @cached_property
    def _survey(self) -> tuple[list[NDArray[np.bool_]], int, bool]:
        """Return which codes the chosen cases use, their number of events, and whether any start is known."""
        vocabularies = [*self._vocabularies().values()]
        used = [np.zeros(len(vocabulary), np.bool_) for vocabulary in vocabularies]
        for flags, known in zip(used[1:], vocabularies[1:], strict=True):
            flags[0] = len(known) > 0
        if self._chosen.all():
            for flags in used:
                flags[:] = True
            return used, self._file.facts.events, self._file.layout.starts
        events, starts, first = 0, False, 0
        for group, told in enumerate(self._file.groups):
            rows = decode(self._file, group)
            chosen = self._chosen[first : first + told.cases]
            first += told.cases
            mask = np.repeat(chosen, np.diff(rows.offsets))
            for flags, name in zip(used, PARTS, strict=True):
                flags[rows.codes[name][mask]] = True
            starts |= bool(rows.has_start[mask].any())
            counts = self._read_one(group, "case_events", rows.firsts) if self._file.layout.counts else None
            events += int(mask.sum()) if counts is None else int(counts[chosen].sum())
        return used, events, starts

    def _read_one(self, group: int, column: str, places: NDArray[np.int64]) -> NDArray[np.int64]:
        return integers(self._file.read(group, [column])[column], np.dtype(np.int64))[places]

    def _cut(self, group: int, chosen: NDArray[np.int64], tables: dict[str, NDArray[np.int32]]) -> Iterator[Block]:
        """Yield the chosen cases of a row group in blocks."""
        file, rows = self._file, decode(self._file, group)
        sizes = np.diff(rows.offsets)[chosen]
        ends = np.cumsum(sizes)
        low = 0
        arrays = file.read(group, [attribute.column for attribute in file.layout.attributes])
        ids = file.read(group, ["case_id"])["case_id"]
        while low < len(chosen):
            before = int(ends[low - 1]) if low else 0
            high = max(int(np.searchsorted(ends, before + self._rows, side="right")), low + 1)
            cases = chosen[low:high]
            places = np.concatenate([np.arange(rows.offsets[case], rows.offsets[case + 1]) for case in cases])
            yield self._make(group, (rows, cases, places), tables, {**arrays, "case_id": ids})
            low = high

    def _make(
        self,
        group: int,
        part: tuple[Rows, NDArray[np.int64], NDArray[np.int64]],
        tables: dict[str, NDArray[np.int32]],
        arrays: Mapping[str, Any],
    ) -> Block:
        rows, cases, places = part
        file, layout = self._file, self._file.layout
        in_group = places if rows.kept is None else rows.kept[places]
        firsts = rows.firsts[cases]
        events = None
        if file.facts.counted:
            events = self._read_one(group, "case_events", firsts) if layout.counts else np.diff(rows.offsets)[cases]
        columns: dict[str, dict[str, Column]] = {"event": {}, "case": {}}
        for attribute in layout.attributes:
            where = in_group if attribute.of == "event" else firsts
            columns[attribute.of][attribute.name] = self._read(attribute, arrays, where)
        return Block(
            case_ids=tuple(take(arrays["case_id"], firsts).dictionary_decode().to_pylist()),
            offsets=np.r_[0, np.cumsum(np.diff(rows.offsets)[cases])],
            time=rows.time[places],
            start=rows.start[places],
            has_start=rows.has_start[places],
            **{name: tables[name][rows.codes[name][places]] for name in PARTS},
            attributes=columns["event"],
            case_attributes=columns["case"],
            events=events,
            places=None if layout.ordered else self._read_one(group, "case_row", firsts),
        )

    def _read(self, attribute: Attribute, arrays: Mapping[str, Any], places: NDArray[np.int64]) -> Column:
        array = take(arrays[attribute.column], places)
        if attribute.kind == "text" and len(array.dictionary) > MANY_WORDS:
            array = (
                array.dictionary_decode().dictionary_encode()
            )  # the words of a row group, of which few are used here
        return gather(self._file, attribute, [array])


def take(array: Any, places: NDArray[np.int64]) -> Any:
    """Return the values of an Arrow array at some places."""
    return array.take(fix(places, pa.int64()))
