"""The events of a process: which rows of the log show its steps, case after case, and what was known at each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.execution.knowledge import UNKNOWN, Knowledge, distinct
from svcflow.execution.labels import UNMAPPED
from svcflow.execution.walks import Symbols
from svcflow.guards import Guard

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Track:
    """`cases` are cases of the log; case `i` of the track owns events ``offsets[i]:offsets[i + 1]``.

    `rows` and `steps` are the row of the log and the step of each event; `last` the last row of each case that is
    within the time looked at; `unmapped` the rows whose label belongs to no step.
    """

    knowledge: Knowledge
    cases: Rows
    offsets: Rows
    rows: Rows
    steps: NDArray[np.int32]
    last: Rows
    unmapped: Rows

    @cached_property
    def times(self) -> Rows:
        """Return the time of each event."""
        return self.knowledge.log.time[self.rows]

    @cached_property
    def case_of(self) -> Rows:
        """Return the case of each event, as an index into `cases`."""
        return np.repeat(np.arange(len(self.cases)), np.diff(self.offsets))

    def blocks(self, events: int) -> Iterator[tuple[slice, Track]]:
        """Yield the track in parts of whole cases with about so many events; the slice says which cases they are."""
        first = 0
        while first < len(self.cases):
            last = max(int(np.searchsorted(self.offsets, self.offsets[first] + events, side="right")) - 1, first + 1)
            yield slice(first, last), self._part(first, last)
            first = last

    def _part(self, first: int, last: int) -> Track:
        begin, end = int(self.offsets[first]), int(self.offsets[last])
        log = self.knowledge.log
        edges = log.offsets[self.cases[first]], log.offsets[self.cases[last - 1] + 1]
        strange = slice(*np.searchsorted(self.unmapped, edges).tolist())
        return Track(
            self.knowledge, self.cases[first:last], self.offsets[first : last + 1] - begin, self.rows[begin:end],
            self.steps[begin:end], self.last[first:last], self.unmapped[strange],
        )  # fmt: skip

    def row_at(self, cases: Rows, positions: Rows) -> Rows:
        """Return the row of the event at a position of a case, -1 where there is none."""
        index = self.offsets[cases] + positions
        inside = (positions >= 0) & (index < self.offsets[cases + 1])
        return np.where(inside, self.rows[np.where(inside, index, 0)] if len(self.rows) else -1, -1)

    def time_of(self, rows: Rows) -> Rows:
        """Return the time of each row of the log, MISSING_TIME where the row is -1."""
        from svcflow.eventlog.log import MISSING_TIME  # noqa: PLC0415

        return np.where(rows >= 0, self.knowledge.log.time[rows], MISSING_TIME)


def build_track(knowledge: Knowledge, steps: NDArray[np.int32], cases: Rows, as_of: int) -> Track:
    """Return the events of some cases up to a moment (milliseconds)."""
    log = knowledge.log
    mine = np.zeros(log.cases, np.bool_)
    mine[cases] = True
    seen = np.repeat(mine, np.diff(log.offsets)) & (log.time <= as_of)
    rows = np.flatnonzero(seen & (steps >= 0))
    until = np.concatenate(([0], np.cumsum(seen)))
    counted = np.concatenate(([0], np.cumsum(seen & (steps >= 0))))
    offsets = np.concatenate((counted[log.offsets[cases]], counted[log.offsets[cases[-1:] + 1]]))
    last = log.offsets[cases] + (until[log.offsets[cases + 1]] - until[log.offsets[cases]]) - 1
    unmapped = np.flatnonzero(seen & (steps == UNMAPPED))
    return Track(knowledge, cases, offsets, rows, steps[rows], last, unmapped)


@dataclass(frozen=True)
class Sequences:
    """The distinct sequences of a track's cases; `of_case` says which one each case shows."""

    distinct: list[Symbols]
    of_case: Rows
    signatures: tuple[tuple[int, ...], ...]


def sequences(track: Track, guards: tuple[Guard, ...], steps: int, *, judged: bool) -> Sequences:
    """Return what the cases look like to a definition: their steps, and the truth of its guards before each.

    Each sequence ends with a symbol for what is known after the last event (see `walks.Alphabet`).
    """
    rows = np.concatenate((track.rows, track.last))
    if guards and judged:
        before = [track.knowledge.judge(guard, track.rows, "before") for guard in guards]
        after = [track.knowledge.judge(guard, track.last, "after") for guard in guards]
        truths = np.stack([np.concatenate(pair) for pair in zip(before, after, strict=True)], axis=1)
    else:
        truths = np.full((len(rows), len(guards)), UNKNOWN, np.int8)
    signatures, of_row = _distinct_rows(truths)
    width = len(signatures)
    events, ends = track.steps * width + of_row[: len(track.rows)], steps * width + of_row[len(track.rows) :]
    # Each case's end goes behind its events.
    places = np.arange(len(track.rows)) + track.case_of
    symbols = np.empty(len(rows), np.int32)
    symbols[places] = events
    cuts = track.offsets[1:] + np.arange(len(track.cases))
    symbols[cuts] = ends
    known: dict[bytes, int] = {}
    raw, begin, of_case = symbols.tobytes(), 0, []
    for cut in ((cuts + 1) * symbols.itemsize).tolist():
        of_case.append(known.setdefault(raw[begin:cut], len(known)))
        begin = cut
    found = [np.frombuffer(key, np.int32) for key in known]
    return Sequences(found, np.asarray(of_case, np.int64), signatures)


def _distinct_rows(truths: NDArray[np.int8]) -> tuple[tuple[tuple[int, ...], ...], NDArray[np.int64]]:
    """Return the distinct rows of a narrow table, in their order, and which one each row is."""
    inverse, size = np.zeros(len(truths), np.int64), 1
    for column in truths.T:
        # Two small codes at a time stay small, however many guards there are.
        first, inverse = distinct(inverse * 3 + (column + 1), size * 3)
        size = len(first)
    first, inverse = distinct(inverse, size)
    return tuple(tuple(row) for row in truths[first].tolist()), inverse
