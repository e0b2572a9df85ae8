"""Cases: cycle time, the part of it somebody works, time to resolve, and which cases are still open.

Cycle time = last end - first start; it is the sum of touch time (the union of the case's instances) and waiting.
Time to resolve runs from the first start to the last completion of a *resolving* activity: a done activity that does
not mostly follow another one, as closing does, which in most service desks a timer makes (metrics.md 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import MISSING_TIME, Batch, Codes, Log, Millis
from svcflow.mining.grouping import all_seconds, distinct
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.transitions import BusinessClock, case_of_rows

CLOSING = ("clos", "archiv", "关闭", "结案", "归档", "关单", "销单")
"""Words of activities that may only file a matter away."""


def choose_resolving(log: Log, done: Codes) -> Codes:
    """Return the codes of those done activities that resolve a case, given the codes of all.

    An activity that mostly comes after another done one only files the matter away. None resolve where all done
    activities are named for closing: nobody knows then when the matter was settled.
    """
    names = [log.activities[code] for code in done.tolist()]
    if all(any(word in name.casefold() for word in CLOSING) for name in names):
        return done[:0]
    rows = np.flatnonzero(np.isin(log.activity, done))
    case = np.searchsorted(log.offsets, rows, side="right") - 1
    cases, first = np.unique(case, return_index=True)
    opener = np.full(log.cases, -1)
    opener[cases] = log.activity[rows[first]]
    shown = distinct(case * len(log.activities) + log.activity[rows])
    shown_case, activity = np.divmod(shown, max(len(log.activities), 1))
    opens = np.bincount(activity[opener[shown_case] == activity], minlength=len(log.activities))
    stands = np.bincount(activity, minlength=len(log.activities))
    return done[2 * opens[done] >= stands[done]]


class Part(NamedTuple):
    """What one block holds: one number per case in each array; `resolve` is MISSING_TIME where never resolved."""

    first_case: int
    cycle: Millis
    busy: Millis
    open_cycle: Millis
    resolve: Millis
    finished: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cases(Tabular):
    """One entry for each case of the log, in its order; durations are milliseconds.

    `resolve` is MISSING_TIME where the case was never resolved; `finished` tells that its last activity is a done
    one, and is ``None`` where the log does not say what done is. `business_cycle` is ``None`` without a clock.
    """

    ids: Sequence[str]
    cycle: Millis
    busy: Millis
    business_cycle: Millis | None
    resolve: Millis
    finished: NDArray[np.bool_] | None

    @property
    def waiting(self) -> Millis:
        """Return cycle time less touch time."""
        return self.cycle - self.busy

    @property
    def open_cases(self) -> int | None:
        """Return how many cases do not end in a done activity, ``None`` where that is not known."""
        return None if self.finished is None else int((~self.finished).sum())

    def to_table(self) -> Table:
        """Return case, cycle_time_s, touch_s, waiting_s, resolve_time_s and open of each case."""
        resolved = self.resolve != MISSING_TIME
        columns: dict[str, list[object]] = {
            "case": [*self.ids],
            "cycle_time_s": [*all_seconds(self.cycle)],
            "touch_s": [*all_seconds(self.busy)],
            "waiting_s": [*all_seconds(self.waiting)],
            "resolve_time_s": [
                s if known else None for s, known in zip(all_seconds(self.resolve), resolved.tolist(), strict=True)
            ],
            "open": [None] * len(self.ids) if self.finished is None else (~self.finished).tolist(),
        }
        if self.business_cycle is not None:
            columns["cycle_time_business_s"] = [*all_seconds(self.business_cycle)]
        return Table(columns)


@dataclass(frozen=True, slots=True)
class CasesFold:
    """Computes `Cases`; `done` and `resolving` are activity codes, `done` is ``None`` where nobody knows."""

    done: Codes | None
    resolving: Codes
    clock: BusinessClock | None = None

    def partial(self, batch: Batch) -> tuple[Part, ...]:
        """Summarise one block."""
        cycle = times.cycle(batch.start, batch.time, batch.offsets)
        busy = times.busy(batch.start, batch.time, batch.offsets)
        last = batch.offsets[1:] - 1
        ends = batch.time[last]
        begins = ends - cycle
        resolve = np.full(len(cycle), MISSING_TIME)
        rows = np.flatnonzero(np.isin(batch.activity, self.resolving))
        case = case_of_rows(batch)[rows]
        resolve[case] = batch.time[rows] - begins[case]  # rows ascend, so the last one of a case stays
        open_cycle = self.clock.elapsed_all(begins, ends) if self.clock else cycle[:0]
        finished = np.isin(batch.activity[last], self.resolving if self.done is None else self.done)
        return (Part(batch.first_case, cycle, busy, open_cycle, resolve, finished),)

    def merge(self, left: tuple[Part, ...], right: tuple[Part, ...]) -> tuple[Part, ...]:
        """Put the blocks of two summaries together."""
        return left + right

    def finish(self, state: tuple[Part, ...], log: Log) -> Cases:
        """Put the blocks in the order of the cases."""
        parts = sorted(state, key=lambda part: part.first_case)
        _, cycle, busy, open_cycle, resolve, finished = zip(*parts, strict=True)
        return Cases(
            log.case_ids,
            np.concatenate(cycle),
            np.concatenate(busy),
            np.concatenate(open_cycle) if self.clock else None,
            np.concatenate(resolve),
            np.concatenate(finished) if self.done is not None else None,
        )
