"""The results of consecutive blocks of cases, piled up as those of all: each block is let go when it has been added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.execution.frame import Coded, Frame
from svcflow.execution.outcome import ProcessRuns

FRAMES = ("cases", "moves", "deviations", "clocks", "rungs", "obligations", "allowed")
_MARGIN = 1.05


def recode(column: Coded, known: dict[str, int]) -> NDArray[np.int32]:
    """Return the codes of a column as indices into `known`, which grows by the texts it has not met."""
    table = np.asarray([*(known.setdefault(text, len(known)) for text in column.texts), -1], np.int32)
    return table[column.codes]


class Pile:
    """Takes blocks of cases, `cases` in all."""

    def __init__(self, cases: int) -> None:
        self._cases, self._seen = cases, 0
        self._first: ProcessRuns | None = None
        self._frames: dict[str, _FramePile] = {}

    def add(self, block: ProcessRuns) -> None:
        """Put the results of the next cases on top."""
        here = len(block.cases)
        if here == self._cases:
            self._first = block  # all of it: nothing to copy
            return
        if self._first is None:
            nothing: dict[str, Any] = dict.fromkeys(FRAMES, Frame({}))
            self._first = replace(block, **nothing)
            self._frames = {name: _FramePile(self._cases / here) for name in FRAMES}
        for name, pile in self._frames.items():
            pile.add(getattr(block, name), self._seen)
        self._seen += here

    def result(self) -> ProcessRuns:
        """Return the results of all cases."""
        assert self._first is not None
        frames: dict[str, Any] = {name: pile.frame() for name, pile in self._frames.items()}
        return replace(self._first, **frames)


class _FramePile:
    """Grows the columns of one frame; the first block tells how much will be needed."""

    def __init__(self, blocks: float) -> None:
        self._blocks, self._length = blocks, 0
        self._columns: dict[str, _ColumnPile] = {}
        self._times: tuple[str, ...] = ()
        self._derived: Mapping[str, Any] = {}
        self._starts: list[int] = []
        self._told: list[Any] = []

    def add(self, frame: Frame, cases: int) -> None:
        if not self._starts:
            room = int(len(frame) * self._blocks * _MARGIN) + 16
            self._columns = {name: _ColumnPile(column, room) for name, column in frame.columns.items()}
            self._times, self._derived = frame.times, frame.derived
        for name, pile in self._columns.items():
            column = frame[name]
            pile.add(column + cases if name == "index" else column, self._length)
        self._starts.append(self._length)
        self._told.append(frame.told)
        self._length += len(frame)

    def frame(self) -> Frame:
        columns = {name: pile.column(self._length) for name, pile in self._columns.items()}
        told = {name: self._teller(name) for name in self._told[0]}
        return Frame(columns, self._times, told, self._derived)

    def _teller(self, name: str) -> Callable[[int], str]:
        starts = np.asarray(self._starts)

        def tell(row: int) -> str:
            block = int(np.searchsorted(starts, row, side="right")) - 1
            text: str = self._told[block][name](row - int(starts[block]))
            return text

        return tell


class _ColumnPile:
    """Grows one column within an array that is allotted once, so that memory is not left in pieces."""

    def __init__(self, first: Any, room: int) -> None:
        self._texts: Sequence[str] = first.texts if isinstance(first, Coded) else ()
        self._known: dict[str, int] | None = None
        self._coded = isinstance(first, Coded)
        self._values = np.empty(room, np.int32 if self._coded else first.dtype)

    def add(self, column: Any, at: int) -> None:
        values = self._codes(column) if isinstance(column, Coded) else column
        end = at + len(values)
        if end > len(self._values):
            grown = np.empty(max(end, len(self._values) * 5 // 4), self._values.dtype)
            grown[:at] = self._values[:at]
            self._values = grown
        self._values[at:end] = values

    def _codes(self, column: Coded) -> NDArray[np.int32]:
        # The texts are those of the log, millions perhaps, or few: mostly the same ones as before.
        if self._known is None and (column.texts is self._texts or column.texts == self._texts):
            return column.codes
        if self._known is None:
            self._known = {text: i for i, text in enumerate(self._texts)}
        return recode(column, self._known)

    def column(self, length: int) -> Any:
        values = self._values[:length]
        return Coded(values, self._texts if self._known is None else tuple(self._known)) if self._coded else values
