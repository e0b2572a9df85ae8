"""The log as it would have been with some changes: each case for itself, no queue moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from svcflow.calendars import Clock
from svcflow.eventlog.log import Millis
from svcflow.replay.graph import Graph, Rows
from svcflow.replay.moves import Move, Moved, compose
from svcflow.replay.operators import Setting, move
from svcflow.replay.refusals import NOTHING, Unanswerable
from svcflow.replay.spans import Span
from svcflow.whatif import Change


@dataclass(frozen=True, eq=False)
class Replayed:
    """A graph, and what its rows would wait and work after some changes; all in milliseconds."""

    graph: Graph
    moved: Moved

    @cached_property
    def end(self) -> Millis:
        """Return when each row would end, in wall-clock time."""
        return self.moved.graph.finish(self.moved.waiting, self.moved.processing)

    @property
    def saved(self) -> Millis:
        """Return what the changes take from each row; what comes of it for its case is in `end`."""
        return self.graph.waiting + self.graph.processing - self.moved.waiting - self.moved.processing

    @property
    def touched(self) -> Rows:
        """Return the cases in which anything changes."""
        return np.asarray(self.graph.close(np.abs(self.end - self.graph.log.time)) > 0)

    def measure(self, span: Span) -> tuple[Millis, Millis]:
        """Return the length of a span in each of its cases, before and after."""
        return span.measure_ends(self.graph, self.graph.log.time), span.measure_ends(self.graph, self.end)


def replay(
    graph: Graph, changes: Iterable[Change], *, calendars: Mapping[str, Clock] | None = None, seed: int = 0
) -> Replayed | Unanswerable:
    """Return the log with all `changes` made at once, or why a replay cannot tell.

    `calendars` are those of the organisation by name; `seed` decides which cases a change of a share touches. Raises
    GuardError for a condition that is none on this log.
    """
    moves = make_moves(graph, changes, calendars=calendars, seed=seed)
    return moves if isinstance(moves, Unanswerable) else Replayed(graph, compose(graph, moves))


def make_moves(
    graph: Graph, changes: Iterable[Change], *, calendars: Mapping[str, Clock] | None = None, seed: int = 0
) -> Sequence[Move] | Unanswerable:
    """Return what each of the `changes` does, or why the first of them has no answer.

    Of several, one may touch nothing; if none touches anything, that is no answer either.
    """
    setting = Setting(graph, calendars or {}, seed)
    found = [move(change, setting) for change in changes]
    refusal = next((one for one in found if isinstance(one, Unanswerable) and one is not NOTHING), None)
    if refusal is not None:
        return refusal
    if found and all(one is NOTHING for one in found):
        return NOTHING
    return [one if isinstance(one, Move) else Move() for one in found]
