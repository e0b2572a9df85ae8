"""What changes do to the rows of a log, each for itself, and together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.mining.grouping import distinct
from svcflow.replay.graph import Graph, Rows
from svcflow.replay.passes import Arcs, Places

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """What one change does; what is ``None`` stays as it is.

    `waiting` is what each row waits then, never more than now; `pace` how many times as long its work takes; `dropped`
    rows do not happen; `beside` are pairs of rows (first, second): the second begins no later than the first.
    """

    waiting: Millis | None = None
    pace: Floats | None = None
    dropped: Rows | None = None
    beside: tuple[Places, Places] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """The graph with the waits and the work that each row then has, in milliseconds."""

    graph: Graph
    waiting: Millis
    processing: Millis


def compose(graph: Graph, moves: Iterable[Move]) -> Moved:
    """Return the log with all `moves` made: of two waits the shorter, of two paces both, dropped by any is dropped.

    The order of the moves does not matter.
    """
    waiting, processing, arcs = graph.waiting.copy(), graph.processing, graph.arcs
    pace: Floats | None = None
    gone: Rows | None = None
    for move in moves:
        if move.waiting is not None:
            np.minimum(waiting, move.waiting, out=waiting)
        if move.pace is not None:
            pace = move.pace if pace is None else pace * move.pace
        if move.dropped is not None:
            gone = move.dropped if gone is None else gone | move.dropped
        if move.beside is not None:
            arcs = begin_together(graph, arcs, move.beside)
    if pace is not None:
        processing = np.rint(processing * pace).astype(np.int64)
    if gone is not None:
        waiting[gone] = 0
        processing = np.where(gone, 0, processing)
    return Moved(graph if arcs is graph.arcs else graph.with_arcs(arcs), waiting, processing)


def begin_together(graph: Graph, arcs: Arcs, beside: tuple[Places, Places]) -> Arcs:
    """Return arcs by which each second row waits for what its first one waits for, no longer for the first itself.

    What waited for the second now waits for both.
    """
    place = np.empty(arcs.count, np.int64)
    place[graph.row] = np.arange(arcs.count)
    first_of = np.full(arcs.count, -1)
    first_of[place[beside[1]]] = place[beside[0]]
    source, to = arcs.source, arcs.to
    both = np.flatnonzero(first_of[source] >= 0)
    source, to = np.append(source, first_of[source[both]]), np.append(to, to[both])
    freed = first_of[to] == source
    kept_source, kept_to = source[~freed], to[~freed]
    order = np.argsort(kept_to, kind="stable")
    bounds = np.searchsorted(kept_to[order], np.arange(arcs.count + 1))
    seconds = to[freed]
    low, high = (bounds[first_of[seconds] + k] for k in (0, 1))
    size = high - low
    reached = np.repeat(low - np.cumsum(size) + size, size) + np.arange(int(size.sum()))
    source = np.append(kept_source, kept_source[order][reached])
    to = np.append(kept_to, np.repeat(seconds, size))
    keys = distinct(to * arcs.count + source)
    return Arcs(keys % max(arcs.count, 1), keys // max(arcs.count, 1), arcs.count)
