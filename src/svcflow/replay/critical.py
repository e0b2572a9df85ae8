"""How much of the cycle time lies on some rows along the critical chain, beside what a naive sum would say.

A naive sum counts what runs side by side as often as it runs; along the critical chain of a case, waiting and work
add up to its cycle time exactly. Source: advice.md 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.replay.graph import Graph, Rows
from svcflow.replay.spans import Span


@dataclass(frozen=True, slots=True)
class CriticalShare:
    """Shares of the time of all cases, 0..1: of the waits and the work of some rows along the critical chain.

    `naive` adds up their waits and work wherever they lie: it may be more than one.
    """

    waiting: float
    processing: float
    naive: float

    @property
    def both(self) -> float:
        """Return the share of waits and work together."""
        return self.waiting + self.processing


def measure_critical(graph: Graph, rows: Rows, span: Span | None = None) -> CriticalShare:
    """Return how much of the cycle time (or of a `span`) of its cases lies on `rows`; zero where there is no time."""
    last = None if span is None else span.find_last(graph)
    inside = np.ones(graph.log.cases, np.bool_) if span is None else span.cases
    chain = graph.trace_critical(last=last)
    if span is not None:
        chain &= inside[graph.case]
    whole = int((graph.waiting + graph.processing)[chain].sum())
    if not whole:
        return CriticalShare(0.0, 0.0, 0.0)
    mine = rows & chain
    naive = rows & inside[graph.case] & (True if span is None else span.rows)
    return CriticalShare(
        float(graph.waiting[mine].sum()) / whole,
        float(graph.processing[mine].sum()) / whole,
        float((graph.waiting + graph.processing)[naive].sum()) / whole,
    )
