"""How much of the cycle time lies on some rows along the critical chain, beside what a naive sum would say.

A naive sum counts what runs side by side as often as it runs; along the critical chain of a case, waiting and work
add up to its cycle time exactly. Source: advice.md 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.replay.graph import Graph, Rows
from svcflow.replay.spans import Span
from svcflow.wording import say_share

APART = 1.25
"""From so many times the share on a naive sum is worth telling."""

_SPANS = {"cycle_time": ("mean cycle time", "平均周期"), "resolve_time": ("mean time to resolve", "平均解决时间")}


@dataclass(frozen=True, slots=True)
class CriticalShare:
    """Shares of the time of all cases, 0..1: of the waits and the work of some rows along the critical chain.

    `naive` adds up their waits and work wherever they lie: it may be more than one.
    """

    waiting: float
    processing: float
    naive: float
    span: str = "cycle_time"

    @property
    def both(self) -> float:
        """Return the share of waits and work together."""
        return self.waiting + self.processing

    def say(self) -> tuple[str, str]:
        """Return the share in words, in English and Chinese; a naive sum is told where it differs."""
        en, zh = _SPANS[self.span]
        both = say_share(self.both)
        more = self.naive > APART * self.both
        told = f" (all time here adds up to {say_share(self.naive)}: the rest runs beside other steps)" if more else ""
        told_zh = f"（此处时间合计 {say_share(self.naive)}，其余与其他步骤并行）" if more else ""
        return f"Along the critical chain {both} of the {en} lies here{told}.", f"关键链上占{zh}的 {both}{told_zh}。"


@dataclass(frozen=True, slots=True, eq=False)
class CriticalChain:
    """The rows on the critical chains of the cases of a span, their time in milliseconds, and the rows of the span."""

    graph: Graph
    span: str
    rows: Rows
    whole: int
    inside: Rows

    @classmethod
    def trace(cls, graph: Graph, span: Span | None = None) -> CriticalChain:
        """Return the critical chains up to the end of a `span`, by default of the whole cases."""
        if span is None:
            every = np.ones(graph.log.instances, np.bool_)
            span = Span("cycle_time", every, np.ones(graph.log.cases, np.bool_))
        rows = graph.trace_critical(last=span.find_last(graph))
        whole = int((graph.waiting + graph.processing)[rows].sum())
        return cls(graph, span.name, rows, whole, span.rows & span.cases[graph.case])

    def measure(self, rows: Rows) -> CriticalShare:
        """Return how much of the time of the cases lies on `rows`; zero where there is no time."""
        waiting, processing, whole = self.graph.waiting, self.graph.processing, max(self.whole, 1)
        mine, all_mine = rows & self.rows, rows & self.inside
        return CriticalShare(
            float(waiting[mine].sum()) / whole,
            float(processing[mine].sum()) / whole,
            float((waiting + processing)[all_mine].sum()) / whole,
            self.span,
        )
