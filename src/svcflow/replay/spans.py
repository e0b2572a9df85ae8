"""The stretches of a case whose length a change is judged by: to its resolution, and to its end.

Time to resolve goes first where the log knows what resolving is: behind it a timer often runs, which would drown every
change in a mean over cycle times (metrics.md 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Millis
from svcflow.mining.cases import choose_resolving
from svcflow.replay.chain import Chain, Rows

if TYPE_CHECKING:
    from svcflow.mining import Mined

FEWEST_RESOLVED = 30


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A stretch of each of the `cases` (a mask by number): the `rows` of the chain that lie in it."""

    name: str
    rows: Rows
    cases: NDArray[np.bool_]

    def measure(self, chain: Chain, values: Millis) -> Millis:
        """Return the sum of `values` within the stretch, for each of the cases, in milliseconds."""
        return chain.sum_cases(np.where(self.rows, values, 0))[self.cases]


def list_spans(chain: Chain, mined: Mined) -> tuple[Span, ...]:
    """Return the time to resolve of the resolved cases, where it is known, and the cycle time of the closed ones.

    The time to resolve is left out where fewer than 30 cases are resolved, or where resolving always is the end.
    """
    cycle = Span("cycle_time", np.ones(chain.log.instances, dtype=np.bool_), mined.counted)
    resolved = mined.cases.resolve != MISSING_TIME
    rows = _mark_until_resolved(chain, mined)
    if resolved.sum() < FEWEST_RESOLVED or rows[resolved[chain.case]].all():
        return (cycle,)
    return Span("resolve_time", rows, resolved), cycle


def _mark_until_resolved(chain: Chain, mined: Mined) -> Rows:
    """Return the rows up to the last resolving activity of their case, itself included."""
    log = chain.log
    codes = (log.activities.find(name) for name in mined.done)
    done = np.array(sorted(code for code in codes if code is not None), np.int32)
    resolving = np.flatnonzero(np.isin(log.activity, choose_resolving(log, done)))
    last = np.full(log.cases, -1)
    last[chain.case[resolving]] = resolving  # rows ascend, so the last one of a case stays
    return np.asarray(np.arange(log.instances) <= last[chain.case])
