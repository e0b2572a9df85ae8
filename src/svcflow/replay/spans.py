"""The stretches of a case whose length a change is judged by: to its resolution, and to its end.

Time to resolve goes first where the log knows what resolving is: behind it a timer often runs, which would drown every
change in a mean over cycle times (metrics.md 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Log, Millis
from svcflow.mining.cases import choose_resolving
from svcflow.replay.chain import Chain, Rows
from svcflow.replay.graph import Graph

if TYPE_CHECKING:
    from svcflow.mining import Mined

FEWEST_RESOLVED = 30


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A stretch of each of the `cases` (a mask by number): the `rows` of the chain that lie in it.

    In the enabling graph it ends with the last of the rows `ends`; without them, with the last of `rows`.
    """

    name: str
    rows: Rows
    cases: NDArray[np.bool_]
    ends: Rows | None = None

    def measure(self, chain: Chain, values: Millis) -> Millis:
        """Return the sum of `values` within the stretch, for each of the cases, in milliseconds."""
        return chain.sum_cases(np.where(self.rows, values, 0))[self.cases]

    def measure_ends(self, graph: Graph, end: Millis) -> Millis:
        """Return the time from the beginning of each of the cases to the end of the stretch, if rows end so."""
        closing = np.where(self.rows if self.ends is None else self.ends, end, np.iinfo(np.int64).min)
        return graph.close(closing)[self.cases] - graph.begin[self.cases]

    def find_last(self, graph: Graph) -> NDArray[np.int64]:
        """Return the row that ends the stretch in each of the cases of the log."""
        closing = self.rows if self.ends is None else self.ends
        rows = np.flatnonzero(closing & self.cases[graph.case])
        found = np.full(len(self.cases), -1)
        found[graph.case[rows]] = rows  # rows ascend by their ends
        return found[found >= 0]


def list_spans(chain: Chain | Graph, mined: Mined) -> tuple[Span, ...]:
    """Return the time to resolve of the resolved cases, where it is known, and the cycle time of the closed ones.

    The time to resolve is left out where fewer than 30 cases are resolved, or where resolving always is the end.
    """
    cycle = Span("cycle_time", np.ones(chain.log.instances, dtype=np.bool_), mined.counted)
    resolved = mined.cases.resolve != MISSING_TIME
    resolving = _mark_resolving(chain.log, mined)
    rows = _mark_until(chain, resolving)
    if resolved.sum() < FEWEST_RESOLVED or rows[resolved[chain.case]].all():
        return (cycle,)
    return Span("resolve_time", rows, resolved, resolving), cycle


def _mark_resolving(log: Log, mined: Mined) -> Rows:
    """Return the rows of resolving activities."""
    codes = (log.activities.find(name) for name in mined.done)
    done = np.array(sorted(code for code in codes if code is not None), np.int32)
    return np.asarray(np.isin(log.activity, choose_resolving(log, done)))


def _mark_until(chain: Chain | Graph, resolving: Rows) -> Rows:
    """Return the rows up to the last of `resolving` of their case, itself included."""
    last = np.full(chain.log.cases, -1)
    last[chain.case[resolving]] = np.flatnonzero(resolving)  # rows ascend, so the last one of a case stays
    return np.asarray(np.arange(chain.log.instances) <= last[chain.case])
