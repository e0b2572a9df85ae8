"""The events of a block as XES elements: one for each completion, one before it for each known start."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.exporting.markup import Escaper
from svcflow.eventlog.exporting.sources import Block, Head
from svcflow.eventlog.exporting.telling import Told, tell, tell_codes, tell_times
from svcflow.eventlog.instances import COMPLETE, START, pair_lifecycle
from svcflow.eventlog.store.layout import Attribute

BEGIN, END = "\t\t<event>\n", "\t\t</event>\n"


class Events:
    """Writes the events of one block after the other; `borders` says which of the last block belong to which case.

    `seen` are the attributes of which any value was written.

    `attributes` gives the tag and the key of each attribute of events, `roles` the keys of resource and team.
    """

    def __init__(
        self,
        head: Head,
        attributes: Mapping[Attribute, tuple[str, str]],
        roles: Mapping[str, str],
        escape: Escaper,
    ) -> None:
        self.borders: list[int] = [0]
        self._head = head
        self._attributes = attributes
        self._roles = roles
        self._escape = escape
        self._twisted = 0
        self.seen: set[Attribute] = set()

    def write(self, block: Block) -> list[str]:
        """Return the elements of all events of a block, those of a case in the order of time."""
        completes = self._write_completes(block)
        if not block.has_start.any():
            self.borders = block.offsets.tolist()
            return completes
        order, begins = _interleave(block)
        case = np.repeat(block.case_of_row, 1 + block.has_start.astype(np.int64))
        self.borders = np.searchsorted(case, np.arange(len(block.case_ids) + 1)).tolist()
        twisted = _find_twisted(block, order, begins)
        self._twisted += int(twisted.sum())
        names = [f'\t\t\t<string key="concept:instance" value="{n}"/>\n' if n >= 0 else "" for n in _number(twisted)]
        starts = self._write_starts(block)
        lines = []
        for row, begun in zip(order.tolist(), begins.tolist(), strict=True):
            lines.append(BEGIN + names[row] + (starts[row] if begun else completes[row].removeprefix(BEGIN)))
        return lines

    def note(self) -> list[str]:
        """Return what is to be said of instances that only `concept:instance` tells apart."""
        if not self._twisted:
            return []
        said = "overlap others of the same activity in their case so that start and complete events alone do not tell"
        return [f"{self._twisted:,} instances {said} them apart: they carry concept:instance"]

    def _write_completes(self, block: Block) -> list[str]:
        zone = self._head.facts.zone
        columns = [
            *self._write_common(block, "complete"),
            self._put("date", "time:timestamp", tell_times(block.time, zone)),
        ]
        for attribute, (tag, key) in self._attributes.items():
            told = tell(block.attributes[attribute.name], zone)
            if told.holds_any():
                self.seen.add(attribute)
            columns.append(self._put(tag, key, told))
        return [f"{BEGIN}{''.join(row)}{END}" for row in zip(*columns, strict=True)]

    def _write_starts(self, block: Block) -> list[str]:
        columns = self._write_common(block, "start")
        columns.append(self._put("date", "time:timestamp", tell_times(block.start, self._head.facts.zone)))
        return [f"{''.join(row)}{END}" for row in zip(*columns, strict=True)]

    def _write_common(self, block: Block, transition: str) -> list[list[str]]:
        """Return what both events of an instance say, column by column."""
        head = self._head
        columns = [self._put("string", "concept:name", tell_codes(block.activity, head.activities, unknown=False))]
        for role, codes, words in (("resource", block.resource, head.resources), ("team", block.team, head.teams)):
            if role in self._roles:
                columns.append(self._put("string", self._roles[role], tell_codes(codes, words, unknown=True)))
        if head.starts:
            columns.append([f'\t\t\t<string key="lifecycle:transition" value="{transition}"/>\n'] * len(block.time))
        return columns

    def _put(self, tag: str, key: str, told: Told) -> list[str]:
        begin = f'\t\t\t<{tag} key="{self._escape(key)}" value="'
        return told.map(lambda text: f'{begin}{self._escape(text)}"/>\n').spread()


def _interleave(block: Block) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the instance of each event in order of case and time, and which events are starts.

    At the same time, an earlier instance comes first, and a start before its own completion.
    """
    rows = np.repeat(np.arange(len(block.time)), 1 + block.has_start.astype(np.int64))
    begins = np.zeros(len(rows), np.bool_)
    begins[:-1] = rows[:-1] == rows[1:]
    time = np.where(begins, block.start[rows], block.time[rows])
    order = np.lexsort((time, block.case_of_row[rows]))
    return rows[order], begins[order]


def _find_twisted(block: Block, rows: NDArray[np.intp], begins: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the instances of cases and activities whose events a reader would join otherwise than they belong."""
    activity, case = block.activity[rows], block.case_of_row[rows].astype(np.int32)
    time = np.where(begins, block.start[rows], block.time[rows])
    found = pair_lifecycle(case, activity, time, np.where(begins, START, COMPLETE).astype(np.uint8))
    ends = rows[~begins]
    wrong = np.zeros(len(block.time), np.bool_)
    wrong[ends] = (found.has_start != block.has_start[ends]) | (found.start != block.start[ends])
    if not wrong.any():
        return wrong
    group = block.case_of_row * (int(block.activity.max()) + 1) + block.activity
    return np.isin(group, group[wrong]) & block.has_start


def _number(chosen: NDArray[np.bool_]) -> list[int]:
    """Return a number for each chosen instance, -1 for the others."""
    return np.where(chosen, np.cumsum(chosen), -1).tolist()  # type: ignore[no-any-return]
