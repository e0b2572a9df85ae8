"""Times that a batch run or a date without time of day wrote, not the work itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.inspection import say_time
from svcflow.eventlog.log import Batch, Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context
from svcflow.eventlog.quality.selection import Hits, Mask, Selection
from svcflow.eventlog.quality.survey import MINUTE, hash_times

FEW = 20
"""Events at one stamp below which no batch is seen, and cases among them."""
SHARE = 0.001
"""Of all events of the log at one stamp."""
CROWD = 10.0
"""A minute of the day is crowded that holds so many times the events of a usual one."""


@dataclass(slots=True)
class _Crowd:
    """Steps and cases at each time that may be crowded, counted block by block."""

    steps: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    cases: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, batch: Batch, rows: NDArray[np.intp]) -> None:
        """Count some rows of a block; a case never stands in two blocks."""
        case = np.searchsorted(batch.offsets, rows, side="right")
        times = batch.time[rows]
        order = np.lexsort((case, times))
        times, case = times[order], case[order]
        stamps, firsts, counts = np.unique(times, return_index=True, return_counts=True)
        fresh = np.r_[True, (np.diff(times) != 0) | (np.diff(case) != 0)].astype(np.int64)
        cases = np.add.reduceat(fresh, firsts)
        for stamp, steps, several in zip(stamps.tolist(), counts.tolist(), cases.tolist(), strict=True):
            self.steps[stamp] += steps
            self.cases[stamp] += several

    def find(self, least: int) -> dict[int, int]:
        """Return the times at which at least so many steps of several cases stand, and how many."""
        return {t: n for t, n in sorted(self.steps.items()) if n >= least and self.cases[t] >= FEW // 2}


def batch_stamps(context: Context) -> Selection | None:
    """Count steps at a time that many cases share to the millisecond."""
    log, least, crowd = context.log, max(FEW, int(SHARE * context.log.instances)), _Crowd()
    crowded = context.survey.stamps >= least
    if context.tally.dates_only or not crowded.any():
        return None

    def choose(batch: Batch) -> Mask:
        chosen: Mask = crowded[hash_times(batch.time)]
        if chosen.any():
            crowd.add(batch, np.flatnonzero(chosen))
        return chosen

    def tell(hits: Hits) -> Quality | None:
        times = crowd.find(least)
        if not times:
            return None
        count = sum(times.values())
        share = count / log.instances
        text = f"{count:,} steps ({share:.1%}) stand at {len(times):,} times that at least {least:,} steps share"
        text += f", for example {say_time(next(iter(times)), log.zone)}"
        first = [place for place in hits.first if int(log.time[place]) in times]
        return found("batch-stamps", count, share, text, context.rows(first))

    return Selection("instance", choose, tell)


def round_times(context: Context) -> Selection | None:
    """Count steps at a minute of the day that is crowded beyond chance, such as midnight."""
    minutes, total = context.survey.minutes, context.log.instances
    top = int(np.argmax(minutes))
    others = (int(minutes.sum()) - int(minutes[top])) / 1439
    if context.tally.dates_only or minutes[top] < max(FEW, 0.02 * total) or minutes[top] < CROWD * others * 2:
        return None

    def choose(batch: Batch) -> Mask:
        chosen: Mask = (batch.time % MINUTE == 0) & (batch.time // MINUTE % 1440 == top)
        return chosen

    def tell(hits: Hits) -> Quality | None:
        share = hits.count / total
        clock = say_time(int(context.log.time[hits.first[0]]), context.log.zone)[11:16]
        text = (
            f"{hits.count:,} steps ({share:.1%}) stand at exactly {clock}: dates without a time of day among full times"
        )
        return found("round-times", hits.count, share, text, context.rows(hits.first))

    return Selection("instance", choose, tell)
